from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.engine import Engine, Firing, Proposition, order_code
from rules.errors import FailedWorld, MalformedBook
from rules.expression import (
    And,
    Arithmetic,
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
    sql_text,
)
from rules.interpreter import compile as meaning

A, B, P, Q = (Name(name) for name in "abpq")
TABLE: dict[str, Value] = {"north": 1.0, "south": 2.0}


def engine(*expressions: Expression) -> Engine:
    return Engine({"stage": [Proposition(f"r{i}", when) for i, when in enumerate(expressions)]})


def truth(when: Expression, **values: Value) -> bool | None:
    return engine(when).conclude("stage", values).truths["r0"]


# --- what it reports ----------------------------------------------------------------------


def test_a_proposition_is_true_false_or_unknown() -> None:
    when = Compare("<", A, Literal(100.0))
    assert truth(when, a=99.0) is True
    assert truth(when, a=100.0) is False
    assert truth(when, a=None) is None


def test_every_firing_is_reported_with_its_branch_in_order() -> None:
    shown = engine(Or((P, Q)), Not(P)).conclude("stage", {"p": True, "q": True})
    assert shown.firings == (
        Firing("r0", True, 0, 0),
        Firing("r0", True, 1, 1),
        Firing("r1", False, 0, 2),
    )
    assert shown.truths == {"r0": True, "r1": False}


def test_an_unknown_proposition_has_no_firing() -> None:
    shown = engine(And((P, Q))).conclude("stage", {"p": True, "q": None})
    assert shown.firings == ()
    assert shown.truths == {"r0": None}


def test_constant_propositions_fire_without_reading_anything() -> None:
    rules = engine(Literal(True), Literal(False), Literal(None))
    assert rules.reads("stage") == frozenset()
    assert rules.conclude("stage", {}).truths == {"r0": True, "r1": False, "r2": None}


def test_a_stage_without_propositions_concludes_nothing() -> None:
    assert Engine({"stage": []}).conclude("stage", {}).truths == {}


def test_stages_have_their_own_propositions() -> None:
    rules = Engine({"one": [Proposition("x", P)], "two": [Proposition("x", Not(P))]})
    assert rules.conclude("one", {"p": True}).truths == {"x": True}
    assert rules.conclude("two", {"p": True}).truths == {"x": False}


def test_two_propositions_of_one_name_are_refused() -> None:
    with pytest.raises(MalformedBook, match="book-duplicate-proposition"):
        Engine({"stage": [Proposition("x", P), Proposition("x", Q)]})


# --- columns ------------------------------------------------------------------------------


def test_arithmetic_is_a_column_and_equal_expressions_share_it() -> None:
    total = Arithmetic("+", A, B)
    rules = engine(Compare("<", total, Literal(1.0)), Compare(">", Literal(9.0), total))
    assert rules.columns("stage") == {"x1": total}
    assert rules.reads("stage") == frozenset()
    assert rules.conclude("stage", {"x1": 0.5}).truths == {"r0": True, "r1": True}


def test_a_column_takes_no_name_of_the_book() -> None:
    rules = engine(Compare("<", Negate(Name("x1")), Name("x2")))
    assert set(rules.columns("stage")) == {"x3"}
    assert rules.reads("stage") == {"x2"}


def test_a_flag_that_is_worked_out_is_a_column_of_its_own() -> None:
    number = Case(((P, Literal(1.0)),), Literal(0.0))
    flag = Case(((P, Literal(True)),), Literal(False))
    rules = engine(Compare("=", number, Literal(1.0)), flag)
    assert [sql_text(column) for column in rules.columns("stage").values()] == [
        "CASE WHEN p THEN 1 ELSE 0 END",
        "CASE WHEN p THEN TRUE ELSE FALSE END",
    ]


def test_coalesce_of_flags_needs_no_column() -> None:
    assert engine(Call("COALESCE", (P, Literal(False)))).columns("stage") == {}


# --- numbers ------------------------------------------------------------------------------


EXTREMES = (
    0.0,
    -0.0,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    1e-7,
    1e-05,
    0.1 + 0.2,
    0.3,
    0.49999999999999994,
    0.5,
    1.0,
    -1.0,
    100.0,
    math.nextafter(100.0, 0.0),
    1e16,
    1e17,
    2.0**53,
    2.0**53 + 2,
    -(2.0**63),
    1.7976931348623157e308,
    -1.7976931348623157e308,
)


def test_the_order_of_the_codes_is_the_order_of_the_numbers() -> None:
    for left in EXTREMES:
        for right in EXTREMES:
            assert (order_code(left) < order_code(right)) == (left < right)
            assert (order_code(left) == order_code(right)) == (left == right)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_neighbouring_numbers_have_neighbouring_codes(number: float) -> None:
    above = math.nextafter(number, math.inf)
    if math.isfinite(above):
        assert order_code(above) - order_code(number) == 1


@pytest.mark.parametrize("op", ["=", "<>", "<", "<=", ">", ">="])
def test_the_core_compares_extremes_exactly(op: Any) -> None:
    constants = [Compare(op, A, Literal(right)) for right in EXTREMES]
    rules = engine(Compare(op, A, B), *constants)
    for left in EXTREMES:
        for right in EXTREMES:
            shown = rules.conclude("stage", {"a": left, "b": right}).truths["r0"]
            assert shown is meaning(Compare(op, Literal(left), Literal(right)))({})
        shown_all = rules.conclude("stage", {"a": left, "b": None}).truths
        for i, right in enumerate(EXTREMES, start=1):
            assert shown_all[f"r{i}"] is meaning(Compare(op, Literal(left), Literal(right)))({})


