"""The book's dated numbers: on a day, in a currency, at each end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.book import Amount, Parameter, Period
from rules.errors import UnusableCase
from rules.numbers import ENDS, Almanac, round_step
from tests.offers import DAY, book

FIRST = date(2020, 1, 1)


def test_point_and_ends() -> None:
    numbers = Almanac(book()).numbers(DAY, "USD")
    tender = [numbers[end]["liquidity"]["regular_tender"] for end in ENDS]  # type: ignore[index]
    assert tender == [0.65, 0.80, 0.95]
    payout = [numbers[end]["bonus_payout"]["discretionary"] for end in ENDS]  # type: ignore[index]
    assert payout == [0.75, 0.75, 0.75], "an end that does not decide stays at its point"
    assert [numbers[end]["unvaluable_equity"] for end in ENDS][1] is None


def test_every_number_is_there_at_every_end() -> None:
    numbers = Almanac(book()).numbers(DAY, "USD")
    for end in ENDS:
        assert numbers[end].keys() == book().parameters.keys() | book().law.keys()


def test_a_day_before_the_book_is_refused() -> None:
    almanac = Almanac(book())
    assert almanac.numbers(FIRST, "USD")["point"]["material_gap"] == 0.05
    with pytest.raises(UnusableCase) as caught:
        almanac.numbers(FIRST - timedelta(1), "USD")
    assert caught.value.faults[0].code == "case-date-before-book"


def test_money_thresholds_follow_the_currency() -> None:
    almanac = Almanac(book())
    dollars, pounds = (almanac.numbers(DAY, code)["point"] for code in ("USD", "GBP"))
    assert dollars["forfeiture_tolerance"] == 10_000.0
    assert pounds["forfeiture_tolerance"] == pytest.approx(7_463.3)
    assert dollars["base_grid"] == 1_000.0
    assert pounds["base_grid"] == 1_000.0, "a grid stays a round number"
    assert almanac.numbers(DAY, "INR")["point"]["base_grid"] == 100_000.0


@pytest.mark.parametrize("currency", [None, "XXX"])
def test_without_a_rate_money_thresholds_are_unknown(currency: str | None) -> None:
    numbers = Almanac(book()).numbers(DAY, currency)["point"]
    assert numbers["forfeiture_tolerance"] is None
    assert numbers["material_gap"] == 0.05


def test_the_newest_period_that_has_begun_counts() -> None:
    later = Period(DAY, Amount(0.07, 0.07, 0.07), "E", "a later year")
    gap = book().parameters["material_gap"]
    newer = replace(gap, periods=(*gap.periods, later))
    changed = Almanac(replace(book(), parameters={**book().parameters, "material_gap": newer}))
    day_before = changed.numbers(DAY - timedelta(1), "USD")
    assert day_before["point"]["material_gap"] == 0.05
    assert changed.numbers(DAY, "USD")["point"]["material_gap"] == 0.07


@given(st.floats(1e-6, 1e12))
def test_a_step_is_a_round_number_near_by(number: float) -> None:
    step = round_step(number)
    assert 0.6 < step / number < 1.7
    assert f"{step:.0e}"[0] in "125"


def test_every_number_says_where_it_comes_from() -> None:
    for parameter in book().parameters.values():
        assert parameter.meaning, parameter.name
        for period in parameter.periods:
            assert period.source, parameter.name
            assert period.grade in "ABCDE"
        assert _is_in_order(parameter)


def _is_in_order(parameter: Parameter) -> bool:
    days = [period.valid_from for period in parameter.periods]
    return days == sorted(set(days))
