"""A browser that has shown its token once: a signed cookie says who it is, and until when."""

from __future__ import annotations

import hmac
import time

from starlette.requests import Request
from starlette.responses import Response

from offerdesk.web.guard.key import signed
from offerdesk.web.guard.tokens import Tokens

COOKIE = "offerdesk_session"
LASTS = 12 * 3600  # [s]


def begin(response: Response, request: Request, user: str, key: bytes, tokens: Tokens) -> None:
    """Let a browser in as a user until the session ends."""
    until = str(int(time.time()) + LASTS)
    value = f"{user}|{until}|{_signature(user, until, key, tokens)}"
    response.set_cookie(
        COOKIE,
        value,
        max_age=LASTS,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def end(response: Response) -> None:
    """Forget a browser."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")


def user_of(cookie: str, key: bytes, tokens: Tokens) -> str | None:
    """Whom a session lets in; None when it has ended, or the user's token is another now."""
    user, _, rest = cookie.partition("|")
    until, _, signature = rest.partition("|")
    expected = _signature(user, until, key, tokens)
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        return None
    return user if int(until) > time.time() and tokens.hash_of(user) is not None else None


def _signature(user: str, until: str, key: bytes, tokens: Tokens) -> str:
    return signed(key, "session", user, until, tokens.hash_of(user) or b"")
