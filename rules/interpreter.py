"""The reference meaning of an expression: every other backend must agree with this file.

An expression is turned once into nested closures; calling the outermost one with a scope
gives the value.  Nothing here raises on a well-typed expression: what cannot be known is NULL.

Numbers are ordered as SQL orders them, not as IEEE does.  An overflow gives an infinity and
``inf - inf`` gives NaN, and in SQL NaN equals itself and comes after every other number.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, assert_never

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
    names,
    sql_text,
)

Scope = Mapping[str, Value | Mapping[str, Value]]
Evaluator = Callable[[Scope], Any]  # a Value; ``Any`` spares a cast at each operand


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an expression has its value.

    Attributes:
        text: The expression as a person would write it.
        value: Its value in the scope; None is UNKNOWN.
        reads: The names that a single condition reads, with their values; empty where the
            expression is an AND, OR or NOT, whose parts hold them.
        parts: The operands of an AND, OR or NOT; empty for a single condition.
        margin: For a comparison of two known numbers, left minus right, in their unit: how
            far a failed condition was from holding.  None elsewhere.
    """

    text: str
    value: Value
    reads: Mapping[str, Any]
    parts: tuple[Explanation, ...] = ()
    margin: float | None = None


def compile(expression: Expression) -> Callable[[Scope], Value]:
    """Build the function that evaluates an expression in any scope.

    Every name and table that the expression reads must be a key of the scope; a missing
    value is None.

    >>> rule = compile(Or((Compare("<", Name("base"), Literal(100.0)), Name("is_lowball"))))
    >>> rule({"base": 90.0, "is_lowball": None}), rule({"base": None, "is_lowball": False})
    (True, None)
    """
    match expression:
        case Literal(value):
            return lambda _: value
        case Name(name):
            return itemgetter(name)
        case Not(operand):
            return _strict(compile(operand), lambda flag: not flag)
        case And(operands):
            return _kleene(tuple(map(compile, operands)), decisive=False)
        case Or(operands):
            return _kleene(tuple(map(compile, operands)), decisive=True)
        case Compare(op, left, Literal(value)) if value is not None:
            return _strict(compile(left), _with(_COMPARISONS[op], value))
        case Compare(op, left, right):
            return _strict_pair(left, right, _COMPARISONS[op])
        case Arithmetic(op, left, right):
            return _strict_pair(left, right, _ARITHMETIC[op])
        case Negate(operand):
            return _strict(compile(operand), lambda number: -number)
        case IsNull(operand):
            inner = compile(operand)
            return lambda scope: inner(scope) is None
        case In(operand, choices):
            return _membership(compile(operand), [choice.value for choice in choices])
        case Case(branches, default):
            pairs = tuple((compile(condition), compile(then)) for condition, then in branches)
            return _case(pairs, compile(default))
        case Call(function, arguments):
            return _call(function, tuple(map(compile, arguments)))
        case Lookup(table, key):
            return _lookup(table, compile(key))
        case _:
            assert_never(expression)


def explainer(expression: Expression) -> Callable[[Scope], Explanation]:
    """Build the function that explains an expression; see ``explain``."""
    text, value_of = sql_text(expression), compile(expression)
    match expression:
        case And(operands) | Or(operands):
            inner = tuple(map(explainer, operands))
        case Not(operand):
            inner = (explainer(operand),)
        case _:
            read, margin_of = sorted(names(expression)), _margin(expression)
            return lambda scope: Explanation(
                text, value_of(scope), {n: scope[n] for n in read}, margin=margin_of(scope)
            )
    return lambda scope: Explanation(
        text, value_of(scope), {}, tuple(explain_part(scope) for explain_part in inner)
    )


def explain(expression: Expression, scope: Scope) -> Explanation:
    """Split an expression at AND, OR and NOT, and say what each condition read and gave.

    >>> why = explain(And((Name("is_open"), Compare(">", Name("a"), Literal(5.0)))),
    ...               {"is_open": True, "a": 3.0})
    >>> [(part.text, part.value, part.margin) for part in why.parts]
    [('is_open', True, None), ('a > 5', False, -2.0)]
    """
    return explainer(expression)(scope)


def _margin(expression: Expression) -> Callable[[Scope], float | None]:
    if not isinstance(expression, Compare):
        return lambda _: None
    left, right = compile(expression.left), compile(expression.right)

    def margin(scope: Scope) -> float | None:
        a, b = left(scope), right(scope)
        gap = a - b if isinstance(a, float) and isinstance(b, float) else math.nan
        return gap if math.isfinite(gap) else None

    return margin


