"""Expressions reduced to what is left of them once some of their names have a value.

What no longer hangs on anything open is worked out by the interpreter, with its very rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.expression import (
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    Expression,
    In,
    Literal,
    Lookup,
    Name,
    Negate,
    Not,
    Or,
    children,
    names,
    tables,
    with_operands,
)
from rules.interpreter import Evaluator
from rules.interpreter import compile as meaning

Scope = Mapping[str, Any]
Terms = Mapping[str, Expression]
_NULL = Literal(None)
_STRICT = Compare | Arithmetic | Not | Negate | In | Lookup  # NULL as soon as an operand is


class Reducer:
    """Reduces the terms of one book again and again, and remembers what each of them reads."""

    def __init__(self) -> None:
        # By identity: the tree of a book stays, and to hash a tree is to walk it.
        self._seen: dict[int, tuple[Expression, frozenset[str], Evaluator]] = {}

    def terms(self, terms: Terms, scope: Scope) -> tuple[dict[str, Expression], dict[str, Any]]:
        """Definitions reduced one after the other.

        Args:
            terms: Each comes after those that it reads.
            scope: The names that have a value, and the tables; what is neither there nor defined
                is open.

        Returns:
            The terms that still hang on something open, and the scope with the values of all
            others.
        """
        left: dict[str, Expression] = {}
        values = dict(scope)
        for name, expression in terms.items():
            found = self.reduced(expression, values)
            if isinstance(found, Literal):
                values[name] = found.value
            else:
                left[name] = found
        return left, values

    def reduced(self, node: Expression, scope: Scope) -> Expression:
        """An expression with the same value, whatever the names that the scope lacks may be.

        >>> from rules.expression import sql_text
        >>> left = Reducer().reduced(
        ...     And((Name("is_open"), Compare("<", Name("x"), Name("y")))),
        ...     {"is_open": True, "y": 2.0},
        ... )
        >>> sql_text(left)
        'x < 2'
        """
        if isinstance(node, Literal):
            return node
        reads, value_of = self._known(node)
        if reads <= scope.keys():
            return Literal(value_of(scope))
        return self._folded(self._rebuilt(node, scope), scope)

    def _known(self, node: Expression) -> tuple[frozenset[str], Evaluator]:
        found = self._seen.get(id(node))
        if found is None:
            found = self._seen[id(node)] = (node, names(node) | tables(node), meaning(node))
        return found[1:]

    def _rebuilt(self, node: Expression, scope: Scope) -> Expression:
        match node:
            case And(operands):
                return And(self._joined(operands, scope, False))
            case Or(operands):
                return Or(self._joined(operands, scope, True))
            case Case(branches, default):
                return self._case(branches, default, scope)
            case Call("COALESCE", arguments):
                return self._first_known(arguments, scope)
            case _:
                return with_operands(node, lambda operand: self.reduced(operand, scope))

    def _folded(self, node: Expression, scope: Scope) -> Expression:
        """The value of what holds nothing but constants, or a NULL that makes it NULL."""
        parts = children(node)
        if isinstance(node, Literal | Name):
            return node
        if isinstance(node, _STRICT) and _NULL in parts[: 1 if isinstance(node, In) else 2]:
            return _NULL
        if all(isinstance(part, Literal) for part in parts):
            return Literal(meaning(node)(scope))
        return node

    def _joined(
        self, operands: tuple[Expression, ...], scope: Scope, decisive: bool
    ) -> tuple[Expression, ...]:
        """Operands of AND and OR: a decisive one decides, and its opposite adds nothing."""
        parts = [self.reduced(one, scope) for one in operands]
        if any(_is(one, decisive) for one in parts):
            return (Literal(decisive),)
        return tuple(one for one in parts if not _is(one, not decisive)) or (Literal(not decisive),)

    def _case(
        self, branches: tuple[tuple[Expression, Expression], ...], default: Expression, scope: Scope
    ) -> Expression:
        left = []
        for condition, then in branches:
            test = self.reduced(condition, scope)
            if _is(test, True):
                default = then
                break
            if not isinstance(test, Literal):
                left.append((test, self.reduced(then, scope)))
        otherwise = self.reduced(default, scope)
        return Case(tuple(left), otherwise) if left else otherwise

    def _first_known(self, arguments: tuple[Expression, ...], scope: Scope) -> Expression:
        left: list[Expression] = []
        for one in arguments:
            part = self.reduced(one, scope)
            if part != _NULL:
                left.append(part)
            if isinstance(part, Literal) and part.value is not None:
                break
        return Call("COALESCE", tuple(left)) if len(left) > 1 else left[0] if left else _NULL


def _is(node: Expression, truth: bool) -> bool:
    return isinstance(node, Literal) and node.value is truth
