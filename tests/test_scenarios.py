"""The worked scenarios of the reference data, and no trace of them in the rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rules.decision import Record
from rules.worked.reading import FOLDER
from rules.worked.starting import SECTIONS
from tests.grading import misses
from tests.offers import recorded

REFERENCE = Path(__file__).parents[2] / "shared" / "data" / "scenarios.json"
LISTED = json.loads(REFERENCE.read_text("utf-8"))["scenarios"] if REFERENCE.is_file() else []
IDS = [one["id"] for one in LISTED] or ["none at hand"]
PRIVATE_DATA = re.compile(r"law\.yaml|vest")
FIGURE = re.compile(r"(?<![\w.,])(\d{1,3}(?:[,_]\d{3})+|\d{2,})(?:\.0+)?([kK]?)(?![\w]|[.,]\d)")


@pytest.fixture(scope="module")
def scenarios(shared_data: Path) -> dict[str, Any]:
    return {one["id"]: one for one in LISTED}


def _raw(scenario: dict[str, Any]) -> dict[str, Any]:
    return {key: scenario[key] for key in SECTIONS if key in scenario}


def _record(scenario: dict[str, Any]) -> Record:
    return recorded(start=_raw(scenario))


@pytest.mark.parametrize("number", IDS)
def test_scenario(number: str, scenarios: dict[str, Any]) -> None:
    scenario = scenarios[number]
    assert list(misses(_record(scenario), scenario["expected"])) == []


def test_scenarios_that_must_agree(scenarios: dict[str, Any]) -> None:
    """Whatever its words, a scenario may say that another one has the same answer."""
    for scenario in scenarios.values():
        twin = (scenario.get("metamorphic") or {}).get("identical_to")
        if twin in scenarios:
            ours, theirs = _record(scenario), _record(scenarios[twin])
            for key in (
                "verdict",
                "status",
                "rule",
                "derived",
                "ask",
                "levers",
                "levers_considered",
            ):
                assert ours[key] == theirs[key]


def test_scenarios_that_must_not_move(scenarios: dict[str, Any]) -> None:
    for scenario in scenarios.values():
        for path in (scenario.get("metamorphic") or {}).get("invariant_to", ()):
            before = _record(scenario)
            after = recorded({path: 987_654}, start=_raw(scenario))
            for key in ("verdict", "status", "rule", "ask", "levers", "levers_considered"):
                assert before[key] == after[key]


# --- Nothing of them in the rules -----------------------------------------------------------


def test_the_rules_know_no_scenario(scenarios: dict[str, Any], root: Path) -> None:
    ids, companies, figures = _traces(scenarios)
    names = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(ids | companies)))
    found = [
        f"{path.relative_to(root)}: {match}"
        for path in sorted((root / "rules").rglob("*"))
        if path.suffix in (".py", ".yaml", ".md") and not PRIVATE_DATA.search(path.name)
        for match in (
            *names.findall(path.read_text("utf-8")),
            *(f for f in _rule_figures(path) if f in figures),
        )
    ]
    assert found == []


def _rule_figures(path: Path) -> Iterator[int]:
    """Figures of what decides; worked cases are full of round sums, and decide nothing."""
    if path.parent.name != FOLDER:
        yield from _figures(path.read_text("utf-8"))


def _traces(scenarios: dict[str, Any]) -> tuple[set[str], set[str], set[int]]:
    companies = {one["offer"]["company"] for one in scenarios.values()}
    companies |= {rival["company"] for one in scenarios.values()
                  for rival in one["candidate"]["competing_offers"]}  # fmt: skip
    figures = {figure for one in scenarios.values() for figure in _money(one["expected"])}
    return set(scenarios), {name for name in companies if name}, figures


def _money(node: Any) -> Iterator[int]:
    """Every amount of five digits or more, whatever it belongs to."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _money(child)
    elif isinstance(node, int | float) and not isinstance(node, bool) and node >= 10_000:
        yield int(node)


def _figures(text: str) -> Iterator[int]:
    """Every whole number in a text, however it is written: 210000, 210_000, 210,000, 210K."""
    for digits, thousands in FIGURE.findall(text):
        yield int(re.sub("[,_]", "", digits)) * (1000 if thousands else 1)


@pytest.mark.parametrize("text", ["210000", "base 210_000.", "$210,000;", "(210K)", "210k"])
def test_a_figure_is_seen_however_it_is_written(text: str) -> None:
    assert 210_000 in list(_figures(text))


@pytest.mark.parametrize("text", ["2100000", "1.210000", "a210000", "210", "2,100,00"])
def test_and_nothing_else_is_taken_for_it(text: str) -> None:
    assert 210_000 not in list(_figures(text))
