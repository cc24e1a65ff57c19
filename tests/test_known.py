"""What is known of columns beforehand changes no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.expression import Expression, Literal, Name, Value, names, walk
from rules.interpreter import Scope, compile
from rules.known import Known
from rules.parse import parse
from rules.sql_terms import Term
from tests.expressions import expressions, same_bits, scopes
from tests.test_sql import TABLE, same_but_for_the_sign_of_zero

TABLES = {"pay_table": TABLE}


def known(values: Mapping[str, Value], present: Sequence[str] = ()) -> Known:
    return Known({name: Literal(value) for name, value in values.items()}, present, TABLES)


@given(node=expressions, scope=scopes, chosen=st.data())
@settings(max_examples=400, deadline=None)
def test_an_expression_keeps_its_value(
    node: Expression, scope: Scope, chosen: st.DataObject
) -> None:
    constants = chosen.draw(st.sets(st.sampled_from(sorted(scope))))
    present = [name for name, value in scope.items() if value is not None]
    values = {name: scope[name] for name in constants if name != "pay_table"}
    short = known(values, present).short(node)  # type: ignore[arg-type]
    full = {**scope, "pay_table": TABLE}
    assert same_but_for_the_sign_of_zero(compile(node)(full), compile(short)(full))


@given(node=expressions, scope=scopes)
@settings(max_examples=200, deadline=None)
def test_an_expression_over_constants_is_one(node: Expression, scope: Scope) -> None:
    values = {name: value for name, value in scope.items() if name != "pay_table"}
    short = known(values).short(node)  # type: ignore[arg-type]
    assert isinstance(short, Literal)
    assert same_bits(short.value, compile(node)({**scope, "pay_table": TABLE}))


def test_what_nobody_states_goes_through_all_terms() -> None:
    own = known({"bonus": None}, ["base"])
    terms = [
        Term("total", parse("base + bonus"), "number"),
        Term("is_paid", parse("COALESCE(bonus, 0) > 0"), "flag"),
        Term("yearly", parse("base + COALESCE(bonus, 0)"), "number"),
        Term("again", parse("base + 0"), "number"),
        Term("is_low", parse("again < 5 AND NOT is_paid AND base IS NOT NULL"), "flag"),
    ]
    left = list(own.shortened(terms))
    assert [(term.name, term.expression) for term in left] == [
        ("yearly", parse("base + 0")),
        ("is_low", parse("yearly < 5")),
    ]
    assert own.values["total"] == Literal(None)
    assert own.values["is_paid"] == Literal(False)
    assert own.values["again"] == Name("yearly")


def test_terms_of_one_look_but_another_kind_stay_apart() -> None:
    terms = [
        Term("count", parse("CASE WHEN flag THEN 1 ELSE 0 END"), "number"),
        Term("flag_again", parse("CASE WHEN flag THEN TRUE ELSE FALSE END"), "flag"),
    ]
    assert list(known({}).shortened(terms)) == terms


def test_a_shorter_expression_reads_no_constant() -> None:
    node = parse("CASE WHEN region = 'SF' THEN GREATEST(base, guide) ELSE tier(region) END")
    own = Known({"region": Literal("NY"), "guide": Literal(None)}, [], {"tier": {"NY": 2.0}})
    assert own.short(node) == Literal(2.0)
    other = own.short(parse("CASE WHEN base > 1 THEN GREATEST(base, guide) ELSE tier(region) END"))
    assert names(other) == {"base"}
    assert Literal(2.0) in walk(other)
