"""Redaction: the content goes for good, the chain stays, and a receipt still proves it."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rules.errors import FailedWorld
from tests.log.entries import entry, filled, without_names
from warehouse import log, log_file
from warehouse.chain import PARTS, commitment
from warehouse.heads import Head, head_of, latest, remember
from warehouse.receipt import Receipt, receipt, sealed_entry
from warehouse.redaction import older_than, redact
from warehouse.verification import verify, verify_redacted


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "decisions.sqlite"


def remains(path: Path) -> bytes:
    """All that lies beside the log, the journal too."""
    return b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_nothing_is_left_of_what_was_stated(path: Path) -> None:
    ids = filled(path, 6)
    assert b"Employer 3" in remains(path)
    assert redact([ids[3]], reason="asked to", by="a clerk", path=path) == 1
    one = entry(3)
    for part in PARTS:
        content = getattr(one, part)
        data = content.encode() if isinstance(content, str) else content
        assert data not in remains(path)
    assert b"Employer 2" in remains(path)


def test_the_chain_holds_and_tells_who_when_and_why(path: Path) -> None:
    ids = filled(path, 6)
    head = latest(path)
    assert head is not None
    redact([ids[3]], reason="asked to", by="a clerk", path=path)
    found = verify(path, [head])
    assert (found.faults, found.decisions, found.redacted) == ((), 6, 1)
    assert verify_redacted(path).redacted == 1
    line = next(one for one in log.listing(10, path) if one.id == ids[3])
    assert (line.is_redacted, line.company, line.facts_hash) == (True, None, None)
    assert (line.verdict, line.rule) == (entry(3).verdict, entry(3).rule)
    with pytest.raises(FailedWorld, match=r"redacted on .* by a clerk: asked to"):
        log.read(ids[3], path)
    assert [row.id for row in log.rows(path)] == [*ids[:3], *ids[4:]]


def test_all_are_redacted_or_none(path: Path) -> None:
    ids = filled(path, 4)
    redact([ids[1]], reason="asked to", by="a clerk", path=path)
    before = log.last_number(path)
    with pytest.raises(FailedWorld, match="log-redacted"):
        redact([ids[0], ids[1]], reason="again", by="a clerk", path=path)
    assert log.last_number(path) == before
    assert log.read(ids[0], path).entry == entry(0)


def test_what_cannot_be_kept_is_not_removed(path: Path) -> None:
    ids = filled(path, 2)

    def full(_: list[Receipt]) -> None:
        raise OSError("no space left")

    with pytest.raises(FailedWorld, match="no space left"):
        redact(ids, reason="asked to", by="a clerk", keep=full, path=path)
    assert [row.id for row in log.rows(path)] == ids


def test_the_file_itself_refuses_to_forget_without_a_redaction(path: Path) -> None:
    filled(path, 2)
    with closing(sqlite3.connect(path)) as connection:
        for statement in (
            "DELETE FROM content",
            "UPDATE content SET facts = X'00'",
            "UPDATE chain SET rule = 'D0'",
            "DELETE FROM chain",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)


def test_a_receipt_is_the_same_before_and_after_and_fits_the_chain(path: Path) -> None:
    ids = filled(path, 3)
    before = receipt(ids[1], path)
    kept: list[Receipt] = []
    redact([ids[1]], reason="asked to", by="a clerk", keep=kept.extend, path=path)
    assert kept == [before]
    stands = sealed_entry(ids[1], path).commitments
    for part, content in before.parts.items():
        salt = bytes.fromhex(before.salts[part])
        assert commitment(salt, content) == stands[part]
        assert commitment(salt, f"{content}x") != stands[part]
    assert json.loads(json.dumps(asdict(before)))["parts"]["company"] == "Employer 1"


def test_equal_content_has_other_commitments(path: Path) -> None:
    first, second = (receipt(log.append(entry(1), path), path) for _ in range(2))
    assert first.parts == second.parts
    assert not set(first.commitments.values()) & set(second.commitments.values())
    unnamed = receipt(log.append(without_names(1), path), path)
    assert unnamed.parts["company"] is None
    assert unnamed.commitments["company"] not in first.commitments.values()


def test_what_others_still_read_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = filled(path, 2)
    monkeypatch.setattr(log_file, "WAIT", 0.05)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM content").fetchone()
        with pytest.raises(FailedWorld, match="log-journal-busy"):
            redact([ids[0]], reason="asked to", by="a clerk", path=path)
    with pytest.raises(FailedWorld, match="log-redacted"):
        log.read(ids[0], path)
    log.append(entry(5), path)
    log_file.close_writers()
    assert b"Employer 0" not in remains(path)


def test_what_is_old_enough(path: Path) -> None:
    ids = filled(path, 3)
    redact([ids[0]], reason="asked to", by="a clerk", path=path)
    now = datetime.now(UTC)
    assert [line.id for line in older_than(now, path)] == [ids[2], ids[1]]
    assert older_than(now - timedelta(days=1), path) == []


def test_a_log_that_is_being_written_to_is_sound(path: Path) -> None:
    filled(path, 30)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            row_id = log.append(entry(1), path)
            redact([row_id], reason="asked to", by="a clerk", path=path)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = [verify(path) for _ in range(20)]
    finally:
        stop.set()
        writer.join()
    assert [one.faults for one in found] == [()] * 20
    assert found[-1].decisions > 30


# --- Heads --------------------------------------------------------------------------------------


def test_a_head_is_remembered_and_missed(path: Path) -> None:
    filled(path, 3)
    head = latest(path)
    assert head is not None
    assert head_of(str(head)) == head
    assert remember(head, path)
    assert verify(path).faults == ()
    path.unlink()
    (fault,) = verify(path).faults
    assert fault.code == "log-head-missing"
    filled(path, 3)
    (fault,) = verify(path).faults
    assert (fault.code, str(head) in fault.allowed) == ("log-head-missing", True)


def test_heads_that_cannot_be_read_are_told(path: Path) -> None:
    filled(path, 1)
    path.with_name("heads.txt").write_text("1:xyz\n", "ascii")
    (fault,) = verify(path).faults
    assert fault.code == "log-heads-unreadable"
    assert not remember(Head(1, "0" * 64), path)


def test_every_head_of_a_moment_counts(path: Path) -> None:
    ids = filled(path, 2)
    assert [one.code for one in verify(path, [Head(2, ids[0]), Head(2, ids[1])]).faults] == [
        "log-head-missing"
    ]


def test_the_beginning_of_a_hash_is_head_enough(path: Path) -> None:
    ids = filled(path, 2)
    assert verify(path, [Head(2, ids[1])]).faults == ()
    assert [one.code for one in verify(path, [Head(2, ids[0])]).faults] == ["log-head-missing"]
