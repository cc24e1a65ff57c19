"""Forms are taken from our own pages only: each bears a token that belongs to a cookie.

In a template, ``{{ csrf_field() }}`` is the hidden field of a form, and ``csrf_token()`` the value
that a script sends as the header ``X-CSRF-Token``.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Annotated

from fastapi import Depends, Request
from markupsafe import Markup
from starlette.datastructures import MutableHeaders

from offerdesk.web.guard.key import signed
from offerdesk.web.guard.origin import SAFE
from offerdesk.web.guard.refused import Refused
from rules.errors import Fault

COOKIE, FIELD, HEADER = "offerdesk_form", "csrf_token", "x-csrf-token"


def csrf_token(request: Request) -> str:
    """The token of this browser's forms; its cookie goes out with the answer when it is new."""
    secret = request.cookies.get(COOKIE) or getattr(request.state, "new_form_secret", None)
    if not secret:
        secret = request.state.new_form_secret = secrets.token_urlsafe(24)
    return _token(request, secret)


def csrf_field(request: Request) -> Markup:
    """The hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token(request))


def _token(request: Request, secret: str) -> str:
    key: bytes = request.app.state.key
    return signed(key, "form", secret, request.state.user or "")


async def check_csrf(request: Request) -> None:
    """Insist that what changes something was sent by one of our own forms.

    Raises:
        Refused: ``csrf-missing`` or ``csrf-wrong``.
    """
    if request.method in SAFE:
        return
    secret = request.cookies.get(COOKIE)
    given = request.headers.get(HEADER) or (await request.form()).get(FIELD)
    if not secret or not isinstance(given, str) or not given:
        raise _refused("csrf-missing", "a form without its token")
    if not hmac.compare_digest(_token(request, secret).encode(), given.encode()):
        raise _refused("csrf-wrong", "the token of another browser or session")


def _refused(code: str, found: str) -> Refused:
    step = "load the page again, and send its form; cookies must be allowed"
    return Refused(403, Fault(code, FIELD, found, "the token of this page's form", step))


def add_form_cookie(headers: MutableHeaders, secret: str, *, secure: bool) -> None:
    """Let the browser keep the secret to which its form tokens belong."""
    parts = [f"{COOKIE}={secret}", "Path=/", "HttpOnly", "SameSite=strict"]
    headers.append("set-cookie", "; ".join([*parts, "Secure"] if secure else parts))


OwnForm = Annotated[None, Depends(check_csrf)]
