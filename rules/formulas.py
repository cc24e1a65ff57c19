"""Formulas of z3, folded where they are constant; the only file that knows z3.

Formulas are made of variables and constants with the operators of Python and the functions below;
``solved`` looks for values of the variables with which all of some formulas are true.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import z3

from rules.expression import CompareOp
from rules.theory import Outcome

# Effort of z3 for one question, in its own units: some ten million are a second.  A clock would
# give other answers on a busy machine.
ENOUGH = 60_000_000
_PATIENCE = 15.0  # [s] of work, for what z3 does without counting it
_NEARLY = 0.8  # of it: the clock and the processor never agree to the last
_CONTEXT = z3.main_ctx()
TRUE, FALSE = z3.BoolVal(True), z3.BoolVal(False)
ONE, ZERO, HALF = z3.RealVal(1), z3.RealVal(0), z3.Q(1, 2)


@dataclass(frozen=True)
class Solution:
    """What came of looking for values.

    Attributes:
        outcome: ``found``, ``impossible`` or ``not_proved``.
        model: The values, where some were found.
    """

    outcome: Outcome
    model: Any = None

    def is_true(self, formula: Any) -> bool:
        """Whether a formula is true with the values that were found."""
        return bool(z3.is_true(self.model.eval(formula, model_completion=True)))

    def whole(self, formula: Any) -> int:
        """The value of a formula that is a whole number."""
        return int(self.model.eval(formula, model_completion=True).as_long())

    def nearest(self, formula: Any) -> float:
        """The double that is nearest to the value of a formula."""
        found = self.model.eval(formula, model_completion=True)
        exact = found.approx(30) if z3.is_algebraic_value(found) else found
        return float(exact.as_fraction())


def solved(formulas: Sequence[Any], effort: int = ENOUGH) -> Solution:
    """Look for values with which all of some formulas are true.

    Args:
        formulas: What is to be true.
        effort: After so much of it z3 gives up.
    """
    solver = z3.Solver()
    solver.set("rlimit", effort)
    solver.add(*formulas)
    found = _checked(solver)
    if found == z3.sat:
        return Solution("found", solver.model())
    return Solution("impossible" if found == z3.unsat else "not_proved")


def _checked(solver: Any) -> Any:
    """What z3 finds; it is asked again, with more time, where others kept it from working.

    It knows a clock alone, and a question must not have another answer on a busy machine.
    """
    patience = _PATIENCE
    while True:
        solver.set("timeout", round(1000 * patience))
        begin, worked = time.monotonic(), time.thread_time()
        found = solver.check()
        waited, worked = time.monotonic() - begin, time.thread_time() - worked
        if found != z3.unknown or waited < patience or worked >= _NEARLY * _PATIENCE:
            return found
        patience *= 2


# --- Variables and constants ------------------------------------------------------------------


def flag(name: str) -> Any:
    """A variable that is true or false."""
    return z3.Bool(name)


def number(name: str) -> Any:
    """A variable that is any number."""
    return z3.Real(name)


def whole_number(name: str) -> Any:
    """A variable that is a whole number."""
    return z3.Int(name)


def whole(value: int) -> Any:
    """A whole number as a constant."""
    return z3.IntVal(value)


def as_number(formula: Any) -> Any:
    """A whole number among numbers."""
    return z3.ToReal(formula)


def function(name: str, arguments: int) -> Any:
    """A function of which nothing is known but that it has one value."""
    return z3.Function(name, *[z3.RealSort()] * (arguments + 1))


def fraction(number: Any) -> Any:
    """A number as the exact fraction that it is."""
    exact = Fraction(number)
    return z3.Q(exact.numerator, exact.denominator)


# --- Truths -----------------------------------------------------------------------------------


def truth(is_so: bool) -> Any:
    """TRUE or FALSE as a formula."""
    return TRUE if is_so else FALSE


def all_of(*parts: Any) -> Any:
    """AND."""
    left = [part for part in parts if part is not TRUE]
    if any(part is FALSE for part in left):
        return FALSE
    return _joined(z3.Z3_mk_and, left) if len(left) > 1 else left[0] if left else TRUE


def any_of(*parts: Any) -> Any:
    """OR."""
    left = [part for part in parts if part is not FALSE]
    if any(part is TRUE for part in left):
        return TRUE
    return _joined(z3.Z3_mk_or, left) if len(left) > 1 else left[0] if left else FALSE


def _joined(make: Any, parts: Sequence[Any]) -> Any:
    """AND or OR, without the checks of ``z3.And`` and ``z3.Or``, which take most of the time."""
    asts = (z3.Ast * len(parts))(*(part.ast for part in parts))
    return z3.BoolRef(make(_CONTEXT.ref(), len(parts), asts), _CONTEXT)


def negated(part: Any) -> Any:
    """NOT."""
    if part is TRUE or part is FALSE:
        return truth(part is FALSE)
    if z3.is_not(part):
        return part.arg(0)
    return z3.BoolRef(z3.Z3_mk_not(_CONTEXT.ref(), part.ast), _CONTEXT)


def chosen(condition: Any, then: Any, otherwise: Any) -> Any:
    """One number or another, as a condition has it."""
    if condition is TRUE or is_same(then, otherwise):
        return then
    return otherwise if condition is FALSE else z3.If(condition, then, otherwise)


def is_same(a: Any, b: Any) -> bool:
    """Whether two formulas are one; z3 keeps each only once."""
    return a is b or a.ast.value == b.ast.value


def chosen_truth(condition: Any, then: Any, otherwise: Any) -> Any:
    """``chosen`` for truths."""
    if then is otherwise:
        return then
    return any_of(all_of(condition, then), all_of(negated(condition), otherwise))


def implied(condition: Any, then: Any) -> Any:
    """Either the condition does not hold, or what follows from it does."""
    return z3.Implies(condition, then)


# --- Numbers ----------------------------------------------------------------------------------


def order(op: CompareOp, a: Any, b: Any) -> Any:
    """One number beside another, worked out where both are constant."""
    if is_same(a, b):
        return truth(op in ("=", "<=", ">="))
    if z3.is_int_value(a) and z3.is_int_value(b):
        return truth(_ORDERS[op](a.as_long(), b.as_long()))
    if is_constant(a) and is_constant(b):
        return truth(_ORDERS[op](a.as_fraction(), b.as_fraction()))
    return _ORDERS[op](a, b)


def inverse(number: Any) -> Any:
    """One over a choice between constants; what is over zero is never asked for."""
    if is_constant(number):
        exact = number.as_fraction()
        return fraction(1 / exact) if exact else ZERO
    condition, then, otherwise = number.children()
    return chosen(condition, inverse(then), inverse(otherwise))


def is_choice(number: Any, most: int) -> bool:
    """Whether a number is one of a few constants, as conditions have it."""
    waiting, leaves = [number], 0
    while waiting:
        part = waiting.pop()
        if z3.is_app_of(part, z3.Z3_OP_ITE):
            waiting += part.children()[1:]
        elif is_constant(part) and leaves < most:
            leaves += 1
        else:
            return False
    return leaves > 1


def is_constant(number: Any) -> bool:
    """Whether a number hangs on nothing."""
    return bool(z3.is_rational_value(number))


def absolute(number: Any) -> Any:
    """A number without its sign."""
    return fraction(abs(number.as_fraction())) if is_constant(number) else z3.Abs(number)


def to_nearest(number: Any) -> Any:
    """To the nearest whole number, halves away from zero."""
    up, down = z3.ToInt(number + HALF), -z3.ToInt(HALF - number)
    return z3.ToReal(z3.If(number >= 0, up, down))


def addends(number: Any) -> Sequence[Any]:
    """The parts of a sum or difference; nothing if it is none."""
    is_sum = z3.is_app_of(number, z3.Z3_OP_ADD) or z3.is_app_of(number, z3.Z3_OP_SUB)
    return number.children() if is_sum else ()


def of_parts(number: Any, parts: Sequence[Any]) -> Any:
    """The same sum or difference of other parts."""
    return reduce(number.decl(), parts)


def factors(number: Any, times: Any) -> Sequence[Any]:
    """The two factors of a product, by a constant or by ``times``; nothing if it is none."""
    is_product = z3.is_app_of(number, z3.Z3_OP_MUL) or number.decl().eq(times)
    return number.children() if is_product and len(number.children()) == 2 else ()


def arguments(number: Any, of: Any) -> Sequence[Any]:
    """What a function was called with; nothing if the number is no value of it."""
    return number.children() if number.decl().eq(of) else ()


def branches(number: Any) -> Sequence[Any]:
    """Condition, first and second branch of a choice; nothing if it is none."""
    return number.children() if z3.is_app_of(number, z3.Z3_OP_ITE) else ()


_ORDERS: dict[CompareOp, Any] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
