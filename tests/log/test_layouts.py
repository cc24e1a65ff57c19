"""Logs of the first layout: read and checked as they are, brought over when they are written to."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rules.errors import FailedWorld
from tests.log.entries import entry
from tests.log.first_layout import filled_first
from warehouse import log, log_file
from warehouse.chain import FIRST_LAYOUT, GENESIS, first_layout_hash
from warehouse.heads import latest
from warehouse.receipt import Receipt, receipt, sealed_entry
from warehouse.redaction import redact
from warehouse.verification import verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "decisions.sqlite"


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)


def test_the_hash_of_the_first_layout_is_what_it_was() -> None:
    parts = dict.fromkeys(FIRST_LAYOUT, "ab") | {"snapshot": None, "decision": b"abc"}
    framed = b"".join(
        b"-;" if part is None else b"%d:%s" % (len(part), part.encode() if part == "ab" else b"abc")
        for part in (parts[name] for name in FIRST_LAYOUT)
    )
    assert (
        first_layout_hash(GENESIS, parts) == hashlib.sha256(GENESIS.encode() + framed).hexdigest()
    )
    assert FIRST_LAYOUT[:4] == ("logged_at", "decision", "facts", "market")


def test_it_is_read_and_verified_without_being_touched(path: Path) -> None:
    ids = filled_first(path, 5)
    before = path.read_bytes()
    assert [row.entry for row in log.rows(path)] == [entry(number) for number in range(5)]
    assert log.read(ids[2], path).entry == entry(2)
    assert [line.id for line in log.listing(10, path)] == ids[::-1]
    assert verify(path).faults == ()
    assert path.read_bytes() == before


def test_it_is_brought_over_by_the_next_decision(path: Path) -> None:
    ids = filled_first(path, 5)
    old = latest(path)
    assert old is not None
    newest = log.append(entry(5), path)
    assert [row.entry for row in log.rows(path)] == [entry(number) for number in range(6)]
    assert [row.id for row in log.rows(path)] == [*ids, newest]
    found = verify(path, [old])
    assert found.faults == ()
    assert found.decisions == 6


@pytest.mark.parametrize("written", [False, True], ids=["as it is", "brought over"])
def test_tampering_is_found_in_both_layouts(path: Path, written: bool) -> None:
    filled_first(path, 5)
    change(path, "UPDATE decision_log SET verdict = 'accept' WHERE seq = 3")
    change(path, "DELETE FROM decision_log WHERE seq = 5")
    if written:
        log.append(entry(9), path)
    codes = [(fault.code, "row 3" in fault.place) for fault in verify(path).faults]
    assert codes[0] == ("log-row-altered", True)
    assert codes[-1][0] in ("log-tail-missing", "log-number-skipped")


def test_an_old_decision_is_redacted_and_still_vouched_for(path: Path) -> None:
    ids = filled_first(path, 5)
    with pytest.raises(FailedWorld, match="log-not-sealed"):
        receipt(ids[1], path)
    kept: list[Receipt] = []
    redact(ids[1:3], reason="asked to", by="a clerk", keep=kept.extend, path=path)
    log_file.close_writers()
    found = verify(path)
    assert (found.faults, found.redacted) == ((), 2)
    assert sealed_entry(ids[1], path).commitments["facts"] == kept[0].commitments["facts"]
    assert b"Employer 1" not in path.read_bytes()
    change(path, "UPDATE chain SET verdict = 'accept' WHERE seq = 2")
    (fault,) = verify(path).faults
    assert fault.code == "log-row-altered"
    assert "row 2" in fault.place
    with pytest.raises(FailedWorld, match="log-row-altered"):
        sealed_entry(ids[1], path)


def test_nothing_of_what_was_brought_over_is_left_behind(path: Path) -> None:
    ids = filled_first(path, 5)
    redact(ids, reason="asked to", by="a clerk", path=path)
    log_file.close_writers()
    left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert not [number for number in range(5) if f"Employer {number}".encode() in left]
