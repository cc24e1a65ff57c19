"""The file of the decision log: its tables, its layouts, and turns at writing to it."""

from __future__ import annotations

import atexit
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from rules.errors import FailedWorld, Fault
from warehouse.home import home
from warehouse.journal import UNATTENDED, Emptying, use_wal

WAIT = 30.0  # [s] a writer waits this long for its turn
LAYOUT = 2
# `chain` is never changed.  `content` may be removed, by a redaction that stands in the chain.
SCHEMA = (
    """
    CREATE TABLE chain (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        previous TEXT NOT NULL UNIQUE,
        logged_at TEXT NOT NULL,
        kind TEXT NOT NULL,
        commitments TEXT,
        book TEXT,
        snapshot TEXT,
        verdict TEXT,
        status TEXT,
        rule TEXT,
        redacts TEXT,
        reason TEXT,
        redacted_by TEXT
    )
    """,
    "CREATE UNIQUE INDEX chain_redacts ON chain (redacts) WHERE redacts IS NOT NULL",
    """
    CREATE TABLE content (
        seq INTEGER PRIMARY KEY REFERENCES chain (seq),
        seed BLOB,
        decision BLOB NOT NULL,
        facts BLOB NOT NULL,
        market BLOB NOT NULL,
        facts_hash TEXT NOT NULL,
        company TEXT,
        role TEXT
    )
    """,
)
GUARDS = (
    *(
        f"CREATE TRIGGER {table}_no_{what} BEFORE {what.upper()} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END"
        for table, what in (("chain", "update"), ("chain", "delete"), ("content", "update"))
    ),
    """
    CREATE TRIGGER content_no_delete BEFORE DELETE ON content
    WHEN NOT EXISTS (
        SELECT 1 FROM chain JOIN chain AS redaction ON redaction.redacts = chain.hash
        WHERE chain.seq = OLD.seq
    )
    BEGIN SELECT RAISE(ABORT, 'the decision log is append-only: no redaction is logged'); END
    """,
)
_FROM_FIRST_LAYOUT = (
    """
    INSERT INTO chain (seq, id, hash, previous, logged_at, kind, book, snapshot,
                       verdict, status, rule)
    SELECT seq, id, hash, previous, logged_at, 'decision', book, snapshot, verdict, status, rule
    FROM decision_log ORDER BY seq
    """,
    """
    INSERT INTO content (seq, decision, facts, market, facts_hash, company, role)
    SELECT seq, decision, facts, market, facts_hash, company, role FROM decision_log ORDER BY seq
    """,
    # How many there ever were is no secret to lose: the end of the log is checked by it.
    """
    INSERT INTO sqlite_sequence (name, seq) SELECT 'chain', 0
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'chain')
    """,
    """
    UPDATE sqlite_sequence SET seq =
        (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'decision_log')
    WHERE name = 'chain'
    """,
    "DROP TABLE decision_log",
)
# Everything about an entry, by layout; what was redacted is NULL.
ENTRIES = {
    1: """(SELECT *, 'decision' AS kind, NULL AS commitments, NULL AS seed, NULL AS redacts,
                  NULL AS reason, NULL AS redacted_by, 1 AS is_whole FROM decision_log)""",
    2: "(SELECT *, content.seq IS NOT NULL AS is_whole FROM chain LEFT JOIN content USING (seq))",
}
_NAMES = (
    "seq id hash previous logged_at kind commitments book snapshot verdict status rule redacts "
    "reason redacted_by seed decision facts market facts_hash company role is_whole"
)
ENTRIES[0] = f"(SELECT {', '.join(f'NULL AS {name}' for name in _NAMES.split())} WHERE 0)"
COUNTER = {1: "decision_log", 2: "chain"}

_turn = threading.Lock()
_writers: dict[Path, sqlite3.Connection] = {}


class _Journal:
    """After how many pages of the journal an append of this process empties it.

    That waits for the disk: one in some hundred appends, not one in some dozen.
    """

    pages = 4_000


_journal = _Journal()


@contextmanager
def journal_emptied_aside(path: Path) -> Iterator[None]:
    """Meanwhile a thread empties the journal; enter it before anything is appended."""
    emptying, before = Emptying(path, _turn), _journal.pages
    _journal.pages = UNATTENDED
    emptying.start()
    try:
        yield
    finally:
        emptying.stop()
        _journal.pages = before


def close_writers() -> None:
    """Close what this process writes with."""
    while _writers:
        _writers.popitem()[1].close()


def _before_fork() -> None:
    # SQLite's locks do not survive a fork, so no connection may: each side opens its own again.
    _turn.acquire()
    close_writers()


