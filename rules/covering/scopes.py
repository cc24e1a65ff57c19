"""What the interpreter alone makes of a case in one world, or only of what somebody wants of it.

It is quick, so that a search may ask it some hundred thousand times.  It looks at one world only,
and says of all of them that they agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.book import Book, End, Pick
from rules.case import Case
from rules.expression import Expression, Name, names, tables
from rules.interpreter import compile as meaning
from rules.numbers import Almanac

Scope = dict[str, Any]
Slot = tuple[str, str]  # "" or the name of a list, and the name of a fact there
AGREED = {
    "ends_disagree": False,
    "hinges_on_own_equity": False,
    "hinges_on_competing_equity": False,
    "verdict_hangs_on_rate": False,
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Steps that work out some names of a case."""

    package: list[tuple[str, Any]]
    entries: Mapping[str, list[tuple[str, Any]]]
    picks: list[tuple[Pick, Any, Any]]
    before: list[tuple[str, Any]]
    rows: list[tuple[Any, Any]]
    after: list[tuple[str, Any]]


class Scopes:
    """The values of cases under a book.

    Args:
        book: The book.
        world: At which end the own package is valued, and at which the alternatives are.
    """

    def __init__(self, book: Book, world: tuple[End, End] = ("point", "point")) -> None:
        self.book = book
        self._own, self._other = world
        self._almanac = Almanac(book)
        self._package = {one.name: one.expression for one in book.package}
        self._entries = {
            name: {
                **(self._package if one.is_package else {}),
                **{formula.name: formula.expression for formula in book.entries.get(name, ())},
            }
            for name, one in book.lists.items()
        }
        self._before = _terms(book.layers)
        self._after = _terms(book.closing)
        self._compiled: dict[int, Any] = {}
        self._readers: dict[Any, _Reader] = {}

    def of(self, case: Case, wanted: frozenset[str] | None = None) -> Scope:
        """Facts, numbers and the names that are wanted, or all of them."""
        return self._read(case, self._reader("", wanted))

    def entries(self, case: Case, listed: str, wanted: frozenset[str] | None = None) -> list[Scope]:
        """The same for each entry of a list."""
        reader = self._reader(listed, wanted)
        outside = {**self._numbers(case, self._other), **case.facts}
        return _valued(case, listed, outside, reader.entries[listed])

    def slots(self, place: str, expressions: Iterable[Expression]) -> frozenset[Slot]:
        """The facts on which expressions hang in the end."""
        found: set[Slot] = set()
        seen: set[tuple[str, str]] = set()
        waiting = [(place, name) for one in expressions for name in _read_by(one)]
        while waiting:
            where, name = one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            waiting += self._hangs_on(where, name)
            if where and name in self._facts_of(where):
                found.add((where, name))
            elif name in self.book.facts:
                found.add(("", name))
        return frozenset(found)

    # --- What hangs on what ---------------------------------------------------------------------

    def _facts_of(self, listed: str) -> frozenset[str]:
        return frozenset(self.book.facts_of(self.book.lists[listed]))

    def _hangs_on(self, where: str, name: str) -> list[tuple[str, str]]:
        if where:
            expression = self._entries[where].get(name)
            return [(where, one) for one in _read_by(expression)] if expression else []
        for terms in (self._package, self._before, self._after):
            if name in terms:
                return [("", one) for one in _read_by(terms[name])]
        if name in ("verdict", "status", "rule"):
            return [("", one) for row in self.book.rows for one in _read_by(row.when)]
        if name in self.book.ends:
            return [("", self.book.ends[name][0])]
        parameter = self.book.parameters.get(name)
        if parameter is not None or name in self.book.law:
            is_money = parameter is not None and parameter.currency is not None
            return [("", "currency")] if is_money else []
        return [
            (pick.source, one)
            for pick in self.book.picks
            if name in pick.gives
            for part in (pick.where, pick.key, Name(pick.gives[name]))
            if part is not None and not (pick.order == "any" and part != pick.where)
            for one in _read_by(part)
        ]

    def _reader(self, place: str, wanted: frozenset[str] | None) -> _Reader:
        key = place, wanted
        if key not in self._readers:
            self._readers[key] = self._made(place, wanted)
        return self._readers[key]

    def _made(self, place: str, wanted: frozenset[str] | None) -> _Reader:
        needed = None if wanted is None else self._needed(place, wanted)

        def some(where: str, terms: Mapping[str, Expression]) -> list[tuple[str, Any]]:
            return [
                (name, self._meaning(expression))
                for name, expression in terms.items()
                if needed is None or (where, name) in needed
            ]

        picks = [
            (pick, self._meaning(pick.where), self._meaning(pick.key) if pick.key else None)
            for pick in self.book.picks
            if needed is None or any(("", name) in needed for name in pick.gives)
        ]
        decides = needed is None or any(
            ("", name) in needed for name in ("verdict", "status", "rule")
        )
        rows = [(row, self._meaning(row.when)) for row in self.book.rows] if decides else []
        entries = {name: some(name, terms) for name, terms in self._entries.items()}
        return _Reader(
            some("", self._package),
            entries,
            picks,
            some("", self._before),
            rows,
            some("", self._after),
        )

    def _needed(self, place: str, wanted: frozenset[str]) -> set[tuple[str, str]]:
        seen: set[tuple[str, str]] = set()
        waiting = [(place, name) for name in wanted]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += self._hangs_on(*one)
        return seen

    def _meaning(self, expression: Expression) -> Any:
        key = id(expression)
        if key not in self._compiled:
            self._compiled[key] = meaning(expression)
        return self._compiled[key]

    # --- Working out ----------------------------------------------------------------------------

    def _numbers(self, case: Case, end: End) -> Mapping[str, Any]:
        return self._almanac.numbers(case.evaluation_date, case.currency)[end]

    def _read(self, case: Case, reader: _Reader) -> Scope:
        values = {**self._numbers(case, self._own), **case.facts, **AGREED}
        _run(reader.package, values)
        outside = {**self._numbers(case, self._other), **case.facts}
        if self._own != "point":
            values |= self._numbers(case, "point")  # only the package is valued at an end
        listed: dict[str, list[Scope]] = {}
        for pick, where, key in reader.picks:
            if pick.source not in listed:
                todo = reader.entries[pick.source]
                listed[pick.source] = _valued(case, pick.source, outside, todo)
            _draw(pick, where, key, listed[pick.source], values)
        _run(reader.before, values)
        if reader.rows:
            row = next(row for row, when in reader.rows if when(values) is True)
            is_review = row.decides == "review"
            values["rule"] = row.name
            values["verdict"] = "counter" if is_review else row.decides
            values["status"] = "needs_review" if is_review else "decided"
        for name, (figure, _) in self.book.ends.items():
            if figure in values:
                values[name] = values[figure]
        _run(reader.after, values)
        return values


