"""The journal of a file is emptied by somebody else than those who append."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event, Lock
from unittest.mock import MagicMock

import pytest

from tests.log.entries import entry
from warehouse import journal, log
from warehouse.home import home
from warehouse.journal import UNATTENDED, Emptying, empty
from warehouse.log_file import journal_emptied_aside, writing

ROWS = 50


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.sqlite"


@pytest.fixture
def writer(file: Path) -> Iterator[sqlite3.Connection]:
    """Writes, and never empties the journal."""
    with closing(sqlite3.connect(file, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("PRAGMA wal_autocheckpoint = 0")
        made.execute("CREATE TABLE kept (number INTEGER, text TEXT)")
        yield made


@pytest.fixture
def emptier(file: Path, writer: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as made:
        yield made


def write(writer: sqlite3.Connection) -> None:
    for number in range(ROWS):
        writer.execute("INSERT INTO kept VALUES (?, ?)", (number, "x" * 3_000))


def in_the_file(file: Path, aside: Path) -> int:
    """The rows that somebody finds who has the file without its journal."""
    shutil.copy(file, aside)
    with closing(sqlite3.connect(aside)) as copy:
        known = copy.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        return int(copy.execute("SELECT count(*) FROM kept").fetchone()[0]) if known else 0


def journal_bytes(file: Path) -> int:
    return file.with_name(f"{file.name}-wal").stat().st_size


def test_what_the_journal_holds_is_moved_into_the_file(
    file: Path, writer: sqlite3.Connection, emptier: sqlite3.Connection, tmp_path: Path
) -> None:
    write(writer)
    assert in_the_file(file, tmp_path / "before") == 0
    empty(emptier, Lock())
    assert in_the_file(file, tmp_path / "after") == ROWS


def test_a_long_journal_is_begun_anew(
    file: Path, writer: sqlite3.Connection, emptier: sqlite3.Connection
) -> None:
    write(writer)
    longest = journal_bytes(file)
    for _ in range(5):
        empty(emptier, Lock(), most=1)
        write(writer)
    assert journal_bytes(file) < 2 * longest


def test_a_long_journal_is_begun_anew_though_others_write_all_the_time(
    file: Path,
    writer: sqlite3.Connection,
    emptier: sqlite3.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal, "QUICK", 10)  # however slow the disk of the tests is
    turn, has_ended = Lock(), Event()

    def write_on() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("PRAGMA wal_autocheckpoint = 0")
            while not has_ended.is_set():
                with turn:
                    other.execute("INSERT INTO kept VALUES (0, ?)", ("x" * 3_000,))

    def is_shorter_than_what_was_written() -> bool:
        (rows,) = emptier.execute("SELECT count(*) FROM kept").fetchone()
        return journal_bytes(file) < rows * 3_000

    with ThreadPoolExecutor(1) as pool:
        pool.submit(write_on)
        until = time.monotonic() + 20  # the two may seldom have their turn on a busy machine
        while not (is_shorter := is_shorter_than_what_was_written()) and time.monotonic() < until:
            time.sleep(0.02)
            empty(emptier, turn, most=1)
        has_ended.set()
    assert is_shorter


def test_those_who_read_now_and_then_do_not_keep_it_long(
    file: Path, writer: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "QUICK", 10)
    write(writer)
    longest = journal_bytes(file)
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM kept").fetchone()
        with (
            closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as patient,
            ThreadPoolExecutor(1) as pool,
        ):
            pool.submit(lambda: (time.sleep(0.05), reader.execute("COMMIT")))
            empty(patient, Lock(), most=1)
    write(writer)
    assert journal_bytes(file) < 1.5 * longest


def test_writers_wait_for_a_slow_disk_at_last_only(
    writer: sqlite3.Connection, emptier: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "QUICK", 0)  # it never is
    turn = MagicMock()
    write(writer)
    empty(emptier, turn, most=1)
    assert not turn.__enter__.called
    monkeypatch.setattr(journal, "AT_LAST", 2)
    write(writer)
    empty(emptier, turn, most=1)
    assert turn.__enter__.called


def test_nobody_is_waited_for(
    file: Path, writer: sqlite3.Connection, emptier: sqlite3.Connection, tmp_path: Path
) -> None:
    write(writer)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO kept VALUES (-1, '')")
    begin = time.monotonic()
    empty(emptier, Lock(), most=1)
    assert time.monotonic() - begin < 5
    writer.execute("COMMIT")
    assert in_the_file(file, tmp_path / "copy") == ROWS


def test_a_thread_does_it(file: Path, writer: sqlite3.Connection, tmp_path: Path) -> None:
    emptying = Emptying(file, Lock(), every=0.01)
    emptying.start()
    write(writer)
    deadline = time.monotonic() + 60
    while in_the_file(file, tmp_path / "copy") < ROWS and time.monotonic() < deadline:
        time.sleep(0.02)
    emptying.stop()
    assert in_the_file(file, tmp_path / "copy") == ROWS


def test_there_need_be_no_file(file: Path) -> None:
    emptying = Emptying(file, Lock(), every=0.01)
    emptying.start()
    time.sleep(0.05)
    emptying.stop()
    assert not file.exists()


def pages_of_a_writer() -> int:
    with writing(home().log_file) as connection:
        return int(connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0])


def test_whoever_appends_leaves_it_alone_meanwhile() -> None:
    with journal_emptied_aside(home().log_file):
        log.append(entry())
        assert pages_of_a_writer() == UNATTENDED
    assert [row.entry for row in log.rows()] == [entry()]
