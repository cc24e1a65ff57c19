"""The rules in zen-engine: a Rust engine with an expression language of its own.

All rules are one compiled expression that gives a list, so that the inputs cross from Python
into the engine once for each decision; one expression for each rule would carry them over 179
times.

Null compares with anything in this language, so a comparison is guarded on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.propositions import Inputs, Rule
from rules.expression import (
    And,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
    sql_text,
)
from rules.normal_form import holds

_OPERATORS = {"=": "==", "<>": "!="}


class Inexpressible(ValueError):
    """The language has no words for a rule."""


def text_of(node: Expression) -> str:
    """An expression without NOT above a condition, in the words of zen-engine.

    >>> text_of(Compare("<", Name("base"), Literal(100.0)))
    '(base != null and base < 100)'
    """
    match node:
        case Literal(bool() as flag):
            return str(flag).lower()
        case And(operands):
            return "(" + " and ".join(map(text_of, operands)) + ")"
        case Or(operands):
            return "(" + " or ".join(map(text_of, operands)) + ")"
        case Name(name):
            return f"{name} == true"
        case Not(Name(name)):
            return f"{name} == false"
        case IsNull(Name(name)):
            return f"{name} == null"
        case Not(IsNull(Name(name))):
            return f"{name} != null"
        case In(Name(name), choices):
            return f"{name} in [{', '.join(map(_operand, choices))}]"
        case Not(In(Name(name), choices)):
            return f"({name} != null and {name} not in [{', '.join(map(_operand, choices))}])"
        case Compare(op, left, right):
            guards = [f"{one.name} != null" for one in (left, right) if isinstance(one, Name)]
            compared = f"{_operand(left)} {_OPERATORS.get(op, op)} {_operand(right)}"
            return "(" + " and ".join((*guards, compared)) + ")"
        case _:
            raise Inexpressible(sql_text(node))


def _operand(node: Expression) -> str:
    match node:
        case Name(name):
            return name
        case Literal(str() as text) if "'" not in text:
            return f"'{text}'"
        case Literal(float() as number):
            return f"{number:.17g}"
        case _:
            raise Inexpressible(sql_text(node))
