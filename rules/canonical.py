"""The expression tree as JSON: for the cache of compiled books and for their hash.

    number, TRUE, FALSE, NULL    themselves: 0.15, true, false, null
    name                         a string: "base_salary"
    anything else                a list, its head first: ["and", ["<", "a", 5.0], "is_open"]

The form is canonical: two expressions have the same JSON exactly when they are the same tree
(a flag and the number 1 are told apart, which Python's ``==`` does not do).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, assert_never, get_args

from rules.errors import Fault, MalformedBook
from rules.expression import (
    And,
    Arithmetic,
    ArithmeticOp,
    Call,
    Case,
    Compare,
    CompareOp,
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


def to_json(expression: Expression) -> object:
    """Turn an expression into lists, strings, numbers, booleans and None.

    >>> to_json(And((Compare("<", Name("a"), Literal(5.0)), In(Name("b"), (Literal("x"),)))))
    ['and', ['<', 'a', 5.0], ['in', 'b', ['text', 'x']]]
    """
    match expression:
        case Literal(value):
            return _literal_to_json(value)
        case Name(name):
            return name
        case Not(operand):
            return ["not", to_json(operand)]
        case And(operands):
            return ["and", *map(to_json, operands)]
        case Or(operands):
            return ["or", *map(to_json, operands)]
        case Compare(op, left, right) | Arithmetic(op, left, right):
            return [op, to_json(left), to_json(right)]
        case Negate(operand):
            return ["negate", to_json(operand)]
        case IsNull(operand):
            return ["is_null", to_json(operand)]
        case In(operand, choices):
            return ["in", to_json(operand), *map(to_json, choices)]
        case Case(branches, default):
            pairs = [[to_json(condition), to_json(then)] for condition, then in branches]
            return ["case", *pairs, to_json(default)]
        case Call(function, arguments):
            return [function, *map(to_json, arguments)]
        case Lookup(table, key):
            return ["lookup", table, to_json(key)]
        case _:
            assert_never(expression)


def from_json(document: Any) -> Expression:
    """Rebuild the expression that ``to_json`` wrote.

    >>> from_json(["-", "a", 1.0])
    Arithmetic(op='-', left=Name(name='a'), right=Literal(value=1.0))

    Raises:
        MalformedBook: ``book-cache-malformed`` when it is not of that form.
    """
    kind = type(document)
    if kind is str:
        return Name(document)
    if document is None or kind is bool or kind is float:
        return Literal(document)
    try:
        head, *rest = document
        return _BUILDERS[head](rest)
    except (TypeError, ValueError, KeyError) as problem:
        raise _malformed(document) from problem


def _literal_to_json(value: Value) -> object:
    match value:
        case str():
            return ["text", value]
        case date():
            return ["date", value.isoformat()]
        case _:
            return value


def _several(parts: list[Any]) -> tuple[Expression, ...]:
    return tuple(map(from_json, parts))


def _one(parts: list[Any]) -> Expression:
    (part,) = parts
    return from_json(part)


def _text(parts: list[Any]) -> Literal:
    (value,) = parts
    if not isinstance(value, str):
        raise TypeError(value)
    return Literal(value)


def _date(parts: list[Any]) -> Literal:
    (value,) = parts
    return Literal(date.fromisoformat(value))


def _comparison(op: CompareOp) -> Callable[[list[Any]], Expression]:
    def build(parts: list[Any]) -> Expression:
        left, right = parts
        return Compare(op, from_json(left), from_json(right))

    return build


def _arithmetic(op: ArithmeticOp) -> Callable[[list[Any]], Expression]:
    def build(parts: list[Any]) -> Expression:
        left, right = parts
        return Arithmetic(op, from_json(left), from_json(right))

    return build


def _call(function: FunctionName) -> Callable[[list[Any]], Expression]:
    return lambda parts: Call(function, _several(parts))


def _in(parts: list[Any]) -> In:
    operand, *choices = _several(parts)
    literals = tuple(choice for choice in choices if isinstance(choice, Literal))
    if len(literals) < len(choices):
        raise ValueError(parts)
    return In(operand, literals)


def _case(parts: list[Any]) -> Case:
    *branches, default = parts
    pairs = tuple((from_json(condition), from_json(then)) for condition, then in branches)
    return Case(pairs, from_json(default))


def _lookup(parts: list[Any]) -> Lookup:
    table, key = parts
    if not isinstance(table, str):
        raise TypeError(table)
    return Lookup(table, from_json(key))


_BUILDERS: dict[str, Callable[[list[Any]], Expression]] = {
    "text": _text,
    "date": _date,
    "not": lambda parts: Not(_one(parts)),
    "and": lambda parts: And(_several(parts)),
    "or": lambda parts: Or(_several(parts)),
    "negate": lambda parts: Negate(_one(parts)),
    "is_null": lambda parts: IsNull(_one(parts)),
    "in": _in,
    "case": _case,
    "lookup": _lookup,
    **{op: _comparison(op) for op in get_args(CompareOp)},
    **{op: _arithmetic(op) for op in get_args(ArithmeticOp)},
    **{function: _call(function) for function in get_args(FunctionName)},
}


def _malformed(document: object) -> MalformedBook:
    return MalformedBook(
        Fault(
            "book-cache-malformed",
            "the compiled book",
            repr(document)[:80],
            "the JSON form of an expression",
            "delete the compiled book; it is rebuilt from its YAML files",
        )
    )
