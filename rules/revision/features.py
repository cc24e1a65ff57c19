"""What regions are described by: figures, facts and signals, those near a change before others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from rules.book import Book
from rules.expression import Compare, Expression, names, tables, walk
from rules.frame import Frame, Tables
from rules.revision.changes import Change
from rules.revision.reach import Readers, names_of
from rules.sql_book import OFFERS, Compiled
from rules.sql_lists import OFFER

AT_IT, BESIDE_IT, ELSEWHERE = 0.0, 1.0, 2.0  # how near a name is to what was changed
AT_END = 0.5  # its ends are a little farther
ENDS = {"low/high": "at its worse end", "high/low": "at its better end"}
_SKIPPED = frozenset({"verdict", "status", "rule", OFFER, "evaluation_date"})


@dataclass(frozen=True, slots=True)
class Features:
    """Values of many offers, by name, and how near each name is to the change.

    Grain: one row for each offer, in the order of its number.

    Attributes:
        hidden: Names that say nothing of where the change matters: its own consequences.
    """

    values: pl.DataFrame
    nearness: Mapping[str, float]
    hidden: frozenset[str]


class Describer:
    """Works out by what offers may be described; made once for two editions.

    Args:
        book: The book as it was.
        found: What was changed.
    """

    def __init__(self, book: Book, found: Sequence[Change]) -> None:
        self._book = book
        self._near = _nearness(book, found)
        self._hidden = _consequences(book, found)
        known = {term.name for term in Compiled(book).terms}
        named = [*Frame(book).names["values"].values()]
        at_ends = [one for name in self._near for one in at_end(name) if one in known]
        self._frame = Frame(book, [*named, *at_ends])
        self._nearness = {
            **{one: self._near[name] + AT_END for name in self._near for one in at_end(name)},
            **self._near,
        }

    def features(self, tables: Tables) -> Features:
        """The values of some offers."""
        frame = self._frame
        worked_out = frame.judge(frame.of(tables)).sort(OFFER).drop(OFFER)
        facts = tables[OFFERS].sort(OFFER)
        stated = [c for c in facts.columns if c in self._book.facts and c not in worked_out.columns]
        values = worked_out.hstack(facts.select(stated))
        kinds = values.schema
        kept = [c for c in values.columns if c not in _SKIPPED and kinds[c] != pl.Date]
        return Features(values.select(kept), self._nearness, self._hidden)


def _consequences(book: Book, found: Sequence[Change]) -> frozenset[str]:
    """What follows from a verdict, and what the change itself makes true; neither says where."""
    after = frozenset(one.name for layer in book.closing for one in layer.formulas)
    after |= {one.name for layer in book.closing for one in layer.signals}
    changed = frozenset[str]().union(*map(names_of, found))
    touched = Readers(book).of(changed, past_rows=False)[0]
    flags = {name for name in touched if name in book.types and book.types[name].kind == "flag"}
    flags |= {one for name in flags for one in at_end(name)}
    return (after | flags) - changed


def at_end(name: str) -> tuple[str, ...]:
    """The columns of a name at the worse and at the better end of what is uncertain."""
    return tuple(f"{name}@{world}" for world in ENDS)


def _nearness(book: Book, found: Sequence[Change]) -> dict[str, float]:
    """Names that a change is about, and those that what hangs on it is compared with."""
    changed = frozenset[str]().union(*map(names_of, found))
    touched = Readers(book).of(changed)[0]
    at_it = {*changed}
    for name, expression in expressions_of(book):
        reads = names(expression) | tables(expression)
        if name in changed or reads & changed:
            at_it |= {name} | reads
    beside = {
        name
        for _, expression in expressions_of(book)
        for part in walk(expression)
        if isinstance(part, Compare) and names(part) & touched
        for name in names(part)
    }
    return dict.fromkeys(beside, BESIDE_IT) | dict.fromkeys(at_it, AT_IT)


def expressions_of(book: Book) -> Iterable[tuple[str, Expression]]:
    """Every term of a book about a case, with its name."""
    yield from ((one.name, one.expression) for one in book.package)
    for layer in (*book.layers, *book.closing):
        yield from ((one.name, one.expression) for one in layer.formulas)
        yield from ((one.name, one.when) for one in layer.signals)
    yield from ((row.name, row.when) for row in book.rows)
