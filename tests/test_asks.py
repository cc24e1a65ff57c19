"""What would flip a verdict: the smallest asks, why none can, and how much worse it may get."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from offerdesk.asks import Ask, ask_about
from offerdesk.subject import Subject
from rules.judgement import Judge
from rules.what_if.movable import Wishes
from rules.what_if.stated import moved
from tests.askable import askable
from tests.offers import case, clerk, judge, rival, varied

NOTHING = Wishes()


def subject(changes: dict[str, Any] | None = None) -> Subject:
    one = case(varied(changes))
    return Subject(judge(), one, clerk().record(judge().judge(one)), {})


def asked(changes: dict[str, Any] | None = None, wishes: Wishes = NOTHING) -> dict[str, Any]:
    return dict(ask_about(subject(changes), wishes).record)


def of(listed: list[dict[str, Any]], component: str) -> dict[str, Any]:
    (found,) = (one for one in listed if one["component"] == component)
    return found


@cache
def low_base() -> Any:
    """Ten thousand under the floor of base; the grant clears its own by ten."""
    return asked({"offer.base_salary": 190_000})


# --- What flips it --------------------------------------------------------------------------------


def test_each_component_alone_up_to_its_floor() -> None:
    base = of(low_base()["alone"], "base")
    # The grant is 2,500 a year over its floor, which makes up for 2,000 of base with their bonus.
    assert base["flip"]["amounts"] == {"base": {"from": 190e3, "to": 198e3, "change": 8e3}}
    assert base["flip"]["cost"] == 35_200
    assert base["last_before"] == 197_000


def test_the_cheapest_ask_moves_several_components() -> None:
    found = low_base()
    assert found["cheapest"]["verdict"] == "accept"
    assert found["cheapest"]["status"] == "decided"
    assert found["cheapest"]["cost"] < of(found["alone"], "base")["flip"]["cost"]
    assert len(found["cheapest"]["amounts"]) == 2
    assert found["proof"]["by"] == "z3"


@pytest.mark.parametrize("number", range(3017, 3025))
def test_the_answer_is_accepted_and_one_step_less_is_not(number: int) -> None:
    one = askable(number)
    record = ask_about(Subject(judge(), one, clerk().record(judge().judge(one)), {})).record
    flip = record["cheapest"]
    if flip is None:
        return
    amounts = {name: change["to"] for name, change in flip["amounts"].items()}
    assert judge().judge(moved(one, amounts)).row.name == flip["rule"]
    assert judge().judge(moved(one, amounts)).verdict == "accept"
    steps = {each["component"]: each["step"] for each in record["components"]}
    for name, amount in amounts.items():
        less = {**amounts, name: amount - steps[name]}
        if less[name] >= flip["amounts"][name]["from"]:
            assert judge().row(moved(one, less)).decides != "accept"


def test_locked_components_stay() -> None:
    found = asked({"offer.base_salary": 190_000}, Wishes(frozenset({"base"})))
    assert "base" not in found["cheapest"]["amounts"]
    assert of(found["closed"], "base")["why"] == "You want it to stay as it is."
    assert found["wishes"]["locked"] == ["base"]


def test_what_the_employer_locked_stays() -> None:
    found = asked({"offer.base_salary": 190_000, "offer.components_locked": ["sign_on"]})
    assert "sign_on" not in found["cheapest"]["amounts"]
    assert of(found["closed"], "sign_on")["is_closed"]


def test_weights_take_the_place_of_the_cost() -> None:
    weights = {"base": 1.0, "equity_total": 100.0, "sign_on": 100.0}
    found = asked({"offer.base_salary": 190_000}, Wishes(weights=weights))
    assert found["cheapest"]["amounts"].keys() == {"base"}
    assert found["cheapest"]["cost"] == 8_000


def test_where_nothing_may_move_it_is_not_said_that_pay_would_not_help() -> None:
    changes = {"offer.base_salary": 190_000, "offer.components_locked": list(_LOCKABLE)}
    told = " ".join(Ask(asked(changes)).to_text().split())
    assert "No component of pay may move, and as it stands it is not accepted." in told
    assert "It is so, and nothing up to the caps changes that." in told
    assert "There is nothing to raise as long as no component moves." in told
    assert "The ask that flips it: there is only the offer as it stands." in told
    assert "twice the caps" not in told


_LOCKABLE = ("base", "equity", "sign_on", "bonus")


def test_caps_bind() -> None:
    changes = {"offer.base_salary": 185_000, "offer.components_locked": ["equity", "sign_on"]}
    assert of(asked(changes)["alone"], "base")["flip"]["amounts"]["base"]["to"] == 198_000
    capped = asked(changes, Wishes(caps={"base": 197_999.0}))
    assert capped["cheapest"] is None
    beyond = capped["impossible"]["beyond_the_caps"]
    assert beyond["amounts"]["base"]["to"] == 198_000


def test_a_review_can_be_asked_away() -> None:
    changes = {
        "offer.equity_value_basis": None,
        "offer.equity_stage": "late_private",
        "offer.liquidity_program": "none",
        "market.guide.equity_total": None,
        "candidate.min_tc": 230_000,
    }
    found = asked(changes)
    assert found["status"] == "needs_review"
    assert found["cheapest"]["status"] == "decided"
    assert found["cheapest"]["verdict"] == "accept"


# --- When nothing does ----------------------------------------------------------------------------


def test_no_money_repairs_what_is_not_about_money() -> None:
    constraint = {"type": "remote", "required": True, "employer_position": "refused_final"}
    found = asked({"candidate.hard_constraints": [constraint]})
    assert found["cheapest"] is None
    assert found["proof"]["by"] == "z3"
    assert found["impossible"]["at_the_caps"]["rule"] == "D2"
    (condition,) = found["impossible"]["conditions"]
    assert condition["condition"] == "hard_constraint_failed"
    assert condition["truth"] is True
    assert condition["hangs_on_pay"] is False
    assert found["impossible"]["beyond_the_caps"] is None


def test_a_minimum_above_every_cap_does_hang_on_pay() -> None:
    found = asked({"candidate.min_base": 219_500, "offer.components_locked": ["base"]})
    assert found["cheapest"] is None
    assert found["impossible"]["beyond_the_caps"] is None
    found = asked({"candidate.min_base": 230_000})
    assert found["impossible"]["at_the_caps"]["rule"] == "D5"
    assert found["impossible"]["conditions"][0]["hangs_on_pay"] is False  # not up to the caps
    assert found["impossible"]["beyond_the_caps"]["amounts"]["base"]["to"] == 230_000


def test_what_is_not_known_is_not_said_to_be_so() -> None:
    changes = {"market.guide": None, "market.percentiles": None, "offer.posted_range": None}
    found = asked({**changes, "candidate.min_base": 100_000})
    assert found["impossible"]["at_the_caps"]["rule"] == "D11"
    assert {one["truth"] for one in found["impossible"]["conditions"]} <= {False, None}


# --- How much worse -------------------------------------------------------------------------------


def test_how_much_worse_each_component_may_get() -> None:
    found = asked()
    assert found["verdict"] == "accept"
    assert found["cheapest"] is None
    assert found["impossible"] is None
    base = of(found["worse"], "base")
    assert base["flip"]["verdict"] == "counter"
    assert base["last_before"] - base["flip"]["amounts"]["base"]["to"] == 1_000
    below = {"offer.base_salary": base["flip"]["amounts"]["base"]["to"]}
    assert judge().judge(case(varied(below))).verdict == "counter"
    assert (
        judge().judge(case(varied({"offer.base_salary": base["last_before"]}))).verdict == "accept"
    )


def test_the_nearest_loss_is_no_dearer_than_any_alone() -> None:
    found = asked()
    alone = [one["flip"]["cost"] for one in found["worse"] if one["flip"]]
    assert found["nearest_worse"]["cost"] <= min(alone)
    assert found["nearest_worse_proof"]["by"] == "z3"


def test_where_one_walks_away() -> None:
    found = asked({"offer.employer_final": True})
    base = of(found["walk_away"], "base")
    assert base["flip"]["amounts"]["base"]["to"] == 179_000  # the minimum is 180,000
    assert base["flip"]["verdict"] == "walk_away"


def test_where_one_need_not_walk_away_any_more() -> None:
    found = asked({"offer.employer_final": True, "offer.base_salary": 170_000})
    assert found["verdict"] == "walk_away"
    assert of(found["walk_away"], "base")["flip"]["amounts"]["base"]["to"] == 180_000
    assert found["cheapest"]["amounts"]["base"]["to"] == 180_000


# --- Told -----------------------------------------------------------------------------------------


def test_the_record_is_the_same_for_the_same_offer() -> None:
    one = ask_about(subject({"offer.base_salary": 190_000})).to_json()
    fresh = Judge(judge().book)
    same = case(varied({"offer.base_salary": 190_000}))
    other = ask_about(Subject(fresh, same, clerk().record(fresh.judge(same)), {})).to_json()
    assert one == other
    assert json.loads(one) == low_base()


def test_everything_told_is_for_the_candidate_alone() -> None:
    text = Ask(low_base()).to_text()
    assert "FOR YOUR EYES ONLY" in text
    assert text.index("FOR YOUR EYES ONLY") < text.index("$200,000", text.index("EYES"))
    assert "WORDS TO SAY" not in text


@pytest.mark.parametrize("width", [40, 80, 100])
def test_lines_keep_their_width(width: int) -> None:
    text = Ask(low_base()).to_text(width=width)
    assert max(map(len, text.splitlines())) <= width


def test_a_rival_that_is_better_is_outbid() -> None:
    found = asked({"candidate.competing_offers": [rival(base_salary=220_000)]})
    assert found["rule"] == "D9"
    assert found["cheapest"]["rule"] == "D10"
    assert "makes it accept" in Ask(found).to_text() or "make it accept" in Ask(found).to_text()


# --- From Python ----------------------------------------------------------------------------------


def test_the_front_door_asks() -> None:
    import offerdesk

    offer = varied({"offer.base_salary": 190_000})
    found = offerdesk.ask(offer, wishes=offerdesk.Wishes(frozenset({"equity_total"})))
    assert found.amounts is not None
    assert "equity_total" not in found.amounts
    assert offerdesk.fragility(offer).state in ("FIRM", "FRAGILE", "UNDECIDABLE")
    assert offerdesk.questions(offer).record["state"] == "DECIDED"