def _strict(operand: Evaluator, apply: Callable[[Any], Any]) -> Evaluator:
    def run(scope: Scope) -> Any:
        value = operand(scope)
        return None if value is None else apply(value)

    return run


def _with(apply: Callable[[Any, Any], Any], constant: Value) -> Callable[[Any], Any]:
    return lambda value: apply(value, constant)


def _strict_pair(
    left: Expression, right: Expression, apply: Callable[[Any, Any], Any]
) -> Evaluator:
    if isinstance(left, Name) and isinstance(right, Name):
        return _strict_names(left.name, right.name, apply)
    return _strict_values(compile(left), compile(right), apply)


def _strict_names(left: str, right: str, apply: Callable[[Any, Any], Any]) -> Evaluator:
    """The commonest pair by far, and the quickest."""

    def run(scope: Scope) -> Any:
        a, b = scope[left], scope[right]
        return None if a is None or b is None else apply(a, b)

    return run


def _strict_values(
    left: Evaluator, right: Evaluator, apply: Callable[[Any, Any], Any]
) -> Evaluator:
    def run(scope: Scope) -> Any:
        a, b = left(scope), right(scope)
        return None if a is None or b is None else apply(a, b)

    return run


def _kleene(operands: tuple[Evaluator, ...], *, decisive: bool) -> Evaluator:
    """AND is decided by one FALSE, OR by one TRUE; else one UNKNOWN leaves it UNKNOWN."""

    def run(scope: Scope) -> Any:
        result: bool | None = not decisive
        for operand in operands:
            value = operand(scope)
            if value is decisive:
                return decisive
            if value is None:
                result = None
        return result

    return run


def _membership(operand: Evaluator, choices: list[Value]) -> Evaluator:
    known = frozenset(choice for choice in choices if choice is not None)
    otherwise = None if None in choices else False
    return _strict(operand, lambda value: True if value in known else otherwise)


def _case(branches: tuple[tuple[Evaluator, Evaluator], ...], default: Evaluator) -> Evaluator:
    def run(scope: Scope) -> Any:
        for condition, then in branches:
            if condition(scope) is True:
                return then(scope)
        return default(scope)

    return run


def _lookup(table: str, key: Evaluator) -> Evaluator:
    def run(scope: Scope) -> Any:
        rows: Any = scope[table]
        value = key(scope)
        return None if value is None else rows.get(value)

    return run


def _call(function: str, arguments: tuple[Evaluator, ...]) -> Evaluator:
    match function:
        case "ABS":
            return _strict(arguments[0], abs)
        case "ROUND":
            return _strict(arguments[0], _round)
        case "COALESCE":
            return _first(arguments)
        case "LEAST":
            return _extreme(arguments, "<")
        case _:
            return _extreme(arguments, ">")


def _first(arguments: tuple[Evaluator, ...]) -> Evaluator:
    def run(scope: Scope) -> Any:
        for argument in arguments:
            value = argument(scope)
            if value is not None:
                return value
        return None

    return run


def _extreme(arguments: tuple[Evaluator, ...], op: str) -> Evaluator:
    """The first of the values that no other one beats; those that are NULL are skipped."""
    beats = _COMPARISONS[op]

    def run(scope: Scope) -> Any:
        best = None
        for argument in arguments:
            value = argument(scope)
            if value is not None and (best is None or beats(value, best)):
                best = value
        return best

    return run


def _round(number: float) -> float:
    """To the nearest whole number, halves away from zero, as C's ``round``.

    Adding a half first would be wrong: 0.49999999999999994 + 0.5 is 1.0.

    >>> [_round(x) for x in (2.5, -2.5, 0.49999999999999994, -0.2, 4503599627370497.0)]
    [3.0, -3.0, 0.0, -0.0, 4503599627370497.0]
    """
    if not math.isfinite(number):
        return number
    whole = float(math.trunc(number))
    if abs(number - whole) >= 0.5:
        whole += math.copysign(1.0, number)
    return math.copysign(whole, number)


def _subtract(a: Any, b: Any) -> float:
    return float((a - b).days) if isinstance(a, date) else a - b


# ``x == x`` is false for NaN alone, which SQL puts after all other numbers.
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b or (a != a and b != b),
    "<>": lambda a, b: not (a == b or (a != a and b != b)),
    "<": lambda a, b: a == a and not a >= b,
    "<=": lambda a, b: a <= b or b != b,
    ">": lambda a, b: b == b and not a <= b,
    ">=": lambda a, b: a >= b or a != a,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], float | None]] = {
    "+": operator.add,
    "-": _subtract,
    "*": operator.mul,
    "/": lambda a, b: None if b == 0.0 else a / b,
}
