"""`offerdesk book diff`, as somebody meets it who sends a change of the book for review."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import FAULT, Run, altered

FEW = ("--offers", "5000", "--no-log")


def test_the_same_book(run: Run, mine: Path) -> None:
    code, told, _ = run("book", "diff", "shipped", str(mine), "--fail-on", "any")
    assert code == 0
    assert told.startswith(f"shipped and {mine} say the same")


def test_words_and_reasons_change_no_verdict_and_are_told_apart(run: Run, mine: Path) -> None:
    altered(mine, "verdict.yaml", "You have signed elsewhere; talk", "You have signed: talk")
    altered(mine, "parameters/thresholds.yaml", "of another offer that matters;", "that matters;")
    code, told, _ = run("book", "diff", "shipped", str(mine), "--fail-on", "asks", *FEW)
    assert code == 0
    assert "0 of what decides, 1 of words, 1 of reasons only" in told
    assert "Nowhere: nothing that was changed can reach a verdict or an ask." in told
    assert run("book", "diff", "shipped", str(mine), "--fail-on", "any", *FEW)[0] == 1


@pytest.fixture
def laxer(mine: Path) -> Path:
    old = "value: 0.05, grade: E, source: Judgement; among"
    altered(mine, "parameters/thresholds.yaml", old, old.replace("0.05", "0.08"))
    return mine


def test_a_threshold_is_told_with_where_it_bites(run: Run, laxer: Path, offers: Path) -> None:
    assert run("decide", str(offers / "harbour-lane.yaml"))[0] == 0
    asked = ("book", "diff", "shipped", str(laxer), "--offers", "8000", "--format", "json")
    code, told, _ = run(*asked, "--fail-on", "verdict")
    assert code == 1
    found = json.loads(told)
    (change,) = found["changes"]
    assert (change["name"], change["effect"]) == ("material_gap", "decides")
    assert found["flips"] == sum(one["offers"] for one in found["ways"]) > 0
    region = next(one for one in found["regions"] if one["after"][0] == "accept")
    ends = {one["name"].partition("@")[0]: one for one in region["ranges"]}["competing_tc_gap"]
    assert ends["high"]["value"] == 0.08
    assert "competing_offers" in region["witness"]
    assert found["logged"]["counts"]["same"] == 1


def test_a_note_for_a_pull_request(run: Run, laxer: Path) -> None:
    asked = ("--offers", "8000", "--no-log", "--format", "md")
    told = run("book", "diff", "shipped", str(laxer), *asked)[1]
    assert told.startswith("## From shipped")
    assert "### What decides" in told
    assert "such as the plain offer with" in told
    assert "- values 2020-01-01 value: 0.05 -" in told


def test_a_book_that_made_a_decision_is_named_by_its_hash(
    run: Run, laxer: Path, offers: Path
) -> None:
    assert run("decide", str(offers / "harbour-lane.yaml"))[0] == 0
    hash = run("book", "hash")[1].strip()
    told = run("book", "diff", hash[:8], "shipped")[1]
    assert told.startswith(f"{hash[:8]} and shipped say the same")


def test_redacted_decisions_are_counted(run: Run, laxer: Path, offers: Path) -> None:
    for name in ("harbour-lane", "blue-kiln"):
        assert run("decide", str(offers / f"{name}.yaml"))[0] == 0
    id = json.loads(run("log", "list", "--format", "json")[1])[0]["id"]
    assert run("log", "redact", id, "--reason", "asked for", "--by", "tester")[0] == 0
    asked = ("book", "diff", "shipped", str(laxer), "--offers", "1000")
    counts = json.loads(run(*asked, "--format", "json")[1])["logged"]["counts"]
    assert (counts.pop("redacted"), sum(counts.values())) == (1, 1)
    assert "1 more are redacted and cannot be judged" in run(*asked)[1]


@pytest.mark.parametrize("name", ["nowhere", "abcdef12"])
def test_a_book_that_is_not_there(run: Run, name: str) -> None:
    code, told, complaint = run("book", "diff", name, "shipped")
    assert (code, told) == (1, "")
    assert complaint.startswith("error[book-edition-unknown]: ")
    assert FAULT.match(complaint)