atexit.register(close_writers)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork, after_in_parent=_turn.release, after_in_child=_turn.release
    )


_CODES = {
    sqlite3.SQLITE_BUSY: ("log-locked", "wait for the other writer, or end it"),
    sqlite3.SQLITE_LOCKED: ("log-locked", "wait for the other writer, or end it"),
    sqlite3.SQLITE_READONLY: ("log-read-only", "make the log's folder and file writable"),
    sqlite3.SQLITE_PERM: ("log-read-only", "make the log's folder and file writable"),
    sqlite3.SQLITE_CANTOPEN: ("log-unopenable", "check that the path is a file you may open"),
    sqlite3.SQLITE_CORRUPT: ("log-corrupt", "move the file aside and restore it from a backup"),
    sqlite3.SQLITE_NOTADB: ("log-corrupt", "move the file aside and restore it from a backup"),
    sqlite3.SQLITE_FULL: ("log-disk-full", "free some space"),
    sqlite3.SQLITE_IOERR: ("log-disk-failed", "check the disk"),
}


def failure(error: sqlite3.Error | OSError, path: Path) -> FailedWorld:
    """What SQLite or the system refused, with a code of ours."""
    if isinstance(error, PermissionError):
        code, step = _CODES[sqlite3.SQLITE_READONLY]
    elif isinstance(error, OSError):
        code, step = _CODES[sqlite3.SQLITE_CANTOPEN]
    else:
        primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        code, step = _CODES.get(primary, ("log-unusable", "run `offerdesk doctor`"))
    return FailedWorld(Fault(code, str(path), str(error), next_step=step))


def place_of(path: Path | None) -> Path:
    """The log file that is meant: the home's when none is given."""
    return path or home().log_file


def layout_of(connection: sqlite3.Connection, path: Path) -> int:
    """How the file is laid out; 0 before it has any table.

    Raises:
        FailedWorld: ``log-newer-layout``, or ``log-corrupt`` where it does not say.
    """
    # In one statement, as somebody may be making the tables right now.
    query = "SELECT user_version, EXISTS (SELECT 1 FROM sqlite_master) FROM pragma_user_version"
    found, has_tables = connection.execute(query).fetchone()
    if found == 0 and has_tables:
        step = "restore the file from a backup"
        raise FailedWorld(Fault("log-corrupt", str(path), "tables of no layout", "", step))
    if found > LAYOUT:
        raise FailedWorld(
            Fault("log-newer-layout", str(path), str(found), str(LAYOUT), "update offerdesk")
        )
    return int(found)


def _lay_out(connection: sqlite3.Connection) -> None:
    """Make the tables, or bring over what an earlier version logged, all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found < LAYOUT:  # else somebody was first
            brought = _FROM_FIRST_LAYOUT if found else ()
            for statement in (*SCHEMA, *brought, *GUARDS, f"PRAGMA user_version = {LAYOUT}"):
                connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _open_writer(path: Path) -> sqlite3.Connection:
    # It holds what people stated in confidence: a folder that is made here is for nobody else.
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten
        if layout_of(connection, path) < LAYOUT:
            use_wal(connection, WAIT)
            _lay_out(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_journal.pages}")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _own_connection(path: Path) -> Iterator[sqlite3.Connection]:
    """The process's one writing connection; closed when anything failed."""
    with _turn:
        try:
            if path not in _writers:
                _writers[path] = _open_writer(path)
            yield _writers[path]
        except (sqlite3.Error, OSError) as error:
            broken = _writers.pop(path, None)
            if broken is not None:
                broken.close()
            raise failure(error, path) from error


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection inside a transaction of its own.

    Raises:
        FailedWorld: ``log-locked``, ``log-read-only``, ``log-unopenable``, ``log-corrupt``,
            ``log-disk-full``, ``log-disk-failed``, ``log-newer-layout`` or ``log-unusable``.
    """
    with _own_connection(path) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def empty_journal(path: Path) -> bool:
    """Move all that the journal holds into the file, and overwrite the journal.

    Returns:
        Whether it could be done; not while somebody reads what was there before.

    Raises:
        FailedWorld: As ``writing``.
    """
    with _own_connection(path) as connection:
        is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not is_busy


@contextmanager
def reading(path: Path) -> Iterator[tuple[sqlite3.Connection, str]]:
    """A connection that cannot write, and what to select entries from.

    Raises:
        FailedWorld: As ``writing``.
    """
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(
            sqlite3.connect(uri, timeout=WAIT, uri=True, isolation_level=None)
        ) as connection:
            yield connection, ENTRIES[layout_of(connection, path)]
    except (sqlite3.Error, OSError) as error:
        raise failure(error, path) from error
