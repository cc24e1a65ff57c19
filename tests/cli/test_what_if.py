"""ask, fragility and questions on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import FAULT, Run

COMMANDS = ("ask", "fragility", "questions")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("form", ["text", "json", "md"])
def test_every_command_in_every_form(run: Run, offers: Path, command: str, form: str) -> None:
    code, told, complaint = run(command, str(offers / "harbour-lane.yaml"), "--format", form)
    assert (code, complaint) == (0, "")
    if form == "json":
        record = json.loads(told)
        assert record["verdict"] == "accept"
        assert {"company", "rule", "book", "facts_hash"} <= record.keys()
    else:
        assert "Harbour Lane" in told
        assert "Do not pass this part on." in told


@pytest.mark.parametrize("command", ["ask", "fragility"])
def test_a_logged_decision_gives_the_same(run: Run, offers: Path, command: str) -> None:
    offer = str(offers / "fenwick-rowe.yaml")
    assert run("decide", offer)[0] == 0
    _, listed, _ = run("log", "list", "--format", "json")
    (line,) = json.loads(listed)
    _, logged, _ = run(command, "--id", line["id"], "--format", "json")
    _, given, _ = run(command, offer, "--format", "json")
    assert json.loads(logged) == json.loads(given)


def test_asking_is_not_logged(run: Run, offers: Path) -> None:
    for command in COMMANDS:
        assert run(command, str(offers / "blue-kiln.yaml"))[0] == 0
    assert "Nothing is logged" in run("log", "list")[1]


def test_wishes(run: Run, offers: Path) -> None:
    offer = str(offers / "blue-kiln.yaml")
    code, told, _ = run("ask", offer, "--lock", "sign_on", "--weight", "base=1", "--format", "json")
    record = json.loads(told)
    assert code == 0
    assert record["wishes"] == {"locked": ["sign_on"], "caps": {}, "weights": {"base": 1.0}}
    assert record["cheapest"]["amounts"]["base"]["to"] == 150_000
    assert record["cheapest"]["cost"] == 18_000
    _, told, _ = run("ask", offer, "--cap", "base=149000", "--format", "json")
    assert json.loads(told)["cheapest"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "offer.yaml", "--id", "1"),
        ("ask", "--id", "1", "--as-of", "2026-01-01"),
        ("ask", "{offer}", "--lock", "salary"),
        ("ask", "{offer}", "--cap", "base"),
        ("ask", "{offer}", "--cap", "base=-1"),
        ("ask", "{offer}", "--weight", "base=0"),
        ("ask", "{offer}", "--weight", "base=nan"),
        ("questions",),
    ],
)
def test_wrong_usage(run: Run, offers: Path, arguments: tuple[str, ...]) -> None:
    given = [one.format(offer=offers / "blue-kiln.yaml") for one in arguments]
    code, told, complaint = run(*given)
    assert (code, told) == (2, "")
    assert FAULT.fullmatch(complaint.strip())


@pytest.mark.parametrize("command", COMMANDS)
def test_a_bad_offer_is_refused(run: Run, tmp_path: Path, command: str) -> None:
    offer = tmp_path / "offer.yaml"
    offer.write_text("offer: {base_salary: lots}\n", "utf-8")
    code, told, complaint = run(command, str(offer))
    assert (code, told) == (1, "")
    assert "case-wrong-type" in complaint
