"""``offerdesk questions``: which answers would settle a verdict, and what each leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from offerdesk.answer import Answer
from offerdesk.desk import Desk
from offerdesk.offers import Offer, on_day, read_offer
from offerdesk.restated import restated
from offerdesk.subject import Subject, decided, headed, judged_by
from rules.case import Case, read_case
from rules.source import Document
from rules.what_if.settling import Answered, Asked, Settler, Settling, Stretch
from warehouse.log import LogRow

if TYPE_CHECKING:
    from offerdesk.page import Page

Record = dict[str, Any]


class Questions(Answer):
    """What to ask about an offer, most decisive first."""

    def page(self) -> Page:
        """The answer as a page, for the candidate's eyes."""
        from offerdesk.questions_page import page_of

        return page_of(self.record)


def questions(
    offer: Offer,
    *,
    desk: Desk | None = None,
    market: str | None = None,
    as_of: date | None = None,
) -> Questions:
    """Which answers would settle, or turn, the verdict on an offer.

    Args:
        offer: As for ``offerdesk.decide``.
        desk: The desk to use; one with the standard book when not given.
        market: Id of the market snapshot to use, when the offer brings no market of its own.
        as_of: The day for which the question is asked.

    Raises:
        OfferdeskError: As ``offerdesk.decide``.
    """
    desk = desk or Desk()
    document = on_day(read_offer(offer), as_of)
    subject = judged_by(desk, *desk.case_of(document, market))
    return _questions(subject, document, lambda other: desk.case_of(other)[0])


def questions_of(row: LogRow, subject: Subject) -> Questions:
    """The same about a logged decision, in the market and on the day that it was made in.

    Args:
        row: The decision.
        subject: The same, judged again.
    """
    book, day = subject.judge.book, subject.case.evaluation_date
    document = Document(restated(row, book), {}, f"decision {row.id}")
    return _questions(subject, document, lambda other: read_case(other, book, today=day))


def _questions(subject: Subject, document: Document, read: Callable[[Document], Case]) -> Questions:
    whole = _with_market(document, subject.case, subject.market)
    settler = Settler(subject.judge, whole, read)
    settling = settler.settling([one["id"] for one in subject.record["questions"]])
    return Questions(headed(subject.record, _answer(settling)))


def _with_market(document: Document, case: Case, market: Mapping[str, Any]) -> Document:
    """The file with its day, and the market that was found for it as its own."""
    value = {**document.value, "evaluation_date": case.evaluation_date.isoformat()}
    return replace(document, value={**value, "market": market} if market else value)


def _answer(settling: Settling) -> Record:
    return {
        "state": _state(settling),
        "questions": [_question(one) for one in settling.asked],
        "together": list(settling.together),
        "follow_up": [{"id": one.name, "text": one.text} for one in settling.follow_up],
        "together_share": settling.share,
    }


def _state(settling: Settling) -> str:
    """How far the verdict is settled.

    ``DECIDED``; ``SETTLED BY ONE``; ``SETTLED TOGETHER``; ``UNDECIDABLE`` by any answers; or
    ``NOT ALL TRIED``, where none that could be tried settles it and some could not.
    """
    if settling.row.decides != "review":
        return "DECIDED"
    if any(one.settles for one in settling.asked):
        return "SETTLED BY ONE"
    if settling.together:
        return "SETTLED TOGETHER"
    return "NOT ALL TRIED" if any(one.untried for one in settling.asked) else "UNDECIDABLE"


def _question(one: Asked) -> Record:
    return {
        "id": one.name,
        "text": one.text,
        "settles": one.settles,
        "turns": one.turns,
        "places": [_place(place) for place in one.places],
        "not_tried": list(one.untried),
    }


def _place(one: Answered) -> Record:
    return {
        "place": one.answers.place,
        "unit": one.answers.unit,
        "settles": one.settles,
        "turns": one.turns,
        "tried": len(one.answers.values),
        "leads_to": [_stretch(stretch) for stretch in one.stretches],
    }


def _stretch(one: Stretch) -> Record:
    outcome = decided(one.row) if one.row else {"verdict": None, "status": "refused", "rule": None}
    return {"from": one.first, "to": one.last, "share": one.share, **outcome}
