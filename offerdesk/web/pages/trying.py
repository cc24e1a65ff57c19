"""Other numbers, tried on a decision without logging anything: what they would come to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from offerdesk.flips import UNJUDGED, Range, Turn, ranges, turns
from offerdesk.markup import Markup
from offerdesk.replay import Replayed
from offerdesk.web.drawn import track
from offerdesk.web.words import VERDICTS, kind
from rules.decision import Clerk
from rules.errors import UnusableCase
from rules.judgement import Judge
from rules.what_if.stated import moved
from rules.wording import money


@dataclass(frozen=True, slots=True)
class Slider:
    """A component that can be moved.

    Attributes:
        amount: Where it stands now.
        chart: Its track, by verdict.
        flips: The same in words, from the lowest amount on.
    """

    range: Range
    amount: float
    chart: Markup
    flips: Sequence[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What the numbers would come to.

    Attributes:
        outcome: A verdict, ``needs_review`` or ``unjudged``.
        because: In one sentence.
        is_as_offered: Whether nothing was moved.
    """

    outcome: str
    because: str
    total: float | None
    currency: str | None
    sliders: Sequence[Slider]
    is_as_offered: bool


def tried(replayed: Replayed, judge: Judge, clerk: Clerk, wanted: Mapping[str, str]) -> Trial:
    """Judge a decided offer with some of its components moved.

    Args:
        replayed: The decision.
        judge: By the book that it was made by.
        clerk: Of the same book.
        wanted: Component -> amount, as it came from a slider; what is no amount of its track is
            as offered.
    """
    case = replayed.judgement.case
    tracks = ranges(replayed.judgement, replayed.book)
    amounts = {one.name: _amount(one, wanted.get(one.name)) for one in tracks}
    changed = {one.name: amounts[one.name] for one in tracks if amounts[one.name] != one.offered}
    now = moved(case, changed)
    currency = case.currency
    sliders = [_slider(one, amounts[one.name], turns(judge, now, one), currency) for one in tracks]
    try:
        judgement = judge.judge(now)
    except UnusableCase as problem:
        return Trial(UNJUDGED, str(problem), None, currency, sliders, not changed)
    record = clerk.record(judgement)
    outcome = "needs_review" if judgement.status == "needs_review" else judgement.verdict
    total = record["derived"]["tc_risk_adj"]
    return Trial(outcome, record["because"], total, currency, sliders, not changed)


def _amount(one: Range, text: str | None) -> float:
    assert one.offered is not None
    try:
        amount = float(text or "nan")
    except ValueError:
        return one.offered
    if not math.isfinite(amount) or not one.low <= amount <= one.high:
        return one.offered
    is_same = abs(amount - one.offered) < one.step / 2  # a slider stands on whole steps
    return one.offered if is_same else amount


def _slider(one: Range, amount: float, found: Sequence[Turn], currency: str | None) -> Slider:
    ends = [*(turn.start for turn in found[1:]), one.high]
    stretches = [
        track.Stretch(turn.start, end, kind(turn.outcome), VERDICTS[turn.outcome])
        for turn, end in zip(found, ends, strict=True)
    ]
    told = list(_told(found, currency))
    return Slider(one, amount, track.drawn(stretches, f"{one.label}: {'; '.join(told)}"), told)


def _told(found: Sequence[Turn], currency: str | None) -> Iterator[str]:
    """Where it flips, in words.

    >>> list(_told([Turn(1e5, "counter"), Turn(2e5, "accept")], "USD"))
    ['counter below $200,000', 'accept from $200,000']
    """
    if len(found) == 1:
        yield f"{VERDICTS[found[0].outcome].lower()} wherever it stands"
        return
    yield f"{VERDICTS[found[0].outcome].lower()} below {money(found[1].start, currency)}"
    for turn in found[1:]:
        yield f"{VERDICTS[turn.outcome].lower()} from {money(turn.start, currency)}"
