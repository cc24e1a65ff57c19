"""Several offers of one candidate, judged against one another."""

from __future__ import annotations

from typing import Any

import pytest

import offerdesk
from offerdesk.decision import Decision
from offerdesk.desk import Desk
from tests.offers import varied


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFERDESK_HOME", str(tmp_path_factory.mktemp("together") / "home"))
        return Desk()


def together(desk: Desk, *changes: dict[str, Any]) -> list[Decision]:
    offers = [
        varied({"offer.company": name, **change})
        for name, change in zip(("Ashgrove", "Birchwater", "Cloudberry"), changes, strict=False)
    ]
    return offerdesk.decide_together(offers, desk=desk, log=False)


def test_each_is_measured_by_the_best_of_the_others(desk: Desk) -> None:
    low, high = together(desk, {}, {"offer.base_salary": 230_000})
    assert (low.verdict, low.rule) == ("counter", "D9")
    assert low.record["derived"]["best_competing_tc_risk_adj"] == 295_500
    assert high.verdict == "accept"
    assert high.record["derived"]["best_competing_company"] == "Ashgrove"


def test_at_most_one_is_accepted(desk: Desk) -> None:
    near = [{}, {"offer.base_salary": 208_000}, {"offer.base_salary": 206_000}]
    found = together(desk, *near)
    assert [one.rule for one in found] == ["D11", "D10", "D11"]
    assert "only one can be" in found[0].record["because"]


def test_a_spoken_offer_measures_nothing(desk: Desk) -> None:
    low, _ = together(desk, {}, {"offer.base_salary": 230_000, "offer.offer_form": "verbal"})
    assert low.verdict == "accept"
    assert low.record["signals"]["competing_offer_unverified"] is True


def test_one_alone_is_decided_as_ever(desk: Desk) -> None:
    (only,) = together(desk, {})
    assert (only.verdict, only.rule) == ("accept", "D10")
