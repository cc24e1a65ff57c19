"""What is older than the rule allows is redacted, some at a time, and the chain says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.errors import FailedWorld
from tests.log.entries import filled
from tests.log.later import RULE, in_a_month
from warehouse import log, redaction, retention
from warehouse.retention import keep_to
from warehouse.verification import verify

__all__ = ["in_a_month"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "decisions.sqlite"


def test_nothing_goes_before_its_time(path: Path) -> None:
    filled(path, 4)
    assert keep_to(RULE, path) == 0
    assert len(list(log.rows(path))) == 4


@pytest.mark.usefixtures("in_a_month")
def test_what_is_too_old_goes_and_the_chain_says_why(path: Path) -> None:
    ids = filled(path, 5, redacted=(1,))
    assert keep_to(RULE, path) == 4
    found = verify(path)
    assert (found.faults, found.decisions, found.redacted) == ((), 5, 5)
    with pytest.raises(FailedWorld, match="by the owner, by the rule of 30 days: kept for a month"):
        log.read(ids[0], path)
    assert keep_to(RULE, path) == 0


@pytest.mark.usefixtures("in_a_month")
def test_many_go_some_at_a_time(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    filled(path, 8)
    assert [keep_to(RULE, path) for _ in range(4)] == [3, 3, 2, 0]


@pytest.mark.usefixtures("in_a_month")
def test_what_somebody_still_reads_is_no_fault_of_who_logs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redaction, "empty_journal", lambda _: False)
    filled(path, 3)
    assert keep_to(RULE, path) == 0
    assert verify(path).redacted == 3
