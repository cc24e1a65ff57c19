"""The decision log: nothing lost, nothing altered unseen, every failure named."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from rules.errors import FailedWorld
from rules.loader import load_book
from warehouse import log, log_file
from warehouse.books import keep_book, read_book
from warehouse.home import Home, home
from warehouse.verification import verify


def entry(rule: str = "D7", company: str | None = "Acme") -> log.LogEntry:
    return log.LogEntry(
        decision=b'{"verdict":"counter"}',
        facts=b'{"offer":{}}',
        market=b"{}",
        book="b" * 64,
        snapshot=None,
        facts_hash="f" * 12,
        verdict="counter",
        status="decided",
        rule=rule,
        company=company,
        role=None,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log" / "decisions.sqlite"


def codes(call: Callable[[], object]) -> list[str]:
    with pytest.raises(FailedWorld) as caught:
        call()
    return [fault.code for fault in caught.value.faults]


def tamper(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for name in ("chain_no_update", "chain_no_delete", "content_no_update", "content_no_delete"):
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    connection.close()


def test_home_follows_the_variable_and_creates_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OFFERDESK_HOME", str(tmp_path / "desk"))
    assert home() == Home(tmp_path / "desk")
    assert log.listing() == []
    assert verify().faults == ()
    assert list(log.rows()) == []
    assert not (tmp_path / "desk").exists()


def test_home_defaults_to_the_user_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OFFERDESK_HOME", raising=False)
    assert home().root.name == "offerdesk"


def test_a_row_comes_back_as_it_went_in(path: Path) -> None:
    row_id = log.append(entry(), path)
    row = log.read(row_id[:6], path)
    assert row.id == row_id
    assert row.entry == entry()
    assert row.logged_at.endswith("+00:00")
    assert log.read(row.hash, path) == row


def test_equal_decisions_get_rows_of_their_own(path: Path) -> None:
    assert log.append(entry(), path) != log.append(entry(), path)


def test_listing_is_newest_first_and_limited(path: Path) -> None:
    for rule in ("D1", "D2", "D3"):
        log.append(entry(rule), path)
    assert [line.rule for line in log.listing(2, path)] == ["D3", "D2"]


def test_listing_goes_on_before_a_decision(path: Path) -> None:
    ids = [log.append(entry(rule=f"D{number}"), path) for number in range(5)]
    assert [line.rule for line in log.listing(2, path, before=ids[3])] == ["D2", "D1"]
    assert log.listing(2, path, before=ids[0]) == []
    assert codes(lambda: log.listing(2, path, before="0" * 12)) == ["log-unknown-id"]


def test_lines_come_in_the_order_in_which_they_are_named(path: Path) -> None:
    assert log.lines(["0" * 12], path) == []
    ids = [log.append(entry(rule=f"D{number}"), path) for number in range(3)]
    asked = [ids[1], "0" * 12, ids[2], ids[0]]
    assert [line.rule for line in log.lines(asked, path)] == ["D1", "D2", "D0"]


def test_an_id_nobody_has_and_an_ambiguous_one(path: Path) -> None:
    assert codes(lambda: log.read("abc", path)) == ["log-unknown-id"]
    for _ in range(17):
        log.append(entry(), path)
    first_digits = [row.hash[0] for row in log.rows(path)]
    shared = next(digit for digit in first_digits if first_digits.count(digit) > 1)
    assert codes(lambda: log.read(shared, path)) == ["log-ambiguous-id"]
    assert codes(lambda: log.read("", path)) == ["log-unknown-id"]
    assert codes(lambda: log.read("%", path)) == ["log-unknown-id"]


@pytest.mark.parametrize("statement", ["UPDATE chain SET rule = 'D0'", "DELETE FROM chain"])
def test_the_file_refuses_change(path: Path, statement: str) -> None:
    log.append(entry(), path)
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


def test_a_sound_log_verifies_and_an_altered_row_does_not(path: Path) -> None:
    for rule in ("D1", "D2", "D3"):
        log.append(entry(rule), path)
    assert verify(path).faults == ()
    tamper(path, "UPDATE chain SET verdict = 'accept' WHERE seq = 2")
    (fault,) = verify(path).faults
    assert fault.code == "log-row-altered"
    assert "row 2" in fault.place
    assert fault.allowed.endswith("the hash of what it holds")


def test_another_id_is_told_apart_from_another_hash(path: Path) -> None:
    was = log.append(entry(), path)
    tamper(path, "UPDATE chain SET id = 'aaaaaaaaaaaa'")
    (fault,) = verify(path).faults
    assert (fault.code, fault.found, fault.allowed) == (
        "log-row-altered",
        "the id aaaaaaaaaaaa",
        was,
    )


def test_the_folder_of_a_new_log_is_for_its_owner_alone(path: Path) -> None:
    place = path.parent / "new" / "log" / "decisions.sqlite"
    log.append(entry(), place)
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_removed_rows_are_noticed_in_the_middle_and_at_the_end(path: Path) -> None:
    for rule in ("D1", "D2", "D3"):
        log.append(entry(rule), path)
    tamper(path, "DELETE FROM chain WHERE seq = 2", "DELETE FROM content WHERE seq = 2")
    found = [fault.code for fault in verify(path).faults]
    assert found == ["log-number-skipped", "log-chain-broken"]


def test_a_missing_tail_is_noticed(path: Path) -> None:
    log.append(entry(), path)
    log.append(entry(), path)
    tamper(path, "DELETE FROM chain WHERE seq = 2", "DELETE FROM content WHERE seq = 2")
    assert [fault.code for fault in verify(path).faults] == ["log-tail-missing"]


def test_text_moved_from_one_field_to_the_next_changes_the_hash(path: Path) -> None:
    log.append(replace(entry("D1"), status="0decided"), path)
    tamper(path, "UPDATE chain SET rule = 'D10', status = 'decided'")
    assert [fault.code for fault in verify(path).faults] == ["log-row-altered"]


def _append_many(path: Path, count: int) -> None:
    for _ in range(count):
        log.append(entry(), path)


def test_four_processes_lose_nothing(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_append_many, args=(path, 250)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0] * 4
    assert len(list(log.rows(path))) == 1000
    assert verify(path).faults == ()


def test_threads_share_the_log(path: Path) -> None:
    threads = [threading.Thread(target=_append_many, args=(path, 50)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.listing(1000, path)) == 200
    assert verify(path).faults == ()


def test_a_fork_after_use_is_safe(path: Path) -> None:
    log.append(entry(), path)
    child = multiprocessing.get_context("fork").Process(target=_append_many, args=(path, 20))
    child.start()
    _append_many(path, 20)
    child.join(30)
    assert child.exitcode == 0
    assert len(log.listing(100, path)) == 41
    assert verify(path).faults == ()


def test_a_file_that_is_no_log(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database, but long enough to be looked at" * 100)
    for call in (lambda: log.append(entry(), path), lambda: log.listing(5, path)):
        assert codes(call) == ["log-corrupt"]


def test_a_folder_in_the_log_s_place(path: Path) -> None:
    path.mkdir(parents=True)
    assert codes(lambda: log.append(entry(), path)) == ["log-unopenable"]


def test_a_writer_that_never_ends(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "WAIT", 0.05)
    log.append(entry(), path)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert codes(lambda: log.append(entry(), path)) == ["log-locked"]
    assert len(log.listing(5, path)) == 1  # readers never wait
    holder.execute("ROLLBACK")
    holder.close()
    log.append(entry(), path)
    assert verify(path).faults == ()


def test_a_log_of_a_newer_version(path: Path) -> None:
    log.append(entry(), path)
    log_file.close_writers()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert codes(lambda: log.append(entry(), path)) == ["log-newer-layout"]


def _append_as_nobody(path: Path, answer: multiprocessing.SimpleQueue[str]) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)
    try:
        answer.put(log.append(entry(), path))
    except FailedWorld as error:
        answer.put(error.faults[0].code)


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs POSIX file permissions")
def test_a_read_only_log() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions.sqlite"
        log.append(entry(), path)
        log_file.close_writers()
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        context = multiprocessing.get_context("fork")
        answer = context.SimpleQueue()
        child = context.Process(target=_append_as_nobody, args=(path, answer))
        child.start()
        child.join(30)
        Path(folder).chmod(0o755)
        assert answer.get() == "log-read-only"


def test_books_are_kept_by_their_hash(tmp_path: Path) -> None:
    book = load_book()
    path = keep_book(book, tmp_path)
    stamp = path.stat().st_mtime_ns
    assert keep_book(book, tmp_path) == path
    assert path.stat().st_mtime_ns == stamp
    again = read_book(book.hash, tmp_path)
    assert again.hash == book.hash
    assert [row.name for row in again.rows] == [row.name for row in book.rows]


def test_a_kept_book_that_was_changed_is_refused(tmp_path: Path) -> None:
    book = load_book()
    path = keep_book(book, tmp_path)
    sound = path.read_text("utf-8")
    changed = sound.replace("value: 0.05", "value: 0.06", 1)
    assert changed != sound
    for content in (changed, "{}", "[1]", "not JSON", ""):
        path.write_text(content, "utf-8")
        assert codes(lambda: read_book(book.hash, tmp_path)) == ["book-hash-mismatch"]
    assert codes(lambda: read_book("0" * 64, tmp_path)) == ["book-not-kept"]
