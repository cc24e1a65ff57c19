"""Damaged files are held: nothing is published, and the market in force stays as it was."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.steps import refresh_steps
from rules.errors import FailedWorld
from tests.pay_files import Report, changed, know_made_up, made_up, reports, write
from warehouse.schema import drift
from warehouse.snapshot import current_id, open_snapshot, snapshots

__all__ = ["made_up"]
pytestmark = pytest.mark.usefixtures("made_up")
GOOD = reports(960)
RENEWED = [*GOOD, *reports(96, first=960, month="2026-02")]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("published")
    with pytest.MonkeyPatch.context() as patch:
        know_made_up(patch)
        refresh_steps([write(place / "in" / "pay.csv", GOOD)], place / "market")
    return place / "market"


@pytest.fixture
def market(published: Path, tmp_path: Path) -> Path:
    return shutil.copytree(published, tmp_path / "market")


def _bytes_in_force(folder: Path) -> str:
    snapshot = current_id(folder)
    return hashlib.sha256((folder / f"{snapshot}.duckdb").read_bytes()).hexdigest()


def _currency_mixed(rows: list[Report]) -> list[Report]:
    """Indian pay in rupees that is called dollars."""
    return changed(rows, lambda row: {"currency": "USD"})


def _amounts_in_another_currency(rows: list[Report]) -> list[Report]:
    """British pay worked out in dollars that is still called pounds."""
    return changed(
        rows, lambda row: {"base_pay": row.base_pay * (1.27 if row.currency == "GBP" else 1)}
    )


def _levels_reversed_at_one_employer(rows: list[Report]) -> list[Report]:
    return changed(rows, lambda row: {"level": 9 - row.level} if row.company == "Tern" else {})


def _levels_slipped(rows: list[Report]) -> list[Report]:
    return changed(rows, lambda row: {"level": row.level + 1})


def _doubled(rows: list[Report]) -> list[Report]:
    return [*rows, *rows]


def _doubled_under_new_ids(rows: list[Report]) -> list[Report]:
    return [*rows, *changed(rows, lambda row: {"record": f"again-{row.record}"})]


def _stale(rows: list[Report]) -> list[Report]:
    return [row for row in rows if row.day < "2026-01-20"]


def _half(rows: list[Report]) -> list[Report]:
    return rows[: len(rows) // 2]


def _base_and_total_swapped(rows: list[Report]) -> list[Report]:
    return changed(
        rows,
        lambda row: {"base_pay": row.base_pay + row.equity + row.bonus_pay, "total": row.base_pay},
    )


def _base_and_bonus_swapped(rows: list[Report]) -> list[Report]:
    return changed(
        rows,
        lambda row: {
            "base_pay": row.bonus_pay,
            "bonus_pay": row.base_pay,
            "total": row.base_pay + row.equity + row.bonus_pay,
        },
    )


FAULTS: list[tuple[Callable[[list[Report]], list[Report]], str]] = [
    (_currency_mixed, "load_currency_changed"),
    (_amounts_in_another_currency, "load_shifted"),
    (_levels_reversed_at_one_employer, "percentile_senior_now_below_junior"),
    (_levels_slipped, "load_shifted"),
    (_doubled, "load_doubled"),
    (_doubled_under_new_ids, "load_doubled"),
    (_stale, "load_stale"),
    (_half, "load_halved"),
    (_base_and_total_swapped, "load_columns_swapped"),
    (_base_and_bonus_swapped, "load_columns_swapped"),
]


@pytest.mark.parametrize(
    ("name", "fault", "audit"),
    [
        *(("in/pay.csv", *fault) for fault in FAULTS),
        ("renewed/pay.csv", _doubled, "load_doubled"),
        ("renewed/pay.csv", _stale, "load_stale"),
        ("renewed/pay.csv", _half, "load_halved"),
        ("renewed/pay.csv", _currency_mixed, "load_currency_changed"),
    ],
)
def test_a_damaged_file_is_held(
    market: Path,
    tmp_path: Path,
    name: str,
    fault: Callable[[list[Report]], list[Report]],
    audit: str,
) -> None:
    before = _bytes_in_force(market)
    file = write(tmp_path / name, fault(RENEWED))
    with pytest.raises(FailedWorld) as caught:
        refresh_steps([file], market)
    faults = caught.value.faults
    assert {one.code for one in faults} == {"refresh-held"}
    assert audit in {one.place.split(":")[0] for one in faults}
    assert _bytes_in_force(market) == before
    assert len(snapshots(market)) == 1


@pytest.mark.parametrize("name", ["in/pay.csv", "2026-02/pay.csv"])
def test_an_innocent_refresh_passes(market: Path, tmp_path: Path, name: str) -> None:
    first = current_id(market)
    report = refresh_steps([write(tmp_path / name, RENEWED)], market)
    assert report.published
    assert current_id(market) != first


def test_a_file_of_other_people_is_no_renewal(market: Path, tmp_path: Path) -> None:
    others = changed(
        reports(60), lambda row: {"record": f"other-{row.record}", "day": "2024-05-01"}
    )
    assert refresh_steps([write(tmp_path / "another" / "pay.csv", others)], market).published


def test_drift_against_the_earlier_market(market: Path, tmp_path: Path) -> None:
    first = market / f"{current_id(market)}.duckdb"
    dearer = [replace(row, base_pay=row.base_pay * 1.1) for row in RENEWED]
    refresh_steps([write(tmp_path / "in" / "pay.csv", dearer)], market)
    with open_snapshot(None, market) as connection:
        connection.execute(f"ATTACH '{first}' AS earlier (READ_ONLY)")
        found = {
            (source, measure): (before, now) for source, measure, before, now in drift(connection)
        }
    assert found["made-up", "rows read"] == (960, 1056)
    assert found["made-up", "files"] == (1, 1)
    (ratio,) = [
        now for (_, measure), (_, now) in found.items() if measure.startswith("median base")
    ]
    assert ratio == pytest.approx(1.1, rel=0.02)
