"""Questions about expressions, answered for all values at once; the only file that knows z3.

A ``Prover`` holds terms: names that are defined by expressions, over names that are free.  It finds
values of the free names with which some conditions are TRUE, or proves that there are none.

What an expression means is said in ``rules/expression.py``.  Here a flag is a pair of formulas, one
for TRUE and one for FALSE; any other value is a formula and another one that says whether it is
known.  A number is a numerator over a denominator, so that a comparison of quotients needs no
division.  Doubles are taken as the exact fractions that they are and calculation is exact, so that
what is found has to be tried by the interpreter, which rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import reduce
from typing import Any, assert_never
from typing import Literal as OneOf

import z3

from rules.expression import (
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    CompareOp,
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
)

Kind = OneOf["number", "text", "flag", "date", "null"]
Outcome = OneOf["found", "impossible", "not_proved"]
Table = Mapping[str, Value]
ENOUGH = 10.0  # seconds for one question


@dataclass(frozen=True, slots=True)
class Free:
    """What a free name may be.

    Attributes:
        kind: What its values are.
        least, most: Bounds of a number [its unit] or of a date; None where there is none.
        step: A number is a whole multiple of it; None where any number may come.
        choices: The words that a text may be; None where any text may come.
        is_known: Whether it has a value in every case.
    """

    kind: OneOf["number", "text", "flag", "date"]
    least: float | date | None = None
    most: float | date | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    Attributes:
        outcome: ``found``, ``impossible`` (proved), or ``not_proved``: z3 gave up.
        values: Where something was found, the free names on which the question hangs.
    """

    outcome: OneOf["found", "impossible", "not_proved"]
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class _Flag:
    """TRUE, FALSE, or neither."""

    true: Any
    false: Any

    @property
    def known(self) -> Any:
        return _any(self.true, self.false)


@dataclass(frozen=True, slots=True)
class _Scalar:
    """``value / under`` where it is known; texts are codes, dates are day numbers."""

    kind: Kind
    value: Any
    known: Any
    under: Any


_Term = _Flag | _Scalar
_TRUE, _FALSE = z3.BoolVal(True), z3.BoolVal(False)
_ONE, _ZERO = z3.RealVal(1), z3.RealVal(0)
_NULL = _Scalar("null", _ZERO, _FALSE, _ONE)


