"""Worked cases in YAML: verdict rows, signals, levers and asks, with what each must give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.certainty import certain_names, is_certain
from rules.decision import Record
from tests.offers import PERCENTILE, RIVAL, book, recorded

FOLDER = Path(__file__).parent / "cases"
TRUTHS = {"true": True, "false": False, "unknown": None}
KEYS = {
    "case", "change", "verdict", "status", "rule", "derived", "ask", "no_ask", "levers",
    "no_levers", "questions", "conditions", "no_conditions", "no_questions", "packages", "because",
    *TRUTHS,
}  # fmt: skip


def _read(name: str) -> Any:
    """A file of cases; YAML reads the bare words true and false as keys that are no text."""
    return _with_text_keys(yaml.safe_load((FOLDER / name).read_text("utf-8")))


def _with_text_keys(node: Any) -> Any:
    if isinstance(node, dict):
        return {
            str(k).lower() if isinstance(k, bool) else k: _with_text_keys(v)
            for k, v in node.items()
        }
    return [_with_text_keys(one) for one in node] if isinstance(node, list) else node


def _changes(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Changes with their short hands written out."""
    changes = {path: value for part in parts for path, value in part.items()}
    for short, path, plain in (
        ("rivals", "candidate.competing_offers", RIVAL),
        ("percentiles", "market.percentiles", PERCENTILE),
    ):
        if short in changes:
            changes[path] = [{**plain, **one} for one in changes.pop(short)]
    return changes


SIGNALS: dict[str, dict[str, Any]] = _read("signals.yaml")
LEVERS: dict[str, Any] = _read("levers.yaml")
FILES = sorted(path.name for path in FOLDER.glob("*.yaml")
               if path.name not in ("signals.yaml", "levers.yaml"))  # fmt: skip


def _worked() -> Iterator[Any]:
    for name in FILES:
        chapter = _read(name)
        for one in chapter["cases"]:
            changes = _changes(chapter.get("start", {}), one.get("change", {}))
            yield pytest.param(changes, one, id=f"{name.removesuffix('.yaml')}: {one['case']}")


WORKED = list(_worked())


# --- Signals and levers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "truth", "changes"),
    [
        pytest.param(name, truth, changes, id=f"{name} {truth}")
        for name, entry in SIGNALS.items()
        for truth, changes in entry.items()
        if changes != "never"
    ],
)
def test_signal(name: str, truth: str, changes: Mapping[str, Any]) -> None:
    assert recorded(_changes(changes))["signals"][name] is TRUTHS[truth]


@pytest.mark.parametrize("name", LEVERS["levers"])
def test_lever(name: str) -> None:
    entry = LEVERS["levers"][name]
    holds = recorded(_changes(LEVERS["start"], entry["holds"]))
    fails = recorded(_changes(LEVERS["start"], entry["not"]))
    assert holds["verdict"] == fails["verdict"] == "counter"
    assert name in _applying(holds)
    assert name not in _applying(fails)


@pytest.mark.parametrize("name", LEVERS["levers"])
def test_lever_is_silent_once_there_is_nothing_to_negotiate(name: str) -> None:
    entry = LEVERS["levers"][name]
    final = {"offer.employer_final": True, "candidate.min_tc": 0}
    assert name not in _applying(recorded(_changes(LEVERS["start"], entry["holds"], final)))


def _applying(record: Record) -> set[str]:
    return {lever["id"] for lever in record["levers_considered"] if lever["applies"] is True}


# --- Whole cases ----------------------------------------------------------------------------


@pytest.mark.parametrize(("changes", "expected"), WORKED)
def test_case(changes: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    assert not set(expected) - KEYS
    record = recorded(changes)
    assert list(_misses(record, expected)) == []


def _misses(record: Record, expected: Mapping[str, Any]) -> Iterator[str]:
    for key in ("rule", "verdict", "status"):
        if record[key] != expected.get(key, record[key]):
            yield f"{key} {record[key]}: {record['because']}"
    if expected.get("because", "") not in record["because"]:
        yield f"because {record['because']}"
    for key, truth in TRUTHS.items():
        for name in expected.get(key, ()):
            if record["signals"][name] is not truth:
                yield f"signal {name} {record['signals'][name]}"
    for name, value in expected.get("derived", {}).items():
        if record["derived"][name] != pytest.approx(value, rel=1e-6, abs=1e-9):
            yield f"derived {name} {record['derived'][name]}"
    yield from _missed_asks(record["ask"], expected)
    applying = _applying(record)
    yield from (f"no lever {name}" for name in expected.get("levers", ()) if name not in applying)
    yield from (f"lever {name}" for name in expected.get("no_levers", ()) if name in applying)
    for key in ("questions", "conditions"):
        found = {one["id"] for one in record[key]}
        yield from (f"no {key[:-1]} {id}" for id in expected.get(key, ()) if id not in found)
        yield from (f"{key[:-1]} {id}" for id in expected.get(f"no_{key}", ()) if id in found)
    packages = [{"name": p["name"], **p["components"]} for p in record["meso_packages"]]
    if packages != expected.get("packages", packages):
        yield f"packages {packages}"


def _missed_asks(ask: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"ask {name} {ask[name]}" for name in expected.get("no_ask", ()) if name in ask)
    for name, parts in expected.get("ask", {}).items():
        for part, value in parts.items():
            found = ask[name][part] if name in ask else "not open"
            if found != value:
                yield f"ask {name} {part} {found}"


# --- Coverage -------------------------------------------------------------------------------


def test_every_signal_is_tried_true_and_false() -> None:
    known = {one.name for layer in book().layers for one in layer.signals}
    missing = [f"{name} {truth}" for name in sorted(known) for truth in ("true", "false")
               if truth not in SIGNALS.get(name, {})]  # fmt: skip
    assert missing == []
    assert sorted(SIGNALS.keys() - known) == []


def test_every_signal_that_may_be_unknown_is_tried_so() -> None:
    certain = certain_names(book())
    missing = [
        one.name
        for layer in book().layers
        for one in layer.signals
        if not is_certain(one.when, certain) and "unknown" not in SIGNALS.get(one.name, {})
    ]
    assert missing == []


def test_every_lever_is_tried() -> None:
    known = {lever.name for lever in book().levers}
    assert sorted(known ^ LEVERS["levers"].keys()) == []


def test_every_row_decides_a_case() -> None:
    tried = {param.values[1].get("rule") for param in WORKED}
    assert [row.name for row in book().rows if row.name not in tried] == []


def test_every_ask_question_and_condition_is_tried() -> None:
    asks = {name for param in WORKED for name in param.values[1].get("ask", {})}
    assert sorted({ask.name for ask in book().asks} - asks) == []
    for key, known in (("questions", book().questions), ("conditions", book().conditions)):
        tried = {name for param in WORKED for name in param.values[1].get(key, ())}
        assert sorted({one.name for one in known} - tried) == []
