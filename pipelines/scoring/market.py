"""The cells of the market that a sheet's offers belong to, each looked up once and kept as a table.

A machine that judges a part needs this table and not the snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from pipelines.scoring.facts import DOUBT
from pipelines.scoring.keeping import keep
from rules.book import Book
from rules.case import known_vesting, read_case, read_cell
from rules.errors import UnusableCase
from rules.frame_columns import OF_KIND
from rules.source import Document
from warehouse.cards import cards_of
from warehouse.market import ASKED, market_of

CELL = "cell"
OBJECT = "market object"
REGISTRY = "registered "  # before the name of a fact about vesting
RATES = ("party_without_rate", "rate_was_used", "rate_date")
PERCENTILES = "percentiles"


@dataclass(frozen=True)
class Cells:
    """What the market says of each cell.

    Attributes:
        table: Grain: a cell.  Its key (``ASKED``), its number, the facts of the market in the
            offer's currency, whether rates were used, the vesting schedule that is registered,
            whether its offers have to go through the door, and the market object as JSON.
        percentiles: Grain: an entry of the list of percentiles of a cell.
    """

    table: pl.DataFrame
    percentiles: pl.DataFrame

    @cached_property
    def telling(self) -> pl.DataFrame:
        """The table without its objects, and without facts that no cell has."""
        needed = {*ASKED, *RATES, CELL, DOUBT}
        silent = [one.name for one in self.table if one.null_count() == len(one)]
        return self.table.drop(OBJECT, *(name for name in silent if name not in needed))

    def write(self, folder: Path) -> None:
        """Keep the cells for those who judge parts."""
        for frame, file in zip((self.table, self.percentiles), _files(folder), strict=True):
            keep(frame, file)

    @staticmethod
    def read(folder: Path) -> Cells:
        """The cells that ``write`` kept."""
        return Cells(*(pl.read_parquet(file, glob=False) for file in _files(folder)))

    @staticmethod
    def are_in(folder: Path) -> bool:
        """Whether ``write`` came to its end."""
        return all(file.exists() for file in _files(folder))


def _files(folder: Path) -> tuple[Path, Path]:
    return folder / "cells.parquet", folder / "percentiles.parquet"


def keys_of(facts: pl.DataFrame) -> pl.DataFrame:
    """The different cells of some offers.

    Grain: one row for each different ``ASKED``.
    """
    return facts.select(ASKED).unique(maintain_order=True)


def looked_up(keys: pl.DataFrame, book: Book, snapshot: Path | None) -> Cells:
    """Look every cell up.

    Args:
        keys: As ``keys_of`` gives them, of all parts.
        book: Its vocabulary.
        snapshot: The snapshot's file; without one the market says nothing.
    """
    cards = cards_of(snapshot) if snapshot else None
    vocabulary = _Vocabulary(book)
    rows, entries = [], []
    for number, key in enumerate(keys.iter_rows(named=True)):
        market = market_of(cards, key) if cards and key["company"] and key["currency"] else {}
        row, listed = vocabulary.cell(key, market)
        rows.append({**key, CELL: number, **row})
        entries += [{CELL: number, "position": place, **one} for place, one in enumerate(listed)]
    schema: dict[str, Any] = {**keys.schema, CELL: pl.Int64, **vocabulary.schema}
    return Cells(
        pl.DataFrame(rows, schema),
        pl.DataFrame(entries, {CELL: pl.Int64, "position": pl.Int32, **vocabulary.percentiles}),
    )


class _Vocabulary:
    """How a book takes up what the market says."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._market = [fact for fact in book.facts.values() if fact.group == "market"]
        self._vesting = [f for f in book.facts.values() if f.paths[0][0] == "vest_schedule"]
        told = [*self._market, *(book.facts[name] for name in RATES if name in book.facts)]
        self._told = [fact.name for fact in told]
        self.schema: dict[str, type[pl.DataType]] = {
            **{fact.name: OF_KIND[fact.type.kind] for fact in told},
            **{REGISTRY + fact.name: pl.Float64 for fact in self._vesting},
            DOUBT: pl.Boolean,
            OBJECT: pl.Binary,
        }
        listed = book.lists[PERCENTILES].facts if PERCENTILES in book.lists else ()
        self.percentiles = {fact.name: OF_KIND[fact.type.kind] for fact in listed}

    def cell(
        self, key: Mapping[str, Any], market: Mapping[str, Any]
    ) -> tuple[dict[str, Any], Sequence[Mapping[str, Any]]]:
        """The facts of a cell, and its percentiles."""
        told: dict[str, Any] = {OBJECT: orjson.dumps(market), DOUBT: False}
        schedule = known_vesting(market)
        for fact in self._vesting if schedule else ():
            told[REGISTRY + fact.name], _ = read_cell(fact, {"vest_schedule": schedule}, self._book)
        try:
            case = read_case(
                Document(self._document(key), {}, CELL),
                self._book,
                today=key["evaluation_date"],
                market=lambda _: market,
            )
        except UnusableCase:
            return {**told, DOUBT: True}, ()
        told |= {name: case.facts[name] for name in self._told}
        return told, case.entries.get(PERCENTILES, ())

    def _document(self, key: Mapping[str, Any]) -> dict[str, Any]:
        offer = {
            self._path(name)[0]: value
            for name, value in key.items()
            if value is not None and name != "evaluation_date"
        }
        return {"offer": offer, "evaluation_date": key["evaluation_date"]}

    def _path(self, name: str) -> tuple[str, ...]:
        return self._book.facts[name].paths[0]


def finder(cells: Cells) -> Mapping[tuple[Any, ...], Mapping[str, Any]]:
    """The market object of each cell by its key."""
    return _Objects(cells.table)


class _Objects(Mapping[tuple[Any, ...], Mapping[str, Any]]):
    def __init__(self, table: pl.DataFrame) -> None:
        rows = table.select(*ASKED, OBJECT).iter_rows()
        self._objects = {row[:-1]: row[-1] for row in rows}

    def __getitem__(self, key: tuple[Any, ...]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = orjson.loads(self._objects[key])
        return found

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(self._objects)

    def __len__(self) -> int:
        return len(self._objects)


def asked_of(facts: Mapping[str, Any], today: date) -> tuple[Any, ...]:
    """The key of an offer's cell."""
    day = facts["evaluation_date"] or today
    return tuple(day if name == "evaluation_date" else facts[name] for name in ASKED)
