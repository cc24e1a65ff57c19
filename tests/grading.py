"""How a whole offer is graded: what its `expected` block says against the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.decision import Record


def misses(record: Record, expected: Mapping[str, Any]) -> Iterator[str]:
    """Everything in which a record is not as expected; what is not expected is not looked at."""
    said = "NEEDS_REVIEW" if record["status"] == "needs_review" else record["verdict"].upper()
    if said not in expected.get("acceptable_decisions", [expected["decision"]]):
        yield f"decision {said} ({record['because']})"
    if record["rule"] != expected.get("rule", record["rule"]):
        yield f"rule {record['rule']}: {record['because']}"
    for name, value in expected.get("derived", {}).items():
        if not _is_close(record["derived"][name], value):
            yield f"derived {name} {record['derived'][name]}, not {value}"
    for name in expected.get("signals_true", ()):
        if record["signals"][name] is not True:
            yield f"signal {name} {record['signals'][name]}"
    yield from (f"signal {name} TRUE" for name in expected.get("signals_false", ())
                if record["signals"].get(name) is True)  # fmt: skip
    applying = {lever["id"] for lever in record["levers_considered"] if lever["applies"] is True}
    wanted, unwanted = expected.get("levers_must", ()), expected.get("levers_must_not", ())
    yield from (f"no lever {name}" for name in wanted if name not in applying)
    yield from (f"lever {name}" for name in unwanted if name in applying)
    yield from _missed_asks(record["ask"], expected)
    for key in ("questions", "conditions"):
        found = {one["id"] for one in record[key]}
        yield from (
            f"no {key} {one}" for one in expected.get(f"{key}_must", ()) if one not in found
        )
        yield from (f"{key} {one}" for one in expected.get(f"no_{key}", ()) if one in found)
    packages = [one["name"] for one in record["meso_packages"]]
    if packages != expected.get("packages", packages):
        yield f"packages {packages}"


def _missed_asks(ask: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"ask {name}" for name in expected.get("no_ask", ()) if name in ask)
    for name, parts in (expected.get("ask") or {}).items():
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
