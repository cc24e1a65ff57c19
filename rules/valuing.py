"""Packages and lists of a case, valued by the book's formulas through the interpreter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rules.book import Book, Formula, Pick
from rules.case import Case
from rules.expression import Value, names
from rules.interpreter import compile as meaning
from rules.numbers import Numbers
from rules.ordering import affected

Values = dict[str, Any]
Listed = dict[str, list[Values]]
Picker = tuple[Pick, Any, Any]  # the pick, its condition and its key
Step = tuple[str, Callable[[Mapping[str, Any]], Value]]


def steps(formulas: Iterable[Formula]) -> tuple[Step, ...]:
    """Formulas, ready to run one after the other."""
    return tuple((one.name, meaning(one.expression)) for one in formulas)


def run(todo: Iterable[Step], values: Values) -> None:
    """Work out each formula and keep it under its name."""
    for name, work_out in todo:
        values[name] = work_out(values)


class Valuation:
    """The formulas of a book for packages, list entries and picks.

    Packages and entries are valued at the point first; for an end of the uncertainty only the
    formulas that hang on an uncertain number are worked out again.
    """

    def __init__(self, book: Book) -> None:
        self._numbers = tuple(name for name, one in book.parameters.items() if one.decides)
        self._package = _Formulas(book.package, self._numbers)
        self._entries = {
            name: _Formulas(
                (*(book.package if one.is_package else ()), *book.entries.get(name, ())),
                self._numbers,
            )
            for name, one in book.lists.items()
        }
        self._picks = tuple(_picker(pick) for pick in book.picks)
        self._changing = tuple(one for one in self._picks if self._may_change(one[0]))
        self.uncertain_figures = tuple(sorted(self._package.touched))
        self.uncertain_picks = tuple(name for one in self._changing for name in one[0].gives)

    def _may_change(self, pick: Pick) -> bool:
        """Whether a pick hangs on an uncertain figure of the entries it draws from."""
        reads = names(pick.where) | frozenset(pick.gives.values())
        reads |= names(pick.key) if pick.key is not None else frozenset()
        return bool(reads & self._entries[pick.source].touched)

    def own(self, case: Case, numbers: Numbers) -> Values:
        """Facts, numbers and the valued package of the offer in hand."""
        return self._package.valued({**numbers, **case.facts})

    def own_at(self, point: Values, numbers: Numbers) -> Values:
        """The same at an end."""
        return self._package.valued_at(point, numbers)

    def listed(self, case: Case, numbers: Numbers) -> Listed:
        """Every entry of every list, valued in the light of the case's own facts."""
        outside = {**numbers, **case.facts}
        return {
            name: [self._entries[name].valued({**outside, **entry}) for entry in entries]
            for name, entries in case.entries.items()
        }

    def listed_at(self, point: Listed, numbers: Numbers) -> Listed:
        """The same at an end."""
        return {
            name: [self._entries[name].valued_at(entry, numbers) for entry in entries]
            for name, entries in point.items()
        }

    def picked(self, listed: Mapping[str, Sequence[Values]]) -> Values:
        """What the picks draw out of the lists."""
        return _all_drawn(self._picks, listed)

    def picked_at(self, point: Values, listed: Mapping[str, Sequence[Values]]) -> Values:
        """The same at an end."""
        return {**point, **_all_drawn(self._changing, listed)}


def _all_drawn(picks: Iterable[Picker], listed: Mapping[str, Sequence[Values]]) -> Values:
    found: Values = {}
    for pick, where, key in picks:
        holding = [entry for entry in listed[pick.source] if where(entry) is True]
        found.update(_drawn(pick, holding, key))
    return found


class _Formulas:
    """Formulas in order, and those among them that hang on an uncertain number."""

    def __init__(self, formulas: Sequence[Formula], uncertain: Sequence[str]) -> None:
        self.touched = affected(formulas, uncertain)
        self._uncertain = uncertain
        self._all = steps(formulas)
        self._again = steps(one for one in formulas if one.name in self.touched)

    def valued(self, values: Values) -> Values:
        run(self._all, values)
        return values

    def valued_at(self, point: Values, numbers: Numbers) -> Values:
        if not self._again:
            return point
        values = {**point, **{name: numbers[name] for name in self._uncertain}}
        run(self._again, values)
        return values


def _picker(pick: Pick) -> Picker:
    return pick, meaning(pick.where), meaning(pick.key) if pick.key else None


def _drawn(pick: Pick, holding: Sequence[Values], key: Any) -> Values:
    if pick.order == "any":
        return {pick.name: bool(holding)}
    chosen = _chosen(pick.order, holding, key)
    return {outer: chosen.get(inner) for outer, inner in pick.gives.items()}


def _chosen(order: str, holding: Sequence[Values], key: Any) -> Values:
    """The entry that wins; entries without a key come last, and ties keep their order."""
    if order == "first" or len(holding) < 2:
        return holding[0] if holding else {}
    keyed = [(key(entry), entry) for entry in holding]
    known = [(value, entry) for value, entry in keyed if value is not None]
    if not known:
        return holding[0]
    best = (max if order == "highest" else min)(value for value, _ in known)
    return next(entry for value, entry in known if value == best)
