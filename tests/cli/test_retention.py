"""`offerdesk log retention`: off until it is stated, and kept to whenever a decision is logged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import Run
from tests.log.later import RULE, in_a_month
from warehouse import retention
from warehouse.home import home
from warehouse.log_file import place_of
from warehouse.retention import state
from warehouse.verification import verify

__all__ = ["in_a_month"]


def decided(run: Run, offers: Path) -> str:
    code, told, _ = run("decide", str(offers / "blue-kiln.yaml"), "--format", "json")
    assert code == 0
    assert json.loads(told)["verdict"]
    return str(json.loads(run("log", "list", "--format", "json")[1])[0]["id"])


def test_it_is_off_until_it_is_stated_and_when_it_is_ended(run: Run, offers: Path) -> None:
    assert run("log", "retention")[1].startswith("Nothing is redacted by age")
    told = run("log", "retention", "--after", "2y", "--reason", "kept for two years")[1]
    assert told.startswith("Decisions are redacted 730 days after they are logged: kept for two")
    decided(run, offers)
    assert verify().redacted == 0
    assert run("log", "retention", "--off")[1].startswith("Nothing is redacted by age")


@pytest.mark.usefixtures("in_a_month")
def test_deciding_keeps_to_it(run: Run, offers: Path) -> None:
    first = decided(run, offers)
    state(RULE)
    assert "1 are that old now" in run("log", "retention")[1]
    decided(run, offers)
    # The new one is as old as the other, for this clock.
    assert verify().redacted == 2
    assert "error[log-redacted]" in run("log", "show", first)[2]
    assert run("log", "verify")[0] == 0


@pytest.mark.parametrize(
    ("asked", "code", "told"),
    [
        (("--after", "0d", "--reason", "at once"), 1, "error[retention-age]"),
        (("--after", "1d", "--reason", " "), 1, "error[redaction-reason]"),
        (("--after", "1d"), 2, "give --after with --reason"),
        (("--off", "--after", "1d", "--reason", "both"), 2, "give --after with --reason"),
        (("--after", "soon", "--reason", "a word"), 2, "is no age such as 365d"),
    ],
)
def test_a_rule_that_cannot_be(run: Run, asked: tuple[str, ...], code: int, told: str) -> None:
    found = run("log", "retention", *asked)
    assert found[0] == code
    assert told in found[2]
    assert retention.retention() is None


@pytest.mark.parametrize("content", ["{", "[]", '{"days": 0, "reason": "a", "by": "b"}'])
def test_a_rule_that_cannot_be_read_stops_deciding_and_says_so(
    run: Run, offers: Path, content: str
) -> None:
    decided(run, offers)
    place_of(None).with_name(retention.FILE).write_text(content, "utf-8")
    code, told, complaint = run("decide", str(offers / "blue-kiln.yaml"))
    assert (code, told) == (3, "")
    assert complaint.startswith(f"error[retention-unreadable]: {home().log}")
    assert run("log", "retention", "--after", "9d", "--reason", "mended")[0] == 0
    decided(run, offers)