class Prover:
    """Terms over free names, and what can be asked of them.

    Args:
        free: What each free name may be.
        terms: Definitions; each comes after those that it reads.
        known: Constants, and the tables of parameters and law.
        given: What is taken for granted of the free names, such as that a minimum is no more than
            its maximum.  Each holds unless it is FALSE.
    """

    def __init__(
        self,
        free: Mapping[str, Free],
        terms: Mapping[str, Expression],
        known: Mapping[str, Value | Table],
        given: Sequence[Expression] = (),
    ) -> None:
        self._free = free
        self._terms = terms
        self._known = known
        self._order = {name: place for place, name in enumerate(terms)}
        self._given = [(one, self._roots(names(one))) for one in given]
        self._words: dict[str, int] = {}
        self._encoded: dict[str, _Term] = {}
        self._bounds: dict[str, list[Any]] = {}

    def find(self, *conditions: Expression, seconds: float = ENOUGH) -> Answer:
        """Values of the free names with which every condition is TRUE.

        >>> prover = Prover({"base": Free("number", 0, 300_000, step=1000)},
        ...                 {"is_low": Compare("<", Name("base"), Literal(90_500.0))}, {})
        >>> prover.find(Name("is_low"), Compare(">", Name("base"), Literal(89_500.0)))
        Answer(outcome='found', values={'base': 90000.0})
        >>> prover.find(Name("is_low"), Compare(">", Name("base"), Literal(90_000.0))).outcome
        'impossible'
        """
        wanted = frozenset[str]().union(*(names(one) for one in conditions))
        solver = z3.Solver()
        solver.set("timeout", max(1, int(1000 * seconds)))
        roots = self._roots(wanted)
        solver.add(*self._granted(roots), *(self._true(one) for one in conditions))
        found = solver.check()
        if found == z3.sat:
            return Answer("found", self._values(roots, solver.model()))
        return Answer("impossible" if found == z3.unsat else "not_proved", {})

    # --- What hangs on what -------------------------------------------------------------------

    def _cone(self, wanted: Iterable[str]) -> list[str]:
        """The terms on which some names hang, in order; free names and constants first."""
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += names(self._terms[name]) if name in self._terms else ()
        return sorted(found, key=lambda name: self._order.get(name, -1))

    def _roots(self, wanted: Iterable[str]) -> frozenset[str]:
        return frozenset(name for name in self._cone(wanted) if name in self._free)

    def _granted(self, roots: frozenset[str]) -> list[Any]:
        """What is true of the free names that a question hangs on."""
        found = []
        for condition, of in self._given:
            if of <= roots:
                term = self._flag(condition)
                found.append(_not(term.false))
        self._encode(roots)
        return [*found, *(bound for name in sorted(roots) for bound in self._bounds[name])]

    # --- Names --------------------------------------------------------------------------------

    def _encode(self, wanted: Iterable[str]) -> None:
        for name in self._cone(wanted):
            if name not in self._encoded:
                self._encoded[name] = self._named(name)

    def _named(self, name: str) -> _Term:
        if name in self._free:
            return self._variable(name, self._free[name])
        if name in self._terms:
            return self._term(self._terms[name])
        return self._constant(self._known[name])

    def _variable(self, name: str, free: Free) -> _Term:
        known = _TRUE if free.is_known else z3.Bool(f"{name} is known")
        if free.kind == "flag":
            value = z3.Bool(name)
            self._bounds[name] = []
            return _Flag(_all(known, value), _all(known, _not(value)))
        value = z3.Real(name) if free.kind == "number" and free.step is None else z3.Int(name)
        self._bounds[name] = self._within(free, value)
        if free.kind == "number" and free.step is not None:
            value = z3.ToReal(value) * _fraction(free.step)
        return _Scalar(free.kind, value, known, _ONE)

    def _within(self, free: Free, value: Any) -> list[Any]:
        if free.kind == "text":
            codes = [value == self._code(word) for word in free.choices or ()]
            return [z3.Or(codes) if codes else value >= 0]
        step = Fraction(free.step) if free.step is not None else Fraction(1)
        found = []
        if free.least is not None:
            found.append(value >= _exact(free.least, step))
        if free.most is not None:
            found.append(value <= _exact(free.most, step))
        return found

    def _code(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))

    def _constant(self, value: Any) -> _Term:
        match value:
            case None:
                return _NULL
            case bool():
                return _Flag(z3.BoolVal(value), z3.BoolVal(not value))
            case str():
                return _Scalar("text", z3.IntVal(self._code(value)), _TRUE, _ONE)
            case date():
                return _Scalar("date", z3.IntVal(value.toordinal()), _TRUE, _ONE)
            case _:
                return _Scalar("number", _fraction(value), _TRUE, _ONE)

    # --- Expressions --------------------------------------------------------------------------

    def _true(self, condition: Expression) -> Any:
        return self._flag(condition).true

    def _flag(self, node: Expression) -> _Flag:
        self._encode(names(node))
        return _as_flag(self._term(node))

    def _term(self, node: Expression) -> _Term:
        match node:
            case Literal(value):
                return self._constant(value)
            case Name(name):
                return self._encoded[name]
            case Not(operand):
                flag = _as_flag(self._term(operand))
                return _Flag(flag.false, flag.true)
            case And(operands):
                flags = [_as_flag(self._term(one)) for one in operands]
                return _Flag(_all(*(f.true for f in flags)), _any(*(f.false for f in flags)))
            case Or(operands):
                flags = [_as_flag(self._term(one)) for one in operands]
                return _Flag(_any(*(f.true for f in flags)), _all(*(f.false for f in flags)))
            case Compare(op, left, right):
                return _compared(op, self._term(left), self._term(right))
            case Arithmetic(op, left, right):
                return _calculated(op, _scalar(self._term(left)), _scalar(self._term(right)))
            case Negate(operand):
                one = _scalar(self._term(operand))
                return _Scalar("number", -one.value, one.known, one.under)
            case IsNull(operand):
                known = self._term(operand).known
                return _Flag(_not(known), known)
            case In(operand, choices):
                return self._membership(self._term(operand), choices)
            case Case(branches, default):
                found = self._term(default)
                for condition, then in reversed(branches):
                    found = _either(_as_flag(self._term(condition)).true, self._term(then), found)
                return found
            case Call(function, arguments):
                return _called(function, [self._term(one) for one in arguments])
            case Lookup(table, key):
                return self._looked_up(table, self._term(key))
            case _:
                assert_never(node)

    def _membership(self, one: _Term, choices: Sequence[Literal]) -> _Flag:
        known = [self._constant(choice.value) for choice in choices if choice.value is not None]
        flags = [_compared("=", one, choice) for choice in known]
        is_none = _all(one.known, *(flag.false for flag in flags))
        has_null = len(known) < len(choices)
        return _Flag(_any(*(f.true for f in flags)), _FALSE if has_null else is_none)

    def _looked_up(self, table: str, key: _Term) -> _Term:
        rows: Any = self._known[table]
        found: _Term = _NULL
        for word, value in rows.items():
            is_here = _compared("=", key, self._constant(word)).true
            found = _either(is_here, self._constant(value), found)
        return found

    # --- What was found -----------------------------------------------------------------------

    def _values(self, roots: Iterable[str], model: Any) -> dict[str, Value]:
        words = {code: word for word, code in self._words.items()}
        return {name: _value(self._encoded[name], model, words) for name in sorted(roots)}


