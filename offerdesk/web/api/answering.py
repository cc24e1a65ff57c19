"""Answers of the API: JSON with a strong ETag, and nothing at all for who has it already."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"
_ETAG = re.compile(r'(?:W/)?"([^"]*)"')
_MUST_ASK = "private, no-cache"  # tokens end, logs are redacted


def as_bytes(value: Any) -> bytes:
    """JSON in one form, so that the same value has the same tag; dates and the like as text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)


def told(request: Request, value: Any) -> Response:
    """A value of plain values as JSON."""
    return sent(request, as_bytes(value))


def sent(request: Request, body: bytes, tag: str | None = None, media: str = JSON) -> Response:
    """A body, unless whoever asks has it already.

    Args:
        request: What asked for it.
        body: All of it.
        tag: What changes when the body does; its hash where there is nothing shorter.
        media: What it is.
    """
    known_by = tag or sha256(body).hexdigest()[:32]
    headers = {"ETag": f'"{known_by}"', "Cache-Control": _MUST_ASK}
    if _is_known(request, known_by):
        return Response(status_code=304, headers=headers)
    return Response(body, 200, headers, media)


def _is_known(request: Request, tag: str) -> bool:
    """Whether whoever asks has this already, by its tag."""
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or tag in _ETAG.findall(asked)
