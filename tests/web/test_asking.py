"""What a decision hangs on, over the API and on its pages: as on the command line."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from offerdesk.decision import Decision
from offerdesk.desk import Desk
from offerdesk.firmness import fragility_of
from offerdesk.open_questions import questions_of
from offerdesk.subject import logged_subject
from offerdesk.web.settings import Settings
from tests.offers import FINAL, LATER, PERCENTILE, varied
from tests.web.client import ANN, BOB, TOKENS, TestClient, as_user, code, decided, served
from tests.web.forms import HTML, page, words
from warehouse import log

EXAMPLES = ("blue-kiln", "fenwick-rowe", "harbour-lane", "pinterest", "tin-sparrow")
PART = {**HTML, "HX-Request": "true"}
ON_A_SAMPLE = {
    "market.guide": None,
    "offer.base_salary": 201_000,
    "market.percentiles": [{**PERCENTILE, "n": 40}],
}


def made(changes: dict[str, Any]) -> Decision:
    return Desk().decide(varied(changes))


def plain(record: Any) -> Any:
    return json.loads(json.dumps(record, default=str))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_api_answers_as_the_command_does(client: TestClient, offers: Path, name: str) -> None:
    id = decided(client, offers / f"{name}.yaml")["id"]
    row = log.read(id)
    subject = logged_subject(row)
    told = client.get(f"/api/decisions/{id}/fragility").json()
    assert told == plain(fragility_of(subject).record)
    told = client.get(f"/api/decisions/{id}/questions").json()
    assert told == plain(questions_of(row, subject).record)


@pytest.mark.parametrize("part", ["ask", "fragility", "questions"])
def test_nobody_asks_about_the_decision_of_another(home: Path, offers: Path, part: str) -> None:
    with served(Settings(tokens=TOKENS)) as client:
        id = decided(client, offers / "pinterest.yaml", **as_user(ANN))["id"]
        hers = client.get(f"/api/decisions/{id}/{part}", headers=as_user(ANN))
        assert hers.status_code == 200
        his = client.get(f"/api/decisions/{id}/{part}", headers=as_user(BOB))
        assert code(his) == (404, "log-unknown-id")
        shown = client.get(f"/decisions/{id}/{part}", headers={**HTML, **as_user(BOB)})
        assert shown.status_code == 404


def test_many_may_ask_the_prover_at_once(client: TestClient, offers: Path) -> None:
    ids = [decided(client, offers / f"{name}.yaml")["id"] for name in EXAMPLES]
    places = [f"/api/decisions/{id}/{part}" for id in ids for part in ("ask", "fragility")]
    with ThreadPoolExecutor(len(places)) as crowd:
        told = list(crowd.map(lambda place: client.get(place).status_code, places))
    assert told == [200] * len(places)


# --- How firm -------------------------------------------------------------------------------------


def test_a_firm_verdict_says_so_and_what_was_tried(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "pinterest.yaml")["id"]
    found = fragility_of(logged_subject(log.read(id))).record
    assert found["state"] == "FIRM"
    shown = page(client, f"/decisions/{id}/fragility")
    assert "The verdict is firm" in words(shown)
    for one in found["parameters"]:
        assert f'href="/book/{one["name"]}"' in shown
    assert shown.count('class="doubt"') == len(found["parameters"])
    part = words(client.get(f"/decisions/{id}/fragility", headers=PART).text)
    tried = len(found["parameters"]) + len(found["without_bearing"])
    assert f"{tried} numbers that may be otherwise" in part


def test_a_fragile_verdict_says_what_turns_it_and_from_where_on(client: TestClient) -> None:
    id = made(ON_A_SAMPLE).id
    found = fragility_of(logged_subject(log.read(str(id)))).record
    turning = [one for one in found["samples"] if one["turns"]]
    assert (found["state"], len(turning)) == ("FRAGILE", 1)
    for shown in (
        page(client, f"/decisions/{id}/fragility"),
        client.get(f"/decisions/{id}/fragility", headers=PART).text,
    ):
        assert "is-turned" in shown
        told = words(shown)
        assert "fragile" in told
        (turn,) = turning[0]["turns"]
        assert f"${turn['last_before']:,.0f}" in told


def test_a_provisional_verdict_is_settled_first(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "tin-sparrow.yaml")["id"]
    shown = page(client, f"/decisions/{id}/fragility")
    assert "How firm it is cannot be said" in words(shown)
    assert f'href="/decisions/{id}/questions"' in shown


# --- Questions ------------------------------------------------------------------------------------


def test_what_only_settles_it_together_is_told(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "tin-sparrow.yaml")["id"]
    row = log.read(id)
    found = questions_of(row, logged_subject(row)).record
    shown = words(page(client, f"/decisions/{id}/questions"))
    assert "Only answers to several questions settle it" in shown
    assert f"{found['together_share']:.0%} of the time" in shown
    by_id = {one["id"]: one["text"] for one in found["questions"]}
    start, end = shown.index("Only together"), shown.index("None of these alone")
    assert all(by_id[name] in shown[start:end] for name in found["together"])
    assert "e+0" not in shown


def test_a_question_that_comes_up_later_is_told_apart(client: TestClient) -> None:
    id = made(LATER).id
    for shown in (
        words(page(client, f"/decisions/{id}/questions")),
        words(client.get(f"/decisions/{id}/questions", headers=PART).text),
    ):
        later = shown[shown.index("asked once those are answered") :]
        assert "Can shares be sold before a listing" in later


def test_an_answer_that_settles_it_alone_shows_what_it_leads_to(client: TestClient) -> None:
    id = made(FINAL).id
    row = log.read(str(id))
    found = questions_of(row, logged_subject(row)).record
    assert found["state"] == "SETTLED BY ONE"
    first = found["questions"][0]
    for shown in (
        page(client, f"/decisions/{id}/questions"),
        client.get(f"/decisions/{id}/questions", headers=PART).text,
    ):
        assert "One answer can settle it" in words(shown)
        assert first["text"] in words(shown)
        assert f"{first['settles']:.0%} of the answers" in words(shown)
        assert '<svg class="track"' in shown


def test_nothing_to_ask_is_told(client: TestClient, offers: Path) -> None:
    id = decided(client, offers / "harbour-lane.yaml")["id"]
    shown = words(page(client, f"/decisions/{id}/questions"))
    assert "Nothing is missing that the book would ask for." in shown


def test_the_page_of_a_decision_leads_there_without_a_script(
    client: TestClient, offers: Path
) -> None:
    id = decided(client, offers / "tin-sparrow.yaml")["id"]
    shown = page(client, f"/decisions/{id}")
    for part in ("ask", "fragility", "questions"):
        assert f'<a href="/decisions/{id}/{part}">' in shown
