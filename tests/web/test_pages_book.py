"""The pages of the book: everything in it has a place, a meaning, and a count from the log."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from offerdesk.book_check import record_of
from offerdesk.fired import APPLIED, DECIDED, HELD, TRUE, USED, Firings
from offerdesk.glossary import Glossary
from offerdesk.proved import proved
from offerdesk.web.settings import Settings
from rules.errors import Fault
from rules.proving.claims import Claim, Proofs
from tests.offers import book
from tests.web.client import ANN, BOB, TOKENS, TestClient, as_user, decided, served
from tests.web.forms import HTML, page, words
from warehouse import log


def test_every_row_signal_and_lever_is_listed_with_its_meaning(client: TestClient) -> None:
    shown = page(client, "/book")
    rules = [one.name for one in book().rows] + [one.name for one in book().levers]
    signals = [term for term in Glossary(book()).values() if term.kind == "signal"]
    for name in [*rules, *(term.name for term in signals)]:
        assert f'href="/book/{name}"' in shown, name
    told = words(shown)
    for term in signals:
        assert " ".join(term.told.split()) in told


@pytest.mark.parametrize("name", ["D9", "competing_offer", "base_floor_gap", "material_gap"])
def test_a_name_has_all_that_the_book_says_of_it(client: TestClient, name: str) -> None:
    shown = words(page(client, f"/book/{name}"))
    term = Glossary(book()).get(name)
    if term is not None:
        for part in (term.formula, *term.details):
            assert " ".join(part.split()) in shown


def test_every_name_has_a_page(client: TestClient) -> None:
    for name in list(Glossary(book()))[::25]:
        assert client.get(f"/book/{name}", headers=HTML).status_code == 200, name
    assert client.get("/book/nonsense", headers=HTML).status_code == 404


def test_counts_are_those_of_the_log(client: TestClient, offers: Path) -> None:
    records = [decided(client, offers / f"{one}.yaml") for one in ("pinterest", "harbour-lane")]
    fired = Firings(book().hash).counted(log.rows())
    assert fired.decisions == 2
    for record in records:
        assert fired.rows[record["rule"], DECIDED] == 1
        for lever in record["levers"]:
            assert fired.levers[lever["id"], USED] == 1
    for name in ("equity_is_public", "leverage_high"):
        truths = sum(one["signals"][name] is True for one in records)
        assert fired.signals[name, TRUE] == truths
    held = sum(one["rows"]["D11"] is True for one in records)
    assert fired.rows["D11", HELD] == held
    considered = [one for record in records for one in record["levers_considered"]]
    applied = sum(one["id"] == "ai_skill_premium" and one["applies"] is True for one in considered)
    assert fired.levers["ai_skill_premium", APPLIED] == applied
    assert "the latest 2 logged decisions" in words(page(client, "/book"))


def test_a_decision_is_counted_once_and_by_its_own_book_only(
    client: TestClient, offers: Path
) -> None:
    decided(client, offers / "pinterest.yaml")
    firings = Firings(book().hash)
    assert firings.counted(log.rows()).decisions == 1
    assert firings.counted(log.rows()).decisions == 1
    decided(client, offers / "harbour-lane.yaml")
    assert firings.counted(log.rows(after=firings.last)).decisions == 2
    assert firings.last == log.last_number()
    assert Firings("another").counted(log.rows()).decisions == 0


def test_nobody_counts_the_decisions_of_others(home: Path, offers: Path) -> None:
    with served(Settings(tokens=TOKENS)) as client:
        decided(client, offers / "pinterest.yaml", **as_user(ANN))
        for user, told in ((ANN, "1 logged decision"), (BOB, "No decision by this book")):
            shown = client.get("/book", headers={**HTML, **as_user(user)}).text
            assert told in words(shown)
            assert json.dumps("pinterest") not in shown.lower()


def test_every_proof_is_counted_and_stands_where_it_belongs(client: TestClient) -> None:
    found = proved(book())
    assert found is not None
    shown = words(page(client, "/book"))
    assert f"All {len(found['claims']):,} claims hold" in shown
    about = [one for one in found["claims"] if re.search(r"\bD4\b", one["claim"])]
    assert {one["standing"] for one in about} >= {"proved", "shown", "stated"}
    assert f"{len(about)} proofs" in shown
    shown = words(page(client, "/book/D4"))
    for one in about:
        assert one["claim"] in shown
        assert one.get("reason", "") in shown
    assert "D5 can decide" not in shown


def test_a_book_that_nobody_has_proved_says_so(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offerdesk.web.pages.book.proved", lambda *_: None)
    for place in ("/book", "/book/D4"):
        assert "Nothing is proved of this book yet" in words(page(client, place))


def test_what_does_not_hold_is_not_hidden(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault("proof-dead-row", "verdict.yaml line 9", "D9, which is masked", "", "mend it")
    claims = [Claim("rows", "D9 can decide", "failed", fault)]
    record = {"proved_by": "z3", **record_of(book(), Proofs(claims, []))}
    monkeypatch.setattr("offerdesk.web.pages.book.proved", lambda *_: record)
    shown = words(page(client, "/book"))
    assert "1 of 1 claims do not hold" in shown
    for told in (shown, words(page(client, "/book/D9"))):
        assert re.search(r"failed\s+D9 can decide", told)
        assert "Found D9, which is masked." in told
