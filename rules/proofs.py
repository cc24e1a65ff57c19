"""Questions about expressions, answered for all values of free names at once.

A ``Prover`` finds values of the free names of a theory with which some conditions are TRUE, or
proves that there are none.  Doubles are taken as the exact fractions that they are and calculation
is exact, so that what is found has to be tried by the interpreter, which rounds.

A prover may calculate loosely, see ``rules/loosely.py``: then it is quick to prove that there are
none, and what it finds may be nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import chain
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
)
from rules.formulas import (
    ENOUGH,
    FALSE,
    ONE,
    TRUE,
    Solution,
    all_of,
    any_of,
    as_number,
    flag,
    fraction,
    negated,
    number,
    solved,
    truth,
    whole,
    whole_number,
)
from rules.loosely import LooseNumbers
from rules.theory import Answer, Free, Theory
from rules.three_valued import NULL, Flag, Numbers, Scalar, Term, as_flag, as_scalar

_FEW = 16  # values of a number that are better told one by one: z3 is at odds with whole numbers


class Prover:
    """Answers questions about the terms of a theory.

    Args:
        theory: The terms.
        loosely: Whether to calculate loosely.
    """

    def __init__(self, theory: Theory, *, loosely: bool = False) -> None:
        self.theory = theory
        self._numbers = LooseNumbers() if loosely else Numbers()
        self._words: dict[str, int] = {}
        self._encoded: dict[str, Term] = {}
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
        formulas = [*self._granted(roots), *(self._flag(one).true for one in conditions)]
        formulas += self._numbers.so_far(self.theory.cone(wanted), self.theory.twins)
        solution = solved(formulas, effort)
        values = self._values(roots, solution) if solution.outcome == "found" else {}
        return Answer(solution.outcome, values)

    def _granted(self, roots: frozenset[str]) -> list[Any]:
        """What is true of the free names that a question hangs on."""
        self._encode(roots)
        told = [negated(self._flag(one).false) for one, of in self.theory.granted if of <= roots]
        return [*told, *chain.from_iterable(self._bounds[name] for name in sorted(roots))]

    # --- Names --------------------------------------------------------------------------------

    def _encode(self, wanted: Iterable[str]) -> None:
        for name in self.theory.cone(wanted):
            if name not in self._encoded:
                self._numbers.begin(name)
                self._encoded[name] = self._named(name)
        self._numbers.begin("")

    def _named(self, name: str) -> Term:
        if name in self.theory.free:
            return self._variable(name, self.theory.free[name])
        if name in self.theory.terms:
            return self._term(self.theory.terms[name])
        return self._constant(self.theory.known[name])

    def _variable(self, name: str, free: Free) -> Term:
        known = TRUE if free.is_known else flag(f"{name} is known")
        if free.kind == "flag":
            value = flag(name)
            self._bounds[name] = []
            return Flag(all_of(known, value), all_of(known, negated(value)))
        steps = _steps(free)
        is_real = free.kind == "number" and (free.step is None or steps)
        value = number(name) if is_real else whole_number(name)
        self._bounds[name] = self._within(free, value, steps)
        if free.kind == "number" and not is_real:
            value = as_number(value) * fraction(free.step)
        return Scalar(free.kind, value, known, ONE)

    def _within(self, free: Free, value: Any, steps: Sequence[Fraction]) -> list[Any]:
        if free.kind == "text":
            codes = [value == self._code(word) for word in free.choices or ()]
            return [any_of(*codes) if codes else value >= 0]
        if steps:
            return [any_of(*(value == fraction(one) for one in steps))]
        step = Fraction(free.step) if free.step is not None else Fraction(1)
        found = []
        if free.least is not None:
            found.append(value >= _bound(free.least, step))
        if free.most is not None:
            found.append(value <= _bound(free.most, step))
        return found

    def _code(self, word: str) -> int:
        return self._words.setdefault(word, len(self._words))

    def _constant(self, value: Any) -> Term:
        match value:
            case None:
                return NULL
            case bool():
                return Flag(truth(value), truth(not value))
            case str():
                return Scalar("text", whole(self._code(value)), TRUE, ONE)
            case date():
                return Scalar("date", whole(value.toordinal()), TRUE, ONE)
            case _:
                return Scalar("number", fraction(value), TRUE, ONE)

    # --- Expressions --------------------------------------------------------------------------

    def _flag(self, node: Expression) -> Flag:
        self._encode(names(node))
        return as_flag(self._term(node))

    def _term(self, node: Expression) -> Term:
        match node:
            case Literal(value):
                return self._constant(value)
            case Name(name):
                return self._encoded[name]
            case Not(operand):
                one = as_flag(self._term(operand))
                return Flag(one.false, one.true)
            case And(operands):
                flags = [as_flag(self._term(one)) for one in operands]
                return Flag(all_of(*(f.true for f in flags)), any_of(*(f.false for f in flags)))
            case Or(operands):
                flags = [as_flag(self._term(one)) for one in operands]
                return Flag(any_of(*(f.true for f in flags)), all_of(*(f.false for f in flags)))
            case Compare(op, left, right):
                return self._numbers.compared(op, self._term(left), self._term(right))
            case Arithmetic(op, left, right):
                return self._numbers.calculated(
                    op, as_scalar(self._term(left)), as_scalar(self._term(right))
                )
            case Negate(operand):
                term = as_scalar(self._term(operand))
                return Scalar("number", -term.value, term.known, term.under)
            case IsNull(operand):
                known = self._term(operand).known
                return Flag(negated(known), known)
            case In(operand, choices):
                return self._membership(self._term(operand), choices)
            case Case(branches, default):
                found = self._term(default)
                for condition, then in reversed(branches):
                    found = self._numbers.either(
                        as_flag(self._term(condition)).true, self._term(then), found
                    )
                return found
            case Call(function, arguments):
                return self._numbers.called(function, [self._term(one) for one in arguments])
            case Lookup(table, key):
                return self._looked_up(table, self._term(key))
            case _:
                assert_never(node)

    def _membership(self, one: Term, choices: Sequence[Literal]) -> Flag:
        known = [self._constant(choice.value) for choice in choices if choice.value is not None]
        flags = [self._numbers.compared("=", one, choice) for choice in known]
        is_none = all_of(one.known, *(flag.false for flag in flags))
        has_null = len(known) < len(choices)
        return Flag(any_of(*(f.true for f in flags)), FALSE if has_null else is_none)

    def _looked_up(self, table: str, key: Term) -> Term:
        rows: Any = self.theory.known[table]
        found: Term = NULL
        for word, value in rows.items():
            is_here = self._numbers.compared("=", key, self._constant(word)).true
            found = self._numbers.either(is_here, self._constant(value), found)
        return found

    # --- What was found -----------------------------------------------------------------------

    def _values(self, roots: Iterable[str], solution: Solution) -> dict[str, Value]:
        words = {code: word for word, code in self._words.items()}
        return {name: _value(self._encoded[name], solution, words) for name in sorted(roots)}


def _steps(free: Free) -> list[Fraction]:
    """All values of a number on a grid, where they are few."""
    if free.step is None or not isinstance(free.least, float | int) or free.most is None:
        return []
    step = Fraction(free.step)
    first, last = math.ceil(Fraction(free.least) / step), math.floor(Fraction(free.most) / step)  # type: ignore[arg-type]
    return [step * k for k in range(first, last + 1)] if 0 < last - first + 1 <= _FEW else []


def _bound(bound: float | date, step: Fraction) -> Any:
    exact = Fraction(bound.toordinal() if isinstance(bound, date) else bound) / step
    return fraction(exact)


def _value(term: Term, solution: Solution, words: Mapping[int, str]) -> Value:
    if not solution.is_true(term.known):
        return None
    if isinstance(term, Flag):
        return solution.is_true(term.true)
    match term.kind:
        case "date":
            return date.fromordinal(solution.whole(term.value))
        case "text":
            code = solution.whole(term.value)
            return words.get(code, f"word {code}")
        case _:
            return solution.nearest(term.value)
