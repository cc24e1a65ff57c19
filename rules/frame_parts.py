"""Terms cut into parts, each of which polars works out once.

A part that several terms read, or that a term would read several times, is a column of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from math import frexp
from typing import TypeGuard

from rules.expression import (
    Arithmetic,
    Call,
    Expression,
    FunctionName,
    IsNull,
    Literal,
    Lookup,
    Name,
    Not,
    Value,
    children,
    with_operands,
)
from rules.sql import same, two_that_are_same
from rules.sql_terms import Term, TermKind

WORDS = "words"  # the table that has the number of every word that is looked up anywhere

_KINDS: dict[type, TermKind] = {
    float: "number",
    bool: "flag",
    str: "text",
    date: "date",
    int: "count",
}

ONE = "one"  # a column of the number 1

KindOf = Callable[[Expression], type | None]


class Parts:
    """Cuts terms.

    Args:
        kind_of: Of which type the values of an expression are.
    """

    def __init__(self, kind_of: KindOf) -> None:
        self._kind_of = kind_of
        self._shared: frozenset[Expression] = frozenset()
        self._names: dict[tuple[str, Expression], str] = {}
        self._new: list[Term] = []

    def cut(self, terms: Sequence[Term]) -> list[Term]:
        """Terms after their parts.

        Args:
            terms: Each after those that it reads.
        """
        self._shared = _shared(term.expression for term in terms)
        found: list[Term] = []
        for term in terms:
            expression = self._cut(term.expression)
            found += (*self.taken(), replace(term, expression=expression))
        return found

    def column(self, expression: Expression) -> str:
        """The column that an expression is; a part, if it is none yet."""
        leaf = self._leaf(expression)
        return leaf.name if isinstance(leaf, Name) else self._part(leaf, self._kind(leaf)).name

    def taken(self) -> list[Term]:
        """The parts that are new since this was last asked."""
        new, self._new = self._new, []
        return new

    def _cut(self, node: Expression) -> Expression:
        """An expression over its parts."""
        match node:
            case Literal() | Name():
                return node
            case Lookup(table, key):
                number = self._part(Lookup(WORDS, self._leaf(key)), "count")
                return node if table == WORDS else Lookup(table, number)
            case Call("LEAST" | "GREATEST" as function, arguments):
                return self._extreme(function, [*map(self._leaf, arguments)])
            case Call("COALESCE") if (pair := two_that_are_same(node)) is not None:
                return same(*map(self._leaf, pair))
            case Arithmetic("/", left, right):
                return self._quotient(left, right)
            case _:
                return with_operands(node, self._inner)

    def _quotient(self, left: Expression, right: Expression) -> Expression:
        """A quotient by a column, never by one value.

        By one value polars multiplies with its inverse, which is not the same; and it also takes
        a column for one value that it knows to be the same throughout.  The inverse of a power of
        two is exact.
        """
        if isinstance(right, Literal) and _is_power_of_two(right.value):
            return Arithmetic("*", self._inner(left), Literal(1 / right.value))
        return Arithmetic("/", self._inner(left), self._leaf(Arithmetic("*", right, Name(ONE))))

    def _inner(self, node: Expression) -> Expression:
        """An operand; one that others read as well, or a table's row, is a part."""
        is_part = isinstance(node, Lookup) or node in self._shared
        return self._leaf(node) if is_part else self._cut(node)

    def _leaf(self, node: Expression) -> Expression:
        """An operand that is asked for more than once."""
        if isinstance(node, Literal | Name):
            return node
        return self._part(self._cut(node), self._kind(node))

    def _kind(self, node: Expression) -> TermKind:
        kind = self._kind_of(node)
        return "number" if kind is None else _KINDS[kind]

    def _extreme(self, function: FunctionName, arguments: Sequence[Expression]) -> Expression:
        """The least or greatest of many as one of two, which is again compared."""
        first, *others = arguments
        for place, other in enumerate(others):
            found = Call(function, (first, other))
            first = self._part(found, "number") if place < len(others) - 1 else found
        return first

    def _part(self, expression: Expression, kind: TermKind) -> Name:
        """The column of a part."""
        key = (kind, expression)
        if key not in self._names:
            self._names[key] = f"part {len(self._names) + 1}"
            self._new.append(Term(self._names[key], expression, kind))
        return Name(self._names[key])


def _is_power_of_two(value: Value) -> TypeGuard[float]:
    return isinstance(value, float) and abs(frexp(value)[0]) == 0.5


def _shared(expressions: Iterable[Expression]) -> frozenset[Expression]:
    """What is worked out more than once; what is inside of it does not count again."""
    seen: set[Expression] = set()
    found: set[Expression] = set()
    waiting = list(expressions)
    while waiting:
        node = waiting.pop()
        if isinstance(node, Literal | Name | IsNull | Not):
            waiting.extend(children(node))
        elif node in seen:
            found.add(node)
        else:
            seen.add(node)
            waiting.extend(children(node))
    return frozenset(found)
