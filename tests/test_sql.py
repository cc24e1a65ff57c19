"""Expressions as SQL: DuckDB gives the value of the interpreter, bit for bit."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
)
from rules.interpreter import Scope, compile
from rules.sql import KINDS, Words, chosen, constant, null, quoted, sql
from tests.expressions import COMPARISONS, DAYS, EXTREMES, expressions, same_bits, scopes

KIND_OF = {"num": "number", "flag": "flag", "text": "text", "date": "date"}
INFINITY = Arithmetic("*", Literal(1e308), Literal(10.0))
TABLE: Mapping[str, Value] = {"L4": 0.5, "it's": -0.0, "": 1e308, "true": None}


def _is_date(node: Expression) -> bool:
    match node:
        case Name(name):
            return name.startswith("date_")
        case Literal(value):
            return isinstance(value, date)
    return False


WORDS = Words(quoted, lambda _, key: chosen(TABLE, key), _is_date)


@pytest.fixture(scope="module")
def database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def rows_of(scopes: Sequence[Scope]) -> str:
    """The scopes as a table, one row for each; its columns are computed by nobody."""
    names = [name for name in scopes[0] if name != "pay_table"]
    columns = ", ".join(
        f"CAST({quoted(name)} AS {KINDS[KIND_OF[name.split('_')[0]]]}) AS {quoted(name)}"
        for name in names
    )
    rows = ", ".join(
        f"({index}, {', '.join(constant(scope[name]) for name in names)})"  # type: ignore[arg-type]
        for index, scope in enumerate(scopes)
    )
    header = ", ".join(map(quoted, names))
    return f"SELECT row_number, {columns} FROM (VALUES {rows}) AS given(row_number, {header})"


def assert_agrees(
    database: duckdb.DuckDBPyConnection, nodes: Sequence[Expression], scopes: Sequence[Scope]
) -> None:
    database.execute(f"CREATE OR REPLACE TEMP TABLE scopes AS {rows_of(scopes)}")
    texts = [sql(node, WORDS) for node in nodes]
    found = database.execute(
        f"SELECT {', '.join(texts)} FROM scopes ORDER BY row_number"
    ).fetchall()
    for scope, row in zip(scopes, found, strict=True):
        full = {**scope, "pay_table": TABLE}
        for node, text, theirs in zip(nodes, texts, row, strict=True):
            ours = compile(node)(full)
            assert same_bits(ours, theirs), f"{ours!r} here, {theirs!r} there: {text} in {scope}"


@given(
    nodes=st.lists(expressions, min_size=10, max_size=30),
    several=st.lists(scopes, min_size=4, max_size=12),
)
@settings(max_examples=60, deadline=None)
def test_every_expression_has_the_value_of_the_interpreter(
    database: duckdb.DuckDBPyConnection, nodes: list[Expression], several: list[Scope]
) -> None:
    assert_agrees(database, nodes, several)


OPERATIONS: list[Expression] = [
    *(Arithmetic(op, Name("num_a"), Name("num_b")) for op in "+-*/"),  # type: ignore[arg-type]
    *(Compare(op, Name("num_a"), Name("num_b")) for op in COMPARISONS),  # type: ignore[arg-type]
    *(Call(f, (Name("num_a"), Name("num_b"))) for f in ("LEAST", "GREATEST", "COALESCE")),  # type: ignore[arg-type]
    *(Call(f, (Name("num_a"),)) for f in ("LEAST", "ABS", "ROUND")),  # type: ignore[arg-type]
    Call("ROUND", (Arithmetic("/", Name("num_a"), Name("num_b")),)),
    Negate(Name("num_a")),
    IsNull(Name("num_a")),
    Arithmetic("+", Name("num_a"), Literal(0.0)),
    Arithmetic("-", Literal(0.0), Name("num_a")),
    Arithmetic("*", Name("num_a"), Literal(1.0)),
    Arithmetic("-", Arithmetic("+", Name("num_a"), Name("num_b")), Name("num_b")),
    Arithmetic("-", Arithmetic("*", INFINITY, Name("num_a")), INFINITY),
    In(Name("num_a"), tuple(map(Literal, EXTREMES[:9]))),
    In(Name("num_a"), (Literal(1.0), Literal(None))),
]


def test_every_pair_of_extremes(database: duckdb.DuckDBPyConnection) -> None:
    pairs = itertools.product((*EXTREMES, None), repeat=2)
    assert_agrees(database, OPERATIONS, [{"num_a": a, "num_b": b} for a, b in pairs])


def test_every_extreme_as_a_constant(database: duckdb.DuckDBPyConnection) -> None:
    constants: list[Expression] = [Literal(number) for number in EXTREMES]
    assert_agrees(database, constants, [{"num_a": None}])


def test_logic_with_unknowns(database: duckdb.DuckDBPyConnection) -> None:
    flags = (Name("flag_a"), Name("flag_b"))
    nodes: list[Expression] = [And(flags), Or(flags), Not(flags[0]), Compare("=", *flags)]
    nodes.append(Case(((flags[0], flags[1]),), Literal(False)))
    pairs = itertools.product((True, False, None), repeat=2)
    assert_agrees(database, nodes, [{"flag_a": a, "flag_b": b} for a, b in pairs])


def test_dates_and_tables(database: duckdb.DuckDBPyConnection) -> None:
    nodes: list[Expression] = [
        Arithmetic("-", Name("date_a"), Name("date_b")),
        Arithmetic("-", Literal(DAYS[0]), Name("date_b")),
        Compare("<", Name("date_a"), Name("date_b")),
        Call("GREATEST", (Name("date_a"), Name("date_b"))),
        Lookup("pay_table", Name("text_a")),
    ]
    scopes: list[dict[str, Any]] = [
        {"date_a": a, "date_b": b, "text_a": text}
        for a, b in itertools.product((*DAYS, None), repeat=2)
        for text in (*TABLE, "L9", None)
    ]
    assert_agrees(database, nodes, scopes)


def test_no_number_is_a_decimal(database: duckdb.DuckDBPyConnection) -> None:
    texts = ", ".join(f"typeof({constant(number)})" for number in EXTREMES)
    assert set(database.execute(f"SELECT {texts}").fetchall()[0]) == {"DOUBLE"}


def test_an_unknown_has_a_type(database: duckdb.DuckDBPyConnection) -> None:
    for kind, type_ in KINDS.items():
        assert database.execute(f"SELECT typeof({null(kind)})").fetchall() == [(type_,)]
