"""What a case expects, held against the record of the decision: each miss with both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from rules.book import Book, Condition, Question
from rules.decision import ASKED_PARTS as ASKED
from rules.decision import Record
from rules.source import PathInDocument

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Miss:
    """One thing that did not come out as expected.

    Attributes:
        path: What, below ``expect``.
        expected, found: Both in words.
    """

    path: PathInDocument
    expected: str
    found: str


def misses(record: Record, expect: Mapping[str, Any], book: Book) -> Iterator[Miss]:
    """Everything in which a record is not as expected, in the order of the expectation."""
    for key, wanted in expect.items():
        if key in NAMED:
            yield from _named(key, NAMED[key](record, book), wanted)
        elif key == "asks":
            yield from _asks(record["ask"], wanted)
        else:
            yield from _stated(key, record, wanted)


def _stated(key: str, record: Record, wanted: Any) -> Iterator[Miss]:
    found = record["rule" if key == "row" else key] if key in ("verdict", "status", "row") else None
    if found is not None and found != wanted:
        yield Miss((key,), str(wanted), f"{found}: {record['because']}")
    elif key == "says" and wanted not in record["because"]:
        yield Miss((key,), wanted, record["because"])
    elif key == "refused":
        yield Miss((key,), f"the offer is refused: {wanted}", record["verdict"])
    elif key == "packages":
        yield from _packages(record, wanted)


def _packages(record: Record, wanted: Sequence[Any]) -> Iterator[Miss]:
    """Packages in order, by name alone or with their parts."""
    found = [{"name": one["name"], **one["components"]} for one in record["meso_packages"]]
    shown = [one if isinstance(wanted[0], dict) else one["name"] for one in found] if wanted else []
    if shown != wanted or len(found) != len(wanted):
        yield Miss(("packages",), told(wanted), told([*map(told, found)]))


def _named(key: str, answers: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Miss]:
    for name, value in wanted.items():
        if name not in answers:
            near = ", ".join(get_close_matches(name, answers)) or "`offerdesk book show`"
            yield Miss((key, name), told(value), f"no such name; near it: {near}")
        elif not fits(answers[name], value):
            yield Miss((key, name), told(value), told(answers[name]))


def _asks(asked: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Miss]:
    for name, parts in wanted.items():
        ask = asked.get(name)
        if not isinstance(parts, Mapping):
            if (ask is not None) is not parts:
                yield Miss(("asks", name), "an ask" if parts else "no ask", _amounts(ask, ASKED))
        elif ask is None or not all(fits(ask.get(part), value) for part, value in parts.items()):
            yield Miss(("asks", name), told(parts), _amounts(ask, parts))


def _amounts(ask: Mapping[str, Any] | None, parts: Iterable[str]) -> str:
    return "no ask" if ask is None else told({part: ask.get(part) for part in parts})


def _listed(known: Iterable[Question | Condition], found: Iterable[Record]) -> dict[str, bool]:
    is_open = {one["id"] for one in found}
    return {one.name: one.name in is_open for one in known}


NAMED: Mapping[str, Callable[[Record, Book], Mapping[str, Any]]] = {
    "figures": lambda record, _: record["derived"],
    "signals": lambda record, _: record["signals"],
    "levers": lambda record, _: {o["id"]: o["applies"] for o in record["levers_considered"]},
    "questions": lambda record, book: _listed(book.questions, record["questions"]),
    "conditions": lambda record, book: _listed(book.conditions, record["conditions"]),
}


def fits(found: Any, wanted: Any) -> bool:
    """Whether a value is the one that was written, to as many places as were written.

    >>> fits(0.18577, 0.186), fits(0.18577, 0.185), fits(None, "unknown"), fits(3.0, [2, 4])
    (True, False, True, True)
    """
    if wanted == UNKNOWN:
        return found is None
    if isinstance(wanted, date):
        return bool(found == wanted.isoformat())
    if isinstance(wanted, list) and not isinstance(found, list):
        return found is not None and bool(wanted[0] <= found <= wanted[-1])
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(fits, found, wanted))
    if isinstance(wanted, bool | str) or isinstance(found, bool | str) or None in (found, wanted):
        return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)
    return bool(abs(found - wanted) <= _half_a_place(wanted) + 1e-9 * abs(wanted))


def _half_a_place(number: float) -> float:
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return 0.5 * 10.0 ** min(int(exponent), 0)


def told(value: Any) -> str:
    """A value in words.

    >>> told(None), told(True), told(123456.0), told({"floor": 1.5}), told([2, 4])
    ('unknown', 'true', '123,456', 'floor 1.5', '2 to 4')
    """
    match value:
        case None:
            return UNKNOWN
        case bool():
            return str(value).lower()
        case int() | float():
            return f"{value:,.10g}"
        case Mapping():
            return ", ".join(f"{name} {told(one)}" for name, one in value.items())
        case [low, high]:
            return f"{told(low)} to {told(high)}"
        case _:
            return str(value)
