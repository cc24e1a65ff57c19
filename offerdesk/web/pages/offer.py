"""The page of an offer: what is asked before anything can be decided."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from offerdesk.web.templating import templates

router = APIRouter()


@router.get("/")
def offer(request: Request) -> Response:
    """The empty form."""
    return templates.TemplateResponse(request, "offer.html")
