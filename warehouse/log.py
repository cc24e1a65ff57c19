"""The decision log: append-only, hash-chained, safe under several writing processes.

Grain: one row per decision made.  Each row's hash covers the hash before it and the row's own
content, so that a changed, reordered or missing row is found by ``verify``.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rules.errors import FailedWorld, Fault
from warehouse.home import home

WAIT = 30.0  # [s] a writer waits this long for its turn
LAYOUT = 1
GENESIS = "0" * 64
CONTENT = (
    "logged_at, decision, facts, market, book, snapshot, facts_hash, "
    "verdict, status, rule, company, role"
)
SUMMARY = "id, logged_at, verdict, status, rule, company, role, book, snapshot, facts_hash"
PAGE = 200  # [rows] read at a time, so that a long reading never holds the log
SCHEMA = (
    """
    CREATE TABLE decision_log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        previous TEXT NOT NULL UNIQUE,
        logged_at TEXT NOT NULL,
        decision BLOB NOT NULL,
        facts BLOB NOT NULL,
        market BLOB NOT NULL,
        book TEXT NOT NULL,
        snapshot TEXT,
        facts_hash TEXT NOT NULL,
        verdict TEXT NOT NULL,
        status TEXT NOT NULL,
        rule TEXT NOT NULL,
        company TEXT,
        role TEXT
    )
    """,
    """
    CREATE TRIGGER decision_log_no_update BEFORE UPDATE ON decision_log
    BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END
    """,
    """
    CREATE TRIGGER decision_log_no_delete BEFORE DELETE ON decision_log
    BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END
    """,
    f"PRAGMA user_version = {LAYOUT}",
)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What a decision leaves behind.

    Attributes:
        decision: Canonical JSON of the decision.
        facts: Canonical JSON of the offer and the candidate.
        market: Canonical JSON of the market object the decision read.
        book: Hash of the rule book.
        snapshot: Id of the market snapshot; None when the market was handed in.
        facts_hash: Hash of ``facts``.
        verdict: accept, counter or walk_away.
        status: decided or needs_review.
        rule: The decision row that gave the verdict.
        company: The employer, for listings.
        role: The role title, for listings.
    """

    decision: bytes
    facts: bytes
    market: bytes
    book: str
    snapshot: str | None
    facts_hash: str
    verdict: str
    status: str
    rule: str
    company: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """A logged decision: the entry, when it was logged (UTC, ISO 8601) and its place in the chain.

    ``id`` is the first 12 hex digits of ``hash``.
    """

    seq: int
    id: str
    hash: str
    previous: str
    logged_at: str
    entry: LogEntry


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a listing."""

    id: str
    logged_at: str
    verdict: str
    status: str
    rule: str
    company: str | None
    role: str | None
    book: str
    snapshot: str | None
    facts_hash: str


_turn = threading.Lock()
_writers: dict[Path, sqlite3.Connection] = {}


def _close_writers() -> None:
    while _writers:
        _writers.popitem()[1].close()


def _before_fork() -> None:
    # SQLite's locks do not survive a fork, so no connection may: each side opens its own again.
    _turn.acquire()
    _close_writers()


atexit.register(_close_writers)
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


def _failure(error: sqlite3.Error | OSError, path: Path) -> FailedWorld:
    if isinstance(error, PermissionError):
        code, step = _CODES[sqlite3.SQLITE_READONLY]
    elif isinstance(error, OSError):
        code, step = _CODES[sqlite3.SQLITE_CANTOPEN]
    else:
        primary = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        code, step = _CODES.get(primary, ("log-unusable", "run `offerdesk doctor`"))
    return FailedWorld(Fault(code, str(path), str(error), next_step=step))


def _check_layout(connection: sqlite3.Connection, path: Path) -> int:
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > LAYOUT:
        raise FailedWorld(
            Fault("log-newer-layout", str(path), str(found), str(LAYOUT), "update offerdesk")
        )
    return found


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("PRAGMA user_version").fetchone()[0] < LAYOUT:  # else somebody was first
        for statement in SCHEMA:
            connection.execute(statement)
    connection.execute("COMMIT")


def _use_wal(connection: sqlite3.Connection) -> None:
    # Switching to WAL does not wait for its turn as other statements do, so we wait for it.
    deadline = time.monotonic() + WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _open_writer(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=WAIT, isolation_level=None, check_same_thread=False)
    try:
        if _check_layout(connection, path) < LAYOUT:
            _use_wal(connection)
            _create(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        # A checkpoint waits for the disk: one in some hundred appends, not one in some dozen.
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The process's one writing connection, inside a transaction of its own."""
    with _turn:
        try:
            if path not in _writers:
                _writers[path] = _open_writer(path)
            connection = _writers[path]
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as error:
            broken = _writers.pop(path, None)
            if broken is not None:
                broken.close()
            raise _failure(error, path) from error


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(
            sqlite3.connect(uri, timeout=WAIT, uri=True, isolation_level=None)
        ) as connection:
            _check_layout(connection, path)
            yield connection
    except (sqlite3.Error, OSError) as error:
        raise _failure(error, path) from error


