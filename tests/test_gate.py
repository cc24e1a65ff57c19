"""The gate: a market that would decide open offers otherwise waits for a person."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from offerdesk.desk import Desk
from pipelines.gate import GateReport
from pipelines.records import RefreshReport
from pipelines.steps import refresh_steps
from rules.errors import FailedWorld
from tests.guide_files import guide_text, write_guide
from warehouse.home import home
from warehouse.snapshot import current_id, find_snapshot, held_snapshots, release

STRATEGY = """\
> **Negotiate Up Strategy:** "I'm targeting {target} base and $150K RSUs over 4 years." \
Accept at {floor}+ base and $100K+ RSUs.

**Evidence & Sources**
- [A pay survey, 2025\u20132026]
"""
GOOD = {
    "base": "$150K\u2013$190K",
    "total": "$185K\u2013$258K",
    "target": "$185K",
    "floor": "$170K",
}
SHIFTED = {
    "base": "$250K\u2013$290K",
    "total": "$295K\u2013$373K",
    "target": "$285K",
    "floor": "$270K",
}
OFFER: dict[str, Any] = {
    "offer": {
        "company": "Larkspur",
        "role_title": "Data Engineer",
        "level_std": 5,
        "country": "US",
        "region": "Seattle",
        "work_location_region": "Seattle",
        "currency": "USD",
        "base_salary": 176_000,
        "bonus_type": "target",
        "bonus_target_pct": 0.15,
        "equity_type": "rsu",
        "equity_grant_value": 130_000,
        "equity_grant_years": 4,
        "vest_schedule": [0.25, 0.25, 0.25, 0.25],
        "liquidity_program": "public_market",
        "sign_on_y1": 0,
        "offer_form": "written",
    },
    "candidate": {"min_base": 150_000, "competing_offers": []},
    "evaluation_date": date.today().isoformat(),
}


def refreshed(folder: Path, said: dict[str, str] = GOOD, **more: Any) -> RefreshReport:
    below = STRATEGY.format(**said)
    path = write_guide(folder, guide_text(base=said["base"], total=said["total"], below=below))
    return refresh_steps([path], **more)


def test_a_market_that_flips_open_offers_is_held(tmp_path: Path) -> None:
    first = refreshed(tmp_path).snapshot
    decision = Desk().decide(OFFER)
    assert decision.verdict == "accept"
    with pytest.raises(FailedWorld, match="refresh-held") as caught:
        refreshed(tmp_path, SHIFTED)
    (fault,) = caught.value.faults
    assert f"{decision.id} accept (decided) -> counter (decided)" in fault.found
    assert "base [150000.0, 190000.0] -> [250000.0, 290000.0]" in fault.found
    assert current_id() == first
    (held,) = held_snapshots()
    assert held.report["flips"][0]["company"] == "Larkspur"
    assert json.dumps(held.report)


def test_a_held_market_can_be_released(tmp_path: Path) -> None:
    refreshed(tmp_path)
    Desk().decide(OFFER)
    with pytest.raises(FailedWorld, match="refresh-held"):
        refreshed(tmp_path, SHIFTED)
    (held,) = held_snapshots()
    assert release(held.id[:5]).id == held.id == current_id()
    assert held_snapshots() == []
    assert find_snapshot().path.is_file()
    assert Desk().decide(OFFER).verdict == "counter"
    with pytest.raises(FailedWorld, match="market-not-held"):
        release(held.id)


def test_a_market_that_flips_nothing_passes(tmp_path: Path) -> None:
    refreshed(tmp_path)
    Desk().decide(OFFER)
    report = refreshed(tmp_path, GOOD | {"floor": "$171K"})
    assert report.published
    assert (report.rescored, report.flips) == (1, 0)


def test_a_closed_offer_and_one_with_its_own_market_are_not_asked(tmp_path: Path) -> None:
    refreshed(tmp_path)
    closed = OFFER | {"offer": OFFER["offer"] | {"response_deadline": "2026-01-10"}}
    Desk().decide(closed | {"evaluation_date": "2026-01-02"})
    own = {"guide": {"base": [150_000, 190_000], "currency": "USD", "region": "Seattle"}}
    Desk().decide(OFFER | {"market": own})
    report = refreshed(tmp_path, SHIFTED)
    assert report.published
    assert report.rescored == 0


def test_the_budget_lets_some_flip_and_a_dry_run_holds_nothing(tmp_path: Path) -> None:
    first = refreshed(tmp_path).snapshot
    Desk().decide(OFFER)
    tried = refreshed(tmp_path, SHIFTED, dry_run=True)
    assert (tried.flips, tried.published) == (1, False)
    assert held_snapshots() == []
    assert current_id() == first
    assert refreshed(tmp_path, SHIFTED, budget=1.0).published


def test_an_example_offer_counts_like_a_logged_one(tmp_path: Path) -> None:
    refreshed(tmp_path)
    example = tmp_path / "larkspur.json"
    example.write_text(json.dumps(OFFER), encoding="utf-8")
    with pytest.raises(FailedWorld, match=r"larkspur\.json accept"):
        refreshed(tmp_path, SHIFTED, offers=[example])
    assert not home().log_file.exists()


def test_one_flip_too_many_holds() -> None:
    assert not GateReport(100, (), 5).holds
    assert GateReport(10, ("flip",) * 2, 1).holds  # type: ignore[arg-type]