# --- Formulas, folded where they are constant ------------------------------------------------


def _all(*parts: Any) -> Any:
    if any(z3.is_false(part) for part in parts):
        return _FALSE
    left = [part for part in parts if not z3.is_true(part)]
    return z3.And(left) if len(left) > 1 else left[0] if left else _TRUE


def _any(*parts: Any) -> Any:
    if any(z3.is_true(part) for part in parts):
        return _TRUE
    left = [part for part in parts if not z3.is_false(part)]
    return z3.Or(left) if len(left) > 1 else left[0] if left else _FALSE


def _not(part: Any) -> Any:
    if z3.is_true(part) or z3.is_false(part):
        return _FALSE if z3.is_true(part) else _TRUE
    return part.arg(0) if z3.is_not(part) else z3.Not(part)


def _if(condition: Any, then: Any, otherwise: Any) -> Any:
    if z3.is_true(condition) or then.eq(otherwise):
        return then
    return otherwise if z3.is_false(condition) else z3.If(condition, then, otherwise)


def _choose(condition: Any, then: Any, otherwise: Any) -> Any:
    """``_if`` for truths."""
    return _any(_all(condition, then), _all(_not(condition), otherwise))


def _fraction(number: Any) -> Any:
    exact = Fraction(number)
    return z3.Q(exact.numerator, exact.denominator)


def _exact(bound: float | date, step: Fraction) -> Any:
    number = Fraction(bound.toordinal() if isinstance(bound, date) else bound) / step
    return z3.Q(number.numerator, number.denominator)


def _times(a: Any, b: Any) -> Any:
    if a.eq(_ONE) or b.eq(_ZERO):
        return b
    return a if b.eq(_ONE) or a.eq(_ZERO) else a * b


def _is_constant(number: Any) -> bool:
    return bool(z3.is_rational_value(number))


# --- Three-valued logic ---------------------------------------------------------------------------


def _as_flag(term: _Term) -> _Flag:
    return term if isinstance(term, _Flag) else _Flag(_FALSE, _FALSE)  # NULL


def _scalar(term: _Term) -> _Scalar:
    return term if isinstance(term, _Scalar) else _NULL


def _either(condition: Any, then: _Term, otherwise: _Term) -> _Term:
    if isinstance(then, _Flag) or isinstance(otherwise, _Flag):
        one, two = _as_flag(then), _as_flag(otherwise)
        true = _choose(condition, one.true, two.true)
        return _Flag(true, _choose(condition, one.false, two.false))
    if then.kind == "null":
        known = _all(_not(condition), otherwise.known)
        return _Scalar(otherwise.kind, otherwise.value, known, otherwise.under)
    if otherwise.kind == "null":
        return _Scalar(then.kind, then.value, _all(condition, then.known), then.under)
    value = _if(condition, then.value, otherwise.value)
    known = _choose(condition, then.known, otherwise.known)
    return _Scalar(then.kind, value, known, _if(condition, then.under, otherwise.under))


def _compared(op: CompareOp, left: _Term, right: _Term) -> _Flag:
    if isinstance(left, _Flag) or isinstance(right, _Flag):
        one, two = _as_flag(left), _as_flag(right)
        same = _any(_all(one.true, two.true), _all(one.false, two.false))
        other = _any(_all(one.true, two.false), _all(one.false, two.true))
        return _Flag(same, other) if op == "=" else _Flag(other, same)
    known = _all(left.known, right.known)
    if z3.is_false(known):
        return _Flag(_FALSE, _FALSE)
    holds = z3.simplify(_ordered(op, left, right))
    return _Flag(_all(known, holds), _all(known, _not(holds)))


