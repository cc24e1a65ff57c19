"""Offers as the rows of a sheet."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from rules.sql_lists import OFFER

Raw = Mapping[str, Any]


def flat(value: Any, path: tuple[str, ...] = ()) -> dict[str, Any]:
    """What stands in an offer file, by where it stands; lists as JSON."""
    if isinstance(value, Mapping) and value:
        parts = (flat(one, (*path, str(key))) for key, one in value.items())
        return {name: one for part in parts for name, one in part.items()}
    if isinstance(value, list) or value == {}:
        return {".".join(path): json.dumps(value, default=str)}
    return {".".join(path): value} if value is not None else {}


def sheet_of(raws: Sequence[Raw], *, as_text: bool) -> pl.DataFrame:
    """A row for each offer, numbered; cells as text, or as they are in columns of one kind."""
    rows = [flat(raw) for raw in raws]
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    return pl.DataFrame(
        {OFFER: pl.Series(range(len(rows)), dtype=pl.Int64)}
        | {name: _column(values, as_text) for name, values in columns.items()}
    )


def _column(values: list[Any], as_text: bool) -> pl.Series:
    kinds = {type(value) for value in values} - {type(None)}
    if not as_text and kinds == {int}:
        return pl.Series(values, dtype=pl.Int64)
    if not as_text and kinds <= {int, float}:
        return pl.Series([None if v is None else float(v) for v in values], dtype=pl.Float64)
    if not as_text and len(kinds) == 1 and kinds <= {bool, str, date}:
        return pl.Series(values)
    return pl.Series([None if value is None else _text(value) for value in values], dtype=pl.String)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""
