"""The decision log: append-only, hash-chained, safe under several writing processes.

Grain: one entry per decision made, and one per redaction.  Each entry's hash covers the hash
before it, so that a changed, reordered or missing entry is found by ``warehouse.verification``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from rules.errors import FailedWorld, Fault
from warehouse.chain import (
    GENESIS,
    OPEN,
    PARTS,
    Part,
    Seed,
    commitments,
    entry_hash,
    new_seed,
    sealed,
)
from warehouse.log_file import place_of, reading, writing

DECISION, REDACTION = "decision", "redaction"
CONTENT = (
    "decision, facts, market, book, snapshot, facts_hash, verdict, status, rule, company, role"
)
SUMMARY = "id, logged_at, verdict, status, rule, company, role, book, snapshot, facts_hash"
PAGE = 200  # [entries] read at a time, so that a long reading never holds the log
END = (1 << 63) - 1  # no entry has it; a bound that SQLite can look up, unlike one it may leave out


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
    """One line of a listing; the company, the role and the facts' hash go with a redaction."""

    id: str
    logged_at: str
    verdict: str
    status: str
    rule: str
    company: str | None
    role: str | None
    book: str
    snapshot: str | None
    facts_hash: str | None
    is_redacted: bool = False


def append(entry: LogEntry, path: Path | None = None) -> str:
    """Add one decision to the log.

    Args:
        entry: What to remember.
        path: The log file; the home's when not given.

    Returns:
        The row's id: the first 12 hex digits of its chain hash.

    Raises:
        FailedWorld: As ``warehouse.log_file.writing``.
    """
    seed = new_seed()
    content: dict[str, Part] = {part: getattr(entry, part) for part in PARTS}
    told = {
        name: getattr(entry, name) for name in ("book", "snapshot", "verdict", "status", "rule")
    }
    with writing(place_of(path)) as connection:
        seals = sealed(commitments(seed, content))
        seq, row_hash = add_link(connection, {"kind": DECISION, **told}, seals)
        _keep_content(connection, seq, seed, content)
    return row_hash[:12]


def add_link(
    connection: sqlite3.Connection, told: dict[str, Part], seals: str | None
) -> tuple[int, str]:
    """Add an entry to the end of the chain.

    Args:
        connection: Inside a transaction.
        told: What stays open: the kind of the entry and what else there is to say.
        seals: Commitments to what may be removed.

    Returns:
        Its number and its hash.
    """
    last = connection.execute("SELECT hash FROM chain ORDER BY seq DESC LIMIT 1").fetchone()
    previous: str = last[0] if last else GENESIS
    now = datetime.now(UTC).isoformat(timespec="microseconds")
    open_parts: dict[str, Part] = dict.fromkeys(OPEN) | {"logged_at": now} | told
    row_hash = entry_hash(previous, open_parts, seals)
    added = connection.execute(
        f"INSERT INTO chain (id, hash, previous, commitments, {', '.join(OPEN)}) "
        f"VALUES (?, ?, ?, ?{', ?' * len(OPEN)})",
        (row_hash[:12], row_hash, previous, seals, *(open_parts[name] for name in OPEN)),
    )
    assert added.lastrowid is not None
    return added.lastrowid, row_hash


def _keep_content(
    connection: sqlite3.Connection, seq: int, seed: Seed, content: dict[str, Part]
) -> None:
    connection.execute(
        f"INSERT INTO content (seq, seed, {', '.join(PARTS)}) VALUES (?, ?{', ?' * len(PARTS)})",
        (seq, seed, *(content[part] for part in PARTS)),
    )


# --- Reading ------------------------------------------------------------------------------------


def _row(columns: tuple[object, ...]) -> LogRow:
    seq, row_id, row_hash, previous, logged_at, *entry = columns
    return LogRow(seq, row_id, row_hash, previous, logged_at, LogEntry(*entry))  # type: ignore[arg-type]


def _page(path: Path, after: int, last: int | None) -> list[LogRow]:
    with reading(path) as (connection, entries):
        cursor = connection.execute(
            f"SELECT seq, id, hash, previous, logged_at, {CONTENT} FROM {entries} "
            "WHERE seq > ? AND seq <= ? AND is_whole ORDER BY seq LIMIT ?",
            (after, END if last is None else last, PAGE),
        )
        return [_row(columns) for columns in cursor]


def rows(path: Path | None = None, *, after: int = 0, last: int | None = None) -> Iterator[LogRow]:
    """Every logged decision that is whole, oldest first; none when nothing was ever logged.

    Args:
        path: The log file; the home's when not given.
        after: Only those with a greater number.
        last: And none with a greater number than this.

    Raises:
        FailedWorld: As ``warehouse.log_file.writing``.
    """
    place = place_of(path)
    if not place.exists():
        return
    page = _page(place, after, last)
    while page:
        yield from page
        page = _page(place, page[-1].seq, last)


