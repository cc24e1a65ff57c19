"""Facts, parameters and law: everything that an expression may name from outside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.book import Amount, Fact, LawRow, LawTable, ListOf, Parameter, Period
from rules.checker import Type
from rules.errors import MalformedBook
from rules.page import Page
from rules.reading import READINGS
from rules.source import PathInDocument
from rules.units import Unit, parse_unit

GROUPS = ("case", "package", "offer", "candidate", "market")

_FACT = {"type": "text", "meaning": "text", "missing": "text"}
_FACT_MAY = {
    "unit": "text",
    "from": "any",
    "read": "text",
    "words": "words",
    "one_of": "words",
    "also": "mapping",
    "open": "flag",
    "least": "number",
    "most": "number",
    "private": "flag",
}
_LIST_MAY = {"package": "flag", "assume": "mapping"}
_PARAMETER = {"unit": "text", "meaning": "text", "values": "list"}
_PARAMETER_MAY = {"keyed_by": "text", "currency": "text", "grid": "flag", "decides": "flag"}
_PERIOD = {"from": "date", "grade": "text", "source": "text"}
_PERIOD_MAY = {"value": "any", "low": "any", "point": "any", "high": "any", "table": "mapping"}
_LAW = {"meaning": "text", "checked": "date", "source": "text", "rows": "mapping"}
_GRADES = ("A", "B", "C", "D", "E")


def read_facts(page: Page) -> dict[str, Fact]:
    """The facts of every group, by name; a name may stand only once."""
    facts: dict[str, Fact] = {}
    for group in GROUPS:
        for name, value in page.section(group).items():
            if name in facts:
                page.fault("duplicate-name", (group, name), f"`{name}` again", "one meaning a name")
            facts[name] = _fact(page, (group, name), name, group, value)
    return facts


def read_lists(page: Page) -> dict[str, ListOf]:
    """The lists of a case, by name, each with the facts of one entry."""
    return {name: _list(page, name, value) for name, value in page.section("lists").items()}


def _list(page: Page, name: str, value: Any) -> ListOf:
    path: PathInDocument = ("lists", name)
    entry = page.entry(path, value, {"from": "text", "facts": "mapping"}, _LIST_MAY)
    facts = tuple(
        _fact(page, (*path, "facts", key), key, name, item)
        for key, item in entry.get("facts", {}).items()
    )
    return ListOf(
        name=name,
        path=tuple(entry.get("from", name).split(".")),
        is_package=entry.get("package", False),
        facts=facts,
        assumed={str(key): str(word) for key, word in entry.get("assume", {}).items()},
    )


def _fact(page: Page, path: PathInDocument, name: str, group: str, value: Any) -> Fact:
    entry = page.entry(path, value, _FACT, _FACT_MAY)
    reading = entry.get("read", "value")
    if reading not in READINGS:
        page.fault("reading", (*path, "read"), f"`{reading}`", ", ".join(READINGS))
        reading = "value"
    paths = tuple(tuple(one.split(".")) for one in _paths(entry.get("from", name)))
    _refuse_prohibited(page, path, name, paths)
    return Fact(
        name=name,
        group=group,
        paths=paths,
        read=reading,
        words=tuple(map(str, entry.get("words", ()))),
        type=declared_type(page, path, entry),
        also={str(key): str(word) for key, word in entry.get("also", {}).items()},
        is_open=entry.get("open", False),
        least=_float(entry.get("least")),
        most=_float(entry.get("most")),
        meaning=entry.get("meaning", ""),
        missing=entry.get("missing", ""),
        private=entry.get("private", False),
    )


def _refuse_prohibited(
    page: Page, path: PathInDocument, name: str, places: tuple[tuple[str, ...], ...]
) -> None:
    """No fact may be read where something stands that must never be an input.

    Such a key is dropped where it stands right in its section.  What describes a person, the
    candidate and every list, may not hold one deeper down either; an offer may, as a project has
    a name.
    """
    prohibited = page.section("prohibited").get("keys") or ()
    is_of_a_thing = path[0] in ("case", "package", "offer", "market")
    keys = {key for place in places for key in (place[:1] if is_of_a_thing else place)}
    for key in sorted({name, *keys} & set(prohibited)):
        allowed = "a fact that is none of `prohibited.keys`"
        page.fault("prohibited-fact", path, f"a fact that reads `{key}`", allowed, "remove it")


def _paths(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def declared_type(page: Page, path: PathInDocument, entry: Mapping[str, Any]) -> Type:
    """The type that an entry declares through ``type``, ``unit`` and ``one_of``."""
    kind = entry.get("type", "number" if "unit" in entry else "flag")
    match kind:
        case "number":
            unit = read_unit(page, (*path, "unit"), entry.get("unit"))
            return Type("number", unit, label=str(entry.get("unit", "")))
        case "text":
            words = entry.get("one_of")
            return Type("text", None, frozenset(map(str, words)) if words else None)
        case "flag" | "date":
            return Type(kind)
        case _:
            page.fault("type", (*path, "type"), f"`{kind}`", "number, text, flag, date")
            return Type("null")


def read_unit(page: Page, path: PathInDocument, text: Any) -> Unit | None:
    """A unit; None, with a fault, when it is missing or unknown."""
    if text is None:
        page.fault("missing-unit", path, "no unit", "a unit such as currency/year or fraction")
        return None
    try:
        return parse_unit(str(text))
    except MalformedBook as problem:
        fault = problem.faults[0]
        page.fault("unit-unknown", path, fault.found, fault.allowed)
        return None


def read_parameters(page: Page) -> dict[str, Parameter]:
    """The dated numbers of one file."""
    return {name: _parameter(page, name, value) for name, value in page.section().items()}


def _parameter(page: Page, name: str, value: Any) -> Parameter:
    entry = page.entry((name,), value, _PARAMETER, _PARAMETER_MAY)
    known = read_unit(page, (name, "unit"), entry.get("unit")) is not None
    periods = tuple(
        _period(page, (name, "values", index), item)
        for index, item in enumerate(entry.get("values", []))
    )
    _check_dates(page, (name, "values"), periods)
    return Parameter(
        name=name,
        unit=entry["unit"] if known else "fraction",
        keyed_by=entry.get("keyed_by"),
        periods=periods,
        decides=entry.get("decides", False),
        currency=entry.get("currency"),
        is_grid=entry.get("grid", False),
        meaning=entry.get("meaning", ""),
    )


def _check_dates(page: Page, path: PathInDocument, periods: tuple[Period, ...]) -> None:
    days = [period.valid_from for period in periods]
    if not days:
        page.fault("no-value", path, "no dated value", "at least one value with `from`")
    if days != sorted(set(days)):
        page.fault("dates", path, "days out of order or twice", "each `from` later than the last")


def _period(page: Page, path: PathInDocument, value: Any) -> Period:
    from datetime import date

    entry = page.entry(path, value, _PERIOD, _PERIOD_MAY)
    if entry.get("grade", "E") not in _GRADES:
        page.fault("grade", (*path, "grade"), f"`{entry['grade']}`", ", ".join(_GRADES))
    amounts: Amount | dict[str, Amount]
    if "table" in entry:
        amounts = {
            str(key): _amount(page, (*path, "table", key), item)
            for key, item in entry["table"].items()
        }
    else:
        amounts = _amount(page, path, entry)
    return Period(
        entry.get("from", date.max), amounts, entry.get("grade", "E"), entry.get("source", "")
    )


def _amount(page: Page, path: PathInDocument, value: Any) -> Amount:
    if not isinstance(value, dict):
        return Amount(*(_number(page, path, value),) * 3)
    point = _number(page, path, value.get("point", value.get("value")))
    low, high = (
        _number(page, path, value[end]) if end in value else point for end in ("low", "high")
    )
    known = [number for number in (low, point, high) if number is not None]
    if known != sorted(known):
        page.fault("ends", path, f"{low}, {point}, {high}", "low <= point <= high")
    return Amount(low, point, high)


def _number(page: Page, path: PathInDocument, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        page.fault("kind", path, f"`{value}`", "a number")
        return None
    return float(value)


def read_law(page: Page) -> dict[str, LawTable]:
    """The tables of law, by name."""
    return {name: _law(page, name, value) for name, value in page.section().items()}


def _law(page: Page, name: str, value: Any) -> LawTable:
    from datetime import date

    entry = page.entry((name,), value, _LAW)
    rows = tuple(_law_rows(page, name, entry.get("rows", {})))
    return LawTable(
        name,
        entry.get("meaning", ""),
        entry.get("checked", date.min),
        entry.get("source", ""),
        rows,
    )


def _law_rows(page: Page, name: str, rows: Mapping[str, Any]) -> Iterator[LawRow]:
    for place, value in rows.items():
        path = (name, "rows", place)
        entry = page.entry(
            path, value, {"from": "date"}, {"employers_of": "number", "note": "text"}
        )
        if "from" in entry:
            yield LawRow(place, entry["from"], entry.get("employers_of"), entry.get("note", ""))
