"""From an expression to the text of an infix language that knows null but not UNKNOWN.

In such a language null may be compared with anything, or with nothing at all, so each comparison
is guarded: it is made only where both sides have a value.  A rule is thereby TRUE exactly where
it is in the book; whether it is FALSE or UNKNOWN elsewhere is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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


class InexpressibleError(ValueError):
    """The language has no words for an expression."""


@dataclass(frozen=True, slots=True)
class Words:
    """How a language writes what the three languages do not write alike."""

    null: str = "null"
    true: str = "true"
    false: str = "false"
    same: str = "=="
    differs: str = "!="


_OPERATORS = {"=": "==", "<>": "!="}


def text_of(node: Expression, words: Words) -> str:
    """An expression that has no NOT above a condition, as text.

    >>> text_of(Or((Name("is_open"), Compare("<", Name("base"), Literal(100.0)))), Words())
    '(is_open == true or (base != null and base < 100))'
    >>> text_of(Not(Name("is_open")), Words("None", "True", "False", "is", "is not"))
    'is_open is False'

    Raises:
        InexpressibleError: For anything but rules over names and constants.
    """
    match node:
        case Literal(bool() as flag):
            return words.true if flag else words.false
        case And(operands):
            return _joined(" and ", (text_of(part, words) for part in operands))
        case Or(operands):
            return _joined(" or ", (text_of(part, words) for part in operands))
        case Name(name):
            return f"{name} {words.same} {words.true}"
        case Not(Name(name)):
            return f"{name} {words.same} {words.false}"
        case IsNull(Name(name)):
            return f"{name} {words.same} {words.null}"
        case Not(IsNull(Name(name))):
            return f"{name} {words.differs} {words.null}"
        case In(operand, choices):
            return f"{_value(operand)} in [{', '.join(map(_value, choices))}]"
        case Not(In(operand, choices)):
            test = f"{_value(operand)} not in [{', '.join(map(_value, choices))}]"
            return _joined(" and ", (*_guards((operand,), words), test))
        case Compare(op, left, right):
            test = f"{_value(left)} {_OPERATORS.get(op, op)} {_value(right)}"
            return _joined(" and ", (*_guards((left, right), words), test))
        case _:
            raise InexpressibleError(sql_text(node))


def _joined(word: str, parts: Iterable[str]) -> str:
    return f"({word.join(parts)})"


def _guards(operands: Iterable[Expression], words: Words) -> Iterable[str]:
    names = (one.name for one in operands if isinstance(one, Name))
    return (f"{name} {words.differs} {words.null}" for name in names)


def _value(node: Expression) -> str:
    match node:
        case Name() | Literal(float()):
            return sql_text(node)
        case Literal(str() as text) if text.isascii() and not set(text) & set("'\\"):
            return f"'{text}'"
        case _:
            raise InexpressibleError(sql_text(node))
