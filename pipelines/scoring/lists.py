"""The lists of a sheet's offers, as one row for each entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
import polars as pl

from pipelines.scoring.columns import plain_name
from rules.book import Fact
from rules.source import PathInDocument
from rules.sql_lists import OFFER, POSITION

WHOLE_TEXT = "text that is no list"


def paths_of(columns: Iterable[str], facts: Iterable[Fact]) -> dict[str, PathInDocument]:
    """Where each column of an entry stands in it; one named after a fact stands where that does."""
    known = {fact.name: fact.paths[0] for fact in facts}
    stated = {path[:length] for path in known.values() for length in range(1, len(path) + 1)}
    found: dict[str, PathInDocument] = {}
    for column in columns:
        path = tuple(column.split("."))
        found[column] = path if path in stated else known.get(column, path)
    return found


@lru_cache(maxsize=1024)
def names_of(keys: tuple[str, ...]) -> Mapping[str, str]:
    """Keys of an entry as the book would write them.

    A key that is called as our own columns are, or that means the same as another one, gets a
    name that nobody knows: it is for the door to refuse, and never moves or replaces anything.

    >>> dict(names_of(("Base Salary", "base_salary", "offer_id")))["Base Salary"]
    'base_salary (as given)'
    """
    taken = {OFFER, POSITION}
    found = {}
    for key in sorted(keys, key=lambda key: key != plain_name(key)):
        name = plain_name(key)
        while name in taken:
            name = f"{name} (as given)"
        taken.add(name)
        found[key] = name
    return found


def nested(raw: pl.DataFrame, column: str) -> pl.DataFrame:
    """The entries of a column of lists.

    Grain: one row for each entry, with the offer's number and the place of the entry.

    Args:
        raw: With the number of each offer under ``offer_id``.
        column: Lists of mappings, or the same as JSON.
    """
    cells = raw[column]
    if isinstance(cells.dtype, pl.List) and isinstance(cells.dtype.inner, pl.Struct):
        return _exploded(raw, column)
    return _parsed(raw, column)


def _exploded(raw: pl.DataFrame, column: str) -> pl.DataFrame:
    """Entries out of lists, beside the offer and the place that each had in it."""
    lengths = raw[column].list.len().fill_null(0).to_numpy()
    entries = raw[column].explode(empty_as_null=False, keep_nulls=False)
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    fields = entries.struct.unnest()
    return fields.rename(names_of(tuple(fields.columns))).with_columns(
        pl.Series(OFFER, np.repeat(raw[OFFER].to_numpy(), lengths)),
        pl.Series(POSITION, np.arange(len(entries)) - before, pl.Int32),
    )


def _parsed(raw: pl.DataFrame, column: str) -> pl.DataFrame:
    rows = [
        {OFFER: offer, POSITION: place, **entry}
        for offer, cell in raw.select(OFFER, column).drop_nulls().iter_rows()
        for place, entry in enumerate(_entries(cell))
    ]
    return frame_of(rows)


def _entries(cell: Any) -> Iterator[Mapping[str, Any]]:
    """The entries of a cell; one that is no mapping is kept for the door to refuse."""
    try:
        listed = orjson.loads(cell) if isinstance(cell, str) else cell
    except orjson.JSONDecodeError:
        listed = [cell]
    for entry in listed if isinstance(listed, list) else [listed]:
        yield (
            {name: entry[key] for key, name in names_of(tuple(entry)).items()}
            if isinstance(entry, dict)
            else {WHOLE_TEXT: str(entry)}
        )


def frame_of(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of mixed keys and kinds; what is not of one kind, or nested, becomes text."""
    keys = dict.fromkeys(key for row in rows for key in row)
    columns = {key: [row.get(key) for row in rows] for key in keys}
    return pl.DataFrame({key: _series(key, values) for key, values in columns.items()})


def _series(key: str, values: list[Any]) -> pl.Series:
    kinds = {type(value) for value in values} - {type(None)}
    if key in (OFFER, POSITION):
        return pl.Series(key, values, pl.Int64 if key == OFFER else pl.Int32)
    if kinds <= {int, float}:
        return pl.Series(key, [None if v is None else float(v) for v in values], pl.Float64)
    if kinds <= {bool} or kinds <= {str}:
        return pl.Series(key, values)
    texts = [v if v is None or isinstance(v, str) else orjson.dumps(v).decode() for v in values]
    return pl.Series(key, texts, pl.String)
