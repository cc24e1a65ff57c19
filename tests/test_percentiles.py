"""Percentiles by hand: weights, intervals, pooling, ageing, filings, and who is shown to whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from math import ceil, comb, floor, sqrt
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from rules.book import Amount
from rules.exchange import Rates
from tests.offers import book
from warehouse.cards import TableCards
from warehouse.market_percentiles import USABLE_DAYS, Asked, Cell, find_percentiles
from warehouse.schema import audit, build_marts, create_tables, doubts, insert_rows

Row = dict[str, Any]
CELL = Cell("larkspur", "software_engineer", 5, "seattle", "WA", "US")
DAY = date(2026, 3, 1)
_numbers = iter(range(10**9))


def pay(base: float | None = 150_000, **more: Any) -> Row:
    number = next(_numbers)
    return {
        "load_id": "L", "row_no": number, "source": "survey", "record_key": str(number),
        "duplicate": False, "kind": "report", "company_id": "larkspur",
        "role_family": "software_engineer", "level_std": 5, "metro": "seattle", "state": "WA",
        "country": "US", "remote": False, "currency": "USD", "base": base, "headcount": 1,
        "weight": 1, "observed_on": "2026-01-15", "flags": "",
    } | more  # fmt: skip


def spread(count: int, **more: Any) -> list[Row]:
    """Pay from 101,000 upwards in steps of a thousand."""
    return [pay(100_000 + 1000 * (number + 1), **more) for number in range(count)]


@pytest.fixture
def market() -> Iterator[DuckDBPyConnection]:
    with closing(duckdb.connect()) as connection:
        create_tables(connection)
        yield connection


def built(market: DuckDBPyConnection, rows: list[Row], table: str = "pay") -> DuckDBPyConnection:
    insert_rows(market, table, rows)
    build_marts(market)
    return market


def cell(market: DuckDBPyConnection, columns: str, where: str = "true") -> Any:
    query = f"SELECT {columns} FROM percentile WHERE metric = 'base' AND {where}"
    (row,) = market.execute(query).fetchall()
    return row


WIDEST = "step = 'role+country'"


def test_percentiles_without_weights_are_those_of_a_textbook(market: DuckDBPyConnection) -> None:
    built(market, spread(99))
    assert cell(market, "p10, p25, p50, p75, p90", WIDEST) == (
        110_000, 125_000, 150_000, 175_000, 190_000,
    )  # fmt: skip
    assert cell(market, "n, n_effective, small_sample", WIDEST) == (99, pytest.approx(99), False)


def test_where_a_share_is_reached_exactly_it_is_the_middle_of_two(
    market: DuckDBPyConnection,
) -> None:
    built(market, spread(10))
    assert cell(market, "p50, small_sample", WIDEST) == (105_500, True)


def test_the_two_ends_of_a_range_are_one_observation(market: DuckDBPyConnection) -> None:
    ends = [pay(base, weight=0.5, kind="posting") for base in (120_000, 160_000) for _ in range(8)]
    built(market, ends)
    assert cell(market, "p50, n, n_effective", WIDEST) == (140_000, 8, pytest.approx(8))


def test_weights_count(market: DuckDBPyConnection) -> None:
    many = pay(200_000, headcount=100)  # speaks for five at most
    built(market, [*spread(20), many])
    assert cell(market, "p75, p90, n, n_effective", WIDEST) == (
        119_000, 200_000, 21, pytest.approx(25**2 / 45),
    )  # fmt: skip


def test_fewer_than_five_effective_observations_are_not_shown(market: DuckDBPyConnection) -> None:
    built(market, [*spread(4), pay(200_000, duplicate=True)])
    assert market.execute("FROM percentile").fetchall() == []


def test_one_employer_s_rows_for_a_hundred_do_not_make_a_crowd(market: DuckDBPyConnection) -> None:
    built(market, [*spread(4), pay(200_000, headcount=5)])
    assert market.execute("FROM percentile").fetchall() == []  # five rows, effective 2.8


def test_what_is_old_counts_half_and_what_is_older_not_at_all(market: DuckDBPyConnection) -> None:
    new, old = spread(50), spread(50, observed_on="2024-01-15")
    oldest = [pay(90_000, observed_on="2012-01-15") for _ in range(50)]
    built(market, [*new, *old, *oldest])
    assert cell(market, "n, n_effective, p10, newest, as_of", WIDEST) == (
        100, pytest.approx(75**2 / 62.5), 105_500, "2026-01", "2025-05",
    )  # fmt: skip


def test_one_stray_date_does_not_age_the_others(market: DuckDBPyConnection) -> None:
    built(market, [*spread(150), pay(observed_on="2031-01-01")])
    assert cell(market, "n", WIDEST) == (151,)


def test_filings_are_base_pay_and_a_source_of_their_own(market: DuckDBPyConnection) -> None:
    filed = spread(20, source="lca", kind="filing", tc=900_000)
    built(market, [*spread(20, tc=180_000), *filed])
    found = "SELECT DISTINCT source, basis, metric FROM percentile ORDER BY ALL"
    assert market.execute(found).fetchall() == [
        ("lca", "filed", "base"), ("survey", "stated", "base"), ("survey", "stated", "tc"),
    ]  # fmt: skip
    sources, low, high = cell(
        market, "sources, lowest_p50, highest_p50", f"{WIDEST} AND source = 'lca'"
    )
    assert (sources, low, high) == (2, 110_500, 110_500)


def test_slipped_digits_are_left_out(market: DuckDBPyConnection) -> None:
    built(market, [*spread(20), pay(12), pay(30_400_000)])
    assert cell(market, "n", WIDEST) == (20,)


def test_currencies_do_not_mix(market: DuckDBPyConnection) -> None:
    built(market, [*spread(20), *spread(20, currency="CAD")])
    found = "SELECT currency, n FROM percentile WHERE step = 'role+country' ORDER BY ALL"
    assert market.execute(found).fetchall() == [("CAD", 20), ("USD", 20)]


def test_a_small_cell_is_drawn_towards_its_parent(market: DuckDBPyConnection) -> None:
    others = [pay(100_000, company_id="tern", metro="boston") for _ in range(90)]
    built(market, [*(pay(200_000) for _ in range(10)), *others])
    own, p50, share, low, high = cell(
        market,
        "own_p50, p50, own_share, p50_low, p50_high",
        "step = 'company+role+level+country' AND company_id = 'larkspur'",
    )
    assert (own, share) == (200_000, 0.5)
    assert p50 == pytest.approx(sqrt(200_000 * 100_000))
    assert low <= p50 <= high
    ((again, twice),) = market.execute(
        "SELECT own_p50, p50 FROM percentile WHERE step = 'company+role+level+metro' "
        "AND company_id = 'larkspur'"
    ).fetchall()
    assert (again, twice) == (200_000, pytest.approx(sqrt(200_000 * p50)))


def test_an_unknown_level_or_place_is_in_no_narrow_cell(market: DuckDBPyConnection) -> None:
    built(market, spread(20, level_std=None, metro=None, state=None, company_id=None))
    assert market.execute("SELECT step FROM percentile").fetchall() == [("role+country",)]


def coverage(q: float, n: int) -> float:
    """How often the interval of a percentile of n observations holds the true one, exactly."""

    def at_most(k: int) -> float:
        return sum(comb(n, i) * q**i * (1 - q) ** (n - i) for i in range(k + 1))

    margin = 1.6448536269514722 * sqrt(q * (1 - q) / n) + 0.5 / n
    first, last = ceil(n * (q - margin) - 1e-9), floor(n * (q + margin) + 1e-9) + 1
    return (at_most(last - 1) if last <= n else 1) - (at_most(first - 1) if first >= 1 else 0)


@pytest.mark.parametrize("q", [0.1, 0.25, 0.5])
def test_intervals_hold_nine_times_in_ten(q: float) -> None:
    held = [coverage(q, n) for n in range(5, 300)]
    assert min(held) > 0.87
    assert sum(held) / len(held) >= 0.9


def test_the_interval_is_the_one_whose_coverage_is_known(market: DuckDBPyConnection) -> None:
    built(market, spread(99))
    margin = 1.6448536269514722 * 0.5 / sqrt(99) + 0.5 / 99
    low, high, unbounded = cell(market, "p50_low, p50_high, p10_low", WIDEST)
    assert low == 100_000 + 1000 * ceil(99 * (0.5 - margin))
    assert high == 100_000 + 1000 * (floor(99 * (0.5 + margin)) + 1)
    assert unbounded is not None


def test_too_few_do_not_bound_the_tenth(market: DuckDBPyConnection) -> None:
    built(market, spread(5))
    assert cell(market, "p10_low, p90_high, p50_low, p50_high", WIDEST) == (
        None, None, 101_000, 105_000,
    )  # fmt: skip


def wage(**more: Any) -> Row:
    return {
        "load_id": "W", "row_no": next(_numbers), "source": "oews", "record_key": "w",
        "duplicate": False, "occupation": "15-1252", "role_family": "software_engineer",
        "area_id": "99", "area_type": "nation", "employment": 1_000_000, "p10": 80_000,
        "p25": 100_000, "p50": 130_000, "p75": 160_000, "p90": 200_000,
        "period_start": "2025-05-01", "period_end": "2025-05-31", "flags": "",
    } | more  # fmt: skip


def test_official_wages_are_the_last_step(market: DuckDBPyConnection) -> None:
    rarer = wage(occupation="15-1251", employment=5, p50=90_000, record_key="x")
    built(market, [wage(), rarer], "wage")
    found = find_percentiles(TableCards(market), Asked(CELL, "USD", DAY))
    (entry,) = found.entries
    assert (entry["metric"], entry["p50"], entry["n"]) == ("base", 130_000, None)
    assert (entry["step"], entry["as_of"]) == ("official+role+country", "2025-05")
    assert found.rows[0]["flags"] == ["all_levels"]


def test_the_ladder_prefers_the_employer_then_the_level_then_the_place(
    market: DuckDBPyConnection,
) -> None:
    rows = [
        *spread(40, company_id="tern", metro="boston", state="MA"),
        *spread(40, company_id="tern"),
        *spread(40, level_std=4, metro="boston"),
    ]
    built(market, rows)
    cards = TableCards(market)
    steps = [
        find_percentiles(cards, Asked(wanted, "USD", DAY)).entries[0]["step"]
        for wanted in (
            Cell("tern", "software_engineer", 5, "boston", "MA", "US"),
            Cell("tern", "software_engineer", 5, "austin", "TX", "US"),
            Cell("osprey", "software_engineer", 5, "seattle", "WA", "US"),
            Cell("osprey", "software_engineer", 5, "spokane", "WA", "US"),
            Cell("osprey", "software_engineer", 5, None, None, "US"),
            Cell("larkspur", "software_engineer", 7, None, None, "US"),
            Cell("osprey", "software_engineer", None, "boston", "MA", "US"),
            Cell("osprey", "software_engineer", 7, None, None, "US"),
        )
    ]
    assert steps == [
        "company+role+level+metro",
        "company+role+level+country",
        "role+level+metro",
        "role+level+state",
        "role+level+country",
        "company+role+country",
        "role+metro",
        "role+country",
    ]
    nowhere = Cell("tern", "software_engineer", 5, None, None, None)
    assert find_percentiles(cards, Asked(nowhere, "USD", DAY)).entries == []


def test_only_a_cell_of_the_level_may_decide(market: DuckDBPyConnection) -> None:
    built(market, spread(40))
    cards = TableCards(market)
    own, wide = (
        find_percentiles(cards, Asked(wanted, "USD", DAY)).entries[0]
        for wanted in (CELL, Cell("larkspur", "software_engineer", 6, "seattle", "WA", "US"))
    )
    assert (own["n"], own["level"]) == (40, 5)
    assert (wide["n"], wide["level"]) == (None, None)


def test_what_is_too_old_gives_way_to_what_is_fresh(market: DuckDBPyConnection) -> None:
    old = spread(40, source="archive", observed_on="2021-06-15")
    built(market, [*old, *spread(40, company_id="tern")])
    cards = TableCards(market)
    (entry,) = find_percentiles(cards, Asked(CELL, "USD", DAY)).entries
    assert (entry["source"], entry["step"]) == ("survey", "role+level+metro")
    (entry,) = find_percentiles(cards, Asked(CELL, "USD", date(2021, 8, 1))).entries
    assert (entry["source"], entry["step"]) == ("archive", "company+role+level+metro")


def test_another_currency_is_converted_at_one_dated_rate(market: DuckDBPyConnection) -> None:
    built(market, spread(40))
    cards = TableCards(market)
    rates = Rates({("EUR", "USD"): 1.25}, date(2026, 2, 27))
    found = find_percentiles(cards, Asked(CELL, "EUR", DAY, rates))
    assert (found.entries[0]["p50"], found.entries[0]["currency"]) == (96_400, "EUR")
    assert (found.rows[0]["rate"], found.rows[0]["rate_as_of"]) == (0.8, "2026-02-27")
    assert "converted" in found.rows[0]["flags"]
    assert find_percentiles(cards, Asked(CELL, "EUR", DAY)).entries == []


def test_premium_of_ai_over_software(market: DuckDBPyConnection) -> None:
    built(market, [*spread(41), *(row | {"base": row["base"] * 1.1, "role_family": "ml_ai_engineer",
        "row_no": next(_numbers)} for row in spread(41))])  # fmt: skip
    query = (
        "SELECT premium_pct, premium_low < 0.1 AND premium_high > 0.1, ai_n, software_n, year "
        "FROM ai_premium WHERE metro IS NULL AND level_std = 5"
    )
    assert market.execute(query).fetchall() == [(pytest.approx(0.1), True, 41, 41, 2026)]


def test_pay_in_dollars_at_the_newest_rate(market: DuckDBPyConnection) -> None:
    rates = [
        {"load_id": "F", "row_no": number, "source": "ecb", "record_key": f"{day} {code}",
         "duplicate": False, "day": day, "currency": code, "per_eur": rate}
        for number, (day, code, rate) in enumerate([
            ("2026-01-02", "USD", 1.2), ("2026-01-02", "GBP", 0.8), ("2025-01-02", "GBP", 0.9),
        ])
    ]  # fmt: skip
    insert_rows(market, "fx_rate", rates)
    built(market, [pay(100, currency="GBP"), pay(100, currency="EUR"), pay(100, currency="XXX")])
    found = "SELECT currency, base_usd, rate_day FROM pay_usd ORDER BY ALL"
    assert market.execute(found).fetchall() == [
        ("EUR", pytest.approx(120), date(2026, 1, 2)),
        ("GBP", pytest.approx(150), date(2026, 1, 2)),
        ("XXX", None, None),
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE percentile SET p25 = p90 + 1", "percentile_out_of_order"),
        ("UPDATE percentile SET n = 4", "percentile_of_too_few"),
        ("INSERT INTO percentile FROM percentile", "percentile_duplicate_key"),
        (
            "INSERT INTO percentile BY NAME SELECT * REPLACE ('official' AS basis, p50 / 4 AS p50) "
            "FROM percentile WHERE step = 'role+country'",
            "percentile_against_official",
        ),
        (
            "INSERT INTO percentile BY NAME SELECT * REPLACE ('other' AS source, p50 / 4 AS p50) "
            "FROM percentile WHERE step = 'role+country'",
            "percentile_off_its_siblings",
        ),
        (
            "UPDATE percentile SET own_p50 = own_p50 / 3, p50_high = p50_low / 2 "
            "WHERE level_std = 5",
            "percentile_senior_below_junior",
        ),
    ],
)
def test_each_audit_of_percentiles(market: DuckDBPyConnection, change: str, expected: str) -> None:
    built(market, [*spread(40), *spread(40, level_std=4)])
    assert [*audit(market), *doubts(market)] == []
    market.execute(change)
    assert expected in {bad.audit for bad in (*audit(market), *doubts(market))}


def test_the_age_that_is_passed_over_is_the_book_s() -> None:
    period = book().parameters["market_unusable_after"].on(DAY)
    assert period is not None
    assert isinstance(period.value, Amount)
    assert period.value.point == USABLE_DAYS
