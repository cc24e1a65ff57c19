"""Cases as the tables that the batch query reads, and its answers to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from rules.case import Case
from rules.frame import Frame
from rules.frame_cases import frames_of, tables_of
from rules.sql_steps import Query

Rows = Iterable[Mapping[str, Any]]


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


def frame_answers(frame: Frame, cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Every column of every case, in their order; all worked out at once."""
    return frame.judge(frames_of(cases, frame.reads)).sort("offer_id").to_dicts()
