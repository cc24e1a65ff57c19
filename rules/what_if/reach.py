"""How far a value can go: bounds, rounding error and whether it is known, by interval arithmetic.

z3 calculates exactly and the judge rounds.  How far rounding can have moved a result is bounded by
the size of every intermediate result, and that by the bounds of the names which are open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.expression import (
    And,
    Arithmetic,
    ArithmeticOp,
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
from rules.theory import Free

# Twice the most that one operation rounds, relative to its result: once for the value, and once for
# the bounds, which are worked out in doubles themselves.
UNIT = 2.0**-52


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of a value; bounds and error are those of a number, else nought.

    Attributes:
        low, high: Between which numbers it lies, when calculated exactly, but for the error.
        error: How far rounding may have moved it, and these bounds, at the most.
        is_known: Whether it is certain not to be NULL.
    """

    low: float
    high: float
    error: float = 0.0
    is_known: bool = True

    @property
    def size(self) -> float:
        """The greatest number that it may be, either sign."""
        return max(abs(self.low), abs(self.high))

    @property
    def from_zero(self) -> float:
        """How far from zero it stays, rounding included; nought where it may be zero."""
        if self.low > 0 or self.high < 0:
            return max(0.0, min(abs(self.low), abs(self.high)) - self.error)
        return 0.0


_NULL = Reach(0.0, 0.0, is_known=False)
_NO_NUMBER = Reach(0.0, 0.0)


class Reaches:
    """The reach of any expression over names whose reach is known.

    Args:
        open: Bounds of the open names.
        known: All other names that are given, and tables.
    """

    def __init__(self, open: Mapping[str, Free], known: Mapping[str, Any]) -> None:
        self._known = known
        self._of: dict[str, Reach] = {name: _of_free(free) for name, free in open.items()}

    def define(self, name: str, expression: Expression) -> None:
        """From here on a name stands for an expression."""
        self._of[name] = self.of(expression)

    def of(self, node: Expression) -> Reach:
        """The reach of an expression."""
        match node:
            case Literal(value):
                return _of_value(value)
            case Name(name):
                found = self._of.get(name)
                return _of_value(self._known[name]) if found is None else found
            case Negate(operand):
                one = self.of(operand)
                return Reach(-one.high, -one.low, one.error, one.is_known)
            case Arithmetic(op, left, right):
                return _calculated(op, self.of(left), self.of(right))
            case Call(function, arguments):
                return _called(function, [self.of(one) for one in arguments])
            case Case(branches, default):
                some = [*(self.of(then) for _, then in branches), self.of(default)]
                return _hull(some, all(one.is_known for one in some))
            case Lookup(table, _):
                return _hull(map(_of_value, self._known[table].values()), is_known=False)
            case Compare(_, left, right):
                return self._truth((left, right))
            case And(operands) | Or(operands):
                return self._truth(operands)
            case Not(operand) | In(operand, _):
                return self._truth((operand,))
            case IsNull():
                return _NO_NUMBER

    def _truth(self, operands: Iterable[Expression]) -> Reach:
        return _NO_NUMBER if all(self.of(one).is_known for one in operands) else _NULL


def _of_free(free: Free) -> Reach:
    low, high = -math.inf, math.inf
    if free.kind == "number":
        low = low if free.least is None or isinstance(free.least, date) else free.least
        high = high if free.most is None or isinstance(free.most, date) else free.most
    else:
        low = high = 0.0
    return Reach(low, high, is_known=free.is_known)


def _of_value(value: Any) -> Reach:
    if value is None:
        return _NULL
    is_number = isinstance(value, float | int) and not isinstance(value, bool)
    return Reach(value, value) if is_number else _NO_NUMBER


def _hull(some: Iterable[Reach], is_known: bool) -> Reach:
    numbers = list(some)
    return Reach(
        min((one.low for one in numbers), default=0.0),
        max((one.high for one in numbers), default=0.0),
        max((one.error for one in numbers), default=0.0),
        is_known,
    )


def _called(function: str, parts: list[Reach]) -> Reach:
    is_known = any(one.is_known for one in parts)
    match function:
        case "ABS":
            return Reach(parts[0].from_zero, parts[0].size, parts[0].error, is_known)
        case "ROUND":
            one = parts[0]
            error = one.error + 1 if one.error else 0.0
            return Reach(one.low - 0.5, one.high + 0.5, error, is_known)
        case "LEAST" | "GREATEST" if all(one.is_known for one in parts):
            best = min if function == "LEAST" else max
            low, high = best(one.low for one in parts), best(one.high for one in parts)
            return Reach(low, high, max(one.error for one in parts))
        case "COALESCE":
            first = next((n for n, one in enumerate(parts) if one.is_known), len(parts))
            return _hull(parts[: first + 1], is_known)
        case _:
            return _hull(parts, is_known)


def _calculated(op: ArithmeticOp, a: Reach, b: Reach) -> Reach:
    is_known = a.is_known and b.is_known and (op != "/" or b.from_zero > 0)
    ends = _ends(op, a, b)
    if not all(map(math.isfinite, ends)):
        return Reach(-math.inf, math.inf, math.inf, is_known)
    low, high = min(ends), max(ends)
    carried = _carried(op, a, b, max(abs(low), abs(high)))
    return Reach(low, high, carried + UNIT * (max(abs(low), abs(high)) + carried), is_known)


def _ends(op: ArithmeticOp, a: Reach, b: Reach) -> list[float]:
    if op == "/" and b.from_zero <= 0:
        return [math.inf]
    if op == "-":
        return [a.low - b.high, a.high - b.low]
    if op == "+":
        return [a.low + b.low, a.high + b.high]
    pairs = [(x, y) for x in (a.low, a.high) for y in (b.low, b.high)]
    return [x * y if op == "*" else x / y for x, y in pairs]


def _carried(op: ArithmeticOp, a: Reach, b: Reach, size: float) -> float:
    """The errors of the operands, as they come through an operation."""
    match op:
        case "*":
            return a.error * (b.size + b.error) + b.error * a.size
        case "/":
            return (a.error + size * b.error) / b.from_zero
        case _:
            return a.error + b.error
