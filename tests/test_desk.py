"""The Python front door: one offer in, one decision out, logged before anybody sees it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

import offerdesk
from offerdesk.desk import Desk
from offerdesk.offers import read_offer
from pipelines.refresh import refresh
from rules.decision import canonical_bytes
from rules.errors import FailedWorld, UnusableCase
from rules.loader import load_book
from warehouse import log
from warehouse.books import read_book
from warehouse.home import home
from warehouse.verification import verify


@pytest.fixture(scope="module")
def offers(root: Path) -> Path:
    return root / "examples" / "offers"


@pytest.fixture
def offer(offers: Path) -> dict[str, Any]:
    """An offer that brings its own market."""
    return dict(read_offer(offers / "harbour-lane.yaml").value)


@pytest.fixture
def market(root: Path) -> str:
    report = refresh([root / "examples" / "guides"], prefect=False, say=lambda _: None)
    assert report.snapshot is not None
    return report.snapshot


def test_path_text_and_mapping_give_the_same_record(offers: Path, offer: dict[str, Any]) -> None:
    path = offers / "harbour-lane.yaml"
    by_path = offerdesk.decide(path, log=False)
    assert by_path == offerdesk.decide(str(path), log=False)
    assert by_path.record == offerdesk.decide(offer, log=False).record
    assert (by_path.verdict, by_path.status, by_path.rule) == ("accept", "decided", "D10")
    assert by_path.id is None


def test_a_decision_is_logged_with_all_that_is_needed_to_make_it_again(
    offer: dict[str, Any],
) -> None:
    decision = offerdesk.decide(offer)
    assert decision.id is not None
    row = log.read(decision.id)
    assert row.entry.decision == canonical_bytes(decision.record)
    assert json.loads(row.entry.facts)["facts"]["base_salary"] == 158000.0
    assert json.loads(row.entry.market) == json.loads(canonical_bytes(offer["market"]))
    assert read_book(row.entry.book).hash == load_book().hash


def test_without_logging_nothing_but_a_cache_is_written(offer: dict[str, Any]) -> None:
    Desk().decide(offer, log=False)
    assert [path.name for path in home().root.iterdir()] == ["cache"]
    assert log.listing() == []


def test_the_cached_book_gives_the_same_record(offer: dict[str, Any]) -> None:
    first = Desk().decide(offer, log=False)
    assert list(home().cache.glob("book-*.json"))
    assert Desk().decide(offer, log=False) == first


def test_another_day_may_be_asked_about(offer: dict[str, Any]) -> None:
    from datetime import date

    late = offerdesk.decide(offer, as_of=date(2026, 5, 1), log=False)
    assert late.record["evaluation_date"] == "2026-05-01"
    assert late.status == "needs_review"  # the deadline has passed


def test_a_missing_day_is_today_and_says_so(offer: dict[str, Any]) -> None:
    del offer["evaluation_date"], offer["offer"]["response_deadline"]
    decision = offerdesk.decide(offer, log=False)
    assert any("No evaluation_date" in notice for notice in decision.record["notices"])


def test_the_market_comes_from_the_snapshot_in_force(offers: Path, market: str) -> None:
    decision = offerdesk.decide(offers / "pinterest.yaml", log=False)
    assert decision.record["snapshot"] == market
    assert decision.record["derived"]["base_band"] == [195000.0, 248000.0]
    assert {row["source"] for row in decision.record["market"]} == {
        "guide:pinterest/ml-ai-engineer"
    }


def test_a_snapshot_may_be_named_and_must_exist(offers: Path, market: str) -> None:
    path = offers / "pinterest.yaml"
    assert offerdesk.decide(path, market=market[:6], log=False).record["snapshot"] == market
    with pytest.raises(FailedWorld, match="market-unknown-snapshot"):
        offerdesk.decide(path, market="ffff", log=False)


def test_without_a_snapshot_a_notice_says_how_to_get_one(offers: Path) -> None:
    decision = offerdesk.decide(offers / "pinterest.yaml", log=False)
    assert decision.record["snapshot"] is None
    assert any("offerdesk refresh" in notice for notice in decision.record["notices"])


def test_an_employer_without_a_band_is_named_in_a_notice(
    offer: dict[str, Any], market: str
) -> None:
    del offer["market"]
    decision = offerdesk.decide(offer, log=False)
    assert decision.record["snapshot"] == market
    assert any("no band of Harbour Lane" in one for one in decision.record["notices"])


def test_an_own_market_goes_before_a_named_snapshot(offer: dict[str, Any]) -> None:
    decision = offerdesk.decide(offer, market="ffff", log=False)
    assert any("ffff was not used" in notice for notice in decision.record["notices"])


def test_a_log_that_cannot_be_written_shows_no_decision(
    offer: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OFFERDESK_HOME", str(tmp_path / "file"))
    with pytest.raises(FailedWorld) as caught:
        Desk().decide(offer)
    assert "--no-log" in caught.value.faults[0].next_step
    assert Desk().decide(offer, log=False).verdict == "accept"


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 10**400, -1, True, "210K", object()])
def test_a_mapping_passes_the_same_door_as_a_file(offer: dict[str, Any], bad: object) -> None:
    offer["offer"]["base_salary"] = bad
    with pytest.raises(UnusableCase):
        offerdesk.decide(offer)
    assert not home().root.exists()


def test_one_desk_serves_several_threads(offers: Path) -> None:
    desk, found = Desk(), {}
    paths = [path for path in sorted(offers.glob("*.yaml")) if path.stem != "pinterest"]

    def work(number: int) -> None:
        path = paths[number % len(paths)]
        found[number] = (path, desk.decide(path).record)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert all(record == desk.decide(path, log=False).record for path, record in found.values())
    assert len(log.listing(100)) == 16
    assert verify().faults == ()


def test_json_has_no_clock_and_no_id(offer: dict[str, Any]) -> None:
    first, second = offerdesk.decide(offer), offerdesk.decide(offer)
    assert first.id != second.id
    assert first.to_json() == second.to_json()
    assert list(json.loads(first.to_json()))[:3] == ["verdict", "status", "rule"]
