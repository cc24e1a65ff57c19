"""Held rows let in again: repaired, balanced, remembered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.readmission import readmit
from pipelines.sources.guides import Guides
from pipelines.steps import refresh_steps
from rules.errors import UnusableCase
from tests.guide_files import guide_text, write_guide
from warehouse.repairs import Repair
from warehouse.snapshot import current_id, open_snapshot

REMOTE = "| Remote US | $165K\u2013$130K | $60K\u2013$120K | 10\u201315% | $160K\u2013$220K |"
HEADER = (
    "work_year,experience_level,employment_type,job_title,salary,salary_currency,salary_in_usd,"
    "employee_residence,remote_ratio,company_location,company_size"
)

BAND = "larkspur/data-engineer.md#band:2"
SWAPPED = {"base_min": 130_000, "base_max": 165_000}


def query(sql: str) -> list[Any]:
    with open_snapshot() as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    path = write_guide(tmp_path, guide_text(rows=REMOTE))
    refresh_steps([path])
    return path


def test_a_repaired_row_is_in_the_market_and_the_counts_balance(guide: Path) -> None:
    before = query("SELECT read, accepted, quarantined FROM load")
    report = readmit([Repair(BAND, SWAPPED, "the ends were the wrong way round")])
    assert report.published
    ((read, accepted, quarantined),) = before
    assert query("SELECT read, accepted, quarantined FROM load") == [
        (read, accepted + 1, quarantined - 1)
    ]
    assert query("SELECT base_min FROM band WHERE pay_zone_raw = 'Remote US'") == [(130_000,)]
    assert query("SELECT count(*) FROM quarantine") == [(0,)]
    ((ref, change, codes),) = query("SELECT row_ref, change, codes FROM repair")
    assert (ref, codes) == (BAND, "guide-low-above-high")
    assert json.loads(change) == SWAPPED


def test_a_row_that_is_still_wrong_stays_out(guide: Path) -> None:
    first = current_id()
    with pytest.raises(UnusableCase, match=r"repair-still-faulty.*band-base-low-above-high"):
        readmit([Repair(BAND, {}, "looks fine")])
    assert current_id() == first
    assert query("SELECT count(*) FROM repair") == [(0,)]


def test_every_fault_is_told_and_nothing_is_let_in(guide: Path) -> None:
    with pytest.raises(UnusableCase) as caught:
        readmit(
            [
                Repair("nowhere#band:1", {}, ""),
                Repair(BAND, {"basis": 1}, ""),
                Repair(BAND, SWAPPED, ""),
            ]
        )
    codes = [fault.code for fault in caught.value.faults]
    assert codes == ["quarantine-unknown-row", "repair-unknown-column"]
    assert query("SELECT count(*) FROM quarantine") == [(1,)]


def test_a_refused_file_cannot_be_let_in(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("milk and bread", encoding="utf-8")
    refresh_steps([tmp_path])
    ((ref,),) = query("SELECT row_ref FROM quarantine")
    with pytest.raises(UnusableCase, match="quarantine-not-repairable"):
        readmit([Repair(ref, {}, "")])


def test_the_same_bytes_read_by_a_newer_reader_are_repaired_again(
    guide: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readmit([Repair(BAND, SWAPPED, "swapped")])
    monkeypatch.setattr(Guides, "reader", "guides-of-tomorrow")
    report = refresh_steps([guide])
    assert (report.quarantined, report.unchanged) == (0, 0)
    assert query("SELECT base_min FROM band WHERE pay_zone_raw = 'Remote US'") == [(130_000,)]
    assert query("SELECT reason FROM repair") == [("swapped",)]


def test_a_row_of_a_table_source_is_held_to_its_own_contract(tmp_path: Path) -> None:
    path = tmp_path / "salaries.csv"
    row = "2024,SE,FT,Data Engineer,{},USD,{},US,0,US,M"
    lines = [HEADER, row.format("lots", "lots"), row.format(150000, 150000)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report = refresh_steps([path])
    assert (report.read, report.accepted, report.quarantined) == (2, 1, 1)
    ((ref,),) = query("SELECT DISTINCT row_ref FROM quarantine")
    with pytest.raises(UnusableCase, match="aijobs-base-missing"):
        readmit([Repair(ref, {}, "guess")])
    readmit([Repair(ref, {"base": 140_000, "title_raw": "ML Engineer"}, "asked the poster")])
    rows = query("SELECT base, role_id FROM pay ORDER BY base")
    assert rows == [(140_000, "ml_ai_engineer"), (150_000, "data_engineer")]
