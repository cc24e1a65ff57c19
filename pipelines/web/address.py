"""The address of a file: what may be one, and where it may lead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit

from pipelines.web.trouble import BY_HAND, trouble
from rules.errors import Fault, UnusableCase

ALLOWED = "http:// or https://"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SUFFIX = re.compile(r"(?:\.[a-z]{1,7})?\.gz$|\.[a-z0-9]{1,7}$")
# What urlsplit drops in silence, and what no address holds unescaped.
_BLANK = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a file is, and the SHA-256 that it must have; None when any will do."""

    url: str
    digest: str | None = None


def _shown(parts: SplitResult) -> str:
    """The address without the name and password in it."""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _problem(url: str) -> Fault | None:
    """Why this is no address to fetch from; None when it is one."""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError as error:
        return Fault("fetch-bad-address", repr(url), str(error), ALLOWED)
    if parts.scheme not in {"http", "https"}:
        return Fault("fetch-scheme", _shown(parts) or "''", parts.scheme or "no scheme", ALLOWED)
    if "@" in parts.netloc:
        step = "leave the name and the password out; fetch protected files by hand"
        return Fault("fetch-credentials", _shown(parts), "a name or password", "", step)
    if not has_host or _BLANK.search(url):
        step = "write spaces as %20"
        return Fault("fetch-bad-address", repr(url), "no valid address", ALLOWED, step)
    return None


def _digest(place: str, found: str) -> str:
    if not _SHA256.fullmatch(found.lower()):
        allowed = "64 hexadecimal digits, a SHA-256"
        raise UnusableCase(Fault("fetch-bad-digest", place, repr(found), allowed))
    return found.lower()


def read_address(text: str, digest: str | None = None) -> Address:
    """The address that a text gives, with the digest that its fragment may demand.

    >>> read_address("https://example.org/a.csv#page2")
    Address(url='https://example.org/a.csv', digest=None)
    >>> read_address("https://example.org/a.csv#sha256=" + "AB" * 32).digest[:6]
    'ababab'

    Args:
        text: The address, with or without ``#sha256=...``.
        digest: The SHA-256 demanded, if it is known otherwise.

    Raises:
        UnusableCase: ``fetch-scheme``, ``fetch-credentials``, ``fetch-bad-address`` or
            ``fetch-bad-digest``, the last also when two digests are given that differ.
    """
    problem = _problem(text.strip())
    if problem is not None:
        raise UnusableCase(problem)
    url, fragment = urldefrag(text.strip())
    demanded = {_digest(url, digest)} if digest is not None else set()
    if fragment.startswith("sha256="):
        demanded.add(_digest(url, fragment.removeprefix("sha256=")))
    if len(demanded) > 1:
        found = " and ".join(sorted(demanded))
        raise UnusableCase(Fault("fetch-bad-digest", url, found, "one digest"))
    return Address(url, next(iter(demanded), None))


def follow(url: str, location: str) -> str:
    """Where a redirect leads.

    >>> follow("http://example.org/a/b.csv", "../c.csv")
    'http://example.org/c.csv'

    Raises:
        FailedWorld: ``fetch-scheme`` when it leaves http and https or falls from https to http,
            and the other codes of ``read_address``.
    """
    found = f"a redirect to {location!r}"
    try:
        target = urldefrag(urljoin(url, location)).url
    except ValueError as error:
        raise trouble("fetch-bad-address", url, found, BY_HAND) from error
    problem = _problem(target)
    if problem is not None:
        place = f"a redirect to {problem.place}"
        raise trouble(problem.code, url, place, BY_HAND, problem.allowed)
    if url.startswith("https:") and not target.startswith("https:"):
        raise trouble("fetch-scheme", url, found, BY_HAND, "https:// after https://")
    return target


def suffix(*urls: str) -> str:
    """The ending of the first address that has one, in lower case; else nothing.

    >>> suffix("https://example.org/download?id=1", "https://example.org/2024/Pay.CSV?x=1.2")
    '.csv'
    >>> suffix("https://example.org/pay.csv.gz"), suffix("https://example.org/v1.0/")
    ('.csv.gz', '')
    """
    names = (urlsplit(url).path.rpartition("/")[2].lower() for url in urls)
    return next((found[0] for name in names if (found := _SUFFIX.search(name))), "")