def _terms(layers: Iterable[Any]) -> dict[str, Expression]:
    found: dict[str, Expression] = {}
    for layer in layers:
        found |= {one.name: one.expression for one in layer.formulas}
        found |= {one.name: one.when for one in layer.signals}
    return found


def _read_by(expression: Expression) -> list[str]:
    return sorted(names(expression) | tables(expression))


def _run(todo: Iterable[tuple[str, Any]], values: Scope) -> None:
    for name, work_out in todo:
        values[name] = work_out(values)


def _valued(
    case: Case, listed: str, outside: Mapping[str, Any], todo: list[tuple[str, Any]]
) -> list[Scope]:
    found = []
    for entry in case.entries[listed]:
        values = {**outside, **entry}
        _run(todo, values)
        found.append(values)
    return found


def _draw(pick: Pick, where: Any, key: Any, entries: list[Scope], values: Scope) -> None:
    holding = [entry for entry in entries if where(entry) is True]
    if pick.order == "any":
        values[pick.name] = bool(holding)
        return
    chosen: Scope = holding[0] if holding else {}
    if key is not None:
        known = [(key(entry), entry) for entry in holding]
        known = [(value, entry) for value, entry in known if value is not None]
        if known:
            best = (max if pick.order == "highest" else min)(value for value, _ in known)
            chosen = next(entry for value, entry in known if value == best)
    values.update({outer: chosen.get(inner) for outer, inner in pick.gives.items()})
