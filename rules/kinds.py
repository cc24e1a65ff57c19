"""Of which Python type the values of an expression are, as far as that can be told."""

from __future__ import annotations

from collections.abc import Container, Mapping
from datetime import date

from rules.checker import Type
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
)

_KINDS: Mapping[str, type] = {"number": float, "flag": bool, "text": str, "date": date}


def kind_of(node: Expression, types: Mapping[str, Type], dated: Container[str] = ()) -> type | None:
    """The type of every value of an expression that is not NULL; None where it is not known.

    Args:
        node: The expression.
        types: Those of the names that it reads.
        dated: The tables whose values are dates; those of all others are numbers.

    >>> kind_of(Call("COALESCE", (Name("x"), Literal(0.0))), {"x": Type("number")}).__name__
    'float'
    """
    match node:
        case Literal(value):
            return None if value is None else type(value)
        case Name(name):
            return _KINDS.get(types[name].kind) if name in types else None
        case Arithmetic() | Negate() | Call("ABS" | "ROUND"):
            return float
        case And() | Or() | Not() | Compare() | IsNull() | In():
            return bool
        case Call(_, arguments):
            return _common(arguments, types, dated)
        case Case(branches, default):
            return _common((*(then for _, then in branches), default), types, dated)
        case Lookup(table, _):
            return date if table in dated else float


def _common(
    parts: tuple[Expression, ...], types: Mapping[str, Type], dated: Container[str]
) -> type | None:
    """The type of those parts that are not NULL throughout."""
    found = {kind_of(part, types, dated) for part in parts if part != Literal(None)}
    return found.pop() if len(found) == 1 else None
