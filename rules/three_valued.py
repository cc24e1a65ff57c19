"""Three-valued logic and calculation on formulas, with the meaning of ``rules/expression.py``.

A flag is a pair of formulas, one for TRUE and one for FALSE; any other value is a formula and
another one that says whether it is known.  A number is a numerator over a denominator, so that a
comparison of quotients needs no division.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any
from typing import Literal as OneOf

from rules.expression import CompareOp
from rules.formulas import (
    FALSE,
    ONE,
    TRUE,
    ZERO,
    absolute,
    all_of,
    any_of,
    as_number,
    chosen,
    chosen_truth,
    fraction,
    inverse,
    is_choice,
    is_constant,
    is_same,
    negated,
    order,
    to_nearest,
)

Kind = OneOf["number", "text", "flag", "date", "null"]
MOST_BRANCHES = 50  # a table of factors has as many rows


@dataclass(frozen=True, slots=True)
class Flag:
    """TRUE, FALSE, or neither."""

    true: Any
    false: Any

    @property
    def known(self) -> Any:
        """Whether it is one of them."""
        return any_of(self.true, self.false)


@dataclass(frozen=True, slots=True)
class Scalar:
    """``value / under`` where it is known; texts are codes, dates are day numbers.

    Of the greatest or the least of several numbers ``parts`` are those, and ``beaten`` says how.
    """

    kind: Kind
    value: Any
    known: Any
    under: Any
    parts: tuple[Scalar, ...] = ()
    beaten: CompareOp = "="


Term = Flag | Scalar
NULL = Scalar("null", ZERO, FALSE, ONE)


def as_flag(term: Term) -> Flag:
    """A term as a flag; what is none is NULL."""
    return term if isinstance(term, Flag) else Flag(FALSE, FALSE)


def as_scalar(term: Term) -> Scalar:
    """A term as a number, text or date; a flag is none of them."""
    return term if isinstance(term, Scalar) else NULL


class Numbers:
    """Comparisons and calculation."""

    def begin(self, name: str) -> None:
        """What follows belongs to a term."""

    def so_far(self, cone: Sequence[str], twins: Mapping[str, str]) -> list[Any]:
        """What is known of the products and roundings behind some terms."""
        return []

    def product(self, a: Any, b: Any) -> Any:
        """A product of two numbers of which neither is constant."""
        return a * b

    def plain(self, one: Scalar) -> Scalar:
        """The same number, over one if that is better."""
        return one

    def rounded(self, one: Scalar) -> Any:
        """To the nearest whole number, halves away from zero."""
        number = one.value if is_same(one.under, ONE) else one.value / one.under
        return to_nearest(number)

    def times(self, a: Any, b: Any) -> Any:
        """A product; one with a choice between constants is made branch by branch."""
        if is_same(a, ONE) or is_same(b, ZERO):
            return b
        if is_same(b, ONE) or is_same(a, ZERO):
            return a
        if is_constant(a) or is_constant(b):
            return a * b
        for one, other in ((a, b), (b, a)):
            if is_choice(one, MOST_BRANCHES):
                condition, then, otherwise = one.children()
                return chosen(condition, self.times(then, other), self.times(otherwise, other))
        return self.product(a, b)

    def compared(self, op: CompareOp, left: Term, right: Term) -> Flag:
        """One value beside another."""
        if isinstance(left, Flag) or isinstance(right, Flag):
            one, two = as_flag(left), as_flag(right)
            same = any_of(all_of(one.true, two.true), all_of(one.false, two.false))
            other = any_of(all_of(one.true, two.false), all_of(one.false, two.true))
            return Flag(same, other) if op == "=" else Flag(other, same)
        if op in _TURNED and (left.parts or right.parts):
            return self._part_by_part(op, left, right)
        known = all_of(left.known, right.known)
        if known is FALSE:
            return Flag(FALSE, FALSE)
        holds = self._ordered(op, left, right)
        return Flag(all_of(known, holds), all_of(known, negated(holds)))

    def _part_by_part(self, op: CompareOp, left: Scalar, right: Scalar) -> Flag:
        """The greatest of some is over a number when one of them is; NULLs are passed over."""
        if not left.parts:
            return self._part_by_part(_TURNED[op], right, left)
        flags = [self.compared(op, part, right) for part in left.parts]
        known = all_of(left.known, right.known)
        if (left.beaten == "<") == (op in (">", ">=")):
            true = any_of(*(flag.true for flag in flags))
            return Flag(true, all_of(known, negated(true)))
        false = any_of(*(flag.false for flag in flags))
        return Flag(all_of(known, negated(false)), false)

    def _ordered(self, op: CompareOp, left: Scalar, right: Scalar) -> Any:
        """``a/b < c/d`` as ``ad < cb``, the other way round where ``bd`` is negative."""
        if is_same(left.under, right.under):
            above, below, under = left.value, right.value, left.under
        else:
            above, below = self.times(left.value, right.under), self.times(right.value, left.under)
            under = self.times(left.under, right.under)
        if is_constant(under) and under.as_fraction() > 0:
            return order(op, above, below)
        return chosen_truth(under > 0, order(op, above, below), order(op, below, above))

    def calculated(self, op: str, left: Scalar, right: Scalar) -> Scalar:
        """Two numbers, or for ``-`` two dates, by one of the four operators."""
        known = all_of(left.known, right.known)
        if known is FALSE:
            return NULL
        if op == "*":
            value, under = self.times(left.value, right.value), self.times(left.under, right.under)
        elif op == "/":
            known = all_of(known, negated(order("=", right.value, ZERO)))
            value, under = self._quotient(left, right)
        else:
            value, under = self._sum(op, left, right)
        return Scalar("number", value, known, under)

    def either(self, condition: Any, then: Term, otherwise: Term) -> Term:
        """One term or another, as a condition has it."""
        if isinstance(then, Flag) or isinstance(otherwise, Flag):
            one, two = as_flag(then), as_flag(otherwise)
            true = chosen_truth(condition, one.true, two.true)
            return Flag(true, chosen_truth(condition, one.false, two.false))
        if then.kind == "null":
            known = all_of(negated(condition), otherwise.known)
            return Scalar(otherwise.kind, otherwise.value, known, otherwise.under)
        if otherwise.kind == "null":
            return Scalar(then.kind, then.value, all_of(condition, then.known), then.under)
        if condition is TRUE or condition is FALSE:
            return then if condition is TRUE else otherwise
        if not is_same(then.under, otherwise.under):
            then, otherwise = self.plain(then), self.plain(otherwise)
        value = chosen(condition, then.value, otherwise.value)
        known = chosen_truth(condition, then.known, otherwise.known)
        return Scalar(then.kind, value, known, chosen(condition, then.under, otherwise.under))

    def _quotient(self, left: Scalar, right: Scalar) -> tuple[Any, Any]:
        if (
            is_constant(right.value)
            and right.value.as_fraction() != 0
            and is_same(right.under, ONE)
        ):
            return self.times(left.value, fraction(1 / right.value.as_fraction())), left.under
        if is_same(right.under, ONE) and is_choice(right.value, MOST_BRANCHES):
            return self.times(left.value, inverse(right.value)), left.under
        return self.times(left.value, right.under), self.times(left.under, right.value)

    def _sum(self, op: str, left: Scalar, right: Scalar) -> tuple[Any, Any]:
        if left.kind == "date":
            return as_number(left.value - right.value), ONE
        if not is_same(left.under, right.under):
            left, right = self.plain(left), self.plain(right)
        one, two, under = left.value, right.value, left.under
        if not is_same(left.under, right.under):
            one, two = self.times(one, right.under), self.times(two, left.under)
            under = self.times(left.under, right.under)
        return (one + two if op == "+" else one - two), under

    def called(self, function: str, terms: Sequence[Term]) -> Term:
        """A function of the language."""
        match function:
            case "COALESCE":
                return reduce(lambda rest, one: self.either(one.known, one, rest), reversed(terms))
            case "LEAST" | "GREATEST":
                return self._best(terms, ">" if function == "LEAST" else "<")
            case "ABS":
                one = as_scalar(terms[0])
                return Scalar("number", absolute(one.value), one.known, absolute(one.under))
            case _:
                one = as_scalar(terms[0])
                return Scalar("number", self.rounded(one), one.known, ONE)

    def _best(self, terms: Sequence[Term], beaten: CompareOp) -> Term:
        """The first of the values that no other one beats; NULLs are passed over."""
        parts = [term for term in map(as_scalar, terms) if term.known is not FALSE]
        if len(parts) < 2:
            return parts[0] if parts else NULL
        best, *others = map(self.plain, parts)
        for one in others:
            is_better = any_of(negated(best.known), self.compared(beaten, best, one).true)
            best = as_scalar(self.either(all_of(one.known, is_better), one, best))
        known = any_of(*(part.known for part in parts))
        return Scalar(best.kind, best.value, known, best.under, tuple(parts), beaten)


_TURNED: dict[CompareOp, CompareOp] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
