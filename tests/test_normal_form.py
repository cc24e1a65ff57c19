from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from rules.errors import MalformedBook
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
    Name,
    Not,
    Or,
    Value,
    sql_text,
)
from rules.interpreter import compile as meaning
from rules.normal_form import branches, fails, holds, known, negated, unknown

A, B, P, Q, R = (Name(name) for name in "abpqr")
ONE, TWO = Literal(1.0), Literal(2.0)
NULL = Literal(None)
COALESCED = Call("COALESCE", (P, Literal(False)))

EXPRESSIONS: list[Expression] = [
    P,
    Not(P),
    And((P, Q)),
    Or((P, Q)),
    Not(And((P, Or((Q, Not(R)))))),
    *(Compare(op, A, B) for op in ("=", "<>", "<", "<=", ">", ">=")),
    *(Not(Compare(op, A, ONE)) for op in ("=", "<>", "<", "<=", ">", ">=")),
    Compare("<", ONE, A),
    Compare("<", ONE, TWO),
    Compare("=", A, NULL),
    Not(Compare("=", NULL, A)),
    Compare(">", Arithmetic("/", A, B), ONE),
    IsNull(A),
    Not(IsNull(A)),
    IsNull(And((P, Q))),
    Not(IsNull(And((P, Q)))),
    IsNull(Or((P, Not(Q)))),
    Not(IsNull(Or((P, Q, R)))),
    IsNull(Compare("<", A, B)),
    Not(IsNull(Compare("<", A, B))),
    IsNull(IsNull(A)),
    IsNull(Not(P)),
    IsNull(COALESCED),
    IsNull(And((Compare("<", A, B), COALESCED))),
    Not(IsNull(And((Compare("<", A, B), COALESCED)))),
    Not(IsNull(Or((Not(COALESCED), Compare("<", A, B))))),
    Not(IsNull(Call("COALESCE", (A, B)))),
    In(A, (ONE, TWO)),
    Not(In(A, (ONE, TWO))),
    In(A, (ONE, NULL)),
    Not(In(A, (ONE, NULL))),
    IsNull(In(A, (ONE, NULL))),
    Not(IsNull(In(A, (ONE, NULL)))),
    In(ONE, (ONE, TWO)),
    Not(In(ONE, (TWO,))),
    In(A, (NULL,)),
    COALESCED,
    Not(COALESCED),
    Call("COALESCE", (And((P, Q)), R)),
    Not(Call("COALESCE", (Compare("<", A, B), Q, Literal(True)))),
    Call("COALESCE", (Literal(None), P)),
    Case(((P, Q),), R),
    Not(Case(((P, Q),), R)),
    IsNull(Case(((P, Q),), R)),
    Literal(True),
    Literal(False),
    NULL,
    Not(NULL),
    And((P, NULL)),
    Or((P, NULL)),
    And((P, Not(P))),
    Or((P, Not(P))),
    And((IsNull(A), Compare("<", A, ONE))),
]


def scopes() -> list[dict[str, Value]]:
    numbers: tuple[Value, ...] = (None, 0.0, 1.0, 2.0)
    flags: tuple[Value, ...] = (None, True, False)
    spaces = product(numbers, numbers, flags, flags, flags)
    return [dict(zip("abpqr", values, strict=True)) for values in spaces]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=sql_text)
def test_each_form_is_true_exactly_when_it_says(expression: Expression) -> None:
    evaluate = meaning(expression)
    true, false, null = (meaning(form(expression)) for form in (holds, fails, unknown))
    present = meaning(known(expression))
    for scope in scopes():
        value = evaluate(scope)
        assert (true(scope) is True) == (value is True), scope
        assert (false(scope) is True) == (value is False), scope
        assert (null(scope) is True) == (value is None), scope
        assert (present(scope) is True) == (value is not None), scope


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=sql_text)
def test_an_expression_is_true_when_all_of_one_branch_is(expression: Expression) -> None:
    evaluate = meaning(expression)
    lists = [[meaning(condition) for condition in branch] for branch in branches(expression)]
    for scope in scopes():
        matched = any(all(part(scope) is True for part in branch) for branch in lists)
        assert matched == (evaluate(scope) is True), scope


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=sql_text)
def test_every_branch_is_conditions_only(expression: Expression) -> None:
    for branch in branches(expression):
        for condition in branch:
            inner = condition.operand if isinstance(condition, Not) else condition
            assert not isinstance(inner, And | Or | Not | Literal)


def text(expression: Expression) -> list[str]:
    return [" AND ".join(map(sql_text, branch)) for branch in branches(expression)]


def test_repeats_disappear() -> None:
    assert text(Or((And((P, Q)), And((Q, P)), And((P, P, Q))))) == ["p AND q"]


def test_a_branch_that_contains_another_disappears() -> None:
    assert text(Or((And((P, Q)), P))) == ["p"]


@pytest.mark.parametrize(
    "impossible",
    [
        And((P, Not(P))),
        And((Compare("<", A, ONE), Compare(">=", A, ONE))),
        And((IsNull(A), Compare("<", A, ONE))),
        And((IsNull(A), Not(IsNull(A)))),
        And((IsNull(P), Not(P))),
        And((IsNull(A), Not(In(A, (ONE,))))),
    ],
    ids=sql_text,
)
def test_a_contradiction_has_no_branch(impossible: Expression) -> None:
    assert branches(impossible) == ()


def test_what_is_always_true_has_one_empty_branch() -> None:
    assert branches(Or((P, Literal(True)))) == ((),)


def test_a_constant_goes_to_the_right() -> None:
    assert text(Compare("<=", ONE, A)) == ["a >= 1"]


def test_dates_and_texts_without_names_are_compared_at_once() -> None:
    early, late = Literal(date(2026, 1, 1)), Literal(date(2026, 6, 1))
    assert branches(Compare("<", early, late)) == ((),)
    assert branches(Compare("=", Literal("x"), Literal("y"))) == ()


def test_negating_twice_gives_the_condition_back() -> None:
    for condition in (P, Compare("<", A, B), IsNull(A), In(A, (ONE,))):
        assert negated(negated(condition)) == condition


def pairs(count: int) -> Expression:
    return Or(tuple(And((Name(f"p{i}"), Name(f"q{i}"))) for i in range(count)))


def test_64_branches_are_accepted() -> None:
    assert len(branches(Not(pairs(6)))) == 64


def test_more_branches_are_refused_with_the_expression() -> None:
    with pytest.raises(MalformedBook) as caught:
        branches(Not(pairs(7)))
    (fault,) = caught.value.faults
    assert fault.code == "book-too-many-branches"
    assert fault.place.startswith("NOT (p0 AND q0")
    assert fault.next_step


def test_an_explosion_is_refused_quickly() -> None:
    with pytest.raises(MalformedBook, match="book-too-many-branches"):
        branches(Not(pairs(40)))
