"""Many expressions as one function: what the interpreter says of each, to the bit."""

from __future__ import annotations

import warnings
from datetime import date

import orjson
import pytest
from hypothesis import given

from rules.expression import (
    Arithmetic,
    Call,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Name,
    Negate,
    Not,
    Value,
)
from rules.inlining import Inliner, codes_from_json, codes_to_json, source
from rules.interpreter import Scope, compile
from tests.expressions import expressions, same_bits, scopes
from tests.offers import judge

DAY = Compare("<", Name("date_a"), Literal(date(2026, 1, 1)))


def inlined(expression: Expression, scope: Scope) -> Value:
    (answer,) = Inliner().function("one", (), [expression])(dict(scope))
    return answer  # type: ignore[no-any-return]


@given(expressions, scopes)
def test_it_is_what_the_interpreter_says(expression: Expression, scope: Scope) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Python warns of a comparison that can never hold
        assert same_bits(inlined(expression, scope), compile(expression)(scope))


@given(expressions, expressions, scopes)
def test_a_figure_is_read_by_those_after_it(
    first: Expression, second: Expression, scope: Scope
) -> None:
    reads = Call("COALESCE", (IsNull(Name("figure")), Name("flag_a")))
    values = dict(scope)
    figures = [("figure", first), ("other", second)]
    (answer,) = Inliner().function("both", figures, [reads])(values)
    expected = {**scope, "figure": compile(first)(scope), "other": compile(second)(scope)}
    assert values.keys() == expected.keys()
    assert all(same_bits(values[name], expected[name]) for name in expected)  # type: ignore[arg-type]
    assert answer is compile(reads)(expected)


def nested(depth: int) -> Expression:
    found: Expression = Name("num_a")
    for level in range(depth):
        found = Arithmetic("+", Call("ABS", (found,)), Literal(1.0)) if level % 2 else Negate(found)
    return found


@pytest.mark.parametrize(
    "expression",
    [
        nested(150),
        Call("LEAST", tuple(Name(f"num_{'abc'[i % 3]}") for i in range(300))),
        Not(Compare(">", nested(120), nested(130))),
    ],
)
@pytest.mark.parametrize("number", [None, 1.0, -2.5])
def test_no_expression_is_too_deep(expression: Expression, number: float | None) -> None:
    scope: Scope = {"num_a": number, "num_b": 3.0, "num_c": None}
    assert same_bits(inlined(expression, scope), compile(expression)(scope))


def test_days_and_infinities_are_constants_too() -> None:
    scope: Scope = {"date_a": date(2025, 12, 31), "num_a": 5.0}
    assert inlined(DAY, scope) is True
    assert inlined(In(Name("date_a"), (Literal(date(2025, 12, 31)),)), scope) is True
    assert inlined(Compare("<", Name("num_a"), Literal(float("inf"))), scope) is True
    assert inlined(Compare("<", Literal(float("-inf")), Name("num_a")), scope) is True
    assert inlined(In(Name("num_a"), ()), scope) is False


def test_nothing_is_read_that_is_not_named() -> None:
    assert source([("b", Name("a"))], [Name("b")]).count("values[") == 2


def test_code_survives_json_to_the_byte() -> None:
    kept = orjson.dumps(codes_to_json(judge().codes()))
    again = codes_from_json(orjson.loads(kept))
    assert again.keys() == judge().codes().keys()
    assert orjson.dumps(codes_to_json(again)) == kept


def test_kept_code_is_used_and_not_made_again() -> None:
    code = Inliner().function("day", (), [DAY]).code()
    used = Inliner({"day": code}).function("day", (), [Name("never read")])
    assert used({"date_a": date(2025, 1, 1)}) == (True,)
