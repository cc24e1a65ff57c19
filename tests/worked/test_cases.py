"""The worked cases of the book: each comes out as written, and together they try all of it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from rules.worked.reading import WorkedCase
from rules.worked.tally import Tally, tally
from rules.worked.trying import Trial, Tried
from tests.offers import CASES, book, judge

PRIVATE = ("min_base", "min_tc", "min_cash_y1", "current_base", "current_tc")
WHOLE = ("abroad", "big_tech", "finance", "private", "public_service")  # files of whole offers


def _file(one: WorkedCase) -> str:
    return one.place.rpartition("/")[2].partition(".")[0]


WRITTEN = [one for one in CASES.worked if not one.generated]
LEVERS = [one for one in WRITTEN if one.tries and one.tries[0] == "lever" and "holds" in one.name]
OFFERS = [one for one in WRITTEN if _file(one) in WHOLE]


def _named(cases: list[WorkedCase]) -> list[Any]:
    return [pytest.param(one, id=f"{_file(one)}: {one.name}") for one in cases]


@cache
def trial() -> Trial:
    return Trial(book(), judge())


@pytest.fixture(scope="module")
def tried() -> list[Tried]:
    return list(trial().run(CASES.worked))


@pytest.fixture(scope="module")
def covered(tried: list[Tried]) -> Tally:
    return tally(book(), CASES, tried)


@pytest.mark.parametrize("one", _named(WRITTEN))
def test_a_case_comes_out_as_written(one: WorkedCase) -> None:
    found = trial().tried(one)
    assert [str(miss) for miss in found.misses] == []


def test_the_generated_ones_do_too(tried: list[Tried]) -> None:
    made = [one for one in tried if one.worked.generated]
    assert made
    assert [one.worked.place for one in made if not one.passed] == []


def test_every_row_signal_lever_ask_question_and_condition_is_tried_each_way(
    covered: Tally,
) -> None:
    assert covered.missing() == []
    kinds = {one.kind for one in covered.wanted}
    assert kinds == {"row", "signal", "lever", "ask", "question", "condition"}


def test_every_condition_decides_in_some_case_or_it_is_said_why_not(covered: Tally) -> None:
    assert [(one.term, one.text) for one in covered.missing_conditions()] == []
    assert covered.share == 1.0
    assert len(covered.conditions) > 800
    assert sum("alone" in one.seen for one in covered.conditions) > 0.95 * len(covered.conditions)


def test_most_of_that_is_written_by_people(tried: list[Tried]) -> None:
    by_hand = [one for one in tried if not one.worked.generated]
    found = tally(book(), CASES, by_hand)
    assert found.missing() == []
    assert found.share > 0.9


def test_no_reason_is_given_for_what_a_case_does(covered: Tally) -> None:
    needless = [one.text for one in covered.conditions if one.reason and one.is_covered]
    assert needless == []


@pytest.mark.parametrize("one", _named(LEVERS))
def test_a_lever_is_silent_once_there_is_nothing_to_negotiate(one: WorkedCase) -> None:
    raw = {**one.raw, "offer": {**one.raw["offer"], "employer_final": True}}
    raw["candidate"] = {**one.raw["candidate"], "min_tc": 0}
    assert one.tries is not None
    name = one.tries[1]
    found = trial().tried(WorkedCase(name, one.place, raw, {"levers": {name: True}}))
    assert [miss.path for miss in found.misses] == [("levers", name)]


# --- Whole offers ---------------------------------------------------------------------------


def test_there_are_whole_offers_of_every_verdict() -> None:
    verdicts = {one.expect.get("verdict", one.expect.get("status")) for one in OFFERS}
    assert len(OFFERS) >= 40
    assert verdicts == {"accept", "counter", "walk_away", "needs_review"}


@pytest.mark.parametrize("one", _named(OFFERS))
def test_no_word_to_the_employer_tells_a_minimum(one: WorkedCase) -> None:
    """Scripts and packages say no minimum; one a little off no number of the market is searched."""
    candidate = one.raw["candidate"]
    private = {key: value for key, value in candidate.items() if key in PRIVATE and value}
    told = {**candidate, **{key: value - 137 for key, value in private.items()}}
    record = trial().tried(WorkedCase("", one.place, {**one.raw, "candidate": told}, {})).record
    assert record is not None
    said = [lever["script"] for lever in record["levers"]]
    said += [json.dumps(one["components"]) for one in record["meso_packages"]]
    assert not [key for key in private if str(told[key]) in " ".join(said).replace(",", "")]
