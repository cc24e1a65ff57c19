"""The page where a browser shows its token, once for a session."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from offerdesk.web.guard import session
from offerdesk.web.guard.refused import Refused
from offerdesk.web.guard.who import Doorkeeper
from offerdesk.web.templating import templates

router = APIRouter()


@router.get("/login")
def login(request: Request) -> Response:
    """The form; nobody needs it where there are no tokens."""
    if not request.app.state.settings.tokens:
        return RedirectResponse("/", 303)
    return templates.TemplateResponse(request, "login.html", {"told": ""})


@router.post("/login")
def log_in(request: Request, token: Annotated[str, Form()] = "") -> Response:
    """Begin a session, or say that the token is nobody's."""
    keeper: Doorkeeper = request.app.state.keeper
    try:
        user = keeper.user_with(token.strip(), request)
    except Refused as refused:
        context = {"told": "This token is nobody's, or was tried too often."}
        return templates.TemplateResponse(
            request, "login.html", context, refused.status, refused.headers
        )
    response = RedirectResponse("/", 303)
    session.begin(response, request, user, request.app.state.key, keeper.tokens)
    return response


@router.post("/logout")
def log_out() -> Response:
    """End the session."""
    response = RedirectResponse("/login", 303)
    session.end(response)
    return response
