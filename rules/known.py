"""What is known of columns before a row is read: constants, copies, and what is never NULL.

A sheet leaves most facts out, and states some that are the same in every row.  Terms over them are
worked out once, here, with the three-valued logic of the interpreter; the others become shorter.
Every term keeps its value for every row, but for the sign of a zero.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from rules.expression import (
    And,
    Arithmetic,
    Call,
    Case,
    Expression,
    In,
    IsNull,
    Literal,
    Lookup,
    Name,
    Or,
    Value,
    children,
    with_operands,
)
from rules.interpreter import compile
from rules.sql import same, two_that_are_same
from rules.sql_terms import Term

Tables = Mapping[str, Mapping[str, Value]]
NULL, TRUE, FALSE = Literal(None), Literal(True), Literal(False)
Pair = tuple[Expression, Expression]


class Known:
    """What is known; every term that is taken in adds to it.

    Args:
        values: Column -> the constant that it is in every row, or the column that it is a copy of.
        present: Columns that are NULL in no row.
        tables: The tables that are looked up.
    """

    def __init__(
        self, values: Mapping[str, Literal | Name], present: Collection[str], tables: Tables
    ) -> None:
        self.values = dict(values)
        self._present = set(present)
        self._tables = tables
        self._made: dict[tuple[str, Expression], str] = {}

    def shortened(self, terms: Collection[Term]) -> Iterator[Term]:
        """What is left of terms; those that are a constant or a copy are in ``values`` instead.

        Args:
            terms: Each after those that it reads.
        """
        for term in terms:
            expression = self.short(term.expression)
            if isinstance(expression, Literal | Name):
                self.values[term.name] = expression
                continue
            made = self._made.setdefault((term.kind, expression), term.name)
            if made != term.name:
                self.values[term.name] = Name(made)
                continue
            if self.is_present(expression):
                self._present.add(term.name)
            yield replace(term, expression=expression)

    def short(self, node: Expression) -> Expression:
        """A shorter expression of the same value."""
        match node:
            case Literal():
                return node
            case Name(name):
                return self.values.get(name, node)
            case And(operands):
                return self._joined(And, operands, FALSE)
            case Or(operands):
                return self._joined(Or, operands, TRUE)
            case IsNull(operand):
                return self._is_null(self.short(operand))
            case Case(branches, default):
                return self._case(branches, default)
            case Call("COALESCE", arguments):
                pair = two_that_are_same(node)
                return self._first_known(arguments) if pair is None else self._same(*pair)
            case Call("LEAST" | "GREATEST", arguments):
                return self._extreme(node, arguments)
            case _:
                return self._strict(node)

    # --- By kind of node --------------------------------------------------------------------------

    def _strict(self, node: Expression) -> Expression:
        """What is NULL as soon as an operand is."""
        shorter = with_operands(node, self.short)
        operands = (shorter.operand,) if isinstance(shorter, In) else children(shorter)
        return NULL if NULL in operands else self._worked_out(shorter, operands)

    def _worked_out(self, node: Expression, operands: Collection[Expression]) -> Expression:
        """The value of a node whose operands are constants."""
        if not all(isinstance(one, Literal) for one in operands):
            return node
        scope = {node.table: self._tables[node.table]} if isinstance(node, Lookup) else {}
        return Literal(compile(node)(scope))

    def _joined(
        self, kind: type[And] | type[Or], operands: Collection[Expression], decisive: Literal
    ) -> Expression:
        """Without what decides nothing; one operand that decides is enough."""
        neutral = FALSE if decisive is TRUE else TRUE
        parts = dict.fromkeys(map(self.short, operands))
        if decisive in parts:
            return decisive
        left = tuple(part for part in parts if part != neutral)
        return kind(left) if len(left) > 1 else left[0] if left else neutral

    def _is_null(self, operand: Expression) -> Expression:
        if isinstance(operand, Literal):
            return Literal(operand.value is None)
        return FALSE if self.is_present(operand) else IsNull(operand)

    def _case(self, branches: Collection[Pair], default: Expression) -> Expression:
        """Only the branches that may be taken."""
        left: list[Pair] = []
        for test, value in branches:
            when = self.short(test)
            if when == TRUE:
                default = value
                break
            if when not in (FALSE, NULL):
                left.append((when, self.short(value)))
        other = self.short(default)
        while left and left[-1][1] == other:
            left.pop()
        return Case(tuple(left), other) if left else other

    def _first_known(self, arguments: Collection[Expression]) -> Expression:
        parts: list[Expression] = []
        for part in map(self.short, arguments):
            if part != NULL and part not in parts:
                parts.append(part)
            if parts and self.is_present(parts[-1]):
                break
        return Call("COALESCE", tuple(parts)) if len(parts) > 1 else parts[0] if parts else NULL

    def _same(self, left: Expression, right: Expression) -> Expression:
        left, right = self.short(left), self.short(right)
        if left == right:
            return TRUE
        if NULL in (left, right):
            return self._is_null(right if left == NULL else left)
        whole = same(left, right)
        return self._worked_out(whole, (left, right))

    def _extreme(self, node: Call, arguments: Collection[Expression]) -> Expression:
        parts = tuple(part for part in dict.fromkeys(map(self.short, arguments)) if part != NULL)
        if len(parts) < 2:
            return parts[0] if parts else NULL
        return self._worked_out(Call(node.function, parts), parts)

    # --- NULL -------------------------------------------------------------------------------------

    def is_present(self, node: Expression) -> bool:
        """Whether an expression is NULL in no row, as far as that can be told."""
        match node:
            case Literal(value):
                return value is not None
            case Name(name):
                return name in self._present
            case IsNull():
                return True
            case In(operand, choices):
                return self.is_present(operand) and NULL not in choices
            case Arithmetic("/", left, right):
                divisor = isinstance(right, Literal) and right.value not in (None, 0.0)
                return divisor and self.is_present(left)
            case Call("COALESCE" | "LEAST" | "GREATEST", arguments):
                return any(map(self.is_present, arguments))
            case Case(branches, default):
                return all(map(self.is_present, (default, *(value for _, value in branches))))
            case Lookup():
                return False
            case _:
                return all(map(self.is_present, children(node)))
