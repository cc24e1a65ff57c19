"""The reference meaning of an expression: every other backend must agree with this file.

An expression is turned once into nested functions, one line of Python for each node; calling the
outermost one with a scope gives the value.  Nothing here raises on a well-typed expression: what
cannot be known is NULL.

Numbers are ordered as SQL orders them, not as IEEE does.  An overflow gives an infinity and
``inf - inf`` gives NaN, and in SQL NaN equals itself and comes after every other number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any, assert_never

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
    names,
    sql_text,
)

Scope = Mapping[str, Value | Mapping[str, Value]]
Evaluator = Callable[[Scope], Any]  # a Value; ``Any`` spares a cast at each operand
Line = tuple[str, tuple[Expression, ...]]


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
        case _:
            return _made(*line_of(expression))


def line_of(expression: Expression) -> Line:
    """What a node means: a line of Python, and the operands for its numbered places.

    ``a``, ``b``, ``a0``, ``a1`` and so on are values of operands, kept under that name when they
    are first asked for.

    >>> line_of(Negate(Name("base")))
    ('None if (a := {0}) is None else -a', (Name(name='base'),))
    """
    match expression:
        case Literal() | Name():
            return "{0}", (expression,)
        case Not(operand):
            return "None if (a := {0}) is None else not a", (operand,)
        case And(operands):
            return _kleene(len(operands), "False"), operands
        case Or(operands):
            return _kleene(len(operands), "True"), operands
        case Compare(op, left, right):
            return _strict(_COMPARISONS[op], left, right)
        case Arithmetic(op, left, right):
            return _strict(_ARITHMETIC[op], left, right)
        case Negate(operand):
            return "None if (a := {0}) is None else -a", (operand,)
        case IsNull(operand):
            return "(a := {0}) is None", (operand,)
        case In(operand, choices):
            return _membership(operand, [choice.value for choice in choices])
        case Case(branches, default):
            parts = [part for branch in branches for part in branch]
            return _case(len(branches)), (*parts, default)
        case Call(function, arguments):
            return _call(function, arguments)
        case Lookup(table, key):
            return "None if (a := {1}) is None else {0}.get(a)", (Name(table), key)
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


# --- A node as a line of Python -------------------------------------------------------------------

# How an operand stands in that line: a name is looked up, a constant is there, and anything else
# is asked for its value.
_FORMS: dict[type, str] = {Name: "scope[{}]", Literal: "{}"}
_B = re.compile(r"\bb\b")


def _made(line: str, operands: tuple[Expression, ...]) -> Evaluator:
    """The function of a node."""
    forms = tuple(_FORMS.get(type(operand), "{}(scope)") for operand in operands)
    make: Callable[..., Evaluator] = _factory(line, forms)
    return make(*map(_held, operands))


def _held(operand: Expression) -> Any:
    match operand:
        case Name(name):
            return name
        case Literal(value):
            return value
        case _:
            return compile(operand)


@cache
def _factory(line: str, forms: tuple[str, ...]) -> Any:
    """A function that takes the operands of a node and gives the function of the node.

    There are as many as there are shapes of nodes, which is few.
    """
    held = [f"part{index}" for index in range(len(forms))]
    parts = [form.format(name) for form, name in zip(forms, held, strict=True)]
    return eval(f"lambda {', '.join(held)}: lambda scope: {line.format(*parts)}", CALLED)


def _strict(test: str, left: Expression, right: Expression) -> Line:
    """NULL when an operand is; a constant is not asked.

    >>> _strict("a + b", Name("x"), Literal(1.0))[0]
    'None if (a := {0}) is None else a + {1}'
    """
    if isinstance(right, Literal) and right.value is not None:
        return f"None if (a := {{0}}) is None else {_B.sub('{1}', test)}", (left, right)
    return f"None if (a := {{0}}) is None or (b := {{1}}) is None else {test}", (left, right)


def _kleene(count: int, decisive: str) -> str:
    """AND is decided by one FALSE, OR by one TRUE; else one UNKNOWN leaves it UNKNOWN.

    >>> _kleene(2, "False")
    'False if (a0 := {0}) is False else False if (a1 := {1}) is False else \
None if a0 is None or a1 is None else True'
    """
    decided = (f"{decisive} if (a{i} := {{{i}}}) is {decisive} else " for i in range(count))
    is_open = " or ".join(f"a{i} is None" for i in range(count))
    return f"{''.join(decided)}None if {is_open} else {decisive != 'True'}"


def _case(count: int) -> str:
    """The value beside the first condition that is TRUE, else the last one.

    >>> _case(1)
    '{1} if {0} is True else {2}'
    """
    branches = (f"{{{2 * i + 1}}} if {{{2 * i}}} is True else " for i in range(count))
    return f"{''.join(branches)}{{{2 * count}}}"


def _first_known(count: int) -> str:
    """The first value that is not NULL.

    >>> _first_known(2)
    'a0 if (a0 := {0}) is not None else {1}'
    """
    known = (f"a{i} if (a{i} := {{{i}}}) is not None else " for i in range(count - 1))
    return f"{''.join(known)}{{{count - 1}}}"


def _membership(operand: Expression, choices: list[Value]) -> Line:
    known = Literal(frozenset(choice for choice in choices if choice is not None))  # type: ignore[arg-type]
    otherwise = None if None in choices else False
    return f"None if (a := {{0}}) is None else True if a in {{1}} else {otherwise}", (
        operand,
        known,
    )


def _call(function: FunctionName, arguments: tuple[Expression, ...]) -> Line:
    match function:
        case "ABS":
            return "None if (a := {0}) is None else abs(a)", arguments
        case "ROUND":
            return "None if (a := {0}) is None else to_nearest(a)", arguments
        case "COALESCE":
            return _first_known(len(arguments)), arguments
        case "LEAST":
            return _extreme(function, arguments, _COMPARISONS[">"])
        case _:
            return _extreme(function, arguments, _COMPARISONS["<"])


def _extreme(function: FunctionName, arguments: tuple[Expression, ...], beaten: str) -> Line:
    """The first of the values that no other one beats; those that are NULL are skipped."""
    *earlier, last = arguments
    if not earlier:
        return "{0}", (last,)
    best = earlier[0] if len(earlier) == 1 else Call(function, tuple(earlier))
    is_open = "((a := {0}) is None) | ((b := {1}) is None)"  # both are asked for
    return f"(b if a is None else a) if {is_open} else b if {beaten} else a", (best, last)


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
_COMPARISONS: dict[CompareOp, str] = {
    "=": "a == b or (a != a and b != b)",
    "<>": "not (a == b or (a != a and b != b))",
    "<": "a == a and not a >= b",
    "<=": "a <= b or b != b",
    ">": "b == b and not a <= b",
    ">=": "a >= b or a != a",
}
_ARITHMETIC: dict[ArithmeticOp, str] = {
    "+": "a + b",
    "-": "a - b if type(a) is float else subtract(a, b)",
    "*": "a * b",
    "/": "None if b == 0.0 else a / b",
}
CALLED: dict[str, Any] = {"to_nearest": _round, "subtract": _subtract}
