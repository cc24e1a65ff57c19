"""A refresh from files to a published market: balanced, idempotent, and never half done."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import steps
from pipelines.contracts import check, failures
from pipelines.guide_rows import rows_of
from pipelines.records import Reading, SourceFile
from pipelines.refresh import prefect_api, refresh
from pipelines.steps import refresh_steps
from rules.errors import FailedWorld, UnusableCase
from tests.guide_files import guide_text, write_guide
from warehouse.market import find_market
from warehouse.schema import BadRow
from warehouse.snapshot import current_id, open_snapshot, snapshots

PINTEREST = Path(__file__).parents[2] / "shared" / "data" / "guides" / "pinterest"
BELOW = """\
**Level Mapping:** Larkspur Data Engineer (L4\u2013L5) = Google Data Engineer L4

> **Negotiate Up Strategy:** "I'm targeting $185K base and $150K RSUs over 4 years." \
Accept at $170K+ base and $120K+ RSUs.

**Evidence & Sources**
- [A pay survey, 2025\u20132026]
"""


def write(
    folder: Path, name: str = "larkspur/data-engineer", remote: str = "$130K\u2013$165K"
) -> Path:
    rows = f"| Remote US | {remote} | $60K\u2013$120K | 10\u201315% | $160K\u2013$220K |"
    return write_guide(folder, guide_text(rows=rows, below=BELOW), name)


def query(folder: Path, sql: str) -> list[Any]:
    with open_snapshot(None, folder) as connection:
        return connection.execute(sql).fetchall()


def test_a_guide_becomes_a_market(tmp_path: Path) -> None:
    market = tmp_path / "market"
    write(tmp_path / "in")
    seen: list[str] = []
    report = refresh_steps(
        [tmp_path / "in"], market, progress=lambda step, done, total: seen.append(step)
    )
    assert report.published
    assert report.snapshot == current_id(market)
    assert report.read == report.accepted > 5
    assert seen == ["discover", "take in", "stage", "derive", "audit", "gate", "publish"]
    with open_snapshot(None, market) as connection:
        found = find_market(
            connection,
            company="Larkspur",
            role_family="data_engineer",
            role_title="Data Engineer",
            level_label="L5",
            level_std=5,
            region="Seattle",
            currency="USD",
            evaluation_date=date(2026, 3, 1),
        )
    assert found["guide"]["base"] == [150_000, 190_000]
    assert found["guide"]["target"] == {"base": 185_000, "equity_total": 150_000}
    assert found["guide"]["accept_floor"] == {"base": 170_000, "equity_total": 120_000}
    assert found["guide"]["level_match"] is True
    assert query(market, "SELECT files, read = accepted FROM source_health") == [(1, True)]


def test_the_same_files_again_change_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "in")
    first = refresh_steps([tmp_path / "in"], tmp_path / "market")
    again = refresh_steps([path], tmp_path / "market")
    assert (again.snapshot, again.published, again.unchanged) == (first.snapshot, False, 1)
    assert len(snapshots(tmp_path / "market")) == 1


def test_a_changed_file_replaces_its_rows_and_leaves_the_others(tmp_path: Path) -> None:
    market = tmp_path / "market"
    write(tmp_path / "in")
    write(tmp_path / "in", "tern/data-engineer", remote="$131K\u2013$165K")
    refresh_steps([tmp_path / "in"], market)
    path = write(tmp_path / "in", remote="$140K\u2013$165K")
    report = refresh_steps([path], market)
    assert report.published
    lows = "SELECT guide_id, base_min FROM band WHERE pay_zone_raw = 'Remote US' ORDER BY ALL"
    assert query(market, lows) == [
        ("larkspur/data-engineer", 140_000),
        ("tern/data-engineer", 131_000),
    ]
    assert len(snapshots(market)) == 2


def test_what_is_no_guide_is_refused_and_the_rest_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "in")
    (tmp_path / "in" / "larkspur" / "notes.md").write_text("# Shopping list\n", encoding="utf-8")
    (tmp_path / "in" / "larkspur" / "bytes.md").write_bytes(b"\xff\xfe\x00")
    report = refresh_steps([tmp_path / "in"], tmp_path / "market")
    held = "SELECT row_ref, code, severity FROM quarantine"
    assert set(query(tmp_path / "market", held)) == {
        ("larkspur/notes.md", "guide-not-a-guide", "file"),
        ("larkspur/bytes.md", "guide-unreadable", "file"),
    }
    assert report.read == report.accepted + 2
    assert report.reasons == {("guides", "guide-not-a-guide"): 1, ("guides", "guide-unreadable"): 1}
    again = refresh_steps([tmp_path / "in"], tmp_path / "market")
    assert again.unchanged == 3


def test_a_bad_row_is_held_with_its_reason_and_the_rest_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "in", remote="$165K\u2013$130K")
    report = refresh_steps([tmp_path / "in"], tmp_path / "market")
    assert report.reasons == {("guides", "guide-low-above-high"): 1}
    held = "SELECT row_ref, landing, found, raw, parsed FROM quarantine"
    ((row_ref, landing, found, raw, parsed),) = query(tmp_path / "market", held)
    assert (row_ref, landing) == ("larkspur/data-engineer.md#band:2", "band")
    assert found.startswith("$165K")
    assert "165" in raw
    assert json.loads(parsed)["base_min"] == 165_000
    assert report.quarantined == 1
    assert query(tmp_path / "market", "SELECT pay_zone_raw FROM band") == [("Seattle",)]


def test_the_same_bytes_under_another_name_are_duplicates(tmp_path: Path) -> None:
    write(tmp_path / "in")
    write(tmp_path / "in", "copies/data-engineer")
    report = refresh_steps([tmp_path / "in"], tmp_path / "market")
    assert report.duplicates == report.accepted == report.read / 2
    write(tmp_path / "more", "third/data-engineer")
    later = refresh_steps([tmp_path / "more"], tmp_path / "market")
    assert later.duplicates == later.read > 0
    assert query(tmp_path / "market", "SELECT count(*) FROM guide") == [(1,)]


def test_a_market_of_an_older_layout_is_read_and_then_renewed(tmp_path: Path) -> None:
    market = tmp_path / "market"
    write(tmp_path / "in")
    first = refresh_steps([tmp_path / "in"], market).snapshot
    file = market / f"{first}.duckdb"
    file.chmod(0o644)
    with closing(duckdb.connect(str(file))) as connection:
        connection.execute("DROP TABLE market; DROP TABLE percentile")
    report = refresh_steps([tmp_path / "in"], market)
    assert (report.published, report.unchanged) == (False, 0)
    write(tmp_path / "in", remote="$131K\u2013$165K")
    renewed = refresh_steps([tmp_path / "in"], market)
    assert renewed.published
    assert query(market, "SELECT count(*) FROM market") == [(1,)]


def test_a_dry_run_publishes_nothing(tmp_path: Path) -> None:
    write(tmp_path / "in")
    report = refresh_steps([tmp_path / "in"], tmp_path / "market", dry_run=True)
    assert report.dry_run
    assert not report.published
    assert report.accepted > 0
    assert current_id(tmp_path / "market") is None


def test_a_failing_audit_stops_the_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "in")
    first = refresh_steps([tmp_path / "in"], tmp_path / "market").snapshot
    monkeypatch.setattr(steps, "audit", lambda connection: [BadRow("some_audit", "g#1", "?")])
    write(tmp_path / "in", remote="$1K\u2013$2K")
    with pytest.raises(FailedWorld, match="audit-failed: some_audit: g#1"):
        refresh_steps([tmp_path / "in"], tmp_path / "market")
    assert current_id(tmp_path / "market") == first


def test_places_with_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(UnusableCase, match="source-not-found"):
        refresh_steps([tmp_path / "nowhere"], tmp_path / "market")
    with pytest.raises(UnusableCase, match="source-empty"):
        refresh_steps([tmp_path], tmp_path / "market")


def band(**more: Any) -> dict[str, Any]:
    return {"region": "Seattle", "currency": "USD", "base_low": 100, "base_high": 120} | more


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({}, []),
        ({"base_low": 130}, ["band-base-low-above-high"]),
        ({"total_low": 9000, "total_high": 200}, ["band-total-low-above-high"]),
        ({"base_low": -1}, ["band-base-not-positive"]),
        ({"base_low": None}, ["band-base-one-end"]),
        ({"currency": None}, ["band-currency-missing"]),
        ({"currency": "dollars"}, ["band-currency-unknown"]),
        ({"region": " "}, ["band-pay-zone-missing"]),
        ({"total_low": 50, "total_high": 60}, ["band-total-below-base"]),
        ({"total_low": 50, "total_high": 60, "total_currency": "EUR"}, []),
        ({"base_low": None, "base_high": None}, ["band-without-amounts"]),
        ({"bonus_low": 10, "bonus_high": 900, "bonus_unit": "pct"}, ["band-bonus-pct-above-five"]),
        (
            {"base_low": 130, "currency": None},
            ["band-base-low-above-high", "band-currency-missing"],
        ),
    ],
)
def test_each_reason_for_holding_a_band(written: dict[str, Any], expected: list[str]) -> None:
    rows = rows_of({"bands": [band(), band(region="Boston", **{}) | written]}, "g/h", "d", "r")
    found = failures("band", rows["band"])
    assert sorted(found.get(1, [])) == sorted(expected)
    assert 0 not in found


def test_two_rows_of_one_key(tmp_path: Path) -> None:
    file = SourceFile("guides", tmp_path, "g/h.md", "d")
    record = {
        "company": "G",
        "role": "H",
        "bands": [band(), band(), band(base_high=121)],
    }
    rows = rows_of(record, "g/h", "d", "r")
    for table in rows.values():
        for row in table:
            row["load_id"] = file.load_id
    checked = check([Reading(file, rows)])
    (count,) = checked.loads
    assert (count.read, count.accepted, count.duplicates, count.quarantined) == (4, 2, 1, 1)
    assert [one.code for one in checked.held] == ["band-conflicting-key"]


def test_it_says_how_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    write(tmp_path / "in")
    said: list[str] = []
    report = refresh([tmp_path / "in"], tmp_path / "market", say=said.append)
    assert report.runner == "direct"
    assert said == ["refresh: run directly (no Prefect API is configured)"]


def test_the_active_profile_is_read_without_prefect(tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text(
        'active = "team"\n[profiles.team]\nPREFECT_API_URL = "http://team/api"\n[profiles.own]\n',
        encoding="utf-8",
    )
    assert prefect_api({"PREFECT_HOME": str(tmp_path)}) == "http://team/api"
    assert prefect_api({"PREFECT_HOME": str(tmp_path), "PREFECT_PROFILE": "own"}) is None


def test_finding_a_market_needs_neither_pandas_nor_prefect() -> None:
    names = "{'pandas', 'pandera', 'prefect'}"
    program = f"import sys, warehouse.market, warehouse.log; print({names} & set(sys.modules))"
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif(not PINTEREST.is_dir(), reason="the shared guides are not on this machine")
def test_the_reference_guides(tmp_path: Path) -> None:
    report = refresh_steps([PINTEREST], tmp_path / "market")
    assert len(report.loads) == 14
    assert report.quarantined == 0
    with open_snapshot(None, tmp_path / "market") as connection:
        guide = find_market(
            connection,
            company="Pinterest",
            role_family="ml_ai_engineer",
            role_title="ML/AI Engineer",
            level_label="L5",
            level_std=5,
            region="San Francisco",
            currency="USD",
            evaluation_date=date(2026, 3, 2),
        )["guide"]
    assert guide["base"] == [195_000, 248_000]
    assert guide["sign_on"] == [35_000, 60_000]
    assert guide["target"] == {"base": 240_000, "equity_total": 350_000, "sign_on": 50_000}
    assert guide["accept_floor"] == {"base": 220_000, "equity_total": 310_000}
    assert guide["premium"]["included_in_band"] is True


@pytest.mark.slow
def test_the_same_steps_as_a_prefect_flow(tmp_path: Path) -> None:
    from prefect.testing.utilities import prefect_test_harness

    from pipelines.flow import refresh_flow

    write(tmp_path / "in", remote="$165K\u2013$130K")
    direct = refresh_steps([tmp_path / "in"], tmp_path / "direct")
    with prefect_test_harness(server_startup_timeout=120):
        report = refresh_flow([str(tmp_path / "in")], folder=str(tmp_path / "market"))
        again = refresh_flow([str(tmp_path / "in")], folder=str(tmp_path / "market"))
    assert report.runner == "prefect"
    assert report.snapshot == direct.snapshot
    assert report.reasons == {("guides", "guide-low-above-high"): 1}
    assert not again.published
