"""What a question is about: an offer as it stands, or a logged decision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from offerdesk.desk import Desk
from offerdesk.market import Found
from offerdesk.offers import Offer
from offerdesk.replay import Replayed, judge_and_clerk, replay_row
from rules.book import Row
from rules.case import Case
from rules.judgement import Judge
from warehouse.log import LogRow


@dataclass(frozen=True, slots=True)
class Subject:
    """A case, who judges it, and what is decided about it.

    Attributes:
        record: Of the decision, as ``rules.decision.Clerk`` writes it.
        market: The market that was found for it, or that it brought.
    """

    judge: Judge
    case: Case
    record: Mapping[str, Any]
    market: Mapping[str, Any]


def subject_of(
    desk: Desk, offer: Offer, *, market: str | None = None, as_of: date | None = None
) -> Subject:
    """An offer, judged and not logged.

    Raises:
        OfferdeskError: As ``offerdesk.decide``.
    """
    return judged_by(desk, *desk.read(offer, market=market, as_of=as_of))


def judged_by(desk: Desk, case: Case, found: Found) -> Subject:
    """A case that a desk has read, with the market that it found for it."""
    rows = found.market.get("rows", ()) if found.snapshot else ()
    judged = desk.judge.judge(case)
    record = desk.clerk.record(judged, snapshot=found.snapshot, market_rows=rows)
    return Subject(desk.judge, case, record, found.market)


def logged_subject(row: LogRow) -> Subject:
    """A logged decision, judged again by the book that it was made by.

    Raises:
        FailedWorld: What was logged cannot be made again, byte for byte.
    """
    return subject_again(replay_row(row), judge_and_clerk(row.entry.book)[0])


def subject_again(again: Replayed, judge: Judge) -> Subject:
    """A decision that was judged again by a judge.

    Raises:
        FailedWorld: What was logged cannot be made again, byte for byte.
    """
    again.check()
    market = json.loads(again.row.entry.market)
    return Subject(judge, again.judgement.case, again.record, market)


# What says which decision an answer is about, and what pins it.
_OF_THE_DECISION = (
    "verdict",
    "status",
    "rule",
    "because",
    "company",
    "role",
    "currency",
    "evaluation_date",
)
_PINS = ("book", "snapshot", "facts_hash")


def headed(record: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer after what it is about, and before what pins it."""
    return {
        **{name: record[name] for name in _OF_THE_DECISION},
        **answer,
        **{name: record[name] for name in _PINS},
    }


def decided(row: Row) -> dict[str, str]:
    """What a row decides, as a decision tells it."""
    is_review = row.decides == "review"
    return {
        "verdict": "counter" if is_review else row.decides,
        "status": "needs_review" if is_review else "decided",
        "rule": row.name,
    }
