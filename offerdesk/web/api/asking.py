"""What a decision hangs on: the smallest ask, what is in doubt, and the open questions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import StringConstraints, WithJsonSchema

from offerdesk.asks import ask_about
from offerdesk.firmness import fragility_of
from offerdesk.open_questions import questions_of
from offerdesk.web import within
from offerdesk.web.api import shapes
from offerdesk.web.api.answering import told
from rules.errors import Fault, UnusableCase
from rules.what_if.movable import Wishes

router = APIRouter(
    prefix="/api/decisions/{id}", tags=["decisions"], default_response_class=Response
)
Component = Annotated[
    str,
    StringConstraints(pattern="^[a-z][a-z0-9_]{0,63}$"),
    WithJsonSchema({"$ref": "#/components/schemas/Component"}),
]


@router.get(
    "/ask",
    summary="What would flip a decision",
    responses=shapes.answers({200: shapes.as_json("Ask")}, 404, 410, 422, 503),
)
async def ask(
    request: Request,
    id: shapes.Id,
    lock: Annotated[
        list[Component] | None, Query(description="Leave this component as it is.")
    ] = None,
) -> Response:
    """The smallest changes of the offer that make it acceptable, proved minimal."""
    return told(request, await within.working(request).prove(_asked, request, id, lock or ()))


def _asked(request: Request, id: str, locked: Collection[str]) -> Any:
    subject = within.decisions(request).subject(within.user(request), id)
    known = [one.name for one in subject.judge.book.asks]
    strange = ", ".join(sorted(set(locked).difference(known)))
    if strange:
        raise UnusableCase(Fault("ask-unknown-component", "lock", strange, ", ".join(known)))
    return ask_about(subject, Wishes(locked=frozenset(locked))).record


@router.get(
    "/fragility",
    summary="How firm a decision is",
    responses=shapes.answers({200: shapes.as_json("Fragility")}, 404, 410, 422, 503),
)
async def fragility(request: Request, id: shapes.Id) -> Response:
    """Whether a sample, the exchange rate or a judgement of the book could turn the verdict.

    `FIRM`: nothing that is in doubt turns it. `FRAGILE`: something does, and from which value on.
    `UNDECIDABLE`: it cannot be said.
    """
    return told(request, await within.working(request).prove(_firmness, request, id))


def _firmness(request: Request, id: str) -> Any:
    return fragility_of(within.decisions(request).subject(within.user(request), id)).record


@router.get(
    "/questions",
    summary="Which answers would settle a decision",
    responses=shapes.answers({200: shapes.as_json("Questions")}, 404, 410, 422, 503),
)
async def questions(request: Request, id: shapes.Id) -> Response:
    """The open questions, most decisive first, and what each answer leads to."""
    return told(request, await within.working(request).read(_questions, request, id))


def _questions(request: Request, id: str) -> Any:
    return questions_of(*within.decisions(request).row_and_subject(within.user(request), id)).record
