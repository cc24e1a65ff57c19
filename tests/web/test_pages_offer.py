"""The page of an offer: what is typed is decided, refused in the door's words, and never lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from offerdesk.complaints import step
from offerdesk.desk import Desk
from offerdesk.offers import read_bytes
from offerdesk.web.form.typed import document_of, typed_of
from offerdesk.web.settings import Settings
from rules.errors import Fault, UnusableCase
from rules.source import Document
from tests.offers import PLAIN, book, varied
from tests.web.client import ANN, BOB, TOKENS, TestClient, as_user, served
from tests.web.forms import HTML, decided, page, send, words
from warehouse import log


def typed(**changes: Any) -> dict[str, Any]:
    """The plain offer as somebody types it."""
    raw = varied({name.replace("__", "."): value for name, value in changes.items()})
    return dict(typed_of(raw, book()))


def test_a_form_gives_the_decision_that_a_file_gives(client: TestClient) -> None:
    row = log.read(decided(client, typed()))
    assert (row.entry.verdict, row.entry.rule) == ("accept", "D10")
    direct = Desk().decide(varied(), log=False)
    assert row.entry.facts_hash == direct.record["facts_hash"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("offer.base_salary", "210K"),
        ("offer.equity_grant_years", "four"),
        ("offer.bonus_target_pct", "-1"),
        ("offer.response_deadline", "2026-02-30"),
        ("offer.currency", "dollars"),
        ("candidate.min_base", "-5"),
        ("offer.vest_schedule.1", "60"),
    ],
)
def test_what_is_wrong_is_told_in_the_words_of_the_door(
    client: TestClient, field: str, wrong: str
) -> None:
    before = len(log.listing(1000))
    told = send(client, "/", {**typed(), field: wrong})
    assert told.status_code == 422
    fault, shown = refused({**typed(), field: [wrong]}), words(told.text)
    for part in (fault.found, fault.allowed, step(fault), fault.code):
        assert part in shown
    assert f'value="{wrong}"' in told.text
    assert PLAIN["offer"]["company"] in told.text
    assert len(log.listing(1000)) == before


def refused(data: dict[str, Any]) -> Fault:
    """What the door itself says of a form."""
    with pytest.raises(UnusableCase) as caught:
        Desk().decide(Document(document_of(data, book()), {}, "the form"), log=False)
    return caught.value.faults[0]


def test_every_fault_is_told_at_once_each_next_to_its_field(client: TestClient) -> None:
    wrong = {"offer.base_salary": "a lot", "candidate.min_tc": "more", "offer.currency": "?"}
    told = send(client, "/", {**typed(), **wrong})
    assert "3 things have" in words(told.text)
    for name in wrong:
        field = f"f-{name.replace('.', '-')}"
        assert f'id="{field}" aria-invalid="true" aria-describedby="{field}-error"' in told.text
        assert f'id="{field}-error"' in told.text


def test_a_fault_in_another_offer_stands_there(client: TestClient) -> None:
    name = "candidate.competing_offers.0.base_salary"
    told = send(client, "/", {**typed(), name: "220K"})
    assert told.status_code == 422
    assert 'id="f-candidate-competing_offers-0-base_salary-error"' in told.text
    assert "candidate.competing_offers[0].base_salary" in told.text


def test_a_market_section_is_kept_and_counts(client: TestClient) -> None:
    row = log.read(decided(client, typed()))
    assert row.entry.snapshot is None
    assert b"meadowlark" in row.entry.market
    told = send(client, "/", {**typed(), "market": "guide: [unclosed"})
    assert told.status_code == 422
    assert "guide: [unclosed" in told.text
    assert "the market section" in words(told.text)


def test_pasted_text_is_read_as_a_file_is(client: TestClient, offers: Path) -> None:
    text = (offers / "harbour-lane.yaml").read_text("utf-8")
    told = send(client, "/offer/text", {"text": text})
    row = log.read(told.headers["location"].rpartition("/")[2])
    direct = Desk().decide(offers / "harbour-lane.yaml", log=False)
    assert row.entry.facts_hash == direct.record["facts_hash"]


def test_a_pasted_fault_has_its_line_and_the_text_stays(client: TestClient) -> None:
    text = "offer:\n  company: <Kiln>\n  base_salary: 210K\n  currency: USD\n"
    told = send(client, "/offer/text", {"text": text})
    assert told.status_code == 422
    assert "the pasted offer line 3, offer.base_salary" in told.text
    assert "company: &lt;Kiln&gt;" in told.text
    with pytest.raises(UnusableCase) as caught:
        Desk().decide(read_bytes(text.encode(), "the pasted offer"), log=False)
    assert caught.value.faults[0].found in words(told.text)


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"&a [*a]", b"[1, 2"])
def test_a_file_that_cannot_be_read_is_told(client: TestClient, data: bytes) -> None:
    told = send(client, "/offer/text", {}, files={"file": ("offer.yaml", data)})
    assert told.status_code == 422
    assert "document-" in told.text


def test_what_is_typed_is_valued_and_forgotten(client: TestClient) -> None:
    before = len(log.listing(1000))
    headers = {"HX-Target": "worth", "HX-Request": "true"}
    told = send(client, "/offer/form", typed(), headers=headers)
    assert "$42,500" in told.text
    faulty = {**typed(), "offer.sign_on_y1": "lots"}
    told = send(client, "/offer/form", faulty, headers=headers)
    assert "$42,500" in told.text
    assert len(log.listing(1000)) == before


def test_an_entry_is_added_and_another_removed(client: TestClient) -> None:
    name = "candidate.competing_offers"
    told = send(
        client, "/offer/form", {f"{name}.0.company": "Thornfield", "add": "competing_offers"}
    )
    assert f'name="{name}.1.company"' in told.text
    assert "Thornfield" in told.text
    told = send(client, "/offer/form", {f"{name}.0.company": "Thornfield", "remove": f"{name}.0"})
    assert "Thornfield" not in told.text


def test_a_decision_can_be_changed_with_all_that_it_stated(client: TestClient) -> None:
    raw = typed(candidate__competing_offers=[{"company": "Thornfield", "base_salary": 199_999}])
    first = decided(client, raw)
    form = page(client, f"/decisions/{first}/change")
    for shown in ("Meadowlark Systems", "205000", "Thornfield", "199999", "180000"):
        assert f'value="{shown}"' in form


def test_names_that_the_market_knows(client: TestClient) -> None:
    told = send(client, "/offer/known/company", {"offer.company": "pin"})
    assert '<option value="Pinterest">' in told.text
    job = {"offer.company": "Pinterest", "offer.role_title": "ML/AI Engineer"}
    told = send(client, "/offer/known/place", {**job, "offer.region": "San"})
    assert '<option value="San Francisco">' in told.text
    assert 'value="ml_ai_engineer"' in told.text
    kept = {**job, "offer.role_family": "my own"}
    assert 'name="offer.role_family"' not in send(client, "/offer/known/role", kept).text


def test_whatever_is_typed_is_shown_as_text(client: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    told = send(client, "/", {"offer.company": evil, "offer.base_salary": evil, "market": evil})
    assert "<script>alert" not in told.text
    made = decided(client, typed(offer__company=evil, offer__role_title=evil))
    for path in ("", "/why", "/change", "/try"):
        assert "<script>alert" not in page(client, f"/decisions/{made}{path}")
    assert "<script>alert" not in page(client, "/")


def test_a_form_without_its_token_is_refused(client: TestClient) -> None:
    told = client.post("/", data=typed(), headers=HTML)
    assert told.status_code == 403


def test_only_own_decisions_are_offered_again(home: Path) -> None:
    with served(Settings(tokens=TOKENS)) as client:
        client.headers.update(as_user(ANN))
        assert "Decided before" not in page(client, "/")
        decided(client, typed())
        assert "Decided before" in page(client, "/")
        assert "Meadowlark" in page(client, "/")
        client.headers.update(as_user(BOB))
        assert "Meadowlark" not in page(client, "/")
