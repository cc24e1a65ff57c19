"""Rates, vesting claims and wage levels as an offer's market holds them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.sources import naming_reference
from pipelines.steps import refresh_steps
from rules.exchange import read_rates
from warehouse.cards import CARDS, KeptCards, TableCards, cards_of
from warehouse.market_fx import fx_of
from warehouse.market_vesting import vesting_of
from warehouse.market_wages import wage_levels_of
from warehouse.places import Place
from warehouse.roles import Role
from warehouse.snapshot import find_snapshot, open_snapshot

FILES = {
    "rates.csv": "Date,USD,JPY,GBP,TRY,\n2026-03-06,1.1,160,0.88,50,\n2026-02-27,1.2,150,0.8,N/A,\n"
    "2026-02-20,1.2,150,0.8,49,\n",
    "vesting.csv": "company,schedule_pct,cadence,source,as_of,note\n"
    "Acme,25/25/25/25,,a blog,2026,\nAcme,40/30/30,,a post,2026-09,\n"
    "Acme,50/50,,a memo,2023-2024,\n"
    "Beta,25x4,,a blog,2026,\nBeta,50/50,,a post,2026,\nGamma,none,,a blog,2026,\n",
    "oflc_wages_2025_26.csv": "soc,area_id,l1,l2,l3,l4\n15-1252,41860,60,70,80,90\n"
    "15-1251,41860,40,50,60,70\n15-1252,41940,65,75,85,95\n15-1251,41940,41,51,61,71\n",
    "Geography.csv": "Area,AreaName,StateAb,State,CountyTownName\n"
    '41860,"San Francisco-Oakland-Fremont, CA",CA,California,Marin County\n'
    '41940,"San Jose-Sunnyvale-Santa Clara, CA",CA,California,Santa Clara County\n',
    "oews_2025.csv": "occ_code,occ_title,tot_emp,h_mean,a_mean,a_pct10,a_pct25,a_median,a_pct75,"
    "a_pct90\n15-1252,Software Developers,1600000,1,1,1,2,3,4,5\n"
    "15-1251,Computer Programmers,100000,1,1,1,2,3,4,5\n",
}
FAMILY = "software_engineer"
SAN_FRANCISCO = Place("san-francisco", "US", "bay-area", False)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market of made-up reference data."""
    folder = tmp_path_factory.mktemp("reference")
    (folder / "in").mkdir()
    for name, content in FILES.items():
        (folder / "in" / name).write_text(content, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        role = Role(FAMILY, FAMILY)
        patch.setattr(naming_reference, "role_of_occupation", lambda code: role)
        report = refresh_steps([folder / "in"], folder / "market")
    assert report.accepted == report.read
    return folder / "market"


@pytest.fixture(scope="module", params=["kept", "tables"])
def cards(market: Path, request: pytest.FixtureRequest) -> KeptCards | TableCards:
    """The same cards out of the file beside the snapshot, and out of its tables."""
    if request.param == "tables":
        return TableCards(open_snapshot(None, market))
    return cards_of(find_snapshot(None, market).path)


@pytest.mark.parametrize("name", ["fx", "fx_newest", "vest_claim", "wage_level"])
def test_the_cards_are_the_same_in_both(market: Path, name: str) -> None:
    kept = cards_of(find_snapshot(None, market).path)
    with open_snapshot(None, market) as connection:
        tables = TableCards(connection)
        keys = connection.execute(f"SELECT DISTINCT key FROM ({CARDS[name][0]})").fetchall()
        assert keys
        for (key,) in keys:
            assert tables.rows(name, key) == kept.rows(name, key) != []


@pytest.mark.parametrize(
    ("day", "as_of", "step"),
    [
        (date(2026, 3, 6), "2026-03-06", "day"),
        (date(2026, 3, 1), "2026-02-27", "last-known"),
        (date(2026, 12, 1), "2026-03-06", "last-known"),
    ],
)
def test_the_rates_of_a_day_are_the_last_that_were_fixed(
    cards: KeptCards, day: date, as_of: str, step: str
) -> None:
    found, (row,) = fx_of(cards, day)
    assert (found["as_of"], row["as_of"], row["step"]) == (as_of, as_of, step)
    assert read_rates(found, "USD").day == date.fromisoformat(as_of)


def test_rates_read_as_rules_read_them(cards: KeptCards) -> None:
    rates = read_rates(fx_of(cards, date(2026, 3, 1))[0], "USD")
    assert rates.between("EUR", "USD") == 1.2
    assert rates.between("GBP", "USD") == pytest.approx(1.5)


def test_a_currency_that_was_not_fixed_bears_its_own_day(cards: KeptCards) -> None:
    found, (row,) = fx_of(cards, date(2026, 2, 28))
    assert found["rates"]["TRY"] == 49
    assert row["flags"] == ["TRY of 2026-02-20"]


def test_before_the_first_fixing_there_is_no_rate(cards: KeptCards) -> None:
    assert fx_of(cards, date(2026, 2, 1)) == ({}, [])


def test_the_newest_claim_counts_and_the_others_are_named(cards: KeptCards) -> None:
    found, rows = vesting_of(cards, "Acme, Inc.", date(2026, 11, 1))
    assert found == {
        "company": "Acme",
        "schedule": [0.4, 0.3, 0.3],
        "as_of": "2026-09",
        "source": "a post",
        "conflicts": [
            {"schedule": [0.25] * 4, "as_of": "2026", "source": "a blog"},
            {"schedule": [0.5, 0.5], "as_of": "2023-2024", "source": "a memo"},
        ],
    }
    assert [row["flags"] for row in rows] == [["contradicted"], [], []]


def test_a_claim_of_a_later_day_does_not_count(cards: KeptCards) -> None:
    found, _ = vesting_of(cards, "Acme", date(2025, 1, 1))
    assert found is not None
    assert found["schedule"] == [0.5, 0.5]


@pytest.mark.parametrize("company", ["Beta", "Gamma", "Nobody"])
def test_what_is_contradicted_empty_or_unknown_is_no_knowledge(
    cards: KeptCards, company: str
) -> None:
    assert vesting_of(cards, company, date(2026, 11, 1)) == (None, [])


def test_the_levels_of_the_most_common_occupation_of_the_city(cards: KeptCards) -> None:
    found = wage_levels_of(cards, FAMILY, SAN_FRANCISCO, "USD", date(2026, 1, 1))
    levels, (row,) = found
    assert levels == [124_800, 145_600, 166_400, 187_200]
    assert (row["as_of"], row["level"], row["flags"]) == ("2025-07", "I-IV of 15-1252", [])
    _, (later,) = wage_levels_of(cards, FAMILY, SAN_FRANCISCO, "USD", date(2026, 8, 1))
    assert later["flags"] == ["period_over"]


@pytest.mark.parametrize(
    ("place", "currency", "day"),
    [
        (Place("bay-area", "US", "bay-area", False), "USD", date(2026, 1, 1)),
        (Place("atlantis", None, "atlantis", False), "USD", date(2026, 1, 1)),
        (SAN_FRANCISCO, "GBP", date(2026, 1, 1)),
        (SAN_FRANCISCO, "USD", date(2025, 1, 1)),
    ],
)
def test_where_levels_differ_or_are_not_known_there_are_none(
    cards: KeptCards, place: Place, currency: str, day: date
) -> None:
    assert wage_levels_of(cards, FAMILY, place, currency, day) == (None, [])


def test_a_role_of_no_known_kind_has_no_levels(cards: KeptCards) -> None:
    found = wage_levels_of(cards, "other", SAN_FRANCISCO, "USD", date(2026, 1, 1))
    assert found == (None, [])
