"""The example offers give what their first lines promise."""

from __future__ import annotations

from pathlib import Path

import pytest

import offerdesk
from offerdesk.samples import DEMO_OFFER, examples, sample_market
from rules.source import read_document
from warehouse.home import home
from warehouse.snapshot import current_id, snapshots

PROMISED = {
    "pinterest": ("counter", "decided", "D9"),
    "harbour-lane": ("accept", "decided", "D10"),
    "blue-kiln": ("walk_away", "decided", "D4"),
    "tin-sparrow": ("counter", "needs_review", "D7"),
    "fenwick-rowe": ("counter", "decided", "D9"),
}


def test_every_example_is_promised_something(root: Path) -> None:
    assert examples() == root / "examples"
    assert {path.stem for path in (examples() / "offers").glob("*.yaml")} == set(PROMISED)


@pytest.mark.parametrize("name", PROMISED)
def test_an_example_gives_what_it_promises(name: str) -> None:
    sample_market()
    decision = offerdesk.decide(examples() / "offers" / f"{name}.yaml", log=False)
    assert (decision.verdict, decision.status, decision.rule) == PROMISED[name]


@pytest.mark.parametrize("name", PROMISED)
def test_an_example_names_its_day(name: str) -> None:
    value = read_document(examples() / "offers" / f"{name}.yaml").value
    assert value["evaluation_date"] is not None
    assert ("market" in value) is (f"{name}.yaml" != DEMO_OFFER)


def test_the_worked_example() -> None:
    sample_market()
    record = offerdesk.decide(examples() / "offers" / DEMO_OFFER, log=False).record
    asked = {name: (one["target"], one["floor"]) for name, one in record["ask"].items()}
    assert asked["base"] == (240000, 220000)
    assert asked["equity_total"] == (350000, 310000)
    assert asked["sign_on"][0] == 50000
    assert record["ask"]["base"]["opening"] <= 248000
    assert record["derived"]["best_competing_tc_risk_adj"] == pytest.approx(350000)


def test_the_cap_table_is_asked_for() -> None:
    record = offerdesk.decide(examples() / "offers" / "tin-sparrow.yaml", log=False).record
    decisive = [one["id"] for one in record["questions"] if one["decisive"]]
    assert "fully_diluted_shares" in decisive


def test_the_sample_fills_an_empty_home_once() -> None:
    assert sample_market() is None
    first = current_id()
    assert first is not None
    assert sample_market() is None
    assert [one.id for one in snapshots()] == [first]


def test_the_sample_never_touches_a_market_of_one_s_own(root: Path, tmp_path: Path) -> None:
    from pipelines.refresh import refresh

    own = tmp_path / "acme" / "engineer.md"
    own.parent.mkdir()
    guide = (root / "examples/guides/pinterest/software-engineer.md").read_text("utf-8")
    own.write_text(guide.replace("Pinterest", "Acme"), "utf-8")
    refresh([own], prefect=False, say=lambda _: None)
    before = current_id()
    folder = sample_market()
    assert folder is not None
    assert folder.is_relative_to(home().cache)
    assert current_id() == before
    assert [one.id for one in snapshots()] == [before]
