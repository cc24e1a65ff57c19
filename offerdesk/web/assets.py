"""What pages need beside themselves, each under an address that changes when its content does.

A browser asks for it once and keeps it; after an upgrade the pages name another address.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).with_name("static")
FOR_GOOD = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"  # kept, but asked about by its ETag each time


def asset(name: str) -> str:
    """The address of a file of the desk.

    Args:
        name: Such as ``/static/offerdesk.css``.
    """
    return f"{name}?v={_digest(name.removeprefix('/static/'))}"


@lru_cache(maxsize=64)
def _digest(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:16]


class Assets(StaticFiles):
    """The files, with how long each may be kept."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file; one that is asked for under its present address is kept for good."""
        response = await super().get_response(path, scope)
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("v", [""])
        is_present = response.status_code < 400 and asked == [_digest(path)]
        response.headers["cache-control"] = FOR_GOOD if is_present else ASK_AGAIN
        return response
