"""Columns written as SQL, as expressions of polars, with the very meaning of the interpreter.

What polars reads otherwise than SQL means it is written for it in another way, or is worked out
aside, in a column of its own.  Nothing but the sign of a zero may differ, and that decides nothing:
every comparison takes both zeros for one, and a division by either is NULL.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from rules.expression import Value
from rules.sql import Dialect, quoted
from rules.sql_lists import OFFER
from rules.sql_steps import Column, levels, needed, with_carried

OF_KIND: Mapping[str, type[pl.DataType]] = {
    "number": pl.Float64,
    "flag": pl.Boolean,
    "text": pl.String,
    "date": pl.Date,
}
_NAME = re.compile(r'"([^"]+)"')

Rungs = Sequence["Rung"]


@dataclass(frozen=True, slots=True)
class Rung:
    """Columns that read only what is below them, and what is still read above them."""

    made: Sequence[pl.Expr]
    kept: Sequence[str]


def climbed(frame: pl.DataFrame, rungs: Rungs) -> pl.DataFrame:
    """A frame with the columns of the highest rung; what nobody reads any more is let go."""
    lazy = frame.lazy()
    for rung in rungs:
        lazy = lazy.with_columns(rung.made).select(rung.kept)
    return lazy.collect()


class Asides(Dialect):
    """How polars is written to, with the columns that its SQL has no words for.

    An aside is a column of its own, read where the text would stand, and worked out once.
    """

    def __init__(self) -> None:
        self._expressions: dict[str, pl.Expr] = {}
        self._reads: dict[str, frozenset[str]] = {}
        self._names: dict[Hashable, str] = {}

    def days(self, later: str, earlier: str) -> str:
        """The days between two dates; a date is its number of days."""
        return f"CAST(CAST({later} AS INTEGER) - CAST({earlier} AS INTEGER) AS DOUBLE)"

    def quotient(self, left: str, right: str) -> str:
        """A quotient by a column; by a constant, polars would multiply with its inverse."""
        return super().quotient(left, f"({right} * CAST(({quoted(OFFER)} IS NOT NULL) AS DOUBLE))")

    def rounded(self, number: str) -> str:
        """An aside, because the SQL of polars rounds halves to the even number."""
        name = self._named(("rounded", number), number)
        if name not in self._expressions:
            away = pl.sql_expr(number).round(mode="half_away_from_zero")
            self._expressions[name] = away
        return quoted(name)

    def chosen(self, rows: Mapping[str, Value], key: str, kind: str = "number") -> str:
        """An aside, because a CASE of polars works out every branch."""
        known = {word: value for word, value in rows.items() if value is not None}
        if not known or not _NAME.search(key):
            return super().chosen(rows, key, kind)
        name = self._named((key, kind, tuple(known.items())), key)
        if name not in self._expressions:
            found = pl.sql_expr(key).replace_strict(
                list(known), list(known.values()), default=None, return_dtype=OF_KIND[kind]
            )
            self._expressions[name] = found
        return quoted(name)

    def _named(self, what: Hashable, text: str) -> str:
        name = self._names.setdefault(what, f"aside {len(self._names)}")
        self._reads[name] = frozenset(_NAME.findall(text))
        return name

    def rungs(self, columns: Sequence[Column], wanted: Collection[str]) -> Rungs:
        """Columns as expressions, level by level, each above the asides that it reads."""
        steps = levels(self._with_asides(needed(columns, wanted)))
        return [
            Rung([self._expression(one) for one in step], sorted(above))
            for step, above in with_carried(steps, wanted)
        ]

    def _with_asides(self, columns: Iterable[Column]) -> Iterator[Column]:
        """Each column after the asides that it reads, which may read others."""
        made: set[str] = set()
        for one in columns:
            asked = self._asked(frozenset(_NAME.findall(one.text)), made)
            made.update(name for name, _ in asked)
            yield from (Column(name, "", reads | {OFFER}) for name, reads in asked)
            aside = frozenset(_NAME.findall(one.text)) & self._reads.keys()
            yield replace(one, reads=one.reads | aside | {OFFER})

    def _asked(
        self, names: frozenset[str], made: Collection[str]
    ) -> list[tuple[str, frozenset[str]]]:
        """Asides that are not made yet, with what they read; the innermost first."""
        found: dict[str, frozenset[str]] = {}
        for name in sorted(names & self._reads.keys()):
            if name not in made:
                found.update(self._asked(self._reads[name], (*made, *found)))
                found[name] = self._reads[name]
        return list(found.items())

    def _expression(self, column: Column) -> pl.Expr:
        aside = self._expressions.get(column.name)
        return (pl.sql_expr(column.text) if aside is None else aside).alias(column.name)
