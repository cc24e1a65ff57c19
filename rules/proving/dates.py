"""No day without a number: each dated number and table has one value on every covered day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from rules.book import Book, Parameter, Period
from rules.errors import Fault
from rules.expression import Call, Expression, Literal, Lookup, Name, walk
from rules.proving.claims import Claim, Places
from rules.proving.graph import expressions

CHAPTER = "dates"


class DateProofs:
    """The claims about dated numbers.

    The first day that any number covers is the first that the book claims to cover.
    """

    def __init__(self, book: Book, places: Places) -> None:
        self._book, self._places = book, places
        begins = [period.valid_from for one in book.parameters.values() for period in one.periods]
        self._first = min(begins, default=date.min)

    def claims(self) -> Iterator[Claim]:
        """One claim for each number and table."""
        keys = self._words_of_keys()
        for one in self._book.parameters.values():
            faults = [*self._holes(one), *self._rows(one, keys)]
            text = f"{one.name} has one value on every day from {self._first} on"
            for fault in faults:
                yield Claim(CHAPTER, text, "failed", fault)
            if not faults:
                yield Claim(CHAPTER, text, "proved")

    def _holes(self, one: Parameter) -> Iterator[Fault]:
        begins = min(period.valid_from for period in one.periods)
        if begins > self._first:
            found = f"no value of `{one.name}` from {self._first} to the day before {begins}"
            step = "add a value from that day, or begin every number on the later one"
            yield self._fault("proof-date-hole", one, f"a value from {self._first} on", found, step)

    def _rows(self, one: Parameter, keys: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
        """A table has a row for every word that may be looked up, in each of its versions."""
        tables = [(period, period.value) for period in one.periods]
        every = keys.get(one.name, frozenset())
        for _, table in tables:
            every |= table.keys() if isinstance(table, Mapping) else frozenset()
        for period, table in tables:
            lacking = sorted(every - table.keys()) if isinstance(table, Mapping) else []
            if lacking:
                yield self._lacking(one, period, lacking)

    def _lacking(self, one: Parameter, period: Period, lacking: list[str]) -> Fault:
        found = f"no row for {', '.join(lacking)} in `{one.name}` from {period.valid_from} on"
        step = "add the row, or take the word out of the vocabulary"
        return self._fault("proof-date-hole", one, "a row for every word of the key", found, step)

    def _words_of_keys(self) -> dict[str, frozenset[str]]:
        """The words with which each table is looked up, where they are a closed vocabulary."""
        found: dict[str, frozenset[str]] = {}
        for expression in expressions(self._book):
            for part in walk(expression):
                if isinstance(part, Lookup):
                    words = self._words(part.key)
                    found[part.table] = found.get(part.table, frozenset()) | words
        return found

    def _words(self, key: Expression) -> frozenset[str]:
        """The words that a key may be, as far as they are a closed vocabulary."""
        match key:
            case Literal(str() as word):
                return frozenset((word,))
            case Name(name):
                kind = self._book.types.get(name)
                return (kind.choices if kind else None) or frozenset()
            case Call("COALESCE", arguments):
                return frozenset[str]().union(*map(self._words, arguments))
            case _:
                return frozenset()

    def _fault(self, code: str, one: Parameter, allowed: str, found: str, step: str) -> Fault:
        return Fault(code, self._places.of_name(one.name), found, allowed, step)