def last_number(path: Path | None = None) -> int:
    """The number of the latest entry; 0 when nothing was ever logged.

    Raises:
        FailedWorld: As ``warehouse.log_file.writing``.
    """
    place = place_of(path)
    if not place.exists():
        return 0
    with reading(place) as (connection, entries):
        found = connection.execute(f"SELECT max(seq) FROM {entries}").fetchone()
        return int(found[0] or 0)


def used_books(path: Path | None = None) -> list[str]:
    """The hashes of the books that decisions were made by, redacted ones included."""
    place = place_of(path)
    if not place.exists():
        return []
    with reading(place) as (connection, entries):
        query = f"SELECT DISTINCT book FROM {entries} WHERE book IS NOT NULL ORDER BY book"
        return [str(book) for (book,) in connection.execute(query)]


def find(row_id: str, path: Path | None = None) -> int:
    """The number of a logged decision, by its id, its chain hash or the beginning of it.

    Raises:
        FailedWorld: ``log-unknown-id`` or ``log-ambiguous-id``, and as
            ``warehouse.log_file.writing``.
    """
    place = place_of(path)
    step = "`offerdesk log list` shows the ids"
    found: list[tuple[int]] = []
    prefix = row_id.strip().lower()
    if prefix and place.exists():
        with reading(place) as (connection, entries):
            found = connection.execute(
                f"SELECT seq FROM {entries} WHERE hash >= ? AND hash < ? AND kind = ? LIMIT 2",
                (prefix, prefix + "g", DECISION),
            ).fetchall()
    if not found:
        raise FailedWorld(Fault("log-unknown-id", str(place), repr(row_id), next_step=step))
    if len(found) > 1:
        raise FailedWorld(
            Fault("log-ambiguous-id", str(place), f"{row_id!r} begins several ids", "", step)
        )
    return found[0][0]


def read(row_id: str, path: Path | None = None) -> LogRow:
    """One logged decision, by its id, its chain hash or the beginning of it.

    Raises:
        FailedWorld: ``log-redacted``, and as ``find``.
    """
    number = find(row_id, path)
    for row in rows(path, after=number - 1, last=number):
        return row
    raise FailedWorld(_gone(number, place_of(path)))


def _gone(number: int, place: Path) -> Fault:
    """Who removed the content of a decision, when and why."""
    with reading(place) as (connection, entries):
        row_id, *told = connection.execute(
            "SELECT entry.id, redaction.logged_at, redaction.redacted_by, redaction.reason "
            f"FROM {entries} AS entry LEFT JOIN {entries} AS redaction "
            "ON redaction.redacts = entry.hash WHERE entry.seq = ?",
            (number,),
        ).fetchone()
    if told[0] is None:
        step = "`offerdesk log verify` tells what else was altered"
        return Fault("log-content-missing", f"decision {row_id}", "no content", "", step)
    found = f"redacted on {told[0][:10]} by {told[1]}: {told[2]}"
    step = "whoever kept its receipt can prove it with `offerdesk log prove`"
    return Fault("log-redacted", f"decision {row_id}", found, "a decision with its facts", step)


def listing(
    limit: int = 20, path: Path | None = None, *, before: str | None = None
) -> list[LogLine]:
    """The latest decisions, newest first; empty when nothing was ever logged.

    Args:
        limit: At most so many.
        path: The log file; the home's when not given.
        before: Only what was logged before the decision with this id.

    Raises:
        FailedWorld: As ``find`` for ``before``, and as ``warehouse.log_file.writing``.
    """
    place = place_of(path)
    number = END if before is None else find(before, path)
    if not place.exists():
        return []
    query = "WHERE kind = ? AND seq < ? ORDER BY seq DESC LIMIT ?"
    with reading(place) as (connection, entries):
        return list(_lines(connection, f"{entries} {query}", (DECISION, number, limit)))


def lines(ids: Iterable[str], path: Path | None = None) -> list[LogLine]:
    """The lines of some decisions, in the order in which they are named; others are left out.

    Raises:
        FailedWorld: As ``warehouse.log_file.writing``.
    """
    place = place_of(path)
    if not place.exists():
        return []
    with reading(place) as (connection, entries):
        query = f"{entries} WHERE hash >= ? AND hash < ? AND kind = ?"
        found = (_lines(connection, query, (one, f"{one}g", DECISION)) for one in ids)
        return [line for of_one in found for line in of_one]


def _lines(
    connection: sqlite3.Connection, which: str, told: tuple[str | int | None, ...]
) -> Iterator[LogLine]:
    query = f"SELECT {SUMMARY}, NOT is_whole FROM {which}"
    for *parts, gone in connection.execute(query, told):
        yield replace(LogLine(*parts), is_redacted=bool(gone))
