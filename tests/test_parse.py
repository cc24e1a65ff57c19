"""What the rule language lets in, what it refuses, and that text and JSON lose nothing."""

from __future__ import annotations

import json
import math
from datetime import date

import pytest
from hypothesis import given, settings

from rules.canonical import from_json, to_json
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
    Lookup,
    Name,
    Negate,
    Not,
    Or,
    sql_text,
)
from rules.parse import LIMIT_BRACKETS, LIMIT_CHARACTERS, parse
from tests.expressions import expressions

A, B, C = Name("a"), Name("b"), Name("c")
ONE, TWO = Literal(1.0), Literal(2.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", A),
        ("210_000.5", Literal(210000.5)),
        ("2.1e5", Literal(210000.0)),
        ("-1", Literal(-1.0)),
        ("-a", Negate(A)),
        ("- -a", Negate(Negate(A))),
        ("'it''s'", Literal("it's")),
        ("true", Literal(True)),
        ("NULL", Literal(None)),
        ("date '2026-01-31'", Literal(date(2026, 1, 31))),
        ("a + b - c", Arithmetic("-", Arithmetic("+", A, B), C)),
        ("a - (b - c)", Arithmetic("-", A, Arithmetic("-", B, C))),
        ("a + b * c", Arithmetic("+", A, Arithmetic("*", B, C))),
        ("-a * b", Arithmetic("*", Negate(A), B)),
        ("a != 1", Compare("<>", A, ONE)),
        ("a and b and (c and a)", And((A, B, C, A))),
        ("a or b and c", Or((A, And((B, C))))),
        ("not a = 1 and b", And((Not(Compare("=", A, ONE)), B))),
        ("a between 1 and 2 and b", And((Compare(">=", A, ONE), Compare("<=", A, TWO), B))),
        ("a not between 1 and 2", Not(And((Compare(">=", A, ONE), Compare("<=", A, TWO))))),
        ("a in (1, -2)", In(A, (ONE, Literal(-2.0)))),
        ("a not in ('x')", Not(In(A, (Literal("x"),)))),
        ("a is null", IsNull(A)),
        ("a is not null", Not(IsNull(A))),
        ("a = b is null", IsNull(Compare("=", A, B))),
        ("(a < 1) = b", Compare("=", Compare("<", A, ONE), B)),
        ("case when a then 1 end", Case(((A, ONE),), Literal(None))),
        ("case a when 1 then b else c end", Case(((Compare("=", A, ONE), B),), C)),
        ("coalesce(a, b, 1)", Call("COALESCE", (A, B, ONE))),
        ("least(a, 1)", Call("LEAST", (A, ONE))),
        ("greatest(a)", Call("GREATEST", (A,))),
        ("abs(a)", Call("ABS", (A,))),
        ("round(a)", Call("ROUND", (A,))),
        ("bonus_payout(a)", Lookup("bonus_payout", A)),
        (
            "level + filter + row",
            Arithmetic("+", Arithmetic("+", Name("level"), Name("filter")), Name("row")),
        ),
    ],
)
def test_parses(text: str, expected: Expression) -> None:
    assert parse(text) == expected
    assert json.dumps(to_json(parse(text))) == json.dumps(to_json(expected))


