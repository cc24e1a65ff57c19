"""Columns of a sheet as facts: whole columns at once, each value as the door would read it.

A value about which the door would have anything to say is NULL here and its row is in doubt; rows
in doubt go through the door itself (``pipelines.scoring.doubtful``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from pipelines.scoring.cells import as_plain, cell_value, nested_value
from pipelines.scoring.stated import Found, Read, Remembered, Stated, itself
from rules.book import Book, Fact
from rules.case import read_cell
from rules.expression import Value
from rules.frame_columns import OF_KIND
from rules.source import PathInDocument

DOUBT = "in doubt"
_LISTED = frozenset({"contains", "length", "entry or zero"})


@dataclass(frozen=True, slots=True)
class Source:
    """A column that may state a fact, and the way from the column's value to the fact's."""

    column: str
    rest: PathInDocument


def sources(
    fact: Fact, root: PathInDocument, by_path: Mapping[PathInDocument, str]
) -> list[Source]:
    """The columns that may state a fact, in the order in which the fact's paths count."""
    found = []
    for path in fact.paths:
        whole = (*root, *path)
        for length in range(len(whole), len(root), -1):
            column = by_path.get(whole[:length])
            if column is not None:
                found.append(Source(column, whole[length:]))
                break
    return found


def holds_list(facts: Sequence[Fact], root: PathInDocument, path: PathInDocument) -> bool:
    """Whether what stands at a path is a list, by what the facts under it read there."""
    below = [
        (fact, (*root, *one)[len(path) :])
        for fact in facts
        for one in fact.paths
        if (*root, *one)[: len(path)] == path
    ]
    return any(fact.read in _LISTED or any(step == "0" for step in rest) for fact, rest in below)


