"""Our book over files of offers: in frames or as a query, the columns of the slice or all of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from bench.batch import Work
from bench.batch.columns import FIGURES, WORDS
from pipelines.scoring.keeping import LIGHTLY
from rules.book import Book
from rules.frame import Frame
from rules.loader import load_book
from rules.sql_book import OFFERS, query_of

SLICE = (*WORDS, *FIGURES)


@cache
def book() -> Book:
    """The book that comes with Offerdesk."""
    return load_book()


def whole() -> list[str]:
    """The verdict with its rule, and everything about every ask and lever."""
    levers = [kind[one.name] for one in book().levers for kind in _kinds()]
    asks = [
        f"ask_{one.name}_{part}" for one in book().asks for part in ("opening", "target", "floor")
    ]
    return [*WORDS, *asks, *levers]


def _kinds() -> list[Mapping[str, str]]:
    names = query_of(book(), ["rule"]).names
    return [names[kind] for kind in ("levers", "amount", "score", "says")]


def frame_work(wanted: Collection[str]) -> Work:
    """The book as expressions of polars, over some rows of the offers."""
    frame = Frame(book(), wanted)

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        tables = {
            name: pl.scan_parquet(offers.with_name(f"{name}.parquet")).select(*columns)
            for name, columns in frame.reads.items()
        }
        tables[OFFERS] = tables[OFFERS].slice(start, rows)
        frame.judge({name: one.collect() for name, one in tables.items()}).write_parquet(
            target, compression_level=LIGHTLY
        )

    return work


def query_work(wanted: Collection[str]) -> Work:
    """The book as one query of DuckDB, over all the offers."""
    query = query_of(book(), wanted)
    database = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        for name in query.reads:
            file = offers.with_name(f"{name}.parquet")
            database.execute(f"CREATE OR REPLACE VIEW {name} AS FROM read_parquet('{file}')")
        database.execute(f"COPY ({query.text}) TO '{target}' (FORMAT parquet)")

    return work
