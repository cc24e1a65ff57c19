"""The worked scenarios of the reference data, and no trace of them in the rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rules.decision import Record
from tests.offers import SECTIONS, recorded

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
    assert list(_misses(_record(scenario), scenario["expected"])) == []


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


def _misses(record: Record, expected: dict[str, Any]) -> Iterator[str]:
    said = "NEEDS_REVIEW" if record["status"] == "needs_review" else record["verdict"].upper()
    if said not in expected["acceptable_decisions"]:
        yield f"decision {said} ({record['because']})"
    for name, value in expected["derived"].items():
        if not _is_close(record["derived"][name], value):
            yield f"derived {name} {record['derived'][name]}, not {value}"
    for name in expected["signals_true"]:
        if record["signals"][name] is not True:
            yield f"signal {name} {record['signals'][name]}"
    yield from (f"signal {name} TRUE" for name in expected["signals_false"]
                if record["signals"].get(name) is True)  # fmt: skip
    applying = {lever["id"] for lever in record["levers_considered"] if lever["applies"] is True}
    yield from (f"no lever {name}" for name in expected["levers_must"] if name not in applying)
    yield from (f"lever {name}" for name in expected["levers_must_not"] if name in applying)
    yield from _missed_asks(record["ask"], expected.get("ask") or {})
    for key in ("questions", "conditions"):
        found = {one["id"] for one in record[key]}
        yield from (
            f"no {key} {one}" for one in expected.get(f"{key}_must", ()) if one not in found
        )


def _missed_asks(ask: dict[str, Any], expected: dict[str, Any]) -> Iterator[str]:
    for name, parts in expected.items():
        for part, value in parts.items():
            found = ask.get(name, {}).get(part)
            low, high = value if isinstance(value, list) else (value * 0.99, value * 1.01)
            if found is None or not low <= found <= high:
                yield f"ask {name} {part} {found}, not {value}"


def _is_close(found: Any, value: Any) -> bool:
    if isinstance(value, list):
        return len(found) == len(value) and all(map(_is_close, found, value))
    if found is None or value is None or isinstance(value, str | bool):
        return bool(found == value)
    return bool(abs(found - value) <= (0.005 if abs(value) < 20 else 0.005 * abs(value)))


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
            *(f for f in _figures(path.read_text("utf-8")) if f in figures),
        )
    ]
    assert found == []


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
