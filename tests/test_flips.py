"""Where the verdict flips along a component: what is said holds, and on both sides of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as limits

from offerdesk import flips
from rules.what_if.stated import moved
from tests.offers import book, case, judge, raw_cases, varied


def tracks(raw: dict[str, Any]) -> list[flips.Range]:
    judgement = judge().judge(case(raw))
    return flips.ranges(judgement, book())


@limits(max_examples=25)
@given(raw_cases(most=10))
def test_what_is_said_of_each_turn_is_so(raw: dict[str, Any]) -> None:
    stated = case(raw)
    for track in tracks(raw):
        found = flips.turns(judge(), stated, track)
        assert found[0].start == track.low
        assert all(one.outcome != other.outcome for one, other in pairwise(found))
        for before, turn in pairwise(found):
            here = moved(stated, {track.name: turn.start})
            under = moved(stated, {track.name: turn.start - track.step})
            assert flips.outcome(judge(), here) == turn.outcome
            assert flips.outcome(judge(), under) == before.outcome or before.start == turn.start


@pytest.mark.parametrize("component", ["base", "equity_total"])
def test_it_is_found_where_looking_at_every_step_finds_it(component: str) -> None:
    raw = varied({"offer.base_salary": 190_000, "offer.equity_grant_value": 150_000})
    stated = case(raw)
    (track,) = (one for one in tracks(raw) if one.name == component)
    steps = round((track.high - track.low) / track.step)
    amounts = [track.low + track.step * place for place in range(steps + 1)]
    told = [flips.outcome(judge(), moved(stated, {component: amount})) for amount in amounts]
    changes = [
        (amount, outcome)
        for amount, outcome, before in zip(amounts[1:], told[1:], told, strict=False)
        if outcome != before
    ]
    found = flips.turns(judge(), stated, track)
    assert found[0].outcome == told[0]
    assert [(one.start, one.outcome) for one in found[1:]] == changes


def test_a_component_of_which_nothing_is_known_has_no_track() -> None:
    raw = varied({"offer.base_salary": None, "market": {"guide": None}})
    assert "base" not in [one.name for one in tracks(raw)]


def test_an_offer_under_its_floor_flips_to_accept_at_it() -> None:
    raw = varied({"offer.base_salary": 190_000, "offer.equity_grant_value": 170_000})
    (track,) = (one for one in tracks(raw) if one.name == "base")
    found = flips.turns(judge(), case(raw), track)
    accepted = next(one for one in found if one.outcome == "accept")
    assert accepted.start <= 200_000
