"""Whether a browser was sent here by another site: what changes something must come from here."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_foreign(request: Request) -> bool:
    """Whether another site made the browser send this request.

    Programs that are no browsers send neither header, and bring no cookies that could be misused.
    """
    if request.method in SAFE:
        return False
    fetched_from = request.headers.get("sec-fetch-site", "none")
    if fetched_from not in {"none", "same-origin"}:
        return True
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