def _chain_hash(previous: str, content: tuple[bytes | str | None, ...]) -> str:
    """Hash of a row: each part with its length before it, so that parts cannot run together."""
    digest = hashlib.sha256(previous.encode())
    for part in content:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"-;" if data is None else b"%d:" % len(data))
        digest.update(data or b"")
    return digest.hexdigest()


def _content(logged_at: str, entry: LogEntry) -> tuple[bytes | str | None, ...]:
    return (
        logged_at,
        entry.decision,
        entry.facts,
        entry.market,
        entry.book,
        entry.snapshot,
        entry.facts_hash,
        entry.verdict,
        entry.status,
        entry.rule,
        entry.company,
        entry.role,
    )


def _place(path: Path | None) -> Path:
    return path or home().log_file


def append(entry: LogEntry, path: Path | None = None) -> str:
    """Add one decision to the log.

    Args:
        entry: What to remember.
        path: The log file; the home's when not given.

    Returns:
        The row's id: the first 12 hex digits of its chain hash.

    Raises:
        FailedWorld: ``log-locked``, ``log-read-only``, ``log-unopenable``, ``log-corrupt``,
            ``log-disk-full``, ``log-disk-failed``, ``log-newer-layout`` or ``log-unusable``.
    """
    with _writing(_place(path)) as connection:
        last = connection.execute("SELECT hash FROM decision_log ORDER BY seq DESC LIMIT 1")
        previous = (last.fetchone() or (GENESIS,))[0]
        logged_at = datetime.now(UTC).isoformat(timespec="microseconds")
        content = _content(logged_at, entry)
        row_hash = _chain_hash(previous, content)
        connection.execute(
            f"INSERT INTO decision_log (id, hash, previous, {CONTENT}) "
            f"VALUES ({', '.join('?' * (3 + len(content)))})",
            (row_hash[:12], row_hash, previous, *content),
        )
    return row_hash[:12]


def _row(columns: tuple[object, ...]) -> LogRow:
    seq, row_id, row_hash, previous, logged_at, *entry = columns
    return LogRow(seq, row_id, row_hash, previous, logged_at, LogEntry(*entry))  # type: ignore[arg-type]


def _page(path: Path, after: int) -> list[LogRow]:
    with _reading(path) as connection:
        cursor = connection.execute(
            f"SELECT seq, id, hash, previous, {CONTENT} FROM decision_log "
            "WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, PAGE),
        )
        return [_row(columns) for columns in cursor]


def rows(path: Path | None = None) -> Iterator[LogRow]:
    """Every logged decision, oldest first; none when nothing was ever logged.

    Raises:
        FailedWorld: As for ``append``.
    """
    place = _place(path)
    if not place.exists():
        return
    page = _page(place, 0)
    while page:
        yield from page
        page = _page(place, page[-1].seq)


