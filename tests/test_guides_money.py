"""The money tokenizer: currencies, separators, scales, periods, ranges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.guides.cell import read_cell
from pipelines.guides.money import CODES, SYMBOLS, scan, unwrap

SINGLE = [
    ("$240K", 240_000, "USD"),
    ("$158,000", 158_000, "USD"),
    ("£1.2M", 1_200_000, "GBP"),
    ("€95k", 95_000, "EUR"),
    ("EUR95K", 95_000, "EUR"),
    ("95K EUR", 95_000, "EUR"),
    ("€120.000", 120_000, "EUR"),
    ("₹24L", 2_400_000, "INR"),
    ("₹32,00,000", 3_200_000, "INR"),
    ("INR 22 lakh", 2_200_000, "INR"),
    ("₹1.5 Cr", 15_000_000, "INR"),
    ("₹2 crore", 20_000_000, "INR"),
    ("₪475K", 475_000, "ILS"),
    ("A$140,000", 140_000, "AUD"),
    ("C$172K", 172_000, "CAD"),
    ("S$95,000", 95_000, "SGD"),
    ("HK$1.42M", 1_420_000, "HKD"),
    ("NT$1.8M", 1_800_000, "TWD"),
    ("R$1,050K", 1_050_000, "BRL"),
    ("IDR 1.9B", 1_900_000_000, "IDR"),
    ("KRW 58M", 58_000_000, "KRW"),
    ("JPY 10M", 10_000_000, "JPY"),
    ("CHF 167K", 167_000, "CHF"),
    ("UYU 2,800,000", 2_800_000, "UYU"),
    ("DKK 660,000", 660_000, "DKK"),
    ("kr550,000", 550_000, "SEK"),
    ("$1.1 million", 1_100_000, "USD"),
]
RANGES = [
    ("$195K–$248K", 195_000, 248_000),  # noqa: RUF001
    ("$195-248K", 195_000, 248_000),
    ("$158,000 - $198,000", 158_000, 198_000),
    ("$1.2M to $1.5M", 1_200_000, 1_500_000),
    ("PLN 348K—525K", 348_000, 525_000),
    ("UYU 2,800,000 - 4,500,000", 2_800_000, 4_500_000),
    ("$0-$40K", 0, 40_000),
    ("$[178-190]K", 178_000, 190_000),
    ("SGD [60K-90K]", 60_000, 90_000),
    ("CNY 600K-CNY 1.05M", 600_000, 1_050_000),
]
NOTHING = ["L4-L5", "800 RSUs", "12-18%", "500M+ users", "409A", "$[X]K", "$X", "[Y+50K]", "2026"]


@pytest.mark.parametrize(("text", "value", "currency"), SINGLE)
def test_a_single_amount(text: str, value: float, currency: str) -> None:
    (money,) = scan(text)
    assert (money.low, money.high, money.currency) == (value, value, currency)


@pytest.mark.parametrize(("text", "low", "high"), RANGES)
def test_a_range(text: str, low: float, high: float) -> None:
    (money,) = scan(unwrap(text))
    assert (money.low, money.high) == (low, high)


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_no_amount(text: str) -> None:
    assert scan(unwrap(text)) == []


@pytest.mark.parametrize(
    ("text", "period"),
    [("$85K/yr", "yr"), ("SEK 60K/mo", "mo"), ("$135K/4yr", "4yr"), ("$80K per year", "yr")],
)
def test_a_period(text: str, period: str) -> None:
    assert scan(text)[0].period == period


def test_an_open_end() -> None:
    assert scan("$220K-$400K+")[0].open_ended


def test_a_shared_sign_follows_the_zone() -> None:
    assert scan("$140K", "AUD")[0].currency == "AUD"
    assert scan("¥30M", "CNY")[0].currency == "CNY"
    assert scan("kr600K", "DKK")[0].currency == "DKK"
    assert scan("£140K", "AUD")[0].currency == "GBP"


def test_a_mixed_range_keeps_both_currencies() -> None:
    (money,) = scan("$290K-SGD 450K")
    assert money.ends == ("USD", "SGD")


@given(
    sign=st.sampled_from([*SYMBOLS, *(f"{code} " for code in CODES)]),
    low=st.integers(min_value=10, max_value=899),
    width=st.integers(min_value=1, max_value=100),
    dash=st.sampled_from(["-", " - ", "\u2013", " \u2013 ", "\u2014", " to "]),
    twice=st.booleans(),
)
def test_every_currency_in_every_range(
    sign: str, low: int, width: int, dash: str, twice: bool
) -> None:
    high = low + width
    text = f"{sign}{low}K{dash}{sign if twice else ''}{high}K"
    (money,) = scan(text)
    assert (money.low, money.high) == (low * 1000, high * 1000)
    assert money.ends[0] == money.ends[1] == money.currency


@given(value=st.integers(min_value=1000, max_value=99_999_999))
def test_thousands_are_read_back(value: int) -> None:
    assert [money.low for money in scan(f"${value:,}")] == [value]


CELLS = [
    ("£125,000-£178,000 / $158,000-$224,000", (125e3, 178e3, "GBP"), (158e3, 224e3, "USD")),
    ("R$770K / $154K - R$1,050K / $210K", (770e3, 1050e3, "BRL"), (154e3, 210e3, "USD")),
    ("HK$1.45M - HK$1.95M ($186K - $250K)", (1.45e6, 1.95e6, "HKD"), (186e3, 250e3, "USD")),
    ("**$388K-$548K**", (388e3, 548e3, "USD"), None),
    ("$200K - $270K (GBP equiv.)", (200e3, 270e3, "USD"), None),
]


@pytest.mark.parametrize(("text", "own", "other"), CELLS)
def test_cells_with_two_currencies(
    text: str, own: tuple[float, float, str], other: tuple[float, float, str] | None
) -> None:
    cell = read_cell(text)
    assert cell.money is not None
    assert (cell.money.low, cell.money.high, cell.money.currency) == own
    found = cell.other and (cell.other.low, cell.other.high, cell.other.currency)
    assert found == other


def test_a_bonus_amount_with_its_share() -> None:
    cell = read_cell("$13K-$27K (10-15%)")
    assert cell.money is not None
    assert (cell.money.low, cell.percent) == (13_000, (10, 15))


def test_a_remark_in_percent_is_no_bonus() -> None:
    assert read_cell("€90K-€122K (-5-10% vs the capital)").percent is None


def test_units_are_not_money() -> None:
    cell = read_cell("10,000 - 22,000 options", "USD")
    assert (cell.money, cell.units, cell.words) == (None, (10_000, 22_000), cell.text)


@pytest.mark.parametrize("text", ["None", "-", "\u2014", "N/A", ""])
def test_a_cell_that_denies(text: str) -> None:
    assert read_cell(text).says_nothing
