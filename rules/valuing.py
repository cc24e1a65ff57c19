"""Packages and lists of a case, valued by the book's formulas through the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rules.book import Book, Formula, Pick
from rules.case import Case
from rules.expression import Value
from rules.interpreter import compile as meaning
from rules.numbers import Numbers

Values = dict[str, Any]
Step = tuple[str, Callable[[Mapping[str, Any]], Value]]


def steps(formulas: Iterable[Formula]) -> tuple[Step, ...]:
    """Formulas, ready to run one after the other."""
    return tuple((one.name, meaning(one.expression)) for one in formulas)


def run(todo: Iterable[Step], values: Values) -> None:
    """Work out each formula and keep it under its name."""
    for name, work_out in todo:
        values[name] = work_out(values)


class Valuation:
    """The formulas of a book for packages, list entries and picks."""

    def __init__(self, book: Book) -> None:
        self._package = steps(book.package)
        self._entries = {
            name: (*(self._package if one.is_package else ()), *steps(book.entries.get(name, ())))
            for name, one in book.lists.items()
        }
        self._picks = tuple(_picker(pick) for pick in book.picks)

    def own(self, case: Case, numbers: Numbers) -> Values:
        """Facts, numbers and the valued package of the offer in hand."""
        values: Values = {**numbers, **case.facts}
        run(self._package, values)
        return values

    def listed(self, case: Case, numbers: Numbers) -> dict[str, list[Values]]:
        """Every entry of every list, valued in the light of the case's own facts."""
        outside = {**numbers, **case.facts}
        return {
            name: [self._entry(name, outside, entry) for entry in entries]
            for name, entries in case.entries.items()
        }

    def _entry(self, name: str, outside: Mapping[str, Any], entry: Mapping[str, Value]) -> Values:
        values = {**outside, **entry}
        run(self._entries[name], values)
        return values

    def picked(self, listed: Mapping[str, Sequence[Values]]) -> Values:
        """What the picks draw out of the lists."""
        found: Values = {}
        for pick, where, key in self._picks:
            holding = [entry for entry in listed[pick.source] if where(entry) is True]
            found.update(_drawn(pick, holding, key))
        return found


def _picker(pick: Pick) -> tuple[Pick, Any, Any]:
    return pick, meaning(pick.where), meaning(pick.key) if pick.key else None


def _drawn(pick: Pick, holding: Sequence[Values], key: Any) -> Values:
    if pick.order == "any":
        return {pick.name: bool(holding)}
    chosen = _chosen(pick.order, holding, key)
    return {outer: chosen.get(inner) for outer, inner in pick.gives.items()}


def _chosen(order: str, holding: Sequence[Values], key: Any) -> Values:
    """The entry that wins; entries without a key come last, and ties keep their order."""
    if order == "first" or not holding:
        return holding[0] if holding else {}
    keyed = [(key(entry), entry) for entry in holding]
    known = [(value, entry) for value, entry in keyed if value is not None]
    if not known:
        return holding[0]
    best = (max if order == "highest" else min)(value for value, _ in known)
    return next(entry for value, entry in known if value == best)
