"""``offerdesk fragility``: whether a verdict stands up to doubts about what it rests on."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from offerdesk.answer import Answer
from offerdesk.desk import Desk
from offerdesk.offers import Offer
from offerdesk.subject import Subject, decided, headed, subject_of
from rules.judgement import Judge
from rules.what_if.fragility import Alone, Examiner, Fragility, Together, Unbounded

if TYPE_CHECKING:
    from offerdesk.page import Page

Record = dict[str, Any]


class Firmness(Answer):
    """How firm the verdict on an offer is."""

    @property
    def state(self) -> str:
        """``FIRM``, ``FRAGILE`` or ``UNDECIDABLE``."""
        return str(self.record["state"])

    def page(self) -> Page:
        """The answer as a page, for the candidate's eyes."""
        from offerdesk.fragility_page import page_of

        return page_of(self.record)


def fragility(
    offer: Offer,
    *,
    desk: Desk | None = None,
    market: str | None = None,
    as_of: date | None = None,
) -> Firmness:
    """Whether samples, the exchange rate or judgements of the book could turn a verdict.

    Args:
        offer: As for ``offerdesk.decide``.
        desk: The desk to use; one with the standard book when not given.
        market: Id of the market snapshot to use, when the offer brings no market of its own.
        as_of: The day for which the question is asked.

    Raises:
        OfferdeskError: As ``offerdesk.decide``.
    """
    return fragility_of(subject_of(desk or Desk(), offer, market=market, as_of=as_of))


def fragility_of(subject: Subject) -> Firmness:
    """The same about an offer or a logged decision."""
    published = subject.market.get("percentiles") or ()
    found = _examiner(subject.judge).fragility(subject.case, published)
    return Firmness(headed(subject.record, _answer(found)))


@lru_cache(maxsize=4)
def _examiner(judge: Judge) -> Examiner:
    return Examiner(judge)


def _answer(found: Fragility) -> Record:
    return {
        "state": found.state,
        "samples": [_sample(one) for one in found.samples],
        "rate": _alone(found.rate) if found.rate else None,
        "parameters": [_alone(one) for one in found.parameters],
        "together": _together(found.together),
        "without_bearing": list(found.idle),
        "ends_tried_in_every_verdict": list(found.ends_tried),
    }


def _sample(one: Alone | Unbounded) -> Record:
    if isinstance(one, Alone):
        return _alone(one)
    return {
        "kind": "sample",
        "name": one.source.name,
        "label": f"median of {one.source.metric}, {one.source.name}",
        "state": one.state,
        "why": one.source.why,
        "turns": [],
        "proof": None,
    }


def _alone(one: Alone) -> Record:
    doubt, edges = one.doubt, one.edges
    return {
        "kind": doubt.kind,
        "name": doubt.name,
        "label": doubt.label,
        "unit": doubt.unit,
        "value": doubt.point,
        "low": doubt.low,
        "high": doubt.high,
        "basis": doubt.basis,
        "state": one.state,
        "turns": [
            {"at": edge.value, "last_before": edge.last, **decided(edge.row)}
            for edge in edges.found
        ],
        "proof": "z3" if edges.is_proved else "tried in even steps",
    }


def _together(found: Together) -> Record:
    return {
        "state": found.state,
        "turns": None
        if found.row is None
        else {
            "at": [
                {"kind": one.kind, "name": one.name, "label": one.label, "unit": one.unit}
                | {"value": one.point, "at": value}
                for one, value in found.changes
            ],
            **decided(found.row),
        },
        "corners_tried": found.corners,
        "left_out": [one.name for one in found.left_out],
        "proof": "z3" if found.is_proved else "corners",
    }
