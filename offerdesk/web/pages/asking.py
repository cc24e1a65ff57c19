"""The pages of what a decision hangs on: the smallest ask, what is in doubt, open questions.

Each takes up to a second or two, so that the page of the decision asks for its part of them only
when somebody comes to see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from offerdesk.asks import ask_about
from offerdesk.firmness import fragility_of
from offerdesk.open_questions import questions_of
from offerdesk.web import within
from offerdesk.web.pages.ask_view import in_short
from offerdesk.web.pages.firm_view import firm
from offerdesk.web.pages.leads_view import leads
from offerdesk.web.templating import templates
from offerdesk.web.words import Words

router = APIRouter(prefix="/decisions/{id}")


@router.get("/ask")
async def smallest(request: Request, id: str) -> Response:
    """As ``offerdesk ask``."""
    return _told(request, "ask", await within.working(request).prove(_ask, request, id))


@router.get("/fragility")
async def fragility(request: Request, id: str) -> Response:
    """As ``offerdesk fragility``."""
    return _told(request, "fragility", await within.working(request).prove(_firm, request, id))


@router.get("/questions")
async def questions(request: Request, id: str) -> Response:
    """As ``offerdesk questions``."""
    return _told(request, "questions", await within.working(request).read(_leads, request, id))


def _told(request: Request, name: str, context: Mapping[str, Any]) -> Response:
    """A page of its own, or the part of it that stands on the page of the decision."""
    part = "_part" if request.headers.get("HX-Request") else ""
    return templates.TemplateResponse(request, f"{name}{part}.html", dict(context))


def _ask(request: Request, id: str) -> dict[str, Any]:
    subject = within.decisions(request).subject(within.user(request), id)
    answer = ask_about(subject)
    words, page = Words(subject.judge.book, "a"), answer.page()
    short = in_short(answer)
    return {"id": id, "r": answer.record, "page": page, "short": short, "words": words}


def _firm(request: Request, id: str) -> dict[str, Any]:
    subject = within.decisions(request).subject(within.user(request), id)
    found = firm(fragility_of(subject))
    return {"id": id, "r": found.record, "firm": found, "words": Words(subject.judge.book, "d")}


def _leads(request: Request, id: str) -> dict[str, Any]:
    row, subject = within.decisions(request).row_and_subject(within.user(request), id)
    found = leads(questions_of(row, subject), subject.judge.book)
    return {"id": id, "r": found.record, "leads": found}
