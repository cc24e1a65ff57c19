"""Several offers of one candidate: each judged against the others, and at most one accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from offerdesk.decision import Decision
from offerdesk.desk import Desk
from offerdesk.offers import Offer, on_day, read_offer
from rules.book import Book

_ALSO = ("company", "level_std")  # what a competing offer has beside its pay


def decide_together(
    offers: Sequence[Offer],
    *,
    desk: Desk | None = None,
    as_of: date | None = None,
    log: bool = True,
) -> list[Decision]:
    """Decide offers that one candidate holds at the same time.

    Each is judged with the others as its competing offers.  Where several could be accepted, the
    one in writing that is worth most after risk is, and the others are left to a person.

    Args:
        offers: As for ``offerdesk.decide``; every one with the same candidate.
        desk: The desk to use; one with the standard book when not given.
        as_of: The day for which the question is asked.
        log: Whether to remember the decisions.

    Raises:
        UnusableCase: As ``offerdesk.decide``.
    """
    desk = desk or Desk()
    stated = [on_day(read_offer(offer), as_of).value for offer in offers]
    rivals = [_as_rival(one, desk.book) for one in stated]
    cases = [
        _beside(one, [rival for other, rival in enumerate(rivals) if other != index])
        for index, one in enumerate(stated)
    ]
    alone = [desk.decide(case, log=False) for case in cases]
    chosen = _chosen(alone)
    return [
        desk.decide(case if chosen in (None, index) else _passed_over(case), log=log)
        for index, case in enumerate(cases)
    ]


def _as_rival(stated: Mapping[str, Any], book: Book) -> dict[str, Any]:
    """The pay of an offer, as another offer sees it."""
    offer = stated.get("offer") or {}
    pay = {fact.paths[0][0] for fact in book.facts.values() if fact.group == "package"}
    is_written = offer.get("offer_form") in ("written", "letter", "email")
    kept = {key: value for key, value in offer.items() if key in pay or key in _ALSO}
    return kept | {
        "kind": "new_employer",
        "status": "written" if is_written else "verbal",
        "verified": is_written,
        "expires": offer.get("response_deadline"),
    }


def _beside(stated: Mapping[str, Any], rivals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    candidate = stated.get("candidate") or {}
    known = candidate.get("competing_offers") or []
    return {**stated, "candidate": {**candidate, "competing_offers": [*known, *rivals]}}


def _passed_over(case: Mapping[str, Any]) -> dict[str, Any]:
    return {**case, "candidate": {**case["candidate"], "prefers_another_offer": True}}


def _chosen(decisions: Sequence[Decision]) -> int | None:
    """The one to accept; None where at most one could be anyway."""
    accepted = [
        index
        for index, one in enumerate(decisions)
        if (one.verdict, one.status) == ("accept", "decided")
    ]
    if len(accepted) < 2:
        return None
    return max(accepted, key=lambda index: _rank(decisions[index]))


def _rank(decision: Decision) -> tuple[bool, float]:
    """What is in writing comes first, then what is worth most."""
    record = decision.record
    is_spoken = record["signals"]["offer_not_in_writing"] is True
    return not is_spoken, record["derived"]["tc_risk_adj"] or 0.0
