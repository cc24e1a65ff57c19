"""The pages of a decision and of its reasons, as far as no browser is needed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from offerdesk.asks import ask_about
from offerdesk.decision import Decision
from offerdesk.desk import Desk
from offerdesk.replay import as_logged
from offerdesk.subject import logged_subject
from offerdesk.web.settings import Settings
from tests.offers import rival, varied
from tests.web.client import ANN, BOB, TOKENS, TestClient, as_user, decided, served
from tests.web.forms import HTML, page, send, words
from warehouse import log

PRIVATE = {
    "candidate.min_base": 201_234,
    "candidate.min_tc": 261_357,
    "candidate.min_cash_y1": 191_919,
    "candidate.current_base": 171_717,
    "candidate.current_tc": 181_818,
}
COUNTERED = {"offer.base_salary": 190_000, "offer.equity_grant_value": 120_000}


def made(**changes: Any) -> Decision:
    return Desk().decide(varied({**COUNTERED, **PRIVATE, **changes}))


def test_each_verdict_has_its_page(client: TestClient, offers: Path) -> None:
    wanted = {
        "pinterest": "Counter",
        "harbour-lane": "Accept",
        "blue-kiln": "Walk away",
        "tin-sparrow": "Needs review",
    }
    for name, verdict in wanted.items():
        id = decided(client, offers / f"{name}.yaml")["id"]
        shown = page(client, f"/decisions/{id}")
        assert re.search(rf'<h1 class="verdict [^"]+">{verdict}</h1>', shown), name


def test_nothing_private_is_in_the_words_to_say(client: TestClient) -> None:
    shown = page(client, f"/decisions/{made().id}")
    start, end = shown.index('id="said-title"'), shown.index('id="origin-title"')
    said = words(re.sub(r"<aside>.*?</aside>", "", shown[start:end], flags=re.DOTALL))
    assert "first message" in said
    for amount in PRIVATE.values():
        assert f"{amount:,}" not in said
        assert str(amount) not in said


def test_nothing_private_is_in_the_title_or_in_a_link(client: TestClient) -> None:
    shown = page(client, f"/decisions/{made().id}")
    told = re.findall(r"<title>.*?</title>|(?:href|action|hx-[a-z]+)=\"[^\"]*\"", shown)
    assert len(told) > 10
    for amount in PRIVATE.values():
        assert not any(str(amount) in one or f"{amount:,}" in one for one in told)


def test_every_figure_of_the_asks_is_on_the_page(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "pinterest.yaml")["id"]
    record = as_logged(log.read(id)).record
    shown = page(client, f"/decisions/{id}")
    for name, ask in record["ask"].items():
        line = re.search(rf'<tr data-ask="{name}">(.*?)</tr>', shown, re.DOTALL)
        assert line is not None
        told = [f"${ask[part]:,.0f}" for part in ("opening", "target", "floor")]
        assert re.findall(r"\$[\d,]+", line[1]) == told


def test_other_offers_stand_beside_it(client: TestClient) -> None:
    others = [rival(company="Ashgrove"), rival(company="Rookery", status="verbal")]
    shown = words(page(client, f"/decisions/{made(**{'candidate.competing_offers': others}).id}"))
    assert "Ashgrove" in shown
    assert "Does not count: it counts when it is written" in shown


def test_numbers_are_tried_without_logging(client: TestClient) -> None:
    id = made().id
    before = len(log.listing(1000))
    headers = {"HX-Request": "true"}
    told = send(client, f"/decisions/{id}/try", {"base": "230000"}, headers=headers)
    assert "With these numbers" in told.text
    as_offered = client.get(f"/decisions/{id}/try", headers={**HTML, **headers})
    assert "As offered" in as_offered.text
    assert len(log.listing(1000)) == before


@pytest.mark.parametrize("amount", ["", "lots", "nan", "1e400", "-1", "99999999999"])
def test_an_amount_that_is_none_of_the_track_is_as_offered(client: TestClient, amount: str) -> None:
    headers = {"HX-Request": "true"}
    told = send(client, f"/decisions/{made().id}/try", {"base": amount}, headers=headers)
    assert told.status_code == 200
    assert "As offered" in told.text


def test_an_answer_decides_again_in_the_same_market(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "pinterest.yaml")["id"]
    answer = {"offer.clawback.months": "12", "offer.clawback.prorated": "yes"}
    told = send(client, f"/decisions/{id}/answers", answer)
    again = log.read(told.headers["location"].rpartition("/")[2])
    first = log.read(id)
    assert again.entry.snapshot == first.entry.snapshot
    facts = json.loads(again.entry.facts)["facts"]
    assert facts == {
        **json.loads(first.entry.facts)["facts"],
        "clawback_months": 12.0,
        "clawback_prorated": True,
    }


def test_an_answer_that_cannot_be_is_told_and_kept(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "pinterest.yaml")["id"]
    before = len(log.listing(1000))
    told = send(client, f"/decisions/{id}/answers", {"offer.clawback.months": "a year"})
    assert told.status_code == 422
    assert 'value="a year"' in told.text
    assert "offer.clawback.months" in told.text
    assert len(log.listing(1000)) == before


def test_only_what_was_asked_is_answered(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "pinterest.yaml")["id"]
    told = send(client, f"/decisions/{id}/answers", {"offer.base_salary": "999000"})
    again = log.read(told.headers["location"].rpartition("/")[2])
    assert json.loads(again.entry.facts)["facts"]["base_salary"] == 210_000


def test_a_question_about_the_market_is_answered_beside_what_is_known(client: TestClient) -> None:
    unknown = {"market.guide": None, "candidate.min_base": None, "candidate.min_tc": None}
    first = made(**unknown, **{"candidate.min_cash_y1": None, "candidate.current_tc": None})
    asked = [path for one in first.record["questions"] for path in one["asks_for"]]
    assert "market.guide.base" in asked or "market.guide" in asked
    answer = {"market.guide.base.0": "180000", "market.guide.base.1": "220000"}
    told = send(client, f"/decisions/{first.id}/answers", answer)
    again = log.read(told.headers["location"].rpartition("/")[2])
    facts = json.loads(again.entry.facts)["facts"]
    assert (facts["guide_base_min"], facts["guide_base_max"]) == (180_000, 220_000)


def test_it_is_handed_out_as_json_and_as_markdown(client: TestClient) -> None:
    decision = made()
    told = client.get(f"/decisions/{decision.id}/record.json")
    assert told.json() == json.loads(decision.to_json())
    assert "attachment" in told.headers["content-disposition"]
    told = client.get(f"/decisions/{decision.id}/report.md")
    assert told.text == as_logged(log.read(str(decision.id))).to_markdown()


@pytest.mark.parametrize("other", ["accept", "walk_away", "needs_review"])
def test_reasons_go_down_to_the_numbers_of_the_book(client: TestClient, other: str) -> None:
    id = made().id
    why = words(page(client, f"/decisions/{id}/why"))
    assert "the same, byte for byte" in why
    assert "number of the book" in why.lower()
    against = words(page(client, f"/decisions/{id}/why?not={other}"))
    assert f"Why not {other.replace('_', ' ')}" in against.replace("Needs review", "needs review")


def test_another_persons_decision_is_not_there(home: Path, offers: Path) -> None:
    with served(Settings(tokens=TOKENS)) as client:
        id = decided(client, offers / "pinterest.yaml", **as_user(ANN))["id"]
        parts = ("", "/why", "/change", "/try", "/record.json", "/report.md")
        for part in parts:
            mine = client.get(f"/decisions/{id}{part}", headers={**HTML, **as_user(ANN)})
            other = client.get(f"/decisions/{id}{part}", headers={**HTML, **as_user(BOB)})
            assert (mine.status_code, other.status_code) == (200, 404), part
            assert "Pinterest" not in other.text


def test_what_changed_between_two_decisions_is_divided_among_its_causes(
    client: TestClient,
) -> None:
    first, later = made(), made(**{"offer.base_salary": 205_000})
    assert f"/changed/{first.id}" in page(client, f"/decisions/{later.id}/why")
    for one, other in ((first, later), (later, first)):
        shown = words(page(client, f"/decisions/{one.id}/changed/{other.id}"))
        assert "base_salary 190,000 → 205,000" in shown
        assert "the book the same" in shown


def test_another_persons_decision_is_not_compared_with(home: Path, offers: Path) -> None:
    with served(Settings(tokens=TOKENS)) as client:
        hers = decided(client, offers / "pinterest.yaml", **as_user(ANN))["id"]
        his = decided(client, offers / "pinterest.yaml", **as_user(BOB))["id"]
        told = client.get(f"/decisions/{his}/changed/{hers}", headers={**HTML, **as_user(BOB)})
        assert told.status_code == 404


def test_the_smallest_ask_is_the_one_of_the_command_line(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "blue-kiln.yaml")["id"]
    shown = words(page(client, f"/decisions/{id}/ask"))
    answer = ask_about(logged_subject(log.read(id)))
    assert answer.amounts == {"base": 150_000}
    assert "The smallest ask that flips it" in shown
    assert answer.page().reason in shown
    assert "$150,000" in shown
