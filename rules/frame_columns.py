"""Terms as columns of polars, with the very meaning of the interpreter.

Nothing but the sign of a zero may differ, and that decides nothing: every comparison takes both
zeros for one, and a division by either is NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any, assert_never

import polars as pl

from rules.checker import Type
from rules.expression import (
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    Expression,
    FunctionName,
    In,
    IsNull,
    Literal,
    Lookup,
    Name,
    Negate,
    Not,
    Or,
    Value,
)
from rules.frame_parts import ONE, WORDS
from rules.kinds import kind_of
from rules.known import NULL, Tables
from rules.normal_form import never
from rules.sql import two_that_are_same
from rules.sql_lists import OFFER
from rules.sql_steps import levels, needed, with_carried
from rules.sql_terms import Term

OF_KIND: Mapping[str, type[pl.DataType]] = {
    "number": pl.Float64,
    "flag": pl.Boolean,
    "text": pl.String,
    "date": pl.Date,
    "count": pl.Int16,
}
LET_GO = 8  # rungs after which columns are let go: it takes as long as to make some
MOST_COMPARED = 8  # choices that are compared one by one, which is faster than a search

_OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "=": eq,
    "<>": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "+": add,
    "-": sub,
    "*": mul,
}

_ONE = pl.col(OFFER).is_not_null().cast(pl.Float64).alias(ONE)
AS_WRITTEN = pl.QueryOptFlags.none()

Rungs = Sequence["Rung"]


@dataclass(frozen=True, slots=True)
class Rung:
    """Columns that read only what is below them.

    Attributes:
        kept: What is still read above them; None where nothing is let go.
    """

    made: Sequence[pl.Expr]
    kept: Sequence[str] | None


def climbed(frame: pl.DataFrame, rungs: Rungs) -> pl.DataFrame:
    """A frame with the columns of the highest rung; what nobody reads any more is let go."""
    lazy = frame.lazy().with_columns(_ONE)
    for rung in rungs:
        lazy = lazy.with_columns(rung.made)
        lazy = lazy if rung.kept is None else lazy.select(rung.kept)
    return lazy.collect(optimizations=AS_WRITTEN)


class Polars:
    """Writes terms, which ``rules.frame_parts`` has cut, as expressions of polars.

    Args:
        tables: The tables that are looked up.
        dated: Those of them whose values are dates.
        types: Those of the columns that the terms read.
        is_present: Tells what is NULL in no row.
    """

    def __init__(
        self,
        tables: Tables,
        dated: Collection[str],
        types: Mapping[str, Type],
        is_present: Callable[[Expression], bool] = never,
    ) -> None:
        self._tables, self._dated, self._types = tables, dated, types
        self._is_present = is_present
        self._words = pl.Enum(sorted({word for rows in tables.values() for word in rows}))

    def rungs(self, terms: Sequence[Term], wanted: Collection[str]) -> Rungs:
        """Wanted columns as expressions, level by level."""
        steps = with_carried(levels(needed(terms, wanted)), wanted)
        last = len(steps) - 1
        return [
            Rung(
                [self.column(one) for one in step],
                sorted(above) if place == last or place % LET_GO == LET_GO - 1 else None,
            )
            for place, (step, above) in enumerate(steps)
        ]

    def column(self, term: Term) -> pl.Expr:
        """A term under its name."""
        written = self.expression(term.expression)
        if term.kind == "count" or self.kind(term.expression) is None:
            written = written.cast(OF_KIND[term.kind])  # NULL alone has no type
        return written.alias(term.name)

    def expression(self, node: Expression) -> pl.Expr:
        """An expression over columns."""
        match node:
            case Literal(value):
                return pl.lit(value)
            case Name(name):
                return pl.col(name)
            case Not(operand):
                return ~self._flag(operand)
            case And(operands):
                return reduce(and_, map(self._flag, operands))
            case Or(operands):
                return reduce(or_, map(self._flag, operands))
            case Arithmetic("/", left, right):
                return self._quotient(self.expression(left), self.expression(right))
            case Arithmetic("-", left, right) if self.kind(left) is date:
                return self._days(left) - self._days(right)
            case Arithmetic(op, left, right) | Compare(op, left, right):
                found: pl.Expr = _OPERATIONS[op](self.expression(left), self.expression(right))
                return found
            case Negate(operand):
                return -self.expression(operand)
            case IsNull(operand):
                return self.expression(operand).is_null()
            case In(operand, choices):
                return self._member(self.expression(operand), [one.value for one in choices])
            case Case(branches, default):
                return self._case(branches, default)
            case Call(function, arguments):
                return self._call(function, arguments)
            case Lookup(table, key):
                return self._looked_up(table, self.expression(key))
            case _:
                assert_never(node)

    def kind(self, node: Expression) -> type | None:
        """Of which type the values of an expression are."""
        return kind_of(node, self._types, self._dated)

    def _flag(self, node: Expression) -> pl.Expr:
        return pl.lit(None, pl.Boolean) if node == NULL else self.expression(node)

    def _days(self, node: Expression) -> pl.Expr:
        """A date as a number of days."""
        return self.expression(node).cast(pl.Int32).cast(pl.Float64)

    def _quotient(self, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        return left / pl.when(right != 0.0).then(right)

    def _member(self, value: pl.Expr, choices: Sequence[Value]) -> pl.Expr:
        known = [choice for choice in choices if choice is not None]
        unknown = [pl.lit(None, pl.Boolean)] * (len(known) < len(choices))
        if len(known) > MOST_COMPARED:
            return reduce(or_, unknown, value.is_in(known))
        return reduce(or_, (*(value == choice for choice in known), *unknown))

    def _case(
        self, branches: Sequence[tuple[Expression, Expression]], default: Expression
    ) -> pl.Expr:
        found = self.expression(default)
        for test, value in reversed(branches):
            found = pl.when(self._flag(test)).then(self.expression(value)).otherwise(found)
        return found

    def _call(self, function: FunctionName, arguments: Sequence[Expression]) -> pl.Expr:
        match function:
            case "ABS":
                return self.expression(arguments[0]).abs()
            case "ROUND":
                return self.expression(arguments[0]).round(mode="half_away_from_zero")
            case "COALESCE":
                return self._first_known(arguments)
            case _:
                return self._extreme(function, arguments)

    def _first_known(self, arguments: Sequence[Expression]) -> pl.Expr:
        pair = two_that_are_same(Call("COALESCE", tuple(arguments)))
        if pair is not None:
            left, right = map(self.expression, pair)
            return left.eq_missing(right)
        return pl.coalesce(map(self.expression, arguments))

    def _extreme(self, function: FunctionName, arguments: Sequence[Expression]) -> pl.Expr:
        """The first of the values that no other one beats; those that are NULL are skipped."""
        *earlier, last = arguments
        b = self.expression(last)
        if not earlier:
            return b
        a = self._extreme(function, earlier)
        if self._is_present(last):
            return pl.when(a >= b if function == "GREATEST" else a <= b).then(a).otherwise(b)
        is_beaten = b > a if function == "GREATEST" else b < a
        return pl.when(a.is_null() | is_beaten).then(b).otherwise(a)

    def _looked_up(self, table: str, key: pl.Expr) -> pl.Expr:
        """The value beside a key, which is the number of a word; or that number itself."""
        if table == WORDS:
            return key.cast(self._words, strict=False).to_physical()
        values = [self._tables[table].get(word) for word in self._words.categories]
        dtype = OF_KIND["date" if table in self._dated else "number"]
        return pl.lit(pl.Series(values, dtype=dtype)).gather(key)
