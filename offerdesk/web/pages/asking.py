"""The page of the smallest ask: what makes it accept, proved, and how much worse it may get."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from offerdesk.asks import ask_about
from offerdesk.subject import logged_subject
from offerdesk.web import within
from offerdesk.web.templating import templates
from offerdesk.web.words import Words

router = APIRouter(prefix="/decisions/{id}/ask")


@router.get("")
async def smallest(request: Request, id: str) -> Response:
    """As ``offerdesk ask``; a proof takes up to a few seconds."""
    context = await within.working(request).read(_context, request, id)
    return templates.TemplateResponse(request, "ask.html", context)


def _context(request: Request, id: str) -> dict[str, Any]:
    row = within.decisions(request).read(within.user(request), id)
    answer = ask_about(logged_subject(row))
    return {
        "id": id,
        "r": answer.record,
        "page": answer.page(),
        "words": Words(within.desk(request).book),
    }
