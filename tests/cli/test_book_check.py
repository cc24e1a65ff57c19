"""`offerdesk book check`: what is proved, what failed, and what lies outside."""

from __future__ import annotations

import json
import re
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from offerdesk.proved import proved
from rules.book import BOOK
from rules.loader import load_book
from rules.proving.claims import Claim, Proofs
from tests.cli.command import Run

LAST = "    when: accept_floors_met AND NOT COALESCE(prefers_another_offer, FALSE)"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return copytree(BOOK, tmp_path / "book")


def broken(own: Path) -> Path:
    """A book that says yes to offers at the top of the band only, and nothing to the others."""
    verdict = own / "verdict.yaml"
    text = verdict.read_text("utf-8")
    assert LAST in text
    verdict.write_text(text.replace(LAST, f"{LAST} AND offer_at_top_of_band"), "utf-8")
    return own


def test_a_chapter_that_holds(run: Run) -> None:
    code, told, complaint = run("book", "check", "--only", "dates", "--only", "inputs")
    assert (code, complaint) == (0, "")
    assert told.startswith("Names, types and units agree: ")
    assert "\nNo day without a number\n" in told
    assert "\nOutside of what is proved\n" in told
    assert re.search(r"^All \d+ claims hold: \d+ proved of every case\.$", told, re.MULTILINE)


def test_what_the_book_excepts_is_told_with_where_and_why(run: Run) -> None:
    code, told, _ = run("book", "check", "--only", "monotone", "--about", "equity_shares")
    words = " ".join(told.split())
    assert code == 0
    assert "1 proved of every case, 1 stated by the book as meant" in words
    assert "worse where for the lower offer equity_paper_value = 0 The first option" in words
    assert words.count("raising equity_shares may make it worse") == 1


def test_a_whole_run_is_kept_and_a_part_is_not(
    run: Run, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = Proofs([Claim("dates", "no day without a number", "proved")], [])
    monkeypatch.setattr("offerdesk.book_check.proofs_of", lambda *_: some)
    verdict = own / "verdict.yaml"
    verdict.write_text(verdict.read_text("utf-8").replace(LAST, f"{LAST} AND TRUE"), "utf-8")
    assert run("book", "check", str(own), "--only", "dates")[0] == 0
    assert proved(load_book(own), own) is None
    assert run("book", "check", str(own))[0] == 0
    found = proved(load_book(own), own)
    assert found is not None
    assert [claim["claim"] for claim in found["claims"]] == ["no day without a number"]


def test_names_and_types_alone(run: Run) -> None:
    code, told, _ = run("book", "check", "--quick", "--format", "json")
    assert code == 0
    assert set(json.loads(told)) >= {"hash", "rows", "signals", "levers"}


def test_a_malformed_book_gets_its_faults_and_no_proofs(run: Run, own: Path) -> None:
    thresholds = own / "parameters" / "thresholds.yaml"
    thresholds.write_text(thresholds.read_text("utf-8").replace("grade: E", "grade: Z", 1), "utf-8")
    code, told, complaint = run("book", "check", str(own))
    assert (code, told) == (1, "")
    assert "thresholds.yaml line " in complaint


def test_a_statement_that_cannot_be_read(run: Run, own: Path) -> None:
    statement = own / "proofs.yaml"
    statement.write_text(statement.read_text("utf-8").replace("wins: D0", "wins: D99"), "utf-8")
    code, _, complaint = run("book", "check", str(own), "--only", "dates")
    assert code == 1
    assert "error[book-unknown-row]: proofs.yaml line " in complaint


def test_a_failure_comes_with_an_offer_that_shows_it(run: Run, own: Path, tmp_path: Path) -> None:
    found = run(
        "book", "check", str(broken(own)), "--only", "rows", "--about", "D11", "--format", "json"
    )
    code, told, _ = found
    claims = [one for one in json.loads(told)["claims"] if one["standing"] == "failed"]
    assert code == 1
    (gap,) = [one for one in claims if one["code"] == "proof-gap"]
    assert gap["place"].startswith("verdict.yaml line ")
    offer = tmp_path / "offer.yaml"
    offer.write_text(yaml.safe_dump(gap["offers"][0]), "utf-8")
    decided = run("decide", str(offer), "--book", str(own), "--no-log", "--format", "json")
    assert json.loads(decided[1])["rule"] == "D11"


def test_a_failure_is_told_in_words(run: Run, own: Path) -> None:
    code, told, _ = run("book", "check", str(broken(own)), "--only", "rows", "--about", "D11")
    assert code == 1
    assert "FAILED: no complete offer falls through to D11" in told
    assert "[proof-gap] verdict.yaml line " in told
    assert "for `offerdesk decide`:" in told


@pytest.mark.slow
def test_every_claim_of_the_shipped_book_holds(run: Run) -> None:
    code, told, _ = run("book", "check", "--format", "json")
    found = json.loads(told)
    assert (code, found["sound"]) == (0, True)
    assert len(found["claims"]) > 500
    assert {one["standing"] for one in found["claims"]} <= {"proved", "shown", "stated"}
