"""An offer that states another amount is one of which the book sees that amount."""

from __future__ import annotations

from typing import Any

import pytest

from rules.what_if.movable import Wishes, components, lowerable
from rules.what_if.stated import COST, moved
from tests.askable import askable
from tests.offers import book, case, judge, judged, varied


def offered(changes: dict[str, Any], component: str, amount: float) -> Any:
    """What the book sees of a component once it is moved."""
    other = moved(case(varied(changes)), {component: amount})
    return judge().judge(other).values[f"ask_{component}_offered"]


def test_what_is_moved_is_what_the_book_sees() -> None:
    count = 0
    for number in range(60):
        offer = askable(number)
        judgement = judge().judge(offer)
        for one in components(judgement, book(), Wishes())[0]:
            if (
                one.name == "equity_total"
                and offer.facts["equity_type"] == "option"
                and not one.offered
            ):
                continue  # under water: what more options are worth, nobody can say
            for multiple in one.raised[:: max(1, len(one.raised) // 3)]:
                amount = multiple * one.step
                seen = judge().judge(moved(offer, {one.name: amount}))
                assert seen.values[f"ask_{one.name}_offered"] == pytest.approx(amount, abs=1e-6)
                count += 1
    assert count > 200


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"offer.pay_period": "month", "offer.base_salary": 17_000},
        {"offer.pay_period": "week", "offer.base_salary": 4_000, "offer.fte": 0.7},
        {"offer.base_salary": None, "offer.hourly_rate": 95},
        {"offer.fte": 0.9},
    ],
)
def test_base_is_moved_whatever_it_is_stated_by(changes: dict[str, Any]) -> None:
    seen = offered(changes, "base", 231_000.0)
    assert seen == pytest.approx(231_000, abs=1e-9)
    assert seen >= 231_000


def test_a_sign_on_is_lowered_in_its_first_year_first() -> None:
    changes = {"offer.sign_on_y1": 20_000, "offer.sign_on_y2": 10_000}
    start = case(varied(changes))
    assert moved(start, {"sign_on": 25_000.0}).facts["sign_on_y1"] == 15_000
    low = moved(start, {"sign_on": 5_000.0}).facts
    assert (low["sign_on_y1"], low["sign_on_y2"]) == (0, 5_000)


def test_options_are_moved_by_their_number() -> None:
    changes = {
        "offer.equity_type": "option",
        "offer.equity_grant_value": None,
        "offer.equity_shares": 20_000,
        "offer.strike_price": 2,
        "offer.preferred_price": 9,
        "offer.fully_diluted_shares": 50_000_000,
    }
    assert offered(changes, "equity_total", 175_000.0) == 175_000
    assert (
        moved(case(varied(changes)), {"equity_total": 175_000.0}).facts["equity_shares"] == 25_000
    )


@pytest.mark.parametrize(
    ("changes", "cost"),
    [
        ({}, 4.4),
        ({"offer.bonus_type": "none"}, 4),
        ({"offer.bonus_target_pct": None, "offer.bonus_target_amount": 20_000}, 4),
        ({"offer.bonus_type": "guaranteed", "offer.bonus_guaranteed_y1_amount": 20_000}, 4),
    ],
)
def test_base_costs_four_years_and_the_bonus_that_hangs_on_it(
    changes: dict[str, Any], cost: float
) -> None:
    assert COST["base"](case(varied(changes)).facts) == pytest.approx(cost)


def test_a_guaranteed_bonus_costs_every_year_where_it_is_paid_every_year() -> None:
    guaranteed = case(varied({"offer.bonus_type": "guaranteed"})).facts
    assert COST["bonus_guaranteed_y1"](guaranteed) == 4
    assert COST["bonus_guaranteed_y1"](case(varied()).facts) == 1


def test_the_grid_is_that_of_the_book() -> None:
    base, equity, sign_on = components(judged({"offer.base_salary": 205_500}), book(), Wishes())[0]
    assert [n * base.step for n in base.raised[:2]] == [206_000, 207_000]
    assert base.raised[-1] * base.step == 220_000 == base.cap
    assert [n * base.step for n in base.lowered[:2]] == [205_000, 204_000]
    assert [n * equity.step for n in equity.raised] == [175e3, 180e3, 185e3, 190e3, 195e3, 200e3]
    assert (sign_on.step, sign_on.cap) == (2_500, 70_000)


def test_other_currencies_have_their_own_grid() -> None:
    rate = 95.0
    changes = {
        "offer.currency": "INR",
        "market.guide.currency": "INR",
        "offer.base_salary": 195_000 * rate,
        "market.guide.base": [180_000 * rate, 220_000 * rate],
        "offer.equity_grant_value": 170_000 * rate,
    }
    base = components(judged(changes), book(), Wishes())[0][0]
    assert base.step == 100_000
    assert base.raised[0] * base.step > 195_000 * rate


def test_what_the_employer_locked_may_not_be_raised_but_may_get_worse() -> None:
    judgement = judged({"offer.components_locked": ["base"]})
    movable, fixed = components(judgement, book(), Wishes())
    assert "base" not in [one.name for one in movable]
    (base,) = (one for one in fixed if one.name == "base")
    assert base.is_closed
    assert base.why == "The employer said that base cannot move."
    assert "base" in [one.name for one in lowerable(judgement, book(), Wishes())]


def test_wishes_go_before_the_book() -> None:
    wishes = Wishes(frozenset({"sign_on"}), {"base": 210_000.0}, {"base": 1.0})
    movable, fixed = components(judged(), book(), wishes)
    assert [one.name for one in movable] == ["base", "equity_total"]
    assert (movable[0].cap, movable[0].cost) == (210_000, 1)
    assert "You want it to stay as it is." in [one.why for one in fixed]
