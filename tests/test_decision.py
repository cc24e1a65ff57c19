"""The record of a decision: its keys are a contract, and the same question gives the same bytes."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings

from rules.decision import Clerk, canonical_bytes, facts_of
from rules.errors import UnusableCase
from rules.judgement import Judge
from rules.loader import load_book
from tests.offers import (
    Changes,
    Raw,
    book,
    case,
    clerk,
    judge,
    judged,
    raw_cases,
    recorded,
    rival,
    varied,
)

CONTRACT = {
    "verdict", "status", "rule", "derived", "signals", "ask", "levers", "levers_considered",
    "questions", "conditions", "market", "book", "snapshot", "facts_hash",
}  # fmt: skip
LOW: Changes = {
    "offer.base_salary": 188_000,
    "candidate.competing_offers": [rival(base_salary=230_000)],
    "candidate.skills": {"scale_evidence": "systems for 5M users"},
    "candidate.forfeiture_bonus": 30_000,
    "offer.teams_matched": 2,
}


def test_the_keys_of_the_contract() -> None:
    found = recorded(LOW)
    assert found.keys() >= CONTRACT
    assert found["ask"]["base"].keys() >= {"opening", "target", "floor"}
    assert found["levers"]
    for lever in found["levers"]:
        assert lever.keys() >= {"id", "component", "amount", "script", "evidence"}
    for lever in found["levers_considered"]:
        assert lever.keys() >= {"id", "applies", "why"}
    assert found["questions"] == [] or found["questions"][0].keys() >= {"id", "asks_for", "text"}


def test_every_signal_lever_and_figure_is_there() -> None:
    found = recorded()
    assert {one.name for layer in book().layers for one in layer.signals} <= found["signals"].keys()
    assert [one["id"] for one in found["levers_considered"]] == [one.name for one in book().levers]
    assert {formula.name for formula in book().package} <= found["derived"].keys()
    assert set(book().series) <= found["derived"].keys()


def test_a_flag_about_the_equity_is_a_signal_as_well() -> None:
    """Who reads signals must not have to know that this one is worked out per package."""
    unknown = recorded({"offer.equity_grant_value": None})
    assert unknown["signals"]["equity_unvaluable"] is True
    assert recorded()["signals"]["equity_unvaluable"] is False


@settings(max_examples=150)
@given(raw_cases())
def test_any_record_is_plain_json(raw: Raw) -> None:
    try:
        found = clerk().record(judge().judge(case(raw)))
    except UnusableCase:
        assume(False)
    text = json.dumps(found, allow_nan=False)
    assert json.loads(text) == found
    assert found["verdict"] in ("accept", "counter", "walk_away")
    assert found["status"] in ("decided", "needs_review")
    assert found["because"].endswith(".")
    assert "{" not in found["because"]
    assert len(found["levers"]) <= 4
    assert len(found["polish_asks"]) <= 2
    assert set(found["signals"].values()) <= {True, False, None}


def test_the_same_question_gives_the_same_bytes() -> None:
    again = Clerk(Judge(load_book()))
    one, other = (
        canonical_bytes(writer.record(writer_judge.judge(case(varied(LOW)))))
        for writer, writer_judge in ((clerk(), judge()), (again, Judge(again.book)))
    )
    assert one == other


def test_an_earlier_question_leaves_no_trace() -> None:
    fresh = Judge(book())
    first = canonical_bytes(Clerk(fresh).record(fresh.judge(case(varied(LOW)))))
    for changes in ({}, {"offer.currency": "GBP"}, {"offer.base_salary": None}):
        fresh.judge(case(varied(changes)))
    assert canonical_bytes(Clerk(fresh).record(fresh.judge(case(varied(LOW))))) == first


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"offer.strike_price": None}, True),
        ({"offer.base_salary": 205_001}, False),
        ({"candidate.min_base": 180_001}, False),
        ({"candidate.competing_offers": [rival()]}, False),
        ({"evaluation_date": date(2026, 3, 3)}, False),
    ],
)
def test_the_hash_of_the_facts(changes: Changes, is_same: bool) -> None:
    assert (recorded(changes)["facts_hash"] == recorded()["facts_hash"]) is is_same


def test_what_nobody_stated_is_left_out_of_the_facts() -> None:
    told = facts_of(case(varied({})))
    assert None not in told["facts"].values()
    assert "strike_price" not in told["facts"]
    assert told["entries"] == {}


def test_canonical_bytes_have_one_form() -> None:
    assert canonical_bytes({"b": date(2026, 3, 2), "a": [1.0, "é"]}) == (
        '{"a":[1.0,"é"],"b":"2026-03-02"}'.encode()
    )
    with pytest.raises(TypeError):
        canonical_bytes({"a": object()})


# --- Levers and asks ------------------------------------------------------------------------


def test_levers_come_strongest_first_and_at_most_two_on_a_component() -> None:
    levers = recorded(LOW)["levers"]
    scores = [lever["score"] for lever in levers]
    assert scores == sorted(scores, reverse=True)
    components = [lever["component"] for lever in levers]
    assert max(map(components.count, components)) <= 2


def test_a_lever_says_what_stands_behind_it() -> None:
    band = next(one for one in recorded(LOW)["levers"] if one["id"] == "competing_offer")
    facts = {entry["fact"]: entry for entry in band["evidence"] if "fact" in entry}
    assert facts["showable_company"]["value"] == "Thornfield Labs"
    assert all(entry["from"] for entry in facts.values())
    assert band["evidence"][0]["quality"] == "verified"


def test_why_and_why_not() -> None:
    why = {one["id"]: one["why"] for one in recorded(LOW)["levers_considered"]}
    assert why["competing_offer"] == "used"
    assert why["option_terms"] == "its condition is not met"
    final = recorded({**LOW, "offer.employer_final": True})
    assert {one["why"] for one in final["levers_considered"]} == {
        "there is nothing left to negotiate"
    }


def test_an_ask_names_its_component() -> None:
    assert recorded(LOW)["ask"]["base"]["label"] == "base salary"


def test_beside_a_yes_at_most_two_small_asks_stand() -> None:
    plain = recorded()
    assert plain["verdict"] == "accept"
    assert 1 <= len(plain["polish_asks"]) <= 2
    top = {"offer.base_salary": 219_000, "offer.equity_grant_value": 199_000}
    for nothing in ({"offer.employer_final": True}, {"offer.no_negotiation_policy": True}, top):
        assert recorded(nothing)["polish_asks"] == []


# --- What is open ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "decisive"),
    [
        ({"offer.base_salary": None}, {"base_salary"}),
        ({"offer.response_deadline": date(2026, 3, 1)}, {"offer_still_open"}),
        ({"market.guide": None, "candidate.min_base": None, "candidate.min_tc": None,
          "candidate.current_tc": None}, {"min_base_or_min_tc", "market_band_or_percentiles"}),
    ],
)  # fmt: skip
def test_a_review_asks_what_separates_the_outcomes_first(
    changes: Changes, decisive: set[str]
) -> None:
    found = recorded(changes)
    assert found["status"] == "needs_review"
    first = {question["id"] for question in found["questions"] if question["decisive"]}
    assert first == decisive
    order = [question["decisive"] for question in found["questions"]]
    assert order == sorted(order, reverse=True)


def test_a_series_is_in_whole_cents() -> None:
    grant = {"offer.vest_schedule": [0.29, 0.27, 0.24, 0.2], "offer.equity_grant_value": 199_999.99}
    shown = recorded(grant)["derived"]["equity_by_year"]
    assert shown == [58_000.0, 54_000.0, 48_000.0, 40_000.0]


def test_a_decided_case_has_no_decisive_question() -> None:
    found = recorded({"offer.offer_form": None})
    assert found["status"] == "decided"
    assert [question["decisive"] for question in found["questions"]] == [False]


def test_uncertain_figures_are_shown_with_their_ends() -> None:
    private = recorded({"offer.equity_stage": "late_private", "offer.liquidity_program": "none"})
    low, high = private["ranges"]["tc_risk_adj"]
    assert low < private["derived"]["tc_risk_adj"] < high
    assert (private["derived"]["tc_lower_bound"], private["derived"]["tc_upper_bound"]) == (
        low,
        high,
    )
    assert recorded()["ranges"] == {}


def test_the_law_of_the_place_is_told() -> None:
    rules = {row["rule"] for row in recorded({"offer.state": "CA"})["law"]}
    assert rules == {"pay_range_law", "salary_history_ban", "repayment_limits", "noncompete_ban"}
    assert recorded()["law"] == []


def test_market_rows_are_those_that_were_used() -> None:
    (own,) = recorded()["market"]
    assert own["source"] == "guide:meadowlark/software-engineer"
    rows: list[dict[str, Any]] = [{"source": "warehouse", "n": 40}]
    found = clerk().record(judged(), snapshot="2026-03-01T00", market_rows=rows)
    assert found["market"] == rows
    assert found["snapshot"] == "2026-03-01T00"
    assert found["book"] == book().hash


def test_of_two_levers_that_contradict_each_other_one_applies() -> None:
    """Starting early and starting after a vest: the one that carries more is the advice."""
    both = {
        **LOW,
        "offer.critical_project": {"name": "Atlas", "deadline": "2026-09-01"},
        "candidate.can_start_early": True,
        "candidate.forfeiture_equity_12m": 40_000,
        "candidate.next_vest_date": "2026-05-15",
        "candidate.next_vest_value": 30_000,
    }
    found = recorded(both)
    told = {one["id"]: one for one in found["levers_considered"]}
    assert told["start_date_after_vest"]["applies"] is True
    assert told["early_start"]["applies"] is False
    assert "contradicts start_date_after_vest" in told["early_start"]["why"]
    assert "early_start" not in orjson.dumps(found["levers"]).decode()
    alone = recorded({**both, "candidate.next_vest_value": 0})["levers_considered"]
    assert {one["id"]: one["applies"] for one in alone}["early_start"] is True
