"""From what was typed to the offer that it states, and back, so that nothing typed is ever lost.

What cannot be read as what its field asks for is passed on as it was typed: the door then refuses
it in the words that the command line has for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from offerdesk.restated import Raw, put
from offerdesk.web.form.fields import Field, entry_fields, fields_of
from rules.book import Book
from rules.source import parse_document

Typed = Mapping[str, Sequence[str]]  # name of a field -> what was typed, several for ticks
YES, NO = "yes", "no"
NONE = "none-of-these"  # a tick that says that none of the others applies
MOST_ENTRIES = 20
MARKET, MARKET_NAME = "market", "the market section"
_NUMBER = re.compile(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_PLACE = re.compile(r"\[(\d+)\]")


def document_of(typed: Typed, book: Book) -> Raw:
    """The offer that the filled fields state.

    Raises:
        UnusableCase: The market section is no YAML or JSON.
    """
    found: Raw = {"offer": {}}
    for field in fields_of(book):
        _state(found, field, typed)
    for name, one in book.lists.items():
        if one.path[0] == "market":
            continue
        root = ".".join(one.path)
        entries = [_entry(typed, f"{root}.{n}", book, name) for n in numbers(typed, root)]
        if any(entries):
            put(found, one.path, [entry for entry in entries if entry])
    day, market = ((typed.get(one) or [""])[0].strip() for one in ("evaluation_date", MARKET))
    found |= {"evaluation_date": day} if day else {}
    return found | ({"market": _section(market)} if market else {})


def _section(text: str) -> Any:
    """A market section as it was pasted.

    Raises:
        UnusableCase: As ``rules.source.parse_document``.
    """
    is_json = text.startswith("{")
    return parse_document(text, f"{MARKET_NAME}{'.json' if is_json else ''}").value


def numbers(typed: Typed, root: str) -> list[int]:
    """Which entries of a list were sent, filled or not.

    >>> numbers({"a.0.x": ["1"], "a.2.y.z": [""], "ab.1.x": ["2"]}, "a")
    [0, 2]
    """
    found = {
        int(place)
        for name in typed
        if name.startswith(f"{root}.")
        for place in [name.removeprefix(f"{root}.").partition(".")[0]]
        if place.isdigit() and len(place) <= 3
    }
    return sorted(found)[:MOST_ENTRIES]


def _entry(typed: Typed, root: str, book: Book, name: str) -> Raw:
    found: Raw = {}
    for field in entry_fields(book, name):
        inside = field.inside(root)
        value = value_of(inside, typed.get(inside.name, ()))
        if value is not None:
            put(found, field.key.split("."), value)
    return _without_gaps(found)


def _state(found: Raw, field: Field, typed: Typed) -> None:
    value = value_of(field, typed.get(field.name, ()))
    if value is None:
        return
    path = field.name.split(".")
    put(found, path, [*(_at(found, path) or []), *value] if field.kind == "tick" else value)


def value_of(field: Field, given: Sequence[str]) -> Any:
    """What one field states; None where it was left empty."""
    if field.kind == "tick":
        ticked = [field.word] if field.word in given else []
        return ticked if ticked or NONE in given else None
    text = given[0].strip() if given else ""
    if not text:
        return None
    match field.kind:
        case "number" | "money":
            return _number(text)
        case "share":
            return _share(text)
        case "flag":
            return {YES: True, NO: False}.get(text, text)
        case _:
            return text


def _number(text: str) -> int | float | str:
    """A number, with commas between its thousands or without.

    >>> _number("210,000"), _number("0.5"), _number("210K"), _number("2,1")
    (210000, 0.5, '210K', '2,1')
    """
    if not _NUMBER.fullmatch(text):
        return text
    plain = text.replace(",", "")
    return float(plain) if "." in plain else int(plain)


def _share(text: str) -> float | str:
    """Hundredths as a fraction.

    >>> _share("15"), _share("12.5 %"), _share("a third")
    (0.15, 0.125, 'a third')
    """
    try:
        number = Decimal(text.rstrip("% "))
    except InvalidOperation:
        return text
    return float(number / 100) if number.is_finite() else text


def _without_gaps(node: Raw) -> Raw:
    """A vesting schedule of which only later years were typed lacks no year: they are 0."""
    schedule = node.get("vest_schedule")
    if isinstance(schedule, list):
        node["vest_schedule"] = [0 if share is None else share for share in schedule]
    return node


# --- And back -------------------------------------------------------------------------------


def typed_of(document: Raw, book: Book) -> dict[str, list[str]]:
    """What would have been typed to state an offer."""
    found: dict[str, list[str]] = {}
    _type(found, fields_of(book), document, "")
    for name, one in book.lists.items():
        listed = _at(document, one.path)
        if one.path[0] == "market" or not isinstance(listed, list):
            continue
        for place, entry in enumerate(listed):
            root = f"{'.'.join(one.path)}.{place}"
            _type(found, entry_fields(book, name), entry, f"{root}.")
    day, market = document.get("evaluation_date"), document.get("market")
    found |= {"evaluation_date": [str(day)]} if day else {}
    return found | ({MARKET: [json.dumps(market, indent=1, default=str)]} if market else {})


def _type(found: dict[str, list[str]], fields: Iterable[Field], node: Any, root: str) -> None:
    for field in fields:
        value = _at(node, (field.key if root else field.name).split("."))
        if value is None:
            continue
        name = f"{root}{field.key}" if root else field.name
        if field.kind == "tick":
            found.setdefault(name, []).extend(_ticks(field, value, found.get(name, ())))
        else:
            found[name] = [_text(field, value)]


def _ticks(field: Field, value: Any, others: Sequence[str]) -> Iterator[str]:
    if value == [] and not others:
        yield NONE
    elif isinstance(value, list) and field.word in value:
        yield field.word


def _text(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if field.kind == "share" and isinstance(value, int | float):
        return f"{Decimal(repr(value)) * 100:f}".rstrip("0").rstrip(".") or "0"
    if isinstance(value, float):
        return f"{value:.15g}" if value.is_integer() else repr(value)
    return str(value)


def _at(node: Any, path: Iterable[str]) -> Any:
    for step in path:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


# --- Where faults belong ----------------------------------------------------------------------


def field_name(place: str) -> str:
    """The path that a fault is at, as fields are named.

    >>> field_name("the form, candidate.competing_offers[0].base_salary")
    'candidate.competing_offers.0.base_salary'
    """
    return _PLACE.sub(r".\1", place.rpartition(", ")[2])
