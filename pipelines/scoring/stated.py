"""What the columns of a sheet state: texts without space around them, and values that differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import polars as pl

from rules.expression import Value

MOST_REMEMBERED = 200_000  # values of a column
TRIED, MANY = 2_000, 1_000  # first values of a column; so many that differ, and most will

Read = Callable[[Any], tuple[Value, bool]]
Found = tuple[pl.Series, pl.Series | None]  # values, and which are in doubt, if any may be


class Stated:
    """The columns of a part of a sheet, each looked at once.

    Args:
        raw: The columns as they stand there.
    """

    def __init__(self, raw: pl.DataFrame) -> None:
        self.raw = raw
        # No cache of functools: what refers to itself is let go late, and parts are large.
        self._found: dict[str, Different] = {}

    def different(self, name: str) -> Different:
        """The different values of a column."""
        if name not in self._found:
            self._found[name] = self._different(name)
        return self._found[name]

    def _different(self, name: str) -> Different:
        """The values of a column; of texts, without space around them, and NULL for nothing."""
        cells = self.raw[name]
        found = Different(cells)
        if cells.dtype != pl.String or not (_has_many(cells) or _is_spaced(found.values)):
            return found
        texts = cells.str.strip_chars()
        return Different(texts.set(texts == "", None))

    def cells(self, name: str) -> pl.Series:
        """A column."""
        return self.different(name).cells

    def is_stated(self, name: str) -> pl.Series:
        """Where anything stands in a column."""
        return self.cells(name).is_not_null()


def _has_many(cells: pl.Series) -> bool:
    """Whether most cells of a column seem to differ, so that to find the others is no use."""
    return cells.head(TRIED).n_unique() > MANY


def _is_spaced(texts: pl.Series) -> bool:
    bare = texts.str.strip_chars()
    return bool(((bare != texts) | (bare == "")).any())


class Remembered:
    """Reads values, and remembers what it has read: parts of a sheet hold the same ones."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._found: dict[Any, tuple[Value, bool]] = {}

    def __call__(self, keys: Sequence[Any], value_of: Callable[[Any], Any]) -> list[Any]:
        """What is read of each key; the value that a key stands for is made when it is new."""
        if len(self._found) > MOST_REMEMBERED:
            self._found.clear()
        found = self._found
        for key in keys:
            if key not in found:
                found[key] = self._read(value_of(key))
        return [found[key] for key in keys]


class Different:
    """The different values of a column, each read once for all the cells that hold it.

    Attributes:
        cells: The column.
    """

    def __init__(self, cells: pl.Series) -> None:
        self.cells = cells
        self._is_nested = cells.dtype.is_nested()

    @cached_property
    def _coded(self) -> pl.Series:
        return (_encoded(self.cells) if self._is_nested else self.cells).alias("key")

    @cached_property
    def values(self) -> pl.Series:
        """Each value once, without NULL."""
        return self._coded.unique().drop_nulls()

    @cached_property
    def keys(self) -> list[Any]:
        """The same; nested values as text."""
        return self.values.to_list()

    @cached_property
    def _places(self) -> pl.Series:
        place = pl.int_range(len(self.values), eager=True).alias("place")
        table = pl.DataFrame([self.values, place])
        coded = self._coded.to_frame()
        return coded.join(table, on="key", how="left", maintain_order="left")["place"]

    def read(self, read: Remembered, dtype: type[pl.DataType]) -> Found:
        """The values that a reader makes of the cells, and which it is in doubt about."""
        found = read(self.keys, _decoded if self._is_nested else itself)
        values = pl.Series([value for value, _ in found], dtype=dtype)
        doubts = pl.Series([not is_all for _, is_all in found], dtype=pl.Boolean)
        return values.gather(self._places), doubts.gather(self._places).fill_null(value=False)


def _encoded(cells: pl.Series) -> pl.Series:
    """Nested values as texts that can be compared."""
    frame = cells.alias("cell").to_frame()
    texts = frame.select(pl.struct("cell").struct.json_encode()).to_series()
    return texts.set(cells.is_null(), None)


def _decoded(key: str) -> Any:
    return json.loads(key)["cell"]


def itself(key: Any) -> Any:
    """What stands for itself."""
    return key
