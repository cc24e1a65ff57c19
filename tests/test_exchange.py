"""Exchange rates, in the shapes in which people write them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.exchange import Rates, read_rates
from tests.offers import case, judged, rival, varied

DAY = date(2026, 2, 27)


@pytest.mark.parametrize(
    "raw",
    [
        {"GBP_USD": 1.25},
        {"GBPUSD": 1.25},
        {"gbp/usd": 1.25},
        {"GBP-USD": 1.25},
        {"GBP to USD": 1.25},
        {"fx_GBP_USD": 1.25},
        {"USD_GBP": 0.8},
        {"GBP_USD": {"rate": 1.25}},
        {"from": "GBP", "to": "USD", "rate": 1.25},
        {"base": "GBP", "quote": "USD", "rate": 1.25},
        {"base": "GBP", "rates": {"USD": 1.25, "EUR": 1.1}},
        {"GBP": 0.8},
        [{"from": "GBP", "to": "USD", "rate": 1.25}],
        {"EUR_GBP": 0.8, "EUR_USD": 1.0},
        {"rates": {"GBP": 0.8}},
        {"rates": {"GBPUSD": 1.25}, "as_of": "2026-02-27"},
        {"rates": [{"from": "GBP", "to": "USD", "rate": 1.25}]},
        {"quote": "USD", "rates": {"GBP": 1.25}},
        {"to": "USD", "GBP": 1.25},
        {"GBP": {"USD": 1.25}},
        {"EUR": {"USD": 1.0, "GBP": 0.8}},
    ],
    ids=repr,
)
def test_a_pound_costs_a_dollar_and_a_quarter(raw: Any) -> None:
    rates = read_rates(raw, "USD")
    assert rates.between("GBP", "USD") == pytest.approx(1.25)
    assert rates.between("USD", "GBP") == pytest.approx(0.8)


@pytest.mark.parametrize(
    "raw",
    [None, "1.25", 1.25, {}, [], {"GBP_USD": "1.25"}, {"GBP_USD": True}, {"GBP_USD": 0},
     {"GBP_USD": -1.25}, {"GBP": 0}, {"from": "GBP"}, {"from": "GBP", "rates": [1.25]},
     {"note": "about 1.25"}, {"GBP_USD": 1e300}, {"GBP_USD": 10**310}],
    ids=repr,
)  # fmt: skip
def test_what_cannot_be_read_is_no_rate(raw: Any) -> None:
    assert read_rates(raw, "USD").between("GBP", "USD") is None


@pytest.mark.parametrize(
    "raw",
    [
        {"GBP_USD": 1.25, "as_of": "2026-02-27"},
        {"GBP_USD": 1.25, "date": DAY},
        {"GBP_USD": {"rate": 1.25, "as_of": "2026-02-27"}},
        [{"GBP_USD": 1.25, "as_of": "2026-02-28"}, {"EUR_USD": 1.1, "as_of": "2026-02-27"}],
    ],
    ids=repr,
)
def test_the_oldest_date_counts(raw: Any) -> None:
    assert read_rates(raw, "USD").day == DAY


def test_a_currency_is_itself_and_three_steps_are_too_many() -> None:
    chain = Rates({("GBP", "EUR"): 1.2, ("EUR", "CHF"): 0.9, ("CHF", "USD"): 1.2})
    assert chain.between("XXX", "XXX") == 1.0
    assert chain.between("GBP", "CHF") == pytest.approx(1.08)
    assert chain.between("GBP", "USD") is None


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8)
                    | st.sampled_from(["GBP_USD", "rates", "from"]),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(max_size=8) | st.sampled_from(
                        ["GBP_USD", "GBP", "from", "to", "rate", "rates", "as_of", "fx_"]),
                        inner, max_size=4)))  # fmt: skip
def test_nothing_trips_the_reader(raw: Any) -> None:
    read_rates(raw, "USD")
    read_rates(raw, None)


# --- In a case ------------------------------------------------------------------------------

POUNDS = {
    "market.fx": {"GBP_USD": 1.25, "as_of": DAY},
    "candidate.competing_offers": [rival(currency="GBP", base_salary=160_000)],
}


def test_only_money_is_converted() -> None:
    read = case(varied(POUNDS))
    theirs = read.entries["competing_offers"][0]
    assert theirs["base_salary"] == 200_000.0
    assert theirs["bonus_target_pct"] == 0.10
    assert theirs["equity_grant_years"] == 4.0
    assert read.facts["rate_was_used"] is True
    assert read.facts["rate_date"] == DAY
    assert any("GBP were converted into USD at 1.25" in notice for notice in read.notices)


def test_without_a_rate_foreign_money_is_unknown_and_nothing_is_decided() -> None:
    lost = varied({**POUNDS, "market.fx": {}})
    read = case(lost)
    assert read.entries["competing_offers"][0]["base_salary"] is None
    assert read.facts["party_without_rate"] is True
    assert judged({**POUNDS, "market.fx": {}}).row.name == "D0"


def test_a_band_and_a_survey_are_converted_each_by_its_own_currency() -> None:
    read = case(varied({**POUNDS, "market.guide.currency": "GBP",
                        "market.percentiles": [{"currency": "USD", "p50": 200_000}]}))  # fmt: skip
    assert read.facts["guide_base_min"] == 225_000.0
    assert read.entries["percentiles"][0]["p50"] == 200_000.0
