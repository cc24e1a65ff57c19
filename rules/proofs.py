"""Questions about expressions, answered for all values at once; the only file that knows z3.

A ``Prover`` finds values of the free names of a theory with which some conditions are TRUE, or
proves that there are none.

What an expression means is said in ``rules/expression.py``.  Here a flag is a pair of formulas, one
for TRUE and one for FALSE; any other value is a formula and another one that says whether it is
known.  A number is a numerator over a denominator, so that a comparison of quotients needs no
division.  Doubles are taken as the exact fractions that they are and calculation is exact, so that
what is found has to be tried by the interpreter, which rounds.

A prover may calculate loosely: a product of two unknown numbers is then any number with the sign of
such a product, which grows with its factors, and what is rounded is any number near by.  That is
quick.  What is impossible so is impossible; what is found so may be nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import reduce
from itertools import chain, combinations
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
from rules.theory import Answer, Free, Theory

Kind = OneOf["number", "text", "flag", "date", "null"]
# Effort of z3 for one question, in its own units: some ten million are a second.  A clock would
# give other answers on a busy machine.
ENOUGH = 60_000_000
_PATIENCE = 15  # seconds, for what z3 does without counting it


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
    """``value / under`` where it is known; texts are codes, dates are day numbers.

    Of the greatest or the least of several numbers ``parts`` are those, and ``beaten`` says how.
    """

    kind: Kind
    value: Any
    known: Any
    under: Any
    parts: tuple[_Scalar, ...] = ()
    beaten: CompareOp = "="


_Term = _Flag | _Scalar
_FEW = 16  # values of a number that are better told one by one: z3 is at odds with whole numbers
_MOST = 8  # products with one factor in common that are compared
_MOST_BRANCHES = 50  # a table of factors has as many rows
_TRUE, _FALSE = z3.BoolVal(True), z3.BoolVal(False)
_CONTEXT = z3.main_ctx()
_ONE, _ZERO, _HALF = z3.RealVal(1), z3.RealVal(0), z3.Q(1, 2)
_NULL = _Scalar("null", _ZERO, _FALSE, _ONE)


class Prover:
    """Answers questions about the terms of a theory.

    Args:
        theory: The terms.
        loosely: Whether to calculate loosely.
    """

    def __init__(self, theory: Theory, *, loosely: bool = False) -> None:
        self.theory = theory
        self._numbers = _Loose() if loosely else _Exact()
        self._words: dict[str, int] = {}
        self._encoded: dict[str, _Term] = {}
        self._bounds: dict[str, list[Any]] = {}

    def find(self, *conditions: Expression, effort: int = ENOUGH) -> Answer:
        """Values of the free names with which every condition is TRUE.

        Args:
            conditions: Over the terms.
            effort: After so much of it z3 gives up.

        >>> prover = Prover(Theory({"base": Free("number", 0, 300_000, step=1000)},
        ...                 {"is_low": Compare("<", Name("base"), Literal(90_500.0))}, {}))
        >>> prover.find(Name("is_low"), Compare(">", Name("base"), Literal(89_500.0)))
        Answer(outcome='found', values={'base': 90000.0})
        >>> prover.find(Name("is_low"), Compare(">", Name("base"), Literal(90_000.0))).outcome
        'impossible'
        """
        wanted = frozenset[str]().union(*(names(one) for one in conditions))
        roots = self.theory.joined(self.theory.roots(wanted))
        solver = z3.Solver()
        solver.set("rlimit", effort)
        solver.set("timeout", 1000 * _PATIENCE)
        solver.add(*self._granted(roots), *(self._flag(one).true for one in conditions))
        solver.add(*self._numbers.so_far(self.theory.cone(wanted), self.theory.twins))
        found = solver.check()
        if found == z3.sat:
            return Answer("found", self._values(roots, solver.model()))
        return Answer("impossible" if found == z3.unsat else "not_proved", {})

    def _granted(self, roots: frozenset[str]) -> list[Any]:
        """What is true of the free names that a question hangs on."""
        self._encode(roots)
        told = [_not(self._flag(one).false) for one, of in self.theory.granted if of <= roots]
        return [*told, *chain.from_iterable(self._bounds[name] for name in sorted(roots))]

    # --- Names --------------------------------------------------------------------------------

    def _encode(self, wanted: Iterable[str]) -> None:
        for name in self.theory.cone(wanted):
            if name not in self._encoded:
                self._numbers.begin(name)
                self._encoded[name] = self._named(name)
        self._numbers.begin("")

    def _named(self, name: str) -> _Term:
        if name in self.theory.free:
            return self._variable(name, self.theory.free[name])
        if name in self.theory.terms:
            return self._term(self.theory.terms[name])
        return self._constant(self.theory.known[name])

    def _variable(self, name: str, free: Free) -> _Term:
        known = _TRUE if free.is_known else z3.Bool(f"{name} is known")
        if free.kind == "flag":
            value = z3.Bool(name)
            self._bounds[name] = []
            return _Flag(_all(known, value), _all(known, _not(value)))
        steps = _steps(free)
        is_real = free.kind == "number" and (free.step is None or steps)
        value = z3.Real(name) if is_real else z3.Int(name)
        self._bounds[name] = self._within(free, value, steps)
        if free.kind == "number" and not is_real:
            value = z3.ToReal(value) * _fraction(free.step)
        return _Scalar(free.kind, value, known, _ONE)

    def _within(self, free: Free, value: Any, steps: Sequence[Fraction]) -> list[Any]:
        if free.kind == "text":
            codes = [value == self._code(word) for word in free.choices or ()]
            return [z3.Or(codes) if codes else value >= 0]
        if steps:
            return [z3.Or([value == _fraction(one) for one in steps])]
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
                return _Flag(_truth(value), _truth(not value))
            case str():
                return _Scalar("text", z3.IntVal(self._code(value)), _TRUE, _ONE)
            case date():
                return _Scalar("date", z3.IntVal(value.toordinal()), _TRUE, _ONE)
            case _:
                return _Scalar("number", _fraction(value), _TRUE, _ONE)

    # --- Expressions --------------------------------------------------------------------------

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
                return self._numbers.compared(op, self._term(left), self._term(right))
            case Arithmetic(op, left, right):
                return self._numbers.calculated(
                    op, _scalar(self._term(left)), _scalar(self._term(right))
                )
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
                    found = self._numbers.either(
                        _as_flag(self._term(condition)).true, self._term(then), found
                    )
                return found
            case Call(function, arguments):
                return self._numbers.called(function, [self._term(one) for one in arguments])
            case Lookup(table, key):
                return self._looked_up(table, self._term(key))
            case _:
                assert_never(node)

    def _membership(self, one: _Term, choices: Sequence[Literal]) -> _Flag:
        known = [self._constant(choice.value) for choice in choices if choice.value is not None]
        flags = [self._numbers.compared("=", one, choice) for choice in known]
        is_none = _all(one.known, *(flag.false for flag in flags))
        has_null = len(known) < len(choices)
        return _Flag(_any(*(f.true for f in flags)), _FALSE if has_null else is_none)

    def _looked_up(self, table: str, key: _Term) -> _Term:
        rows: Any = self.theory.known[table]
        found: _Term = _NULL
        for word, value in rows.items():
            is_here = self._numbers.compared("=", key, self._constant(word)).true
            found = self._numbers.either(is_here, self._constant(value), found)
        return found

    # --- What was found -----------------------------------------------------------------------

    def _values(self, roots: Iterable[str], model: Any) -> dict[str, Value]:
        words = {code: word for word, code in self._words.items()}
        return {name: _value(self._encoded[name], model, words) for name in sorted(roots)}


# --- Formulas, folded where they are constant ------------------------------------------------


def _truth(is_so: bool) -> Any:
    return _TRUE if is_so else _FALSE


def _all(*parts: Any) -> Any:
    left = [part for part in parts if part is not _TRUE]
    if any(part is _FALSE for part in left):
        return _FALSE
    return _joined(z3.Z3_mk_and, left) if len(left) > 1 else left[0] if left else _TRUE


def _any(*parts: Any) -> Any:
    left = [part for part in parts if part is not _FALSE]
    if any(part is _TRUE for part in left):
        return _TRUE
    return _joined(z3.Z3_mk_or, left) if len(left) > 1 else left[0] if left else _FALSE


def _joined(make: Any, parts: Sequence[Any]) -> Any:
    """AND or OR, without the checks of ``z3.And`` and ``z3.Or``, which take most of the time."""
    asts = (z3.Ast * len(parts))(*(part.ast for part in parts))
    return z3.BoolRef(make(_CONTEXT.ref(), len(parts), asts), _CONTEXT)


def _not(part: Any) -> Any:
    if part is _TRUE or part is _FALSE:
        return _truth(part is _FALSE)
    if z3.is_not(part):
        return part.arg(0)
    return z3.BoolRef(z3.Z3_mk_not(_CONTEXT.ref(), part.ast), _CONTEXT)


def _if(condition: Any, then: Any, otherwise: Any) -> Any:
    if condition is _TRUE or _is_same(then, otherwise):
        return then
    return otherwise if condition is _FALSE else z3.If(condition, then, otherwise)


def _is_same(a: Any, b: Any) -> bool:
    """Whether two formulas are one; z3 keeps each only once."""
    return a is b or a.ast.value == b.ast.value


def _choose(condition: Any, then: Any, otherwise: Any) -> Any:
    """``_if`` for truths."""
    if then is otherwise:
        return then
    return _any(_all(condition, then), _all(_not(condition), otherwise))


def _order(op: CompareOp, a: Any, b: Any) -> Any:
    """One number beside another, worked out where both are constant."""
    if _is_same(a, b):
        return _truth(op in ("=", "<=", ">="))
    if z3.is_int_value(a) and z3.is_int_value(b):
        return _truth(_ORDERS[op](a.as_long(), b.as_long()))
    if _is_constant(a) and _is_constant(b):
        return _truth(_ORDERS[op](a.as_fraction(), b.as_fraction()))
    return _ORDERS[op](a, b)


def _fraction(number: Any) -> Any:
    exact = Fraction(number)
    return z3.Q(exact.numerator, exact.denominator)


def _steps(free: Free) -> list[Fraction]:
    """All values of a number on a grid, where they are few."""
    if free.step is None or not isinstance(free.least, float | int) or free.most is None:
        return []
    step = Fraction(free.step)
    first, last = math.ceil(Fraction(free.least) / step), math.floor(Fraction(free.most) / step)  # type: ignore[arg-type]
    return [step * k for k in range(first, last + 1)] if 0 < last - first + 1 <= _FEW else []


def _exact(bound: float | date, step: Fraction) -> Any:
    number = Fraction(bound.toordinal() if isinstance(bound, date) else bound) / step
    return z3.Q(number.numerator, number.denominator)


def _inverse(number: Any) -> Any:
    """One over a choice between constants; what is over zero is never asked for."""
    if _is_constant(number):
        exact = number.as_fraction()
        return _fraction(1 / exact) if exact else _ZERO
    condition, then, otherwise = number.children()
    return _if(condition, _inverse(then), _inverse(otherwise))


def _is_choice(number: Any, most: int) -> bool:
    """Whether a number is one of a few constants, as conditions have it."""
    waiting, leaves = [number], 0
    while waiting:
        part = waiting.pop()
        if z3.is_app_of(part, z3.Z3_OP_ITE):
            waiting += part.children()[1:]
        elif _is_constant(part) and leaves < most:
            leaves += 1
        else:
            return False
    return leaves > 1


def _is_constant(number: Any) -> bool:
    return bool(z3.is_rational_value(number))


# --- Three-valued logic ---------------------------------------------------------------------------


def _as_flag(term: _Term) -> _Flag:
    return term if isinstance(term, _Flag) else _Flag(_FALSE, _FALSE)  # NULL


def _scalar(term: _Term) -> _Scalar:
    return term if isinstance(term, _Scalar) else _NULL


def _absolute(number: Any) -> Any:
    return _fraction(abs(number.as_fraction())) if _is_constant(number) else z3.Abs(number)


# --- Numbers ----------------------------------------------------------------------------------


class _Exact:
    """Comparisons and calculation."""

    def begin(self, name: str) -> None:
        """What follows belongs to a term."""

    def so_far(self, cone: Sequence[str], twins: Mapping[str, str]) -> list[Any]:
        """What is known of the products and roundings behind some terms."""
        return []

    def product(self, a: Any, b: Any) -> Any:
        return a * b

    def plain(self, one: _Scalar) -> _Scalar:
        """The same number, over one if that is better."""
        return one

    def rounded(self, one: _Scalar) -> Any:
        """To the nearest whole number, halves away from zero."""
        number = one.value if _is_same(one.under, _ONE) else one.value / one.under
        whole = z3.If(number >= 0, z3.ToInt(number + _HALF), -z3.ToInt(_HALF - number))
        return z3.ToReal(whole)

    def times(self, a: Any, b: Any) -> Any:
        """A product; one with a choice between constants is made branch by branch."""
        if _is_same(a, _ONE) or _is_same(b, _ZERO):
            return b
        if _is_same(b, _ONE) or _is_same(a, _ZERO):
            return a
        if _is_constant(a) or _is_constant(b):
            return a * b
        for one, other in ((a, b), (b, a)):
            if _is_choice(one, _MOST_BRANCHES):
                condition, then, otherwise = one.children()
                return _if(condition, self.times(then, other), self.times(otherwise, other))
        return self.product(a, b)

    def compared(self, op: CompareOp, left: _Term, right: _Term) -> _Flag:
        if isinstance(left, _Flag) or isinstance(right, _Flag):
            one, two = _as_flag(left), _as_flag(right)
            same = _any(_all(one.true, two.true), _all(one.false, two.false))
            other = _any(_all(one.true, two.false), _all(one.false, two.true))
            return _Flag(same, other) if op == "=" else _Flag(other, same)
        if op in _TURNED and (left.parts or right.parts):
            return self._part_by_part(op, left, right)
        known = _all(left.known, right.known)
        if known is _FALSE:
            return _Flag(_FALSE, _FALSE)
        holds = self._ordered(op, left, right)
        return _Flag(_all(known, holds), _all(known, _not(holds)))

    def _part_by_part(self, op: CompareOp, left: _Scalar, right: _Scalar) -> _Flag:
        """The greatest of some is over a number when one of them is; NULLs are passed over."""
        if not left.parts:
            return self._part_by_part(_TURNED[op], right, left)
        flags = [self.compared(op, part, right) for part in left.parts]
        known = _all(left.known, right.known)
        if (left.beaten == "<") == (op in (">", ">=")):
            true = _any(*(flag.true for flag in flags))
            return _Flag(true, _all(known, _not(true)))
        false = _any(*(flag.false for flag in flags))
        return _Flag(_all(known, _not(false)), false)

    def _ordered(self, op: CompareOp, left: _Scalar, right: _Scalar) -> Any:
        """``a/b < c/d`` as ``ad < cb``, the other way round where ``bd`` is negative."""
        if _is_same(left.under, right.under):
            above, below, under = left.value, right.value, left.under
        else:
            above, below = self.times(left.value, right.under), self.times(right.value, left.under)
            under = self.times(left.under, right.under)
        if _is_constant(under) and under.as_fraction() > 0:
            return _order(op, above, below)
        return _choose(under > 0, _order(op, above, below), _order(op, below, above))

    def calculated(self, op: str, left: _Scalar, right: _Scalar) -> _Scalar:
        known = _all(left.known, right.known)
        if known is _FALSE:
            return _NULL
        if op == "*":
            value, under = self.times(left.value, right.value), self.times(left.under, right.under)
        elif op == "/":
            known = _all(known, _not(_order("=", right.value, _ZERO)))
            value, under = self._quotient(left, right)
        else:
            value, under = self._sum(op, left, right)
        return _Scalar("number", value, known, under)

    def either(self, condition: Any, then: _Term, otherwise: _Term) -> _Term:
        if isinstance(then, _Flag) or isinstance(otherwise, _Flag):
            one, two = _as_flag(then), _as_flag(otherwise)
            true = _choose(condition, one.true, two.true)
            return _Flag(true, _choose(condition, one.false, two.false))
        if then.kind == "null":
            known = _all(_not(condition), otherwise.known)
            return _Scalar(otherwise.kind, otherwise.value, known, otherwise.under)
        if otherwise.kind == "null":
            return _Scalar(then.kind, then.value, _all(condition, then.known), then.under)
        if condition is _TRUE or condition is _FALSE:
            return then if condition is _TRUE else otherwise
        if not _is_same(then.under, otherwise.under):
            then, otherwise = self.plain(then), self.plain(otherwise)
        value = _if(condition, then.value, otherwise.value)
        known = _choose(condition, then.known, otherwise.known)
        return _Scalar(then.kind, value, known, _if(condition, then.under, otherwise.under))

    def _quotient(self, left: _Scalar, right: _Scalar) -> tuple[Any, Any]:
        if (
            _is_constant(right.value)
            and right.value.as_fraction() != 0
            and _is_same(right.under, _ONE)
        ):
            return self.times(left.value, _fraction(1 / right.value.as_fraction())), left.under
        if _is_same(right.under, _ONE) and _is_choice(right.value, _MOST_BRANCHES):
            return self.times(left.value, _inverse(right.value)), left.under
        return self.times(left.value, right.under), self.times(left.under, right.value)

    def _sum(self, op: str, left: _Scalar, right: _Scalar) -> tuple[Any, Any]:
        if left.kind == "date":
            return z3.ToReal(left.value - right.value), _ONE
        if not _is_same(left.under, right.under):
            left, right = self.plain(left), self.plain(right)
        one, two, under = left.value, right.value, left.under
        if not _is_same(left.under, right.under):
            one, two = self.times(one, right.under), self.times(two, left.under)
            under = self.times(left.under, right.under)
        return (one + two if op == "+" else one - two), under

    def called(self, function: str, terms: Sequence[_Term]) -> _Term:
        match function:
            case "COALESCE":
                return reduce(lambda rest, one: self.either(one.known, one, rest), reversed(terms))
            case "LEAST" | "GREATEST":
                return self._best(terms, ">" if function == "LEAST" else "<")
            case "ABS":
                one = _scalar(terms[0])
                return _Scalar("number", _absolute(one.value), one.known, _absolute(one.under))
            case _:
                one = _scalar(terms[0])
                return _Scalar("number", self.rounded(one), one.known, _ONE)

    def _best(self, terms: Sequence[_Term], beaten: CompareOp) -> _Term:
        """The first of the values that no other one beats; NULLs are passed over."""
        parts = [term for term in map(_scalar, terms) if term.known is not _FALSE]
        if len(parts) < 2:
            return parts[0] if parts else _NULL
        best, *others = map(self.plain, parts)
        for one in others:
            is_better = _any(_not(best.known), self.compared(beaten, best, one).true)
            best = _scalar(self.either(_all(one.known, is_better), one, best))
        known = _any(*(part.known for part in parts))
        return _Scalar(best.kind, best.value, known, best.under, tuple(parts), beaten)


class _Loose(_Exact):
    """The same, with products and roundings of which only a little is known."""

    def __init__(self) -> None:
        self._times = z3.Function("times", z3.RealSort(), z3.RealSort(), z3.RealSort())
        self._over = z3.Function("over", z3.RealSort(), z3.RealSort(), z3.RealSort())
        self._whole = z3.Function("whole", z3.RealSort(), z3.RealSort())
        self._told: dict[str, list[Any]] = {"": []}
        self._products: dict[str, list[tuple[Any, Any, Any]]] = {"": []}
        self._quotients: dict[str, list[tuple[Any, Any, Any]]] = {"": []}
        self._name = ""

    def begin(self, name: str) -> None:
        self._name = name
        self._told.setdefault(name, [])
        self._products.setdefault(name, [])
        self._quotients.setdefault(name, [])

    def so_far(self, cone: Sequence[str], twins: Mapping[str, str]) -> list[Any]:
        found = [*self._told[""], *self._side_by_side(cone)]
        for name in cone:
            found += self._told.get(name, ())
            if name in twins:
                for all_of, follow in ((self._products, _grown), (self._quotients, _shrunk)):
                    pairs = zip(all_of.get(name, ()), all_of.get(twins[name], ()), strict=False)
                    found += chain.from_iterable(follow(one, other) for one, other in pairs)
        return found

    def _side_by_side(self, cone: Sequence[str]) -> Iterator[Any]:
        """Of two products with one factor in common the other factors tell which is greater."""
        by_factor: dict[int, dict[int, tuple[Any, Any, Any]]] = {}
        for name in ("", *cone):
            for a, b, product in self._products.get(name, ()):
                for one, other in ((a, b), (b, a)):
                    shared = by_factor.setdefault(one.get_id(), {})
                    shared[product.get_id()] = (one, other, product)
        for together in by_factor.values():
            for (factor, a, p), (_, b, q) in combinations(list(together.values())[:_MOST], 2):
                yield z3.Implies(factor >= 0, z3.And(_follows(a, b, p, q)))

    def product(self, a: Any, b: Any) -> Any:
        one, two = (a, b) if a.get_id() <= b.get_id() else (b, a)
        found = self._times(one, two)
        self._products[self._name].append((a, b, found))
        same, zero = z3.Or(z3.And(a > 0, b > 0), z3.And(a < 0, b < 0)), z3.Or(a == 0, b == 0)
        self._told[self._name] += [same == (found > 0), zero == (found == 0)]
        self._told[self._name] += [*self._on_grid(a, b, found), *self._on_grid(b, a, found)]
        return found

    def _on_grid(self, whole: Any, step: Any, product: Any) -> list[Any]:
        """``ROUND(a / step) * step`` is within half a step of ``a``."""
        if not whole.decl().eq(self._whole) or not whole.arg(0).decl().eq(self._over):
            return []
        number, under = whole.arg(0).children()
        near = z3.And(2 * product >= 2 * number - step, 2 * product <= 2 * number + step)
        return [z3.Implies(step > 0, near)] if _is_same(under, step) else []

    def _cancelled(self, value: Any, under: Any) -> Any:
        """A quotient without the factor that both its sides have; None where they have none."""
        if _is_same(value, under):
            return _ONE
        if z3.is_app_of(under, z3.Z3_OP_MUL) and _is_constant(under.arg(0)):
            found = self._cancelled(value, under.arg(1))
            return None if found is None else found / under.arg(0)
        if z3.is_app_of(value, z3.Z3_OP_ADD) or z3.is_app_of(value, z3.Z3_OP_SUB):
            parts = [self._cancelled(part, under) for part in value.children()]
            if any(part is None for part in parts):
                return None
            return reduce(value.decl(), parts)
        if z3.is_app_of(value, z3.Z3_OP_MUL) or value.decl().eq(self._times):
            for one, other in (value.children(), reversed(value.children())):
                found = self._cancelled(one, under)
                if found is not None:
                    return self.times(found, other)
        if z3.is_app_of(value, z3.Z3_OP_ITE):
            condition, *branches = value.children()
            parts = [self._cancelled(part, under) for part in branches]
            if any(part is not None for part in parts):
                plain = (
                    self.plain(_Scalar("number", branch, _TRUE, under)).value
                    if part is None
                    else part
                    for branch, part in zip(branches, parts, strict=True)
                )
                return z3.If(condition, *plain)
        return None

    def plain(self, one: _Scalar) -> _Scalar:
        if _is_same(one.under, _ONE):
            return one
        cancelled = self._cancelled(one.value, one.under)
        if cancelled is not None:
            return replace(one, value=cancelled, under=_ONE)
        found = self._over(one.value, one.under)
        self._quotients[self._name].append((one.value, one.under, found))
        is_so = self.product(found, one.under) == one.value
        self._told[self._name].append(z3.Or(one.under == 0, is_so))
        return replace(one, value=found, under=_ONE)

    def rounded(self, one: _Scalar) -> Any:
        number = self.plain(one).value
        whole = self._whole(number)
        self._told[self._name] += [whole >= number - _HALF, whole <= number + _HALF]
        return whole


def _grown(one: tuple[Any, Any, Any], other: tuple[Any, Any, Any]) -> list[Any]:
    """A product does not fall when its factors do not, and the like."""
    (a, b, p), (c, d, q) = one, other
    return [
        z3.Implies(z3.And(c >= a, d >= b, a >= 0, b >= 0), q >= p),
        z3.Implies(z3.And(c <= a, d <= b, c >= 0, d >= 0), q <= p),
        *(
            z3.Implies(z3.And(same == also, same >= 0), z3.And(_follows(x, y, p, q)))
            for same, also, x, y in ((a, c, b, d), (b, d, a, c))
        ),
    ]


def _shrunk(one: tuple[Any, Any, Any], other: tuple[Any, Any, Any]) -> list[Any]:
    """A quotient grows with what is divided, and falls when it is divided by more."""
    (a, b, p), (c, d, q) = one, other
    by_more, by_less = z3.And(d >= b, b > 0), z3.And(d <= b, d > 0)
    return [
        z3.Implies(z3.And(b == d, b > 0), z3.And(_follows(a, c, p, q))),
        z3.Implies(z3.And(by_more, a >= c, a >= 0), q <= p),
        z3.Implies(z3.And(by_less, c >= a, c >= 0), q >= p),
    ]


def _follows(x: Any, y: Any, p: Any, q: Any) -> list[Any]:
    return [z3.Implies(y >= x, q >= p), z3.Implies(y <= x, q <= p)]


_TURNED: dict[CompareOp, CompareOp] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ORDERS: dict[CompareOp, Any] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


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
