"""An expression reduced to the part that gave its value, and what was cut away before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rules.expression import (
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Lookup,
    Name,
    Negate,
    Not,
    Or,
    children,
)
from rules.interpreter import compile as meaning


def reduced(node: Expression, scope: Mapping[str, Any]) -> Expression:
    """The part of an expression that gives its value in a scope; it has the same value there.

    >>> from rules.expression import sql_text
    >>> pay = Case(((Name("hourly"), Name("rate")),), Call("COALESCE", (Name("a"), Name("b"))))
    >>> sql_text(reduced(pay, {"hourly": False, "rate": None, "a": None, "b": 2.0}))
    'b'
    """
    match node:
        case Literal() | Name():
            return node
        case Case(branches, default):
            taken = (then for condition, then in branches if meaning(condition)(scope) is True)
            return reduced(next(taken, default), scope)
        case Call("COALESCE" | "LEAST" | "GREATEST" as function, arguments):
            known = [one for one in arguments if meaning(one)(scope) is not None]
            kept = (known[:1] if function == "COALESCE" else known) or arguments
            parts = tuple(reduced(one, scope) for one in kept)
            return parts[0] if len(parts) == 1 else Call(function, parts)
        case Call(function, arguments):
            return Call(function, tuple(reduced(one, scope) for one in arguments))
        case And(operands) | Or(operands):
            return replace(node, operands=tuple(reduced(one, scope) for one in operands))
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return replace(node, left=reduced(left, scope), right=reduced(right, scope))
        case Not(operand) | Negate(operand) | In(operand, _):
            return replace(node, operand=reduced(operand, scope))
        case IsNull():
            return node
        case Lookup(table, key):
            return Lookup(table, reduced(key, scope))


def cut_away(node: Expression, scope: Mapping[str, Any]) -> Iterator[Expression]:
    """What was looked at on the way to that part: conditions of branches, and what is not known.

    >>> from rules.expression import sql_text
    >>> pay = Case(((Name("hourly"), Name("rate")),), Call("COALESCE", (Name("a"), Literal(0.0))))
    >>> [sql_text(one) for one in cut_away(pay, {"hourly": False, "rate": None, "a": None})]
    ['hourly', 'a']
    """
    match node:
        case Case(branches, default):
            for condition, then in branches:
                yield condition
                if meaning(condition)(scope) is True:
                    yield from cut_away(then, scope)
                    return
            yield from cut_away(default, scope)
        case Call("COALESCE" | "LEAST" | "GREATEST" as function, arguments):
            for one in arguments:
                if meaning(one)(scope) is None:
                    yield one
                    continue
                yield from cut_away(one, scope)
                if function == "COALESCE":
                    return
        case _:
            for one in children(node):
                yield from cut_away(one, scope)
