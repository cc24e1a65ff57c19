"""One attempt to bring one file here, whole and checked."""

from __future__ import annotations

import gzip
import os
import shutil
import ssl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

import httpx

from pipelines.records import Progress
from pipelines.web import answer
from pipelines.web.address import Address, follow, suffix
from pipelines.web.cache import Kept, Partial, Shelf, sha256_of
from pipelines.web.patience import Deadline, Patience
from pipelines.web.sniff import refuse_what_is_not_data
from pipelines.web.trouble import BY_HAND, FULL_STEP, Trouble, trouble
from pipelines.web.watch import Watch, watched

# Bytes are asked for as they are: only then do ranges, lengths and digests speak of the file.
_HEADERS = {
    "User-Agent": "offerdesk (market data, one file at a time)",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
_UNCHANGED, _PART, _NO_SUCH_RANGE = 304, 206, 416
_WHOLE = {200, 203}
_GONE = {404, 410}
_LATER = {408, 425, 429}
_REPORT = 1 << 20  # progress is told once per so many bytes
_WORTH_GOING_ON = {"fetch-disk-full", "fetch-timeout", "fetch-truncated"}
_LATER_STEP = "try again later"
_GZIP = {"gzip", "x-gzip"}


@dataclass(frozen=True, slots=True)
class Job:
    """What one attempt needs to know.

    Attributes:
        address: What to fetch.
        shelf: Where to put it.
        known: The file to ask for changes of; None to ask for all of it.
        patience: The limits.
        deadline: When it must be done.
        progress: Called with ``fetch``, bytes done and bytes in all (0 while unknown).
    """

    address: Address
    shelf: Shelf
    known: Kept | None
    patience: Patience
    deadline: Deadline
    progress: Progress


@dataclass(frozen=True, slots=True)
class Download:
    """A whole file, checked, still aside.

    Attributes:
        path: Where it lies.
        digest: Its SHA-256.
        suffix: The ending that its address gives it.
        etag: As the server gave it; None when it did not.
        last_modified: As the server gave it; None when it did not.
    """

    path: Path
    digest: str
    suffix: str
    etag: str | None
    last_modified: str | None


@cache
def _trust(*places: str | None) -> ssl.SSLContext:
    """Whom to trust, as these places say; reading them takes longer than a small file does."""
    return httpx.create_ssl_context()


def client() -> httpx.Client:
    """A client that follows nothing by itself; proxies and certificates are the environment's."""
    trust = _trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    return httpx.Client(headers=_HEADERS, follow_redirects=False, verify=trust)


# ---------------------------------------------------------------- what can fail


def _untrusted(error: BaseException | None) -> bool:
    """Whether a certificate is what failed, however deep down."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _network(error: httpx.HTTPError, url: str, begun: bool) -> Trouble:
    """What a failure of the connection is, before the answer or in the midst of its body."""
    found = str(error) or type(error).__name__
    if isinstance(error, httpx.TimeoutException):
        return trouble(
            "fetch-timeout", url, f"no answer in time ({found})", _LATER_STEP, again=True
        )
    if _untrusted(error):
        step = "do not trust this connection; check the address, the clock and your certificates"
        return trouble("fetch-tls", url, found, step)
    code = "fetch-truncated" if begun else "fetch-unreachable"
    return trouble(code, url, found, "check the network, then try again", again=True)


def _refusal(response: httpx.Response, url: str) -> Trouble:
    """What a status is that brings no file."""
    status = response.status_code
    found = f"HTTP status {status} {response.reason_phrase}".strip()
    if status in _GONE:
        return trouble("fetch-not-found", url, found, "look for the new address of the file")
    if status in _LATER or status >= 500:
        after = answer.retry_after(response.headers)
        wait = "" if after is None else f", asking to wait {after:g} s"
        return trouble(
            "fetch-server-failed", url, found + wait, _LATER_STEP, again=True, after=after
        )
    if status >= 400:
        return trouble("fetch-refused", url, found, BY_HAND)
    return trouble("fetch-bad-answer", url, found, BY_HAND, "a file")


def _too_large(job: Job, size: int) -> Trouble:
    allowed = f"at most {job.patience.largest} bytes"
    return trouble("fetch-too-large", job.address.url, f"{size} bytes", BY_HAND, allowed)


def _hold_to_deadline(job: Job, cause: Exception | None = None) -> None:
    if not job.deadline.left():
        found, step = f"no end after {job.deadline.seconds:g} s", "try again: it goes on from here"
        raise trouble("fetch-timeout", job.address.url, found, step) from cause


# ---------------------------------------------------------------- asking


def _ask(
    http: httpx.Client, url: str, headers: dict[str, str], job: Job, watch: Watch
) -> httpx.Response:
    left = max(job.deadline.left(), 0.001)
    stall = min(job.patience.stall, left)
    timeout = httpx.Timeout(stall, connect=min(job.patience.connect, left))
    request = http.build_request(
        "GET", url, headers=headers, timeout=timeout, extensions={"trace": watch}
    )
    try:
        return http.send(request, stream=True)
    except httpx.HTTPError as error:
        _hold_to_deadline(job, error)
        raise _network(error, url, begun=False) from error


@contextmanager
def _answered(
    http: httpx.Client, headers: dict[str, str], job: Job, watch: Watch
) -> Iterator[httpx.Response]:
    """The answer at the end of the redirects, open for reading."""
    url = job.address.url
    for _ in range(job.patience.redirects + 1):
        response = _ask(http, url, headers, job, watch)
        try:
            if not response.has_redirect_location:
                yield response
                return
            url = follow(url, response.headers["location"])
        finally:
            response.close()
    found = f"more than {job.patience.redirects} redirects, the last to {url}"
    raise trouble("fetch-redirects", job.address.url, found, BY_HAND)


def _conditions(job: Job, partial: Partial | None) -> dict[str, str]:
    """Go on with what is here, or else send only what is new."""
    if partial is not None:
        start = job.shelf.part.stat().st_size
        return {"Range": f"bytes={start}-", "If-Range": partial.validator}
    if job.known is None:
        return {}
    asked = {"If-None-Match": job.known.etag, "If-Modified-Since": job.known.last_modified}
    return {name: value for name, value in asked.items() if value}


# ---------------------------------------------------------------- receiving


def _goes_on(response: httpx.Response, partial: Partial, start: int) -> bool:
    """Whether a partial answer begins where the part ends, and is of the same file."""
    found = answer.span(response.headers)
    etag = response.headers.get("etag", partial.validator)
    same = etag == partial.validator or not partial.validator.startswith('"')
    return (
        found is not None
        and found[0] == start
        and found[1] in (None, partial.total or found[1])
        and answer.encoding(response.headers) == partial.encoding
        and same
    )


def _begun(response: httpx.Response, partial: Partial | None, job: Job) -> Partial:
    """What the body belongs to; the part is emptied unless the body goes on with it."""
    status, url = response.status_code, job.address.url
    if status == _NO_SUCH_RANGE or (status == _PART and partial is None):
        job.shelf.discard()
        found = f"HTTP status {status}, no part of this file"
        raise trouble("fetch-bad-answer", url, found, BY_HAND, again=True, after=0.0)
    if status == _PART and partial is not None:
        if not _goes_on(response, partial, job.shelf.part.stat().st_size):
            job.shelf.discard()
            found = f"another part than asked for ({response.headers.get('content-range')})"
            raise trouble("fetch-bad-answer", url, found, BY_HAND, again=True, after=0.0)
        return partial
    if status not in _WHOLE:
        raise _refusal(response, url)
    headers = response.headers
    new = Partial(answer.validator(headers), answer.length(headers), answer.encoding(headers))
    job.shelf.begin(new)
    return new


def _make_room(job: Job, missing: int) -> None:
    free = shutil.disk_usage(job.shelf.folder).free
    if missing > free:
        found = f"{free} bytes free of {missing} needed"
        raise trouble("fetch-disk-full", job.shelf.folder, found, FULL_STEP)


def _pieces(response: httpx.Response, job: Job) -> Iterator[bytes]:
    try:
        for piece in response.iter_raw():
            _hold_to_deadline(job)
            yield piece
    except httpx.HTTPError as error:
        _hold_to_deadline(job, error)
        raise _network(error, job.address.url, begun=True) from error
    _hold_to_deadline(job)  # a body of unknown size seems to be whole when its connection ends


def _write(response: httpx.Response, out: IO[bytes], job: Job, total: int | None) -> int:
    size = told = out.tell()
    for piece in _pieces(response, job):
        size += len(piece)
        if size > job.patience.largest:
            raise _too_large(job, size)
        out.write(piece)
        if size - told >= _REPORT and size != total:
            told = size
            job.progress("fetch", size, total or 0)
    return size


def _surplus(response: httpx.Response) -> int:
    """Bytes that came after the announced end of the body.

    A sender that announces too little has sent another file than the one we would keep.  HTTP
    calls such bytes no part of the answer, so no client shows them; h11 still holds them.
    """
    held: object = response.stream
    for name in ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state"):
        held = getattr(held, name, None)
    rest, _ = getattr(held, "trailing_data", (b"", False))
    return len(rest.strip())  # old servers end a body with a line break of their own


def _receive(response: httpx.Response, partial: Partial, job: Job) -> None:
    """Write the body to the part, and hold it to what the headers announce."""
    url, part = job.address.url, job.shelf.part
    start = part.stat().st_size
    if (partial.total or 0) > job.patience.largest:
        raise _too_large(job, partial.total or 0)
    _make_room(job, (partial.total or start) - start)
    with part.open("ab") as out:
        size = _write(response, out, job, partial.total)
    if surplus := _surplus(response):
        found = f"at least {surplus} bytes more than announced"
        raise trouble("fetch-overlong", url, found, BY_HAND, again=True)
    if partial.total is not None and size != partial.total:
        code = "fetch-truncated" if size < partial.total else "fetch-overlong"
        found = f"{size} bytes of {partial.total} announced"
        raise trouble(code, url, found, _LATER_STEP, again=True)
    wrong = answer.mismatch(part, answer.digests(response.headers, whole=start == 0))
    if wrong:
        raise trouble("fetch-digest-mismatch", url, wrong, _LATER_STEP, again=True)


# ---------------------------------------------------------------- checking


def _unpacked(job: Job, encoding: str, ending: str) -> Path:
    """The file itself, when the server packed it for the way."""
    part, plain, url = job.shelf.part, job.shelf.plain, job.address.url
    if not encoding or (encoding in _GZIP and ending.endswith(".gz")):
        return part  # of a .gz file, servers name the file's own packing as the way's
    if encoding not in _GZIP:
        found = f"Content-Encoding {encoding!r}, which was not asked for"
        raise trouble("fetch-bad-encoding", url, found, BY_HAND, "identity or gzip")
    try:
        with gzip.open(part) as source, plain.open("wb") as out:
            while piece := source.read(_REPORT):
                out.write(piece)
                if out.tell() > job.patience.largest:
                    raise _too_large(job, out.tell())
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        found = f"a body that is no gzip: {error}"
        raise trouble("fetch-bad-encoding", url, found, BY_HAND, again=True) from error
    return plain


def _checked(response: httpx.Response, partial: Partial, job: Job) -> Download:
    headers, url = response.headers, job.address.url
    ending = suffix(url, str(response.url))
    path = _unpacked(job, partial.encoding, ending)
    digest = sha256_of(path)
    if job.address.digest not in (None, digest):
        found, allowed = f"SHA-256 {digest}", str(job.address.digest)
        step = "check the digest; the file may have a new edition"
        raise trouble("fetch-digest-mismatch", url, found, step, allowed, again=True)
    refuse_what_is_not_data(path, ending, url)
    job.progress("fetch", path.stat().st_size, path.stat().st_size)
    return Download(path, digest, ending, headers.get("etag"), answer.unchanged_since(headers))


def _taken(response: httpx.Response, partial: Partial | None, job: Job) -> Download:
    begun = _begun(response, partial, job)
    try:
        _receive(response, begun, job)
        return _checked(response, begun, job)
    except Trouble as failed:
        if failed.code not in _WORTH_GOING_ON:
            job.shelf.discard()
        raise


def attempt(http: httpx.Client, job: Job) -> Download | None:
    """Try once to fetch a file; what was broken off before goes on if the server lets it.

    Returns:
        The file, or None when it has not changed since ``job.known``.

    Raises:
        Trouble: With the codes that ``pipelines.fetch.fetch`` lists.
    """
    partial = job.shelf.partial()
    conditions = _conditions(job, partial)
    with watched(job.deadline) as watch, _answered(http, conditions, job, watch) as response:
        if response.status_code == _UNCHANGED and "If-Range" not in conditions and job.known:
            return None
        return _taken(response, partial, job)
