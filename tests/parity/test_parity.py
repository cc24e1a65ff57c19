"""All backends conclude the same about offers that try every condition of the book."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from rules.book import Book
from rules.covering.changing import Changes
from rules.covering.conditions import CASE, Decision, decisions
from rules.covering.coverage import DECIDES, EDGE, EQUAL, UNKNOWN, Coverage
from rules.covering.scopes import Scopes
from rules.expression import And, Compare, Literal, Name, Not
from rules.sql_book import query_of
from tests.offers import book, clerk, judge
from tests.parity.backends import Other, by_judge, others
from tests.parity.comparison import Comparison
from tests.parity.covering import Covering, covering
from tests.parity.impossible import why
from tests.parity.report import parity, run_id

WHOLE = 100_000


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    query = query_of(book())
    return Comparison(by_judge(query, judge(), clerk()), others(book(), query))


@pytest.fixture(scope="module")
def on_the_line() -> Covering:
    """Offers on both sides of nearly every line that the book draws."""
    return covering(book(), judge(), 1, drawn=40, only=(EDGE,), rounds=1)


def test_backends_agree_on_every_line(comparison: Comparison, on_the_line: Covering) -> None:
    some, of = on_the_line.covered[EDGE]
    assert some >= 0.9 * of
    outcome = comparison.run(on_the_line.cases)
    assert outcome.told == []
    assert outcome.cases >= 250


@pytest.mark.slow
def test_backends_agree_on_a_hundred_thousand_offers() -> None:
    found = parity(WHOLE, seed=1, processes=2)
    assert found["told"] == []
    assert found["cases"] == WHOLE
    coverage = found["coverage"]
    assert [name for name, reason in coverage["impossible"].items() if reason is None] == []
    assert set(found["rules"]) == {row.name for row in book().rows}


# --- What the comparison and the search rest on ------------------------------------------------


@pytest.mark.parametrize("column", ["base", "rule", "D9@holds", "leverage_high"])
def test_one_wrong_value_is_told(
    comparison: Comparison, on_the_line: Covering, column: str
) -> None:
    cases = on_the_line.cases[:5]

    def wrong(some: Any) -> Any:
        rows = [dict(row) for row in comparison.judge(some)]
        rows[3][column] = "something else"
        return rows

    found = Comparison(comparison.judge, {"wrong": Other(wrong)}).run(cases, first=70)
    assert found.differences == 1
    assert found.told[0].startswith(f"case 73, {column}: ")


def test_scopes_are_what_the_judge_concludes(on_the_line: Covering) -> None:
    """Where both ends agree with the point; the search would otherwise seek in the wrong place."""
    scopes, seen = Scopes(book()), 0
    for case in on_the_line.cases:
        judgement = judge().judge(case)
        if len(judgement.trials) > 1:
            continue
        values, seen = scopes.of(case), seen + 1
        for name in book().types:
            if name in judgement.values and name != "verdict_hangs_on_rate":
                assert values[name] == judgement.values[name], name
    assert seen >= 100


def test_a_part_of_the_scope_is_that_of_the_whole(on_the_line: Covering) -> None:
    scopes, case = Scopes(book()), on_the_line.cases[0]
    whole = scopes.of(case)
    for name in ("verdict", "ask_base_opening", "leverage_high", "best_competing_company"):
        assert scopes.of(case, frozenset({name}))[name] == whole[name]


A, B = Compare("<", Name("base_salary"), Literal(100.0)), Name("relocation_required")


def _small(whole: Any, *conditions: Any) -> Coverage:
    return Coverage(book(), [Decision(CASE, "signal small", whole, conditions)])


def _with(case: Any, **facts: Any) -> Any:
    return replace(case, facts={**case.facts, **facts})


def test_a_condition_decides_only_on_its_own(on_the_line: Covering) -> None:
    plain = on_the_line.cases[0]
    coverage = _small(And((A, Not(B))), A, B)
    (one,) = coverage.decisions
    coverage.add(_with(plain, base_salary=99.0, relocation_required=False))
    coverage.add(_with(plain, base_salary=101.0, relocation_required=True))
    assert coverage.witnesses((one, 0, DECIDES)) == ()
    assert coverage.together(one, 0) == (0, 1)
    assert coverage.bound(one, 0) == ["relocation_required"]
    coverage.add(_with(plain, base_salary=101.0, relocation_required=False))
    assert coverage.witnesses((one, 0, DECIDES)) == (0, 2)
    assert coverage.witnesses((one, 0, EQUAL)) == ()
    coverage.add(_with(plain, base_salary=100.0, relocation_required=None))
    assert coverage.witnesses((one, 0, EQUAL)) == (3,)
    assert coverage.witnesses((one, 1, UNKNOWN)) == (3,)
    assert coverage.witnesses((one, 0, UNKNOWN)) == ()


def test_every_decision_has_its_place() -> None:
    found = decisions(book())
    terms = {one.term for one in found}
    whole: Book = book()
    for row in whole.rows[:-1]:  # the last one always holds
        assert f"row {row.name}" in terms
    assert {f"lever {one.name}" for one in whole.levers} <= terms
    assert {"competing_offers is_open", "pick has_liquid_alternative"} <= terms
    assert len(found) > 400


def test_offers_of_a_number_are_the_same_every_time(on_the_line: Covering) -> None:
    changes = Changes(book(), decisions(book()))
    numbers = range(len(on_the_line.cases) - 1, len(on_the_line.cases) + 20)
    once = [on_the_line.offer(changes, number, 5) for number in numbers]
    assert [on_the_line.offer(changes, number, 5) for number in numbers] == once
    assert once[0] == on_the_line.cases[-1]
    assert [on_the_line.offer(changes, number, 6) for number in numbers] != once


def test_changes_stay_within_what_is_believable(on_the_line: Covering) -> None:
    changes, draw = Changes(book(), decisions(book())), random.Random(3)
    for number in range(100):
        case = changes.scattered(on_the_line.cases[number], draw)
        assert case.evaluation_date >= changes.first_day
        for name, fact in book().facts.items():
            value = case.facts[name]
            if isinstance(value, float) and value != on_the_line.cases[number].facts[name]:
                assert (fact.least or 0) <= value <= (fact.most or 1e9), name


@pytest.mark.parametrize("name", ["book", "seed", "cases", "outcome", "backends"])
def test_the_id_of_a_run_hangs_on_all_that_it_was(name: str) -> None:
    run = {"book": "b", "backends": {"x": "1"}, "seed": 1, "cases": 2, "outcome": "o", "told": []}
    assert run_id({**run, "told": ["other"]}) == run_id(run)
    assert run_id({**run, name: "other"}) != run_id(run)


def test_only_what_is_known_to_be_impossible_has_a_reason() -> None:
    assert why("decides | base < min_base | row D4: base < min_base") is None
    assert why("unknown | equity_is_public | pick x: equity_is_public") is not None
    assert why("decides | equity_is_public | pick x: equity_is_public") is None


@pytest.mark.parametrize("gap", [0.15, 0.1])
def test_a_gap_that_no_quotient_hits(gap: float) -> None:
    """Why a distance of two figures is never exactly the gap: see ``impossible``."""
    assert gap * 2**53 != int(gap * 2**53)
