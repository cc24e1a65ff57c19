"""Which answers settle a verdict, and what each leads to."""

from __future__ import annotations

import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from offerdesk.desk import Desk
from offerdesk.open_questions import Questions, questions, questions_of
from offerdesk.samples import sample_market
from offerdesk.subject import logged_subject
from tests.offers import FINAL, LATER, OPTIONS, judge, varied
from warehouse.home import home
from warehouse.log import read


@cache
def desk() -> Desk:
    return Desk()


def asked(changes: dict[str, Any]) -> Questions:
    return questions(plain(varied(changes)), desk=desk())


def plain(raw: Any) -> Any:
    """Days as an offer's file has them."""
    if isinstance(raw, dict):
        return {key: plain(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return list(map(plain, raw))
    return raw.isoformat() if isinstance(raw, date) else raw


def place(found: Questions, name: str) -> dict[str, Any]:
    places = [one for each in found.record["questions"] for one in each["places"]]
    (one,) = (one for one in places if one["place"] == name)
    return dict(one)


def test_a_minimum_settles_an_offer_that_is_final() -> None:
    found = asked(FINAL)
    assert found.record["state"] == "SETTLED BY ONE"
    first = found.record["questions"][0]
    assert (first["id"], first["settles"]) == ("min_base_or_min_tc", 1.0)
    under, over = place(found, "candidate.min_base")["leads_to"]
    assert (under["verdict"], under["to"]) == ("accept", 205_000)
    assert (over["verdict"], over["from"]) == ("walk_away", 205_001)


def test_every_answer_leads_where_the_desk_says() -> None:
    found = asked(FINAL)
    for stretch in place(found, "candidate.min_base")["leads_to"]:
        for end in ("from", "to"):
            offer = plain(varied({**FINAL, "candidate.min_base": stretch[end]}))
            decision = desk().decide(offer, log=False)
            assert decision.verdict == stretch["verdict"]
            assert decision.status == stretch["status"]


def test_a_price_settles_options_that_cannot_be_valued() -> None:
    found = asked({**OPTIONS, "offer.strike_price": None})
    assert found.record["status"] == "needs_review"
    assert found.record["questions"][0]["id"] == "strike_price"
    assert 0 < found.record["questions"][0]["settles"] <= 1
    leads = place(found, "offer.strike_price")["leads_to"]
    assert "decided" in {one["status"] for one in leads}


def test_two_gaps_are_settled_by_two_answers_only() -> None:
    found = asked({**OPTIONS, "offer.strike_price": None, "offer.fully_diluted_shares": None})
    assert found.record["state"] == "SETTLED TOGETHER"
    assert {"strike_price", "fully_diluted_shares"} <= set(found.record["together"])
    assert all(one["settles"] == 0 for one in found.record["questions"])
    assert "Only answers to all of these settle it" in found.to_text()


def test_a_question_that_comes_up_later_may_settle_it() -> None:
    """How the shares may be sold is asked only once the grant can be valued."""
    known = asked({**LATER, "offer.fully_diluted_shares": 50_000_000}).record
    assert known["state"] == "SETTLED BY ONE"
    found = asked(LATER)
    assert found.record["state"] == "SETTLED TOGETHER"
    assert found.record["together"] == ["fully_diluted_shares", "liquidity_program"]
    assert [one["id"] for one in found.record["follow_up"]] == ["liquidity_program"]
    assert 0 < found.record["together_share"] < 1
    text = " ".join(found.to_text().split())
    assert "Can shares be sold before a listing" in text
    assert "asked once the others are answered" in text


def test_what_no_answer_settles_is_undecidable() -> None:
    found = asked({"offer.employment_type": "internship"})
    assert found.record["status"] == "needs_review"
    assert found.record["state"] == "UNDECIDABLE"
    assert "undecidable" in found.to_text()


def test_where_hardly_anything_is_stated_nothing_is_called_undecidable() -> None:
    found = questions({"offer": {}})
    assert found.record["state"] == "NOT ALL TRIED"
    assert not any(one["settles"] for one in found.record["questions"])
    text = found.to_text()
    assert "undecidable" not in text
    first = text[text.index("Answer these first") :].partition("Open as well")[0]
    assert "What is the base salary?" in first


def test_a_deadline_that_has_passed_is_settled_by_a_later_one() -> None:
    found = asked({"offer.response_deadline": "2026-02-27"})
    assert found.record["questions"][0]["id"] == "offer_still_open"
    refused, late, in_time = place(found, "offer.response_deadline")["leads_to"]
    assert refused["status"] == "refused"  # a deadline before the offer was made
    assert (late["status"], late["to"]) == ("needs_review", "2026-03-01")
    assert (in_time["status"], in_time["from"]) == ("decided", "2026-03-02")


def test_a_missing_rate_is_asked_for() -> None:
    band = {"base": [135_000, 165_000], "equity_total": [75_000, 150_000]}
    changes: dict[str, Any] = {f"market.guide.{name}": value for name, value in band.items()}
    changes["market.guide.currency"] = "GBP"
    found = asked(changes)
    (rate,) = (one for one in found.record["questions"] if one["id"] == "fx_rate")
    assert rate["settles"] == 1
    assert {one["verdict"] for one in rate["places"][0]["leads_to"]} >= {"accept", "counter"}


def test_a_decided_verdict_is_ranked_by_what_would_turn_it() -> None:
    found = asked(
        {
            "offer.sign_on_y1": 20_000,
            "offer.offer_form": None,
            "candidate.forfeiture_equity_12m": None,
            "candidate.forfeiture_bonus": None,
            "candidate.repayment_owed": None,
        }
    )
    assert found.record["state"] == "DECIDED"
    turns = [one["turns"] for one in found.record["questions"]]
    assert turns == sorted(turns, reverse=True)
    assert turns[0] > 0
    by_name = {one["id"]: one["turns"] for one in found.record["questions"]}
    assert by_name["clawback_terms"] > 0
    assert by_name["forfeiture"] > 0
    assert by_name["offer_form"] == 0


def test_what_cannot_be_listed_is_not_passed_over() -> None:
    found = asked({"market.guide.level_match": None})
    (level,) = (one for one in found.record["questions"] if one["id"] == "band_level")
    assert level["not_tried"] == ["offer.level_label"]
    assert "cannot be listed" in found.to_text()


def test_an_offer_without_gaps_has_no_questions() -> None:
    text = asked({"offer.fte": 1}).to_text()
    assert "no answer could turn it" in text


@pytest.mark.parametrize("changes", [FINAL, {**OPTIONS, "offer.strike_price": None}])
def test_what_decide_calls_decisive_comes_first(changes: dict[str, Any]) -> None:
    decision = desk().decide(plain(varied(changes)), log=False)
    decisive = {one["id"] for one in decision.record["questions"] if one["decisive"]}
    ranked = asked(changes).record["questions"]
    assert ranked[0]["id"] in decisive


def test_nothing_is_left_changed() -> None:
    assert judge().book.hash == desk().book.hash
    before = plain(varied(FINAL))
    questions(before, desk=desk())
    assert before == plain(varied(FINAL))


# --- Of a logged decision -------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, OPTIONS, FINAL, {"offer.currency": "EUR"}])
def test_a_logged_decision_is_asked_about_as_its_offer_is(changes: dict[str, Any]) -> None:
    offer = plain(varied(changes))
    row = read(str(desk().decide(offer).id))
    again = questions_of(row, logged_subject(row))
    assert again.record == questions(offer, desk=desk()).record


def test_a_logged_decision_is_asked_about_in_its_market(root: Path) -> None:
    sample_market()
    offer = root / "examples" / "offers" / "pinterest.yaml"
    row = read(str(desk().decide(offer).id))
    before = questions(offer, desk=desk()).record
    assert before["snapshot"]
    shutil.rmtree(home().market)
    assert questions_of(row, logged_subject(row)).record == before