def test_dates_and_texts_and_flags_are_compared() -> None:
    assert truth(Compare("<", A, Literal(date(2026, 3, 1))), a=date(2026, 2, 28)) is True
    assert truth(Compare("=", A, B), a='O\'Neill "x" \\ é', b='O\'Neill "x" \\ é') is True
    assert truth(Compare("=", A, B), a="north", b="North") is False
    assert truth(Compare("<>", A, Literal("north")), a="south") is True
    assert truth(Compare("=", P, Literal(False)), p=False) is True
    assert truth(In(A, (Literal("x"), Literal("y"))), a="y") is True


# --- against the interpreter --------------------------------------------------------------

NUMBERS = [Name(f"n{i}") for i in range(4)]
FLAGS = [Name(f"f{i}") for i in range(3)]
TEXTS = [Name(f"t{i}") for i in range(2)]
DATES = [Name(f"d{i}") for i in range(2)]
WORDS = ("north", "south", "", "5", "null", 'a"b')
DAYS = (date(2026, 1, 1), date(2026, 1, 2), date(1, 1, 1), date(9999, 12, 31))
OPS: tuple[CompareOp, ...] = ("=", "<>", "<", "<=", ">", ">=")


def number(r: random.Random, depth: int) -> Expression:
    kind = r.randrange(9) if depth else r.randrange(2)
    if kind == 0:
        return Literal(r.choice(EXTREMES))
    if kind < 4:
        return r.choice(NUMBERS)
    if kind == 4:
        left, right = number(r, depth - 1), number(r, depth - 1)
        return Arithmetic(r.choice(("+", "-", "*", "/")), left, right)
    if kind == 5:
        return Case(((flag(r, depth - 1), number(r, depth - 1)),), number(r, depth - 1))
    if kind == 6:
        return Lookup("pay_table", r.choice(TEXTS))
    if kind == 7:
        return Negate(number(r, depth - 1))
    functions: tuple[FunctionName, ...] = ("COALESCE", "LEAST", "GREATEST")
    name = r.choice(functions)
    return Call(name, (number(r, depth - 1), number(r, depth - 1)))


def comparison(r: random.Random, depth: int) -> Expression:
    kind = r.randrange(6)
    if kind < 3:
        return Compare(r.choice(OPS), number(r, depth), number(r, depth))
    if kind == 3:
        words: list[Expression] = [*TEXTS, *map(Literal, WORDS)]
        return Compare(r.choice(("=", "<>")), r.choice(TEXTS), r.choice(words))
    if kind == 4:
        days: list[Expression] = [*DATES, *map(Literal, DAYS)]
        return Compare(r.choice(OPS), r.choice(DATES), r.choice(days))
    choices = tuple(Literal(value) for value in r.sample([*WORDS, None], r.randrange(1, 5)))
    return In(r.choice(TEXTS), choices)


def flag(r: random.Random, depth: int) -> Expression:
    kind = r.randrange(10) if depth else r.randrange(4)
    if kind < 2:
        return comparison(r, max(depth - 1, 0))
    if kind == 2:
        return r.choice(FLAGS)
    if kind == 3:
        return IsNull(r.choice([*NUMBERS, *FLAGS, *TEXTS, *DATES]))
    if kind == 4:
        return Literal(r.choice((True, False, None)))
    if kind == 5:
        return Not(flag(r, depth - 1))
    if kind == 6:
        return Call("COALESCE", (flag(r, depth - 1), Literal(r.choice((True, False)))))
    if kind == 7:
        return IsNull(flag(r, depth - 1))
    parts = tuple(flag(r, depth - 1) for _ in range(r.randrange(2, 4)))
    return And(parts) if kind == 8 else Or(parts)


def scope(r: random.Random) -> dict[str, Any]:
    pools: list[tuple[Sequence[Name], Sequence[Value]]] = [
        (NUMBERS, EXTREMES),
        (FLAGS, (True, False)),
        (TEXTS, (*WORDS, "elsewhere", "elsewhere again")),
        (DATES, DAYS),
    ]
    found: dict[str, Any] = {
        name.name: None if r.random() < 0.2 else r.choice(pool)
        for names, pool in pools
        for name in names
    }
    return {**found, "pay_table": TABLE}


def usable(candidates: Sequence[Expression]) -> list[Expression]:
    """Without the few that are refused for having too many branches."""
    kept = []
    for candidate in candidates:
        try:
            engine(candidate)
        except MalformedBook:
            continue
        kept.append(candidate)
    return kept


def compared(rules: Engine, expressions: Sequence[Expression], shown: Mapping[str, Any]) -> int:
    columns = {key: meaning(column)(shown) for key, column in rules.columns("stage").items()}
    if any(isinstance(value, float) and not math.isfinite(value) for value in columns.values()):
        with pytest.raises(FailedWorld, match="engine-number-not-finite"):
            rules.conclude("stage", {**shown, **columns})
        return 0
    truths = rules.conclude("stage", {**shown, **columns}).truths
    assert truths == {f"r{i}": meaning(when)(shown) for i, when in enumerate(expressions)}
    return len(expressions)


def test_it_agrees_with_the_interpreter_on_random_books() -> None:
    r = random.Random(20261123)
    cases = 0
    for _ in range(40):
        expressions = usable([flag(r, r.randrange(2, 5)) for _ in range(6)])
        rules = engine(*expressions)
        cases += sum(compared(rules, expressions, scope(r)) for _ in range(40))
    assert cases >= 4_000


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.integers(0, 4))
def test_it_agrees_with_the_interpreter(r: random.Random, depth: int) -> None:
    expressions = usable([flag(r, depth)])
    rules = engine(*expressions)
    for _ in range(15):
        compared(rules, expressions, scope(r))