class Reading:
    """Reads the facts of one kind of thing out of the columns that state them.

    Args:
        book: Whose facts they are.
        facts: By name.
        roots: For each fact, the path of what its own paths stand under.
        by_path: The column that stands for a path.
    """

    def __init__(
        self,
        book: Book,
        facts: Sequence[Fact],
        roots: Mapping[str, PathInDocument],
        by_path: Mapping[PathInDocument, str],
    ) -> None:
        self._book = book
        self._sources = {f.name: sources(f, roots[f.name], by_path) for f in facts}
        self._facts = facts
        self._roots = roots
        self._known: dict[tuple[str, str], Remembered] = {}
        self._paths = {column: path for path, column in by_path.items()}

    @property
    def columns(self) -> list[str]:
        """The columns that are read."""
        return self.columns_of(self._sources)

    def columns_of(self, facts: Iterable[str]) -> list[str]:
        """The columns that are read for some facts."""
        return sorted({one.column for name in facts for one in self._sources[name]})

    def read(self, sheet: Stated, only: Sequence[str] | None = None) -> pl.DataFrame:
        """A column for each fact, and whether a row is in doubt.

        Args:
            sheet: Its columns.
            only: Names of the facts to be read; all of them when not given.
        """
        facts = [fact for fact in self._facts if only is None or fact.name in only]
        found = {fact.name: self._fact(fact, sheet) for fact in facts}
        doubts = [doubt for _, doubt in found.values() if doubt is not None]
        values = [self._filled(fact, found[fact.name][0]) for fact in facts]
        doubt = reduce(or_, doubts) if doubts else pl.lit(value=False)
        return sheet.raw.select(*values, doubt.alias(DOUBT))

    def _filled(self, fact: Fact, values: pl.Series | None) -> pl.Expr | pl.Series:
        if values is None:
            return pl.lit(None, OF_KIND[fact.type.kind]).alias(fact.name)
        return values.alias(fact.name)

    def _fact(self, fact: Fact, sheet: Stated) -> tuple[pl.Series | None, pl.Series | None]:
        """The first value that stands in any of its columns."""
        value: pl.Series | None = None
        doubt: pl.Series | None = None
        for source in self._sources[fact.name]:
            more, doubtful = self._read(fact, source, sheet)
            value = more if value is None else value.zip_with(value.is_not_null(), more)
            if doubtful is not None:
                doubt = doubtful if doubt is None else doubt | doubtful
        return value, doubt

    def _read(self, fact: Fact, source: Source, sheet: Stated) -> Found:
        cells = sheet.cells(source.column)
        kind, dtype = fact.type.kind, cells.dtype
        if dtype == pl.Null:
            return cells.cast(OF_KIND[kind]), None
        if isinstance(dtype, pl.List):
            found = self._of_list(fact, source, cells, dtype)
        elif source.rest or fact.read != "value":
            found = None
        elif kind == "text" and dtype == pl.String and not _takes_any_text(fact):
            found = self._known_words(fact, source, sheet)
        else:
            found = _plain(fact, cells)
        if found is not None:
            return found
        different = sheet.different(source.column)
        return different.read(self._remembered(fact, source), OF_KIND[kind])

    def _of_list(
        self, fact: Fact, source: Source, cells: pl.Series, dtype: pl.List
    ) -> Found | None:
        """What stands in lists; None where they have to be read one by one."""
        if not source.rest and fact.read == "length":
            length = cells.list.len()
            return length.set(length == 0, None).cast(pl.Float64), None
        columns = [one.column for one in self._sources[fact.name]]
        is_entry = (
            len(source.rest) == 1 and str(source.rest[0]).isdigit() and dtype.inner.is_float()
        )
        if not is_entry or columns.count(source.column) > 1:
            return None
        entries = cells.list.get(int(source.rest[0]), null_on_oob=True)
        if fact.read == "entry or zero":
            is_beyond = entries.is_null() & (cells.list.len() > 0)
            return _numbers(entries.set(is_beyond, 0.0))
        return _numbers(entries) if fact.read == "value" else None

    def _known_words(self, fact: Fact, source: Source, sheet: Stated) -> Found | None:
        """Words of which every one is known as it is written."""
        words = sheet.different(source.column).keys
        read = self._remembered(fact, source)(words, itself)
        is_as_written = all(one == (word, True) for word, one in zip(words, read, strict=True))
        return (sheet.cells(source.column), None) if is_as_written else None

    def _reader(self, fact: Fact, source: Source) -> Read:
        """Reads one cell through the door."""
        root = self._roots[fact.name]
        path = self._paths[source.column]
        is_list = holds_list(self._facts, root, path)

        def read(cell: Any) -> tuple[Value, bool]:
            value = (
                nested_value(as_plain(cell), is_list=is_list)
                if source.rest or fact.read != "value"
                else cell_value(cell, fact.type.kind)
            )
            if value is None:
                return None, True
            return read_cell(fact, _node(path[len(root) :], value), self._book)

        return read

    def _remembered(self, fact: Fact, source: Source) -> Remembered:
        """The reader of a fact in a column, made once, and what it has read."""
        key = (fact.name, source.column)
        if key not in self._known:
            self._known[key] = Remembered(self._reader(fact, source))
        return self._known[key]


def _node(path: PathInDocument, value: Any) -> Any:
    """A mapping in which a value stands at a path."""
    for step in reversed(path):
        value = {step: value}
    return value


def _takes_any_text(fact: Fact) -> bool:
    return fact.type.choices is None and not fact.name.endswith("currency")


def _plain(fact: Fact, cells: pl.Series) -> Found | None:
    """What stands in cells of a fact; None where they have to be read one by one."""
    kind, dtype = fact.type.kind, cells.dtype
    if kind == "number" and (dtype.is_numeric() or dtype == pl.String):
        return _numbers(cells)
    return (cells, None) if dtype == OF_KIND[kind] else None


def _numbers(cells: pl.Series) -> Found:
    """Numbers, or texts that are numbers; what is endless or no number is in doubt."""
    numbers = cells.cast(pl.Float64, strict=False)
    finite = numbers.is_finite()
    if numbers.null_count() == cells.null_count() and finite.all():
        return numbers, None
    return numbers, (cells.is_not_null() & numbers.is_null()) | ~finite.fill_null(value=True)