def test_numbers_are_always_floats() -> None:
    literal = parse("5")
    assert isinstance(literal, Literal)
    assert type(literal.value) is float


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty", "column 1"),
        ("  ", "empty", "column 1"),
        ("a < b < c", "chained", "column 1"),
        ("a = b = c", "chained", "column 1"),
        ("a = b in (1)", "chained", "column 5"),
        ("x = not b", "chained", "column 9"),
        ("a -- note", "comment", "column 2"),
        ("-- note", "comment", "column 1"),
        ("a /* note */ + 1", "comment", "column 2"),
        ("a; b", "sign", "column 2"),
        ("a;", "sign", "column 2"),
        ("a.b", "sign", "column 2"),
        ("a[1]", "sign", "column 2"),
        ("a::int", "sign", "column 2"),
        ("a || b", "sign", "column 3"),
        ("a % b", "sign", "column 3"),
        ("a // b", "sign", "column 3"),
        ("a == b", "sign", "column 3"),
        ("a = ?", "sign", "column 5"),
        ("a = $1", "sign", "column 5"),
        ("a ≥ 2", "sign", "column 3"),
        ("{'a': 1}", "sign", "column 1"),
        ('"a" = 1', "quoted-name", "column 1"),
        ("1 < Base", "name", "column 5"),
        ("a = _b", "name", "column 5"),
        ("(select 1)", "keyword", "column 2"),
        ("a in (select b from c)", "keyword", "column 7"),
        ("a like 'b'", "keyword", "column 3"),
        ("a is distinct from b", "keyword", "column 6"),
        ("a < current_date", "keyword", "column 5"),
        ("a = all(b)", "keyword", "column 5"),
        ("cast(a as int)", "function", "column 1"),
        ("try_cast(a as int)", "function", "column 1"),
        ("sum(a)", "function", "column 1"),
        ("count(*)", "function", "column 1"),
        ("sum(a) over ()", "function", "column 1"),
        ("1 + ifnull(a, b)", "function", "column 5"),
        ("if(a, b, c)", "function", "column 1"),
        ("exists(select 1)", "function", "column 1"),
        ("a + date", "date", "column 5"),
        ("date(a)", "date", "column 1"),
        ("a < date '2026-02-30'", "date", "column 10"),
        ("a < date '20260101'", "date", "column 10"),
        ("timestamp '2026-01-01'", "syntax", "column 11"),
        ("a b", "syntax", "column 3"),
        ("a +", "syntax", "column 3"),
        ("(a", "syntax", "column 2"),
        ("a)", "syntax", "column 2"),
        ("case when a then 1", "syntax", "column 18"),
        ("a = 'x", "syntax", "column 1"),
        ("1a", "syntax", "column 2"),
        ("1e999", "number", "column 1"),
        ("a in ()", "list", "column 1"),
        ("a in (b)", "list", "column 1"),
        ("a not in (1, null)", "list", "column 1"),
        ("round(a, 2)", "construct", "column 1"),
        ("'a' 'b'", "construct", "column 1"),
        ("(a, b)", "construct", "column 2"),
        ("a is true", "construct", "column 1"),
        ("f(*)", "construct", "column 3"),
        ("pay(a, b)", "arguments", "column 1"),
        ("pay()", "arguments", "column 1"),
        ("end", "name", "column 1"),
        ("a\n  and b < 1 < c", "chained", "line 2 of the expression, column 7"),
    ],
)
def test_refuses(text: str, code: str, place: str) -> None:
    with pytest.raises(MalformedBook) as refusal:
        parse(text)
    fault = refusal.value.faults[0]
    assert (fault.code, fault.place) == (f"book-expression-{code}", place)
    assert fault.found
    assert fault.allowed


def test_all_wrong_words_are_named_at_once() -> None:
    with pytest.raises(MalformedBook) as refusal:
        parse("Base % a::int")
    assert [fault.place for fault in refusal.value.faults] == ["column 1", "column 6", "column 9"]


@pytest.mark.parametrize(
    "text",
    [
        "(" * (LIMIT_BRACKETS + 1) + "a" + ")" * (LIMIT_BRACKETS + 1),
        "(" * 4000 + "a" + ")" * 4000,
        "case when a then " * 400 + "1" + " end" * 400,
        "not " * 2000 + "a",
        "- " * 4000 + "a",
        " + ".join(["a"] * 2000),
    ],
)
def test_refuses_what_is_nested_too_deep(text: str) -> None:
    with pytest.raises(MalformedBook, match="book-expression-too-deep"):
        parse(text)


def test_refuses_what_is_too_long() -> None:
    with pytest.raises(MalformedBook, match="book-expression-too-long"):
        parse("a" * (LIMIT_CHARACTERS + 1))


def test_brackets_and_conjunctions_within_the_limits_are_read() -> None:
    assert parse("(" * LIMIT_BRACKETS + "a" + ")" * LIMIT_BRACKETS) == A
    assert parse(" and ".join(["a"] * 400)) == And((A,) * 400)


@given(expressions)
@settings(max_examples=200, deadline=None)
def test_text_round_trip(expression: Expression) -> None:
    again = parse(sql_text(expression))
    assert again == expression
    assert json.dumps(to_json(again)) == json.dumps(to_json(expression))


@given(expressions)
@settings(max_examples=200, deadline=None)
def test_json_round_trip(expression: Expression) -> None:
    text = json.dumps(to_json(expression), allow_nan=False)
    assert from_json(json.loads(text)) == expression
    assert json.dumps(to_json(from_json(json.loads(text)))) == text


def test_json_tells_flags_numbers_and_zeros_apart() -> None:
    literals = [Literal(True), Literal(1.0), Literal(False), Literal(0.0), Literal(-0.0)]
    texts = {json.dumps(to_json(literal)) for literal in literals}
    assert texts == {"true", "1.0", "false", "0.0", "-0.0"}
    again = from_json(json.loads("-0.0"))
    assert isinstance(again, Literal)
    assert math.copysign(1.0, float(str(again.value))) == -1.0


@pytest.mark.parametrize(
    "document",
    [
        [],
        ["unknown", 1.0],
        ["<", 1.0],
        ["not"],
        ["text", 5.0],
        ["date", "2026-02-30"],
        ["in", "a", "b"],
        ["case"],
        ["lookup", 1.0, "a"],
        {"a": 1},
        7,
        [["and"]],
    ],
)
def test_json_of_another_form_is_refused(document: object) -> None:
    with pytest.raises(MalformedBook, match="book-cache-malformed"):
        from_json(document)
