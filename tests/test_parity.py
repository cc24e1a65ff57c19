"""Interpreter and engine conclude the same, and where they would not nothing is decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from rules.errors import FailedWorld, UnusableCase
from rules.expression import Call, Expression, Literal, Not, sql_text
from rules.inlining import Inliner
from rules.judgement import Judge
from tests.offers import Raw, book, case, judge, judged, raw_cases, varied

EXAMPLES = 550
PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_signal_row_and_lever_is_concluded_twice(part: int) -> None:
    """`Judge.judge` compares the two on every case and raises where they differ."""
    seen: Counter[str] = Counter()

    @seed(part)
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(raw_cases())
    def check(raw: Raw) -> None:
        try:
            found = judge().judge(case(raw))
        except UnusableCase:
            seen["unusable"] += 1
            return
        seen[found.row.name] += 1
        assert set(found.rows) == {row.name for row in book().rows}
        assert set(found.levers) == {lever.name for lever in book().levers}

    check()
    judged_cases = sum(seen.values()) - seen["unusable"]
    assert judged_cases >= 500, seen
    assert {"D0", "D8", "D9", "D10", "D11"} <= set(seen)


def test_together_they_are_more_than_two_thousand() -> None:
    assert PARTS * 500 >= 2_000


# --- A guard that cannot refuse is none -------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("accept_floor_gap_base", {}),
        ("clawback_terms_adverse", {"offer.sign_on_y1": 1000}),
        ("D9", {}),
        ("D7", {"market.guide": None}),
        ("market_band_gap", {"offer.base_salary": 188_000}),
    ],
)
def test_one_changed_meaning_is_refused_with_both_answers(
    name: str, changes: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = _expression(name)
    honest = Inliner.function
    other = Call("COALESCE", (Not(target), Literal(True)))

    def changed(self: Inliner, name: str, figures: Any, asked: Iterable[Expression] = ()) -> Any:
        return honest(self, name, figures, [other if one is target else one for one in asked])

    monkeypatch.setattr(Inliner, "function", changed)
    broken = Judge(book())
    with pytest.raises(FailedWorld) as caught:
        broken.judge(case(varied(changes)))
    (fault,) = caught.value.faults
    assert fault.code == "engines-disagree"
    assert f"{name}: interpreter" in fault.found
    assert "engine" in fault.found
    assert caught.value.exit_code == 3


def _expression(name: str) -> Expression:
    known = {one.name: one.when for layer in book().layers for one in layer.signals}
    known |= {one.name: one.when for one in book().rows}
    known |= {one.name: one.when for one in book().levers}
    return known[name]


def test_what_fired_explains_what_was_concluded() -> None:
    found = judged({"offer.base_salary": 188_000})
    fired = {(firing.proposition, firing.truth) for firing in found.firings}
    assert ("accept_floor_gap_base", True) in fired
    assert ("D9", True) in fired
    concluded = {name for name, truth in found.rows.items() if truth is True}
    assert concluded == {name for name, truth in fired if truth and name in found.rows}


def test_every_expression_of_the_book_can_be_written_as_sql() -> None:
    for row in book().rows:
        assert sql_text(row.when)
