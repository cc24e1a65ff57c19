"""An expression as SQL text with the very meaning of the interpreter; emits text, runs nothing.

Every number is written with an exponent, because DuckDB and Spark read ``0.1`` as a decimal and
``0.1e0`` as the double that the book means.  Brackets keep the order of operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import assert_never

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
    Value,
)

KINDS: Mapping[str, str] = {
    "number": "DOUBLE",
    "flag": "BOOLEAN",
    "text": "VARCHAR",
    "date": "DATE",
}


@dataclass(frozen=True, slots=True)
class Words:
    """How an expression speaks of what it reads.

    Attributes:
        name: The SQL text that stands for a name: a column, or a constant.
        lookup: The SQL text of a look-up, from the table and the SQL text of the key.
        is_date: Whether an expression gives dates.
    """

    name: Callable[[str], str]
    lookup: Callable[[str, str], str]
    is_date: Callable[[Expression], bool]


def sql(node: Expression, words: Words) -> str:
    """The SQL text of an expression, in brackets wherever something may stand beside it.

    >>> plain = Words(quoted, lambda table, key: f"{table}[{key}]", lambda _: False)
    >>> sql(Compare("<", Name("base"), Arithmetic("*", Literal(0.9), Name("p50"))), plain)
    '("base" < (0.9e0 * "p50"))'
    >>> sql(Arithmetic("/", Name("a"), Name("b")), plain)
    '("a" / NULLIF("b", 0.0e0))'
    """

    def inner(part: Expression) -> str:
        return sql(part, words)

    def flag(part: Expression) -> str:
        return null("flag") if part == Literal(None) else inner(part)

    match node:
        case Literal(value):
            return constant(value)
        case Name(name):
            return words.name(name)
        case Not(operand):
            return f"(NOT {flag(operand)})"
        case And(operands):
            return f"({' AND '.join(map(flag, operands))})"
        case Or(operands):
            return f"({' OR '.join(map(flag, operands))})"
        case Compare(op, left, right):
            return f"({inner(left)} {op} {inner(right)})"
        case Arithmetic("/", left, right):
            return f"({inner(left)} / NULLIF({inner(right)}, {constant(0.0)}))"
        case Arithmetic("-", left, right) if words.is_date(left) or words.is_date(right):
            return f"CAST(date_diff('day', {inner(right)}, {inner(left)}) AS DOUBLE)"
        case Arithmetic(op, left, right):
            return f"({inner(left)} {op} {inner(right)})"
        case Negate(operand):
            return f"(- {inner(operand)})"  # the space keeps two of them from opening a comment
        case IsNull(operand):
            return f"({inner(operand)} IS NULL)"
        case In(operand, choices):
            return f"({inner(operand)} IN ({', '.join(map(inner, choices))}))"
        case Case(branches, default):
            whens = " ".join(f"WHEN {flag(test)} THEN {inner(value)}" for test, value in branches)
            return f"CASE {whens} ELSE {inner(default)} END"
        case Call("COALESCE") if (pair := two_that_are_same(node)) is not None:
            return f"({inner(pair[0])} IS NOT DISTINCT FROM {inner(pair[1])})"
        case Call(function, arguments):
            return _call(function, [inner(argument) for argument in arguments])
        case Lookup(table, key):
            return words.lookup(table, inner(key))
        case _:
            assert_never(node)


def chosen(rows: Mapping[str, Value], key: str, kind: str = "number") -> str:
    """The value beside a key, by comparing; NULL for a key without a row, and for NULL.

    >>> print(chosen({"target": 0.9}, "bonus_type"))
    CASE bonus_type WHEN 'target' THEN 0.9e0 END
    >>> chosen({}, '"bonus_type"')
    'CAST(NULL AS DOUBLE)'
    """
    known = {word: value for word, value in rows.items() if value is not None}
    if not known:
        return null(kind)
    whens = " ".join(f"WHEN {constant(word)} THEN {constant(one)}" for word, one in known.items())
    return f"CASE {key} {whens} END"


def same(left: Expression, right: Expression) -> Expression:
    """Whether two values are the same, NULL being the same as NULL; never UNKNOWN."""
    both_null = And((IsNull(left), IsNull(right)))
    return Call("COALESCE", (Compare("=", left, right), both_null))


def two_that_are_same(node: Expression) -> tuple[Expression, Expression] | None:
    """What ``same`` compares; None where a node is none of its.

    >>> two_that_are_same(same(Name("a"), Name("b")))
    (Name(name='a'), Name(name='b'))
    """
    match node:
        case Call("COALESCE", (Compare("=", left, right), _)) if node == same(left, right):
            return left, right
    return None


def _call(function: str, arguments: list[str]) -> str:
    """A function; that of one argument alone is the argument, which not every dialect takes."""
    if function in ("COALESCE", "LEAST", "GREATEST") and len(arguments) == 1:
        return arguments[0]
    return f"{function}({', '.join(arguments)})"


def constant(value: Value) -> str:
    """A constant as SQL text.

    >>> [constant(value) for value in (0.1, -2.0, 1e22, None, True, "it's", date(2026, 1, 31))]
    ['0.1e0', '(-2.0e0)', '1e+22', 'NULL', 'TRUE', "'it''s'", "DATE '2026-01-31'"]
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int():  # the number of a row or a sentence
            return str(value)
        case float():
            digits = repr(value)
            text = digits if "e" in digits else f"{digits}e0"
            return f"({text})" if text.startswith("-") else text
        case date():
            return f"DATE '{value.isoformat()}'"
        case _:
            return "'" + value.replace("'", "''") + "'"


def null(kind: str) -> str:
    """An unknown value of a kind of the book.

    >>> null("number")
    'CAST(NULL AS DOUBLE)'
    """
    return f"CAST(NULL AS {KINDS[kind]})"


def quoted(name: str) -> str:
    """A name as an identifier.

    >>> quoted("tc_risk_adj@low")
    '"tc_risk_adj@low"'
    """
    return f'"{name}"'
