"""The page of a decision: verdict, charts, words to say, and what may still be asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from offerdesk.offers import read_offer
from offerdesk.replay import as_logged, judge_and_clerk, replay_row
from offerdesk.web import within
from offerdesk.web.drawn.years import LABELS
from offerdesk.web.form.typed import Typed, field_name
from offerdesk.web.making import Asked
from offerdesk.web.pages.answers import answered, questions, typed_before
from offerdesk.web.pages.decision_view import Shown, shown
from offerdesk.web.pages.trying import Trial, tried
from offerdesk.web.telling import as_told
from offerdesk.web.templating import templates
from offerdesk.web.words import Words
from rules.errors import Fault, UnusableCase
from rules.source import Document
from warehouse.log import LogRow

router = APIRouter(prefix="/decisions/{id}")
ANSWERS = "the answers"
UNUSABLE = 422
MARKDOWN, JSON = "text/markdown; charset=utf-8", "application/json"


@router.get("")
async def read(request: Request, id: str) -> Response:
    """The decision."""
    return await _answer(request, id)


@router.post("/answers")
async def answer(request: Request, id: str) -> Response:
    """Decide again with the answers to its questions."""
    form = await request.form()
    typed = {name: [str(one) for one in form.getlist(name)] for name in form}
    try:
        asked = await within.working(request).read(_asked_again, request, id, typed)
        made = await within.decisions(request).make(asked)
    except UnusableCase as problem:
        return await _answer(request, id, typed, problem.faults)
    return RedirectResponse(f"/decisions/{made.id}", 303)


def _asked_again(request: Request, id: str, typed: Typed) -> Asked:
    row = _row(request, id)
    stated = Document(answered(row, within.desk(request).book, typed), {}, ANSWERS)
    return Asked(within.user(request), partial(read_offer, stated), row.entry.snapshot)


@router.get("/try")
async def try_page(request: Request, id: str) -> Response:
    """Where the verdict flips: a part of the page, or the page with it."""
    return await _try(request, id, {})


@router.post("/try")
async def try_numbers(request: Request, id: str) -> Response:
    """Judge other numbers; nothing is logged."""
    form = await request.form()
    return await _try(request, id, {name: str(form[name]) for name in form})


async def _try(request: Request, id: str, wanted: Mapping[str, str]) -> Response:
    trial = await within.working(request).read(_tried, request, id, wanted)
    if request.headers.get("HX-Request"):
        context = {"id": id, "trial": trial}
        return templates.TemplateResponse(request, "decision_try.html", context)
    return await _answer(request, id, trial=trial)


def _tried(request: Request, id: str, wanted: Mapping[str, str]) -> Trial:
    row = _row(request, id)
    return tried(replay_row(row), *judge_and_clerk(row.entry.book), wanted)


@router.get("/report.md")
async def markdown(request: Request, id: str) -> Response:
    """The decision as Markdown."""
    decision = await within.working(request).read(lambda: as_logged(_row(request, id)))
    return _download(decision.to_markdown(), MARKDOWN, f"decision-{id}.md")


@router.get("/record.json")
async def record(request: Request, id: str) -> Response:
    """The decision as JSON, as ``decide --format json`` prints it."""
    decision = await within.working(request).read(lambda: as_logged(_row(request, id)))
    return _download(decision.to_json(), JSON, f"decision-{id}.json")


def _download(text: str, media: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, 200, headers, media)


def _row(request: Request, id: str) -> LogRow:
    return within.decisions(request).read(within.user(request), id)


async def _answer(
    request: Request,
    id: str,
    typed: Typed | None = None,
    faults: tuple[Fault, ...] = (),
    trial: Trial | None = None,
) -> Response:
    context = await within.working(request).read(_context, request, id, typed)
    errors: dict[str, list[Mapping[str, str]]] = {}
    for fault in faults:
        errors.setdefault(field_name(fault.place), []).append(as_told(fault))
    told = [as_told(fault) for fault in faults]
    context |= {"errors": errors, "faults": told, "trial": trial}
    return templates.TemplateResponse(
        request, "decision.html", context, UNUSABLE if faults else 200
    )


def _context(request: Request, id: str, typed: Typed | None) -> dict[str, Any]:
    row = _row(request, id)
    replayed, decision = replay_row(row), as_logged(row)
    view: Shown = shown(decision, replayed)
    book = within.desk(request).book
    return {
        "id": id,
        "view": view,
        "r": decision.record,
        "words": Words(replayed.book),
        "is_same": replayed.is_same,
        "logged_at": row.logged_at,
        "questions": questions(decision.record, book),
        "typed": {**typed_before(row, book), **(typed or {})},
        "labels": LABELS,
    }
