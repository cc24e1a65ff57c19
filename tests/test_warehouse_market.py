"""Finding an offer's market rows: the ladder, its honesty, and the shape of what comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from pipelines.contracts import check
from pipelines.guide_rows import rows_of
from pipelines.records import Reading, SourceFile
from pipelines.sources.guides import tables_of
from pipelines.steps import refresh_steps
from warehouse.cards import TableCards
from warehouse.market import find_market
from warehouse.schema import audit, build_marts, insert_rows
from warehouse.snapshot import drafting, open_snapshot

DIGEST = "0" * 64
Record = dict[str, Any]


def band(region: str, base: tuple[float, float], **more: Any) -> Record:
    return {
        "region": region,
        "currency": "USD",
        "base_low": base[0],
        "base_high": base[1],
        "stock_low": 100_000,
        "stock_high": 200_000,
        "stock_period": "4yr",
        "equity_kind": "rsu",
        "bonus_low": 12,
        "bonus_high": 18,
        "bonus_unit": "pct",
        "total_low": 240_000,
        "total_high": 330_000,
    } | more


def guide(**more: Any) -> Record:
    return {
        "company": "Larkspur",
        "role": "ML/AI Engineer",
        "title": "ML/AI Engineer | Larkspur Global Negotiation Guide",
        "level_text": "L4-L6",
        "bands": [
            band("San Francisco", (190_000, 240_000)),
            band("New York City (HQ)", (180_000, 230_000)),
            band("Remote US", (160_000, 200_000)),
        ],
        "premium_low_pct": 15,
        "premium_high_pct": 25,
        "premium_label": "AI premium",
        "signon_low": 30_000,
        "signon_high": 60_000,
        "signon_currency": "USD",
        "target_base": 230_000,
        "target_equity": 45_000,
        "target_equity_period": "yr",
        "target_currency": "USD",
        "accept_base": 215_000,
        "accept_equity": 150_000,
        "other_regions": [{"region": "New York", "currency": "USD", "target_base": 220_000}],
        "competing": [{"company": "Google", "total": 330_000, "currency": "USD"}],
        "level_map": [{"company": "Google", "level": "L4-L6"}],
        "effective_period": "2025-2026",
        "vest_years": 4,
        "vest_cliff_months": 12,
    } | more


def market_of(connection_folder: Path, records: dict[str, Record]) -> Iterator[DuckDBPyConnection]:
    readings = []
    for name, record in records.items():
        file = SourceFile("guides", Path(name), f"{name}.md", name.ljust(64, "0"))
        rows = rows_of(record, name, file.digest, "test")
        for table in rows.values():
            for row in table:
                row["load_id"] = file.load_id
        readings.append(Reading(file, rows))
    with drafting(connection_folder) as draft:
        for table, rows in tables_of(check(readings)).items():
            insert_rows(draft.connection, table, rows)
        build_marts(draft.connection)
        assert audit(draft.connection) == []
        yield draft.connection


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    swe: Record = {"level_map": [], "other_regions": [], "premium_low_pct": None, "competing": []}
    records = {
        "larkspur/ml-ai-engineer": guide(),
        "larkspur/software-engineer": guide(
            role="Software Engineer", title="", level_text="L3-L4", **swe
        ),
        "larkspur/senior-software-engineer": guide(
            role="Senior Software Engineer", title="", level_text="L5", **swe
        ),
        "tern/data-engineer": guide(
            company="Tern",
            role="Data Engineer",
            level_text=None,
            bands=[
                band("Seattle", (1, 2), level="Mid (L4)"),
                band("Seattle", (3, 4), level="Senior (L5)"),
                band(
                    "London",
                    (50, 60),
                    currency="GBP",
                    alt={
                        "currency": "USD",
                        "base_low": 65,
                        "base_high": 78,
                        "stock_low": None,
                        "stock_high": None,
                    },
                ),
                band(
                    "Tel Aviv",
                    (200, 300),
                    currency="ILS",
                    stock_currency="USD",
                    total_currency="USD",
                ),
            ],
            other_regions=[],
        ),
    }
    yield from market_of(tmp_path_factory.mktemp("market"), records)


def find(market: DuckDBPyConnection, **more: Any) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "company": "Larkspur",
        "role_family": "ml_ai_engineer",
        "role_title": "ML/AI Engineer",
        "level_label": "L5",
        "level_std": 5,
        "region": "San Francisco",
        "currency": "USD",
        "evaluation_date": date(2026, 3, 2),
    }
    return find_market(market, **(offer | more))


def test_the_offer_s_own_cell(market: DuckDBPyConnection) -> None:
    found = find(market)
    assert found["guide"] == {
        "source": "guide:larkspur/ml-ai-engineer",
        "as_of": "2026-01",
        "region": "San Francisco",
        "currency": "USD",
        "level_match": True,
        "base": [190_000, 240_000],
        "equity_total": [100_000, 200_000],
        "equity_years": 4,
        "bonus_pct": [0.12, 0.18],
        "bonus_amount": None,
        "tc": [240_000, 330_000],
        "sign_on": [30_000, 60_000],
        "premium": {"label": "AI premium", "pct": [0.15, 0.25], "included_in_band": None},
        "target": {"base": 230_000, "equity_total": 180_000},
        "accept_floor": {"base": 215_000, "equity_total": 150_000},
        "walk_below": None,
        "benchmark_competitors": [{"company": "Google", "tc": 330_000}],
        "vest_claim": "4-year, 1-year cliff",
    }
    assert {row["step"] for row in found["rows"]} == {"company+role+level+region"}
    assert [row["mart"] for row in found["rows"]] == [
        "band", "sign_on", "premium", "target", "accept_floor", "competing",
    ]  # fmt: skip
    assert found["rows"][0]["row_id"] == "larkspur/ml-ai-engineer#1"
    json.dumps(found)  # everything in it is plain


def test_a_region_by_another_name_keeps_the_offer_s_spelling_and_its_own_target(
    market: DuckDBPyConnection,
) -> None:
    found = find(market, region="NYC")["guide"]
    assert found["region"] == "NYC"
    assert found["base"] == [180_000, 230_000]
    assert found["target"] == {"base": 220_000}
    assert found["accept_floor"] is None


def test_the_nearest_region_is_named_as_what_it_is(market: DuckDBPyConnection) -> None:
    found = find(market, region="Palo Alto")
    assert found["guide"]["region"] == "San Francisco"
    assert found["rows"][0]["step"] == "company+role+nearest-region"


def test_remote_work_takes_the_remote_band(market: DuckDBPyConnection) -> None:
    found = find(market, region="Remote")
    assert found["guide"]["base"] == [160_000, 200_000]
    assert found["guide"]["target"] is None


def test_a_country_without_a_band_has_no_guide(market: DuckDBPyConnection) -> None:
    found = find(market, region="Berlin", currency="EUR")
    assert found["guide"] is None
    assert found["rows"] == []


def test_never_another_employer(market: DuckDBPyConnection) -> None:
    assert find(market, company="Osprey")["guide"] is None
    assert find(market, role_title="Chef", role_family="other")["guide"] is None


@pytest.mark.parametrize(
    ("title", "label", "std", "expected"),
    [
        ("Software Engineer", "L3", 5, "software-engineer"),
        ("Software Engineer", "L5", 5, "senior-software-engineer"),
        ("Senior SDE", None, 5, "senior-software-engineer"),
        ("Backend Engineer", None, None, "software-engineer"),
    ],
)
def test_the_level_chooses_among_guides_of_a_family(
    market: DuckDBPyConnection, title: str, label: str | None, std: int | None, expected: str
) -> None:
    found = find(
        market,
        role_title=title,
        role_family="software_engineer",
        level_label=label,
        level_std=std,
    )
    assert found["guide"]["source"] == f"guide:larkspur/{expected}"


def test_a_level_outside_the_guide_is_said_so(market: DuckDBPyConnection) -> None:
    found = find(market, level_label="L8", level_std=8)
    assert found["guide"]["level_match"] is False
    assert found["rows"][0]["step"] == "company+role+region"


def tern(market: DuckDBPyConnection, **more: Any) -> dict[str, Any]:
    return find(market, company="Tern Inc.", role_title="Data Engineer", region="Seattle", **more)


def test_a_table_with_levels_gives_the_offer_s_level(market: DuckDBPyConnection) -> None:
    assert tern(market)["guide"]["base"] == [3, 4]
    assert tern(market, level_label="L4", level_std=4)["guide"]["base"] == [1, 2]
    assert tern(market, level_label="Senior", level_std=5)["guide"]["level_match"] is True


def test_the_offer_s_currency_is_taken_where_the_guide_states_it(
    market: DuckDBPyConnection,
) -> None:
    more: dict[str, Any] = {"company": "Tern", "role_title": "Data Engineer", "region": "London"}
    assert find(market, **more, currency="GBP")["guide"]["base"] == [50, 60]
    in_dollars = find(market, **more, currency="USD")["guide"]
    assert (in_dollars["currency"], in_dollars["base"]) == ("USD", [65, 78])


def test_amounts_in_another_currency_are_left_out_not_mixed(market: DuckDBPyConnection) -> None:
    found = find(
        market, company="Tern", role_title="Data Engineer", region="Tel Aviv", currency="ILS"
    )
    assert found["guide"]["base"] == [200, 300]
    assert found["guide"]["equity_total"] is None
    assert found["guide"]["tc"] is None
    assert "equity_in_other_currency" in found["rows"][0]["flags"]


def test_cells_across_the_real_guides_are_found_by_their_own_words(
    shared_data: Path, tmp_path: Path
) -> None:
    """Every fifth employer: a band is found by its guide's role, its zone and its level."""
    companies = sorted(path for path in (shared_data / "guides").iterdir() if path.is_dir())[::25]
    refresh_steps(companies, tmp_path / "market")
    with open_snapshot(None, tmp_path / "market") as connection:
        bands = connection.execute(
            "SELECT band_id, company, role, pay_zone_raw, job_level_raw, band.currency "
            "FROM band JOIN guide USING (guide_id) ORDER BY band_id"
        ).fetchall()
        cards = TableCards(connection)
        missed = []
        for band_id, company, role, zone, level, currency in bands[::7]:
            found = find_market(
                cards,
                company=company,
                role_family=None,
                role_title=role,
                level_label=level,
                level_std=None,
                region=zone,
                currency=currency,
                evaluation_date=date(2026, 3, 1),
            )
            used = [row["row_id"] for row in found["rows"] if row["mart"] == "band"]
            if used != [band_id]:
                missed.append((band_id, level, used))
    assert len(bands) > 200
    # A level that another guide of the employer is for, such as Senior, is looked up there.
    assert all(level for _, level, _ in missed), missed
    assert len(missed) <= 0.05 * len(bands[::7]), missed