_ORDERS: dict[CompareOp, Any] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def _ordered(op: CompareOp, left: _Scalar, right: _Scalar) -> Any:
    """``a/b < c/d`` as ``ad < cb``, the other way round where ``bd`` is negative."""
    order = _ORDERS[op]
    if left.under.eq(right.under):
        above, below, under = left.value, right.value, left.under
    else:
        above, below = _times(left.value, right.under), _times(right.value, left.under)
        under = _times(left.under, right.under)
    if _is_constant(under) and under.as_fraction() > 0:
        return order(above, below)
    return _choose(under > 0, order(above, below), order(below, above))


def _calculated(op: str, left: _Scalar, right: _Scalar) -> _Scalar:
    known = _all(left.known, right.known)
    if z3.is_false(known):
        return _NULL
    if op == "*":
        value, under = _times(left.value, right.value), _times(left.under, right.under)
    elif op == "/":
        known = _all(known, _not(z3.simplify(right.value == 0)))
        value, under = _quotient(left, right)
    else:
        value, under = _sum(op, left, right)
    return _Scalar("number", value, known, under)


def _quotient(left: _Scalar, right: _Scalar) -> tuple[Any, Any]:
    if _is_constant(right.value) and right.value.as_fraction() != 0 and right.under.eq(_ONE):
        return _times(left.value, _fraction(1 / right.value.as_fraction())), left.under
    return _times(left.value, right.under), _times(left.under, right.value)


def _sum(op: str, left: _Scalar, right: _Scalar) -> tuple[Any, Any]:
    if left.kind == "date":
        return z3.ToReal(left.value - right.value), _ONE
    under = left.under
    one, two = left.value, right.value
    if not left.under.eq(right.under):
        one, two = _times(one, right.under), _times(two, left.under)
        under = _times(left.under, right.under)
    return (one + two if op == "+" else one - two), under


def _called(function: str, terms: Sequence[_Term]) -> _Term:
    match function:
        case "COALESCE":
            return reduce(lambda rest, one: _either(one.known, one, rest), reversed(terms))
        case "LEAST":
            return reduce(lambda a, b: _best(a, b, ">"), terms)
        case "GREATEST":
            return reduce(lambda a, b: _best(a, b, "<"), terms)
        case "ABS":
            one = _scalar(terms[0])
            return _Scalar("number", _absolute(one.value), one.known, _absolute(one.under))
        case _:
            one = _scalar(terms[0])
            return _Scalar("number", _rounded(one), one.known, _ONE)


def _best(best: _Term, one: _Term, beaten: CompareOp) -> _Term:
    """The second of two values where it beats the first, or where the first is NULL."""
    is_better = _any(_not(best.known), _compared(beaten, best, one).true)
    return _either(_all(one.known, is_better), one, best)


def _absolute(number: Any) -> Any:
    return _fraction(abs(number.as_fraction())) if _is_constant(number) else z3.Abs(number)


def _rounded(one: _Scalar) -> Any:
    """To the nearest whole number, halves away from zero."""
    number = one.value if one.under.eq(_ONE) else one.value / one.under
    half = z3.Q(1, 2)
    whole = z3.If(number >= 0, z3.ToInt(number + half), -z3.ToInt(half - number))
    return z3.ToReal(whole)


# --- From a model ---------------------------------------------------------------------------------


def _value(term: _Term, model: Any, words: Mapping[int, str]) -> Value:
    def is_so(formula: Any) -> bool:
        return bool(z3.is_true(model.eval(formula, model_completion=True)))

    if not is_so(term.known):
        return None
    if isinstance(term, _Flag):
        return is_so(term.true)
    found = model.eval(term.value, model_completion=True)
    match term.kind:
        case "date":
            return date.fromordinal(found.as_long())
        case "text":
            code = found.as_long()
            return words.get(code, f"word {code}")
        case _:
            return _nearest(found)


def _nearest(number: Any) -> float:
    """The double that is nearest to a number of a model."""
    exact = number.approx(30) if z3.is_algebraic_value(number) else number
    return float(exact.as_fraction())
