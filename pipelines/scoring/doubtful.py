"""Rows in doubt, one by one through the door that every offer file goes through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from pipelines.scoring.cells import as_plain, cell_value, nested_value, put
from pipelines.scoring.columns import Columns
from pipelines.scoring.facts import holds_list
from pipelines.scoring.lists import WHOLE_TEXT, paths_of
from rules.book import Book, Fact
from rules.case import Case, FindMarket, read_case
from rules.errors import Fault, UnusableCase
from rules.keys import root_of
from rules.numbers import Almanac
from rules.source import Document, PathInDocument
from rules.sql_lists import OFFER, POSITION
from rules.vocabulary import GROUPS

Entries = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass
class Judged:
    """What became of rows in doubt.

    Attributes:
        cases: Row -> the case it states.
        faults: Row -> everything that is wrong with it.
    """

    cases: dict[int, Case] = field(default_factory=dict)
    faults: dict[int, Sequence[Fault]] = field(default_factory=dict)


class Door:
    """Makes an offer file out of a row and reads it.

    Args:
        book: The vocabulary.
        columns: What the columns of the sheet are for.
        sheet: The sheet as its reader knows it.
        today: The evaluation date of a row that names none.
    """

    def __init__(self, book: Book, columns: Columns, sheet: str, today: date) -> None:
        self._book, self._columns = book, columns
        self._sheet, self._today = sheet, today
        self._dropped = columns.dropped
        self._almanac = Almanac(book)
        self._read = {column: self._reader(path) for column, path in columns.paths.items()}
        self._listed = {n: [*book.facts_of(one).values()] for n, one in book.lists.items()}

    def _reader(self, path: PathInDocument) -> Callable[[Any], Any]:
        """How a cell is taken that states what stands at a path."""
        root = max((root for root in map(root_of, GROUPS) if path[: len(root)] == root), key=len)
        facts = [fact for fact in self._book.facts.values() if root_of(fact.group) == root]
        return _reader(facts, root, path)

    def judge(self, rows: pl.DataFrame, number: str, entries: Entries, find: FindMarket) -> Judged:
        """Read rows.

        Args:
            rows: The columns of the sheet.
            number: The column with the number of the row, from 1.
            entries: For each list of the book, its entries with their row under ``number``.
            find: Looks up the market of a row that brings none.
        """
        found = Judged()
        for row in rows.iter_rows(named=True):
            place = row[number]
            listed = {
                name: [one for one in some if one[number] == place]
                for name, some in entries.items()
            }
            if not any(listed.values()) and _is_blank(row, number):
                found.faults[place] = [_blank(f"{self._sheet} row {place}")]
                continue
            document = self._document(row, listed, place)
            try:
                case = read_case(document, self._book, today=self._today, market=find)
                self._almanac.numbers(case.evaluation_date, case.currency)
                found.cases[place] = case
            except UnusableCase as problem:
                found.faults[place] = problem.faults
        return found

    def _entry(self, entry: Mapping[str, Any], facts: Sequence[Fact]) -> Any:
        """An entry as an offer file would state it."""
        if entry.get(WHOLE_TEXT) is not None:
            return entry[WHOLE_TEXT]
        value: dict[str, Any] = {}
        columns = [column for column in entry if column not in (OFFER, POSITION)]
        for column, path in paths_of(columns, facts).items():
            stated = _reader(facts, (), path)(entry[column])
            if stated is not None:
                put(value, path, stated)
        return _with_lists(value)

    def _document(self, row: Mapping[str, Any], listed: Entries, place: int) -> Document:
        value: dict[str, Any] = {"offer": {}, "candidate": {}, "market": {}}
        for column, read in self._read.items():
            stated = read(row[column])
            if stated is not None:
                put(value, self._columns.paths[column], stated)
        if any(row[column] not in (None, "") for column in self._dropped if column in row):
            value["candidate"]["protected_attributes_supplied"] = True
        for name, entries in listed.items():
            if entries:
                stated = [self._entry(entry, self._listed[name]) for entry in entries]
                put(value, self._book.lists[name].path, stated)
        return Document(_with_lists(value), {}, f"{self._sheet} row {place}")


def _is_blank(row: Mapping[str, Any], number: str) -> bool:
    cells = (cell for name, cell in row.items() if name != number)
    return all(cell is None or not str(cell).strip() for cell in cells)


def _blank(place: str) -> Fault:
    return Fault(
        "sheet-blank-row", place, "a row in which nothing stands", "an offer", "remove the row"
    )


def _reader(
    facts: Sequence[Fact], root: PathInDocument, path: PathInDocument
) -> Callable[[Any], Any]:
    exact = [f for f in facts for p in f.paths if (*root, *p) == path and f.read == "value"]
    if exact:
        return lambda cell: cell_value(cell, exact[0].type.kind)
    is_list = holds_list(facts, root, path)
    return lambda cell: nested_value(as_plain(cell), is_list=is_list)


def _with_lists(value: Any) -> Any:
    """A mapping whose keys count from 0 is a list."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        most = max(map(int, value))
        return [_with_lists(value.get(str(place))) for place in range(most + 1)]
    return {key: _with_lists(one) for key, one in value.items()}
