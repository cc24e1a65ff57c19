"""What the headers of an answer say about its body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

Headers = Mapping[str, str]  # names in any case, as httpx.Headers takes them

_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)", re.IGNORECASE)
_ALGORITHMS = {"sha-256": "sha256", "sha-512": "sha512", "sha": "sha1", "md5": "md5"}
_SAME_SECOND = 2  # dates are whole seconds [s]
_SETTLED = 60  # a file changed so recently may change again within the same second [s]


def _moment(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def retry_after(headers: Headers, now: datetime | None = None) -> float | None:
    """How long the server asks to wait [s]; None when it does not say.

    >>> retry_after({"retry-after": "7"})
    7.0
    >>> retry_after({"retry-after": "Wed, 21 Oct 2026 07:28:10 GMT"},
    ...             datetime(2026, 10, 21, 7, 28, tzinfo=UTC))
    10.0
    >>> retry_after({"retry-after": "soon"}) is None
    True
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    moment = _moment(text)
    if moment is None:
        return None
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def validator(headers: Headers) -> str:
    """What proves that a later answer goes on with the same bytes; empty when nothing does.

    >>> validator({"etag": '"a1"'})
    '"a1"'
    >>> validator({"etag": 'W/"a1"'})
    ''

    Source: RFC 9110, sections 8.8 and 13.1.5 (If-Range takes strong validators only).
    """
    etag = headers.get("etag", "")
    if etag:
        return "" if etag.startswith("W/") else etag
    changed, sent = _moment(headers.get("last-modified")), _moment(headers.get("date"))
    if changed is None or sent is None or (sent - changed).total_seconds() < _SETTLED:
        return ""
    return headers["last-modified"]


def unchanged_since(headers: Headers) -> str | None:
    """The date of the last change, where a later change would have another one.

    A file that was changed in the second in which it was sent may change again in that second.

    >>> sent = "Fri, 27 Nov 2026 10:00:05 GMT"
    >>> unchanged_since({"last-modified": "Fri, 27 Nov 2026 10:00:01 GMT", "date": sent})
    'Fri, 27 Nov 2026 10:00:01 GMT'
    >>> unchanged_since({"last-modified": sent, "date": sent})
    """
    changed, sent = _moment(headers.get("last-modified")), _moment(headers.get("date"))
    if changed and sent and (sent - changed).total_seconds() < _SAME_SECOND:
        return None
    return headers.get("last-modified")


def span(headers: Headers) -> tuple[int, int | None] | None:
    """First byte and size of the whole, of a partial answer; None when it does not say.

    >>> span({"content-range": "bytes 5-9/10"}), span({"content-range": "bytes 5-9/*"})
    ((5, 10), (5, None))
    """
    found = _RANGE.fullmatch(headers.get("content-range", "").strip())
    if found is None:
        return None
    return int(found[1]), None if found[3] == "*" else int(found[3])


def length(headers: Headers) -> int | None:
    """Size of the body as announced [bytes]; None when it is sent without one."""
    text = headers.get("content-length", "")
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    return int(text) if text.isascii() and text.isdigit() and not chunked else None


def encoding(headers: Headers) -> str:
    """How the body is packed; empty when it is sent as it is."""
    found = headers.get("content-encoding", "").strip().lower()
    return "" if found == "identity" else found


def _stated(text: str) -> Iterator[tuple[str, bytes]]:
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        try:
            digest = base64.b64decode(value.strip().strip(":"), validate=True)
        except binascii.Error:
            continue
        algorithm = _ALGORITHMS.get(name.strip().lower())
        if algorithm and len(digest) == hashlib.new(algorithm).digest_size:
            yield algorithm, digest


def digests(headers: Headers, whole: bool) -> list[tuple[str, bytes]]:
    """The digests that the server states of the whole body, as sent: algorithm and value.

    Those of unknown algorithms and those that cannot be read are left out.

    >>> [(name, value.hex()[:8]) for name, value in
    ...  digests({"digest": "md5=1B2M2Y8AsgTpgAmY7PhCfg==, crc32=aa"}, whole=True)]
    [('md5', 'd41d8cd9')]

    Args:
        headers: Of the answer.
        whole: Whether the answer was the whole; ``Content-Digest`` and ``Content-MD5`` are of
            what was sent only.

    Source: RFC 9530 (Repr-Digest, Content-Digest), RFC 3230 (Digest), RFC 1864 (Content-MD5).
    """
    stated = [headers.get("repr-digest", ""), headers.get("digest", "")]
    if whole:
        stated += [headers.get("content-digest", "")]
        stated += [f"md5={headers['content-md5']}"] if "content-md5" in headers else []
    return [one for text in stated for one in _stated(text)]


def mismatch(path: Path, stated: list[tuple[str, bytes]]) -> str | None:
    """The first stated digest that the file does not have, in words; None when it has all."""
    for algorithm, expected in stated:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, algorithm).digest()
        if found != expected:
            return f"{algorithm} {found.hex()} where the server states {expected.hex()}"
    return None
