"""The encoding for z3 says of a stated case what the judge says of it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from rules.case import Case
from rules.expression import (
    Arithmetic,
    Call,
    Compare,
    Expression,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
    with_operands,
)
from rules.interpreter import compile as meaning
from rules.open_case import CaseTheory, equals
from rules.proofs import Prover
from rules.proving.any_case import AnyCase
from rules.proving.witness import told
from rules.theory import Free, Theory
from rules.unfolding import HANGS_ON_RATE
from tests.generating import example_cases, generated
from tests.offers import book, judge

SIGNALS = [one.name for layer in book().layers for one in layer.signals]
ROUNDING = 1e-9  # z3 is exact and the interpreter rounds


@cache
def theory() -> CaseTheory:
    return CaseTheory(book())


def differs(name: str, value: Any) -> Expression:
    if value is None:
        return Not(IsNull(Name(name)))
    if not isinstance(value, float):
        return Or((IsNull(Name(name)), Compare("<>", Name(name), Literal(value))))
    apart = Call("ABS", (Arithmetic("-", Name(name), Literal(value)),))
    return Or((IsNull(Name(name)), Compare(">", apart, Literal(ROUNDING * max(1.0, abs(value))))))


def check(case: Case) -> None:
    """No term of a case has another value in z3 than the judge gives it.

    Where the judge's rounding makes a number jump, such as to the next step of a grid, z3 has the
    value that the interpreter gives for exact fractions.
    """
    judgement = judge().judge(case)
    scope = theory()._scope(case)
    prover = Prover(Theory({}, theory().unfolding.terms, scope))
    known = told(judgement, theory().unfolding, book())
    if prover.find(differing(known)).outcome == "impossible":
        return
    exact = in_fractions(scope)
    known |= {name: exact[name] for name, value in known.items() if jumps(value, exact[name])}
    wrong = {n: v for n, v in known.items() if prover.find(differs(n, v)).outcome != "impossible"}
    assert not wrong


def differing(known: dict[str, Any]) -> Expression:
    return Or(tuple(differs(name, value) for name, value in known.items()))


def in_fractions(scope: dict[str, Any]) -> dict[str, Any]:
    """Every term, worked out by the interpreter on fractions instead of doubles."""
    values = {name: as_fraction(value) for name, value in scope.items()}
    for name, expression in theory().unfolding.terms.items():
        values[name] = meaning(with_fractions(expression))(values)
    return {name: float(v) if isinstance(v, Fraction) else v for name, v in values.items()}


def with_fractions(node: Expression) -> Expression:
    if isinstance(node, Literal):
        return Literal(as_fraction(node.value))
    return with_operands(node, with_fractions)


def as_fraction(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: as_fraction(one) for key, one in value.items()}
    return Fraction(value) if isinstance(value, float) and math.isfinite(value) else value


def jumps(judged: Any, exact: Any) -> bool:
    if isinstance(judged, float) and isinstance(exact, float):
        return not math.isclose(judged, exact, rel_tol=ROUNDING, abs_tol=ROUNDING)
    return bool(judged != exact)


def components(case: Case) -> dict[str, Free]:
    """Amounts of a case that an ask can move, from what is offered on."""
    steps = {"base_salary": 1000.0, "equity_grant_value": 5000.0, "sign_on_y1": 5000.0}
    return {
        name: Free("number", case.facts[name], 4 * case.facts[name], step)  # type: ignore[operator]
        for name, step in steps.items()
        if case.facts[name] is not None
    }


def found_accepts(case: Case) -> Iterator[tuple[str, str]]:
    """What the judge says of every acceptance that z3 finds for a case with open amounts."""
    open_case = theory().open(case, components(case))
    answer = open_case.prover.find(equals("verdict", "accept"))
    assert answer.outcome != "not_proved"
    if answer.outcome == "found":
        yield "accept", judge().judge(open_case.closed(answer.values)).verdict
    for factor in (1.0, 1.25, 2.0):
        values = {
            name: math.ceil(factor * free.least / free.step) * free.step  # type: ignore[operator]
            for name, free in open_case.open.items()
        }
        judged = judge().judge(open_case.closed(values))
        pinned = [equals(name, value) for name, value in values.items()]
        other = Compare("<>", Name("rule"), Literal(judged.row.name))
        assert open_case.prover.find(*pinned, other).outcome == "impossible"


def test_examples() -> None:
    for case in example_cases():
        check(case)
        for expected, verdict in found_accepts(case):
            assert verdict == expected


def test_a_few_generated_cases() -> None:
    for case in generated(25, start=7):
        check(case)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(6))
def test_many_generated_cases(start: int) -> None:
    for case in generated(60, start):
        check(case)
        for expected, verdict in found_accepts(case):
            assert verdict == expected


def pinned(name: str, value: Any) -> Expression:
    return IsNull(Name(name)) if value is None else equals(name, value)


def check_loosely(case: Case, wide: Theory, prover: Prover) -> None:
    """What is so of a case is never proved impossible of all of them."""
    scope = {**theory()._scope(case), HANGS_ON_RATE: False}
    judged = told(judge().judge(case), theory().unfolding, book())
    stated = [pinned(name, scope[name]) for name in wide.free]
    signals = [pinned(name, judged[name]) for name in SIGNALS if name in judged]
    assert prover.find(*stated, *signals, pinned("rule", judged["rule"])).outcome == "found"


def test_nothing_that_is_so_is_proved_impossible() -> None:
    wide = AnyCase(book()).wide
    prover = Prover(wide, loosely=True)
    for case in [*example_cases(), *generated(15, start=3)]:
        check_loosely(case, wide, prover)


@pytest.mark.slow
def test_nothing_that_is_so_is_proved_impossible_of_many() -> None:
    wide = AnyCase(book()).wide
    prover = Prover(wide, loosely=True)
    for case in generated(300, start=4):
        check_loosely(case, wide, prover)
