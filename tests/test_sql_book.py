"""The batch query concludes what the judge concludes: every figure, signal, row, ask and lever."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from rules.book import BOOK, Book
from rules.case import Case
from rules.decision import Clerk
from rules.frame import Frame
from rules.judgement import Judge, Judgement
from rules.loader import book_from_texts, read_texts
from rules.sql_book import query_of
from rules.sql_dialects import in_dialect
from rules.sql_steps import Column, Query, Step, levels
from rules.worked.starting import SECTIONS
from tests.batch import answers
from tests.expressions import same_bits
from tests.generating import example_cases, generated
from tests.offers import DAY, PLAIN, book, case, clerk, judge, rival, varied
from tests.parity.backends import judged_row

EXAMPLES = 2_200
REFERENCE = Path(__file__).parents[2] / "shared" / "data" / "scenarios.json"


def differences(
    cases: list[Case],
    rows: list[dict[str, Any]],
    query: Query | Frame,
    by: Judge,
    writer: Clerk,
    same: Callable[[Any, Any], bool] = same_bits,
) -> tuple[list[str], list[Judgement]]:
    found, judged = [], []
    for number, (one, row) in enumerate(zip(cases, rows, strict=True)):
        judgement = by.judge(one)
        judged.append(judgement)
        for column, ours in judged_row(judgement, query, writer).items():
            if not same(ours, row[column]):
                found.append(f"case {number}, {column}: {ours!r} here, {row[column]!r} in SQL")
    return found, judged


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_two_thousand_cases(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    cases = generated(EXAMPLES, 1)
    query = query_of(book())
    rows = answers(database, query, cases, tmp_path)
    found, judged = differences(cases, rows, query, judge(), clerk())
    assert found == []
    # What was compared is worth comparing.
    assert {row.name for row in book().rows} - {j.row.name for j in judged} <= {"D2", "D6"}
    assert {len(j.trials) for j in judged} == {1, 2, 3}
    for name in ("ends_disagree", "hinges_on_own_equity", "hinges_on_competing_equity"):
        assert Counter(j.values[name] for j in judged)[True] >= 5, name
    used = {name for j in judged for name, truth in j.levers.items() if truth is True}
    assert len(used) >= 0.8 * len(book().levers)


def test_scenarios_and_examples(
    database: duckdb.DuckDBPyConnection, tmp_path: Path, shared_data: Path
) -> None:
    scenarios = json.loads(REFERENCE.read_text("utf-8"))["scenarios"]
    cases = [case({key: one[key] for key in SECTIONS if key in one}) for one in scenarios]
    query = query_of(book())
    rows = answers(database, query, cases, tmp_path)
    assert differences(cases, rows, query, judge(), clerk())[0] == []


def test_examples(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    cases, query = example_cases(), query_of(book())
    rows = answers(database, query, cases, tmp_path)
    assert differences(cases, rows, query, judge(), clerk())[0] == []


def test_what_goes_to_spark_and_back_concludes_the_same(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    """Where no Spark is at hand: sqlglot reads its own Spark text back, and DuckDB runs that."""
    cases, query = generated(300, 5), query_of(book(), ["rule", "ask_base_opening"])
    there = in_dialect(query.text, "spark")
    for word in ("ARG_MIN", "STRUCT_PACK", "date_diff", '"', "PERCENTILE", "DECIMAL"):
        assert word not in there, word
    assert "MIN_BY(" in there
    (back,) = sqlglot.transpile(there, read="spark", write="duckdb")
    right = answers(database, query, cases, tmp_path)
    found = database.execute(f"SELECT rule, ask_base_opening FROM ({back}) ORDER BY offer_id")
    assert found.fetchall() == [(row["rule"], row["ask_base_opening"]) for row in right]


# --- Another book -----------------------------------------------------------------------------


def _changed_book(changes: Mapping[str, tuple[str, str]]) -> Book:
    texts = read_texts(BOOK)
    for name, (pattern, new) in changes.items():
        texts[name], count = re.subn(pattern, new, texts[name], flags=re.DOTALL)
        assert count == 1, name
    return book_from_texts(texts)


def _also(name: str, later: str) -> tuple[str, str]:
    """A parameter that takes another value from a day on."""
    return rf"(\n{name}:.*?)\}}\]\n", rf"\1}}, {later}]\n"


def test_numbers_that_change_with_the_day(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    grade = "grade: E, source: Invented."
    dated = _changed_book(
        {
            "parameters/thresholds.yaml": _also(
                "low_compa_ratio", f"{{from: {DAY}, value: 1.05, {grade}}}"
            ),
            "parameters/asks.yaml": _also(
                "base_grid", f"{{from: 2026-01-15, value: 700, {grade}}}"
            ),
        }
    )
    cases = generated(400, 2)
    query = query_of(dated)
    rows = answers(database, query, cases, tmp_path)
    by = Judge(dated)
    assert differences(cases, rows, query, by, Clerk(by))[0] == []
    ask = "ask_base_opening"
    undated = answers(database, query_of(book(), [ask]), cases, tmp_path)
    assert [row[ask] for row in undated] != [row[ask] for row in rows]


def test_a_book_without_uncertainty_and_without_a_row_about_it(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    whole = book()
    sure = dataclasses.replace(
        whole,
        parameters={
            name: dataclasses.replace(one, decides=False) for name, one in whole.parameters.items()
        },
        rows=tuple(row for row in whole.rows if not row.looks_at_ends),
    )
    cases = generated(200, 3)
    query = query_of(sure)
    assert "tc_risk_adj@" not in query.text
    rows = answers(database, query, cases, tmp_path)
    by = Judge(sure)
    assert differences(cases, rows, query, by, Clerk(by))[0] == []


MISCOMPILED = {
    "the ends swapped": ("@low", "@high"),
    "the other extreme": ("GREATEST(", "LEAST("),
    "an entry that is not the best": ("MAX(", "MIN("),
    "rounding down": ("ROUND(", "FLOOR("),
    "a bound that no longer holds": (" <= ", " < "),
    "what is unknown and what is known": (" IS NULL", " IS NOT NULL"),
    "what must hold and what may": (" AND ", " OR "),
    "dates the wrong way round": ("date_diff('day', ", "- date_diff('day', "),
}


def test_a_wrong_compilation_is_seen(database: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    cases = generated(400, 4)
    days = [DAY + timedelta(days) for days in range(12)]  # one of them is on the line
    cases += [case(varied({"offer.response_deadline": day})) for day in days]
    asks = [f"ask_{one.name}_opening" for one in book().asks]
    query = query_of(book(), ["rule", "offer_window_days", "deadline_pressure", *asks])
    right = answers(database, query, cases, tmp_path)
    for what, (old, new) in MISCOMPILED.items():
        steps = [Step(one.name, one.select.replace(old, new)) for one in query.steps]
        steps[0] = query.steps[0]  # the money table is joined by its days, not compiled
        wrong = dataclasses.replace(query, steps=tuple(steps))
        assert answers(database, wrong, cases, tmp_path) != right, what


def test_entries_of_equal_worth_keep_their_order(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    names = ["Second", "Third", "Ashgrove", "Willow"]
    twins = [rival(company=name, base_salary=250_000) for name in names]
    cases = [case(varied({"candidate.competing_offers": twins}, PLAIN)) for _ in range(3_000)]
    query = query_of(book(), ["best_competing_company"])
    rows = answers(database, query, cases, tmp_path)
    assert {row["best_competing_company"] for row in rows} == {"Second"}


def test_levels_follow_what_is_read() -> None:
    chain = [Column(f"c{n}", "", frozenset({f"c{n - 1}", "fact"})) for n in range(5)]
    assert [[one.name for one in level] for level in levels(chain)] == [
        ["c0"], ["c1"], ["c2"], ["c3"], ["c4"],
    ]  # fmt: skip
