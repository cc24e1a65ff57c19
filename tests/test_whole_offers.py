"""Whole offers of every kind of employer, worked out by hand, from the file to the verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.grading import misses
from tests.offers import recorded

FOLDER = Path(__file__).parent / "cases" / "offers"
PRIVATE = ("min_base", "min_tc", "min_cash_y1", "current_base", "current_tc")
SECTIONS = ("evaluation_date", "offer", "candidate", "market")


def _merged(common: Any, own: Any) -> Any:
    """What is stated in common, with what an offer states of its own."""
    if not (isinstance(common, dict) and isinstance(own, dict)):
        return own
    kept = {key: value for key, value in common.items() if key not in own}
    return kept | {key: _merged(common.get(key), value) for key, value in own.items()}


def _whole(common: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _merged(common.get(name), one.get(name, common.get(name))) for name in SECTIONS}


def _offers() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.yaml")):
        chapter = yaml.safe_load(path.read_text("utf-8"))
        for one in chapter["offers"]:
            yield pytest.param(
                _whole(chapter["common"], one), one["expected"], id=f"{path.stem}: {one['title']}"
            )


OFFERS = list(_offers())


@pytest.mark.parametrize(("raw", "expected"), OFFERS)
def test_offer(raw: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    assert list(misses(recorded(start=raw), expected)) == []


def test_there_are_offers_of_every_decision() -> None:
    decisions = [param.values[1]["decision"] for param in OFFERS]
    assert len(decisions) >= 40
    assert set(decisions) == {"ACCEPT", "COUNTER", "WALK_AWAY", "NEEDS_REVIEW"}


@pytest.mark.parametrize(("raw", "expected"), OFFERS)
def test_no_word_to_the_employer_tells_a_minimum(raw: Mapping[str, Any], expected: Any) -> None:
    """Scripts and packages say no minimum; one a little off no number of the market is searched."""
    private = {key: value for key, value in raw["candidate"].items() if key in PRIVATE and value}
    told = {**raw["candidate"], **{key: value - 137 for key, value in private.items()}}
    record = recorded(start={**raw, "candidate": told})
    said = [lever["script"] for lever in record["levers"]]
    said += [json.dumps(one["components"]) for one in record["meso_packages"]]
    assert not [key for key in private if str(told[key]) in " ".join(said).replace(",", "")]