def read(row_id: str, path: Path | None = None) -> LogRow:
    """One logged decision, by its id, its chain hash or the beginning of it.

    Raises:
        FailedWorld: ``log-unknown-id`` or ``log-ambiguous-id``, and as for ``append``.
    """
    place = _place(path)
    step = "`offerdesk log list` shows the ids"
    found: list[LogRow] = []
    prefix = row_id.strip().lower()
    if prefix and place.exists():
        with _reading(place) as connection:
            cursor = connection.execute(
                f"SELECT seq, id, hash, previous, {CONTENT} FROM decision_log {_WITH_ID} "
                "ORDER BY seq LIMIT 2",
                _prefix(prefix),
            )
            found = [_row(columns) for columns in cursor]
    if not found:
        raise FailedWorld(Fault("log-unknown-id", str(place), repr(row_id), next_step=step))
    if len(found) > 1:
        raise FailedWorld(
            Fault("log-ambiguous-id", str(place), f"{row_id!r} begins several ids", "", step)
        )
    return found[0]


def listing(
    limit: int = 20, path: Path | None = None, *, before: str | None = None
) -> list[LogLine]:
    """The latest decisions, newest first; empty when nothing was ever logged.

    Args:
        limit: At most so many.
        path: The log file; the home's when not given.
        before: Only what was logged before the decision with this id; nothing when there is none.

    Raises:
        FailedWorld: As for ``append``.
    """
    place = _place(path)
    if not place.exists():
        return []
    earlier = "" if before is None else f"WHERE seq < (SELECT seq FROM decision_log {_WITH_ID})"
    told = () if before is None else _prefix(before)
    with _reading(place) as connection:
        cursor = connection.execute(
            f"SELECT {SUMMARY} FROM decision_log {earlier} ORDER BY seq DESC LIMIT ?",
            (*told, limit),
        )
        return [LogLine(*columns) for columns in cursor]


def lines(ids: Iterable[str], path: Path | None = None) -> list[LogLine]:
    """The lines of some decisions, in the order in which they are named; others are left out.

    Raises:
        FailedWorld: As for ``append``.
    """
    place = _place(path)
    if not place.exists():
        return []
    query = f"SELECT {SUMMARY} FROM decision_log {_WITH_ID}"
    with _reading(place) as connection:
        found = (connection.execute(query, _prefix(one)).fetchone() for one in ids)
        return [LogLine(*columns) for columns in found if columns]


_WITH_ID = "WHERE hash >= ? AND hash < ?"  # the id is the beginning of the hash


def _prefix(row_id: str) -> tuple[str, str]:
    return row_id, f"{row_id}g"


def _row_faults(row: LogRow, previous: str, place: Path) -> Iterator[Fault]:
    where = f"{place}: row {row.seq} ({row.id})"
    if row.previous != previous:
        yield Fault("log-chain-broken", where, row.previous[:12], previous[:12])
    recomputed = _chain_hash(row.previous, _content(row.logged_at, row.entry))
    if recomputed != row.hash or row.id != row.hash[:12]:
        yield Fault("log-row-altered", where, row.hash[:12], recomputed[:12])


def _last_number(path: Path) -> int:
    with _reading(path) as connection:
        query = "SELECT seq FROM sqlite_sequence WHERE name = 'decision_log'"
        return int((connection.execute(query).fetchone() or (0,))[0])


def verify(path: Path | None = None) -> list[Fault]:
    """Recompute the whole chain.

    Returns:
        Every fault found, oldest first: ``log-row-altered``, ``log-chain-broken`` (a row was
        removed, added or moved) or ``log-tail-missing``.  Empty when the log is sound.

    Raises:
        FailedWorld: As for ``append``, when the log cannot be read at all.
    """
    place = _place(path)
    if not place.exists():
        return []
    promised = _last_number(place)
    faults: list[Fault] = []
    previous, seq = GENESIS, 0
    for row in rows(place):
        faults.extend(_row_faults(row, previous, place))
        previous, seq = row.hash, row.seq
    if seq < promised:
        faults.append(Fault("log-tail-missing", str(place), f"last row {seq}", str(promised)))
    return faults
