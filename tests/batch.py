"""Cases as the tables that the batch query reads, and its answers to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from rules.case import Case
from rules.frame import TYPES, Frame
from rules.sql_steps import Query

Rows = Iterable[Mapping[str, Any]]


def tables_of(cases: Sequence[Case], names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of some tables; an offer's number is its place among the cases."""
    tables = {"offers": [{"offer_id": i, **case.facts} for i, case in enumerate(cases)]}
    for name in set(names) - {"offers"}:
        tables[name] = [
            {"offer_id": i, "position": place, **entry}
            for i, case in enumerate(cases)
            for place, entry in enumerate(case.entries[name])
        ]
    return tables


def fill(
    database: duckdb.DuckDBPyConnection, query: Query, cases: Sequence[Case], at: Path
) -> None:
    """Create the tables of a query and put cases into them."""
    for name, rows in tables_of(cases, query.reads).items():
        file = at / f"{name}.ndjson"
        file.write_text("".join(json.dumps(row, default=str) + "\n" for row in rows), "utf-8")
        columns = ", ".join(f"'{column}': '{kind}'" for column, kind in query.reads[name].items())
        reader = f"read_json('{file}', format = 'newline_delimited', columns = {{{columns}}})"
        database.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {reader}")


def answers(
    database: duckdb.DuckDBPyConnection, query: Query, cases: Sequence[Case], at: Path
) -> list[dict[str, Any]]:
    """Every column of every case, in their order; all from one run of the query."""
    fill(database, query, cases, at)
    found = database.execute(f"{query.text} ORDER BY offer_id")
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def frames_of(cases: Sequence[Case], frame: Frame) -> dict[str, pl.DataFrame]:
    """Cases as the frames that a book made ready reads."""
    tables = tables_of(cases, frame.reads)
    return {
        name: pl.DataFrame(
            [{column: row[column] for column in columns} for row in tables[name]],
            {column: TYPES[kind] for column, kind in columns.items()},
        )
        for name, columns in frame.reads.items()
    }


def frame_answers(frame: Frame, cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Every column of every case, in their order; all worked out at once."""
    return frame.judge(frames_of(cases, frame)).sort("offer_id").to_dicts()
