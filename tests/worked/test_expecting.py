"""An expectation that is not met is told; one that is met is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from rules.worked.expecting import fits, misses
from rules.worked.reading import WorkedCase
from rules.worked.trying import Trial
from tests.offers import book, judge, recorded, varied

LOW = {"offer.base_salary": 188_000}


def missed(expect: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [one.path for one in misses(recorded(LOW), expect, book())]


def test_what_is_so_is_no_miss() -> None:
    asks = {"base": {"floor": 200_000, "target": [210_000, 220_000]}, "sign_on_y1": False}
    told = {"signals": {"accept_floor_gap_base": True, "below_market_index": "unknown"}}
    told |= {"asks": asks, "levers": {"market_band_gap": True}, "figures": {"base": 188_000}}
    told |= {"conditions": {"no_history": False}, "questions": {"currency": False}}
    told |= {"verdict": "counter", "status": "decided", "row": "D9", "says": "Base $188,000"}
    assert missed(told) == []


@pytest.mark.parametrize(
    ("expect", "path"),
    [
        ({"verdict": "accept"}, ("verdict",)),
        ({"status": "needs_review"}, ("status",)),
        ({"row": "D10"}, ("row",)),
        ({"says": "nothing of the kind"}, ("says",)),
        ({"refused": "case-wrong-type"}, ("refused",)),
        ({"figures": {"base": 188_001}}, ("figures", "base")),
        ({"figures": {"basis": 1}}, ("figures", "basis")),
        ({"signals": {"accept_floor_gap_base": False}}, ("signals", "accept_floor_gap_base")),
        ({"signals": {"accept_floor_gap_base": "unknown"}}, ("signals", "accept_floor_gap_base")),
        ({"signals": {"no_such_signal": True}}, ("signals", "no_such_signal")),
        ({"levers": {"market_band_gap": False}}, ("levers", "market_band_gap")),
        ({"questions": {"no_such_question": False}}, ("questions", "no_such_question")),
        ({"conditions": {"no_history": True}}, ("conditions", "no_history")),
        ({"asks": {"base": False}}, ("asks", "base")),
        ({"asks": {"sign_on_y1": True}}, ("asks", "sign_on_y1")),
        ({"asks": {"sign_on_y1": {"floor": 1}}}, ("asks", "sign_on_y1")),
        ({"asks": {"base": {"floor": 200_001}}}, ("asks", "base")),
        ({"packages": ["something"]}, ("packages",)),
    ],
)
def test_what_is_not_so_is_one(expect: Mapping[str, Any], path: tuple[Any, ...]) -> None:
    assert missed(expect) == [path]


@pytest.mark.parametrize(
    ("found", "wanted", "is_so"),
    [
        (0.0514, 0.05, True),
        (0.0514, 0.051, True),
        (0.0514, 0.0513, False),
        (188_000.4, 188_000, True),
        (188_000.6, 188_000, False),
        (True, 1, False),
        (1.0, True, False),
        (None, 0, False),
        (0.0, "unknown", False),
        ([1.0, 2.0], [1, 2], True),
        ([1.0], [1, 2], False),
    ],
)
def test_a_number_is_compared_to_the_places_that_are_written(
    found: Any, wanted: Any, is_so: bool
) -> None:
    assert fits(found, wanted) is is_so


def test_an_offer_that_must_be_refused() -> None:
    raw = varied({"offer.base_salery": 1})
    trial = Trial(book(), judge())
    wanted = WorkedCase("x", "x.yaml:1", raw, {"refused": "case-unknown-field"})
    assert trial.tried(wanted).passed
    assert not trial.tried(WorkedCase("x", "x.yaml:1", raw, {"row": "D9"})).passed
