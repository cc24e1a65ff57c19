"""Expressions as SQL: DuckDB and polars give the value of the interpreter, bit for bit."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.checker import Kind, Type
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
from rules.frame import TYPES
from rules.frame_columns import Polars, climbed
from rules.frame_parts import Parts
from rules.interpreter import Scope, compile
from rules.kinds import kind_of
from rules.sql import KINDS, Words, chosen, constant, null, quoted, sql
from rules.sql_lists import OFFER
from rules.sql_terms import Term
from tests.expressions import COMPARISONS, DAYS, EXTREMES, expressions, same_bits, scopes

KIND_OF: Mapping[str, Kind] = {"num": "number", "flag": "flag", "text": "text", "date": "date"}
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


Rows = Sequence[Sequence[Any]]
Engine = Callable[[Sequence[Expression], Sequence[Scope]], Rows]


def in_duckdb(nodes: Sequence[Expression], scopes: Sequence[Scope]) -> Rows:
    texts = ", ".join(sql(node, WORDS) for node in nodes)
    select = f"SELECT {texts} FROM ({rows_of(scopes)}) ORDER BY row_number"
    with duckdb.connect() as database:
        return database.execute(select).fetchall()


def rows_of(scopes: Sequence[Scope]) -> str:
    """The scopes as a table, one row for each; its columns are computed by nobody."""
    columns = ", ".join(
        f"CAST({quoted(name)} AS {KINDS[_kind(name)]}) AS {quoted(name)}" for name in _named(scopes)
    )
    rows = ", ".join(
        f"({index}, {', '.join(constant(scope[name]) for name in _named(scopes))})"  # type: ignore[arg-type]
        for index, scope in enumerate(scopes)
    )
    header = ", ".join(map(quoted, _named(scopes)))
    return f"SELECT row_number, {columns} FROM (VALUES {rows}) AS given(row_number, {header})"


def in_polars(nodes: Sequence[Expression], scopes: Sequence[Scope]) -> Rows:
    types = {name: Type(_kind(name)) for name in _named(scopes)}
    polars = Polars({"pay_table": TABLE}, (), types)
    terms = Parts(polars.kind).cut(
        [Term(f"column {place}", node, _kind_of(node, types)) for place, node in enumerate(nodes)]
    )
    schema = {OFFER: pl.Int64, **{name: TYPES[KINDS[_kind(name)]] for name in _named(scopes)}}
    rows = [
        (place, *(scope[name] for name in _named(scopes))) for place, scope in enumerate(scopes)
    ]
    frame = pl.DataFrame(rows, schema, orient="row")
    wanted = [f"column {place}" for place in range(len(nodes))]
    found = climbed(frame, polars.rungs(terms, [OFFER, *wanted])).select(wanted)
    return [row for _, row in zip(scopes, itertools.cycle(found.rows()))]


def _named(scopes: Sequence[Scope]) -> list[str]:
    return [name for name in scopes[0] if name != "pay_table"]


def _kind(name: str) -> Kind:
    return KIND_OF[name.split("_")[0]]


def _kind_of(node: Expression, types: Mapping[str, Type]) -> Kind:
    return {bool: "flag", str: "text", date: "date"}.get(kind_of(node, types), "number")


@pytest.fixture(params=[in_duckdb, in_polars])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.param
    return found


def same_but_for_the_sign_of_zero(ours: Value, theirs: Value) -> bool:
    return same_bits(ours, theirs) or (ours == theirs == 0.0 and type(ours) is type(theirs))


def assert_agrees(engine: Engine, nodes: Sequence[Expression], scopes: Sequence[Scope]) -> None:
    same = same_bits if engine is in_duckdb else same_but_for_the_sign_of_zero
    for scope, row in zip(scopes, engine(nodes, scopes), strict=True):
        full = {**scope, "pay_table": TABLE}
        for node, theirs in zip(nodes, row, strict=True):
            ours = compile(node)(full)
            assert same(ours, theirs), f"{ours!r} here, {theirs!r} there: {node} in {scope}"


@given(
    nodes=st.lists(expressions, min_size=10, max_size=30),
    several=st.lists(scopes, min_size=4, max_size=12),
)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_expression_has_the_value_of_the_interpreter(
    engine: Engine, nodes: list[Expression], several: list[Scope]
) -> None:
    assert_agrees(engine, nodes, several)


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


def test_every_pair_of_extremes(engine: Engine) -> None:
    pairs = itertools.product((*EXTREMES, None), repeat=2)
    assert_agrees(engine, OPERATIONS, [{"num_a": a, "num_b": b} for a, b in pairs])


def test_every_extreme_as_a_constant(engine: Engine) -> None:
    constants: list[Expression] = [Literal(number) for number in EXTREMES]
    assert_agrees(engine, constants, [{"num_a": None}])


def test_logic_with_unknowns(engine: Engine) -> None:
    flags = (Name("flag_a"), Name("flag_b"))
    nodes: list[Expression] = [And(flags), Or(flags), Not(flags[0]), Compare("=", *flags)]
    nodes.append(Case(((flags[0], flags[1]),), Literal(False)))
    pairs = itertools.product((True, False, None), repeat=2)
    assert_agrees(engine, nodes, [{"flag_a": a, "flag_b": b} for a, b in pairs])


def test_dates_and_tables(engine: Engine) -> None:
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
    assert_agrees(engine, nodes, scopes)


def test_no_number_is_a_decimal() -> None:
    texts = ", ".join(f"typeof({constant(number)})" for number in EXTREMES)
    assert set(duckdb.execute(f"SELECT {texts}").fetchall()[0]) == {"DOUBLE"}


def test_an_unknown_has_a_type() -> None:
    for kind, type_ in KINDS.items():
        assert duckdb.execute(f"SELECT typeof({null(kind)})").fetchall() == [(type_,)]
