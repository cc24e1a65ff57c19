"""Whether the log is what was logged: every fault found and named with its place.

What this can see: anything in an entry that was changed, any entry that was removed, added, moved
or numbered anew, content that was changed, removed without a redaction or put back after one.
What it cannot see without a head kept elsewhere: a log written anew as a whole, and entries taken
off its end together with the counter of entries.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rules.errors import FailedWorld, Fault
from warehouse.chain import (
    GENESIS,
    OPEN,
    PARTS,
    commitments,
    entry_hash,
    first_layout_hash,
    sealed,
)
from warehouse.heads import Head, remembered
from warehouse.log import DECISION, REDACTION
from warehouse.log_file import COUNTER, layout_of, place_of, reading
from warehouse.receipt import vouches

Entry = Mapping[str, Any]
NAMES = ("seq", "id", "hash", "previous", "commitments", "is_whole", "seed", *OPEN, *PARTS)
KINDS: Mapping[str, type] = {
    **dict.fromkeys(("id", "hash", "previous", "commitments", *OPEN, *PARTS), str),
    **dict.fromkeys(("seed", "decision", "facts", "market"), bytes),
}
_LOOK = "restore the log from a backup, and compare"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a log holds, and what is wrong with it.

    Attributes:
        decisions: How many are logged; ``redacted``: how many of them have no content any more.
        head: The latest entry; None of an empty log.
        faults: Every fault, oldest first.
    """

    decisions: int = 0
    redacted: int = 0
    head: Head | None = None
    faults: tuple[Fault, ...] = ()


def verify(path: Path | None = None, heads: Sequence[Head] = ()) -> Verified:
    """Recompute the whole chain, and every commitment.

    Args:
        path: The log file; the home's when not given.
        heads: Heads that were kept elsewhere, beside those that are remembered beside the log.

    Returns:
        What was found; the codes of its faults are ``log-row-altered``, ``log-chain-broken`` (an
        entry was removed, added or moved), ``log-number-skipped``, ``log-content-altered``,
        ``log-content-missing``, ``log-content-stray``, ``log-redaction-undone``,
        ``log-redaction-unfounded``, ``log-tail-missing``, ``log-counter-altered``,
        ``log-head-missing``, ``log-heads-unreadable`` and ``log-corrupt``.

    Raises:
        FailedWorld: As ``warehouse.log_file.reading``, when the log cannot be read at all.
    """
    place = place_of(path)
    known, faults = remembered(place)
    known = [*known, *heads]
    if not place.exists():
        return Verified(faults=(*faults, *(_no_head(one, place) for one in known)))
    by_number: dict[int, set[Head]] = {}
    for head in known:
        by_number.setdefault(head.seq, set()).add(head)
    return _Check(place, by_number, faults).run()


def verify_redacted(path: Path | None = None) -> Verified:
    """Recompute what is left of the redacted decisions alone: their hashes and redactions.

    Raises:
        FailedWorld: As ``verify``.
    """
    place = place_of(path)
    return _Check(place, {}, []).of_redacted() if place.exists() else Verified()


@dataclass
class _Check:
    """One pass over a log."""

    place: Path
    heads: dict[int, set[Head]]  # by number; those that were not met yet
    faults: list[Fault]
    redactions: dict[str, Entry] = field(default_factory=dict)
    redacted: int = 0
    met: set[str] = field(default_factory=set)  # decisions that have a redaction

    def run(self) -> Verified:
        with self._opened() as (connection, entries):
            self._structure(connection)
            decisions, head = self._walk(_entries(connection, f"{entries} ORDER BY seq"))
            self._end(connection, head)
            self._strays(connection)
        for number in sorted(self.heads):
            self.faults += [_no_head(one, self.place) for one in self.heads[number]]
        return Verified(decisions, self.redacted, head, tuple(self.faults))

    def of_redacted(self) -> Verified:
        with self._opened() as (connection, entries):
            gone = f"{entries} WHERE kind = '{DECISION}' AND NOT is_whole ORDER BY seq"
            for entry in _entries(connection, gone):
                self._entry(entry)
        return Verified(self.redacted, self.redacted, None, tuple(self.faults))

    @contextmanager
    def _opened(self) -> Iterator[tuple[sqlite3.Connection, str]]:
        with reading(self.place) as (connection, entries):
            connection.execute("BEGIN")  # all of it as it is now, whatever others append
            # A damaged text must be told and not end the telling.
            connection.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
            found = _entries(connection, f"{entries} WHERE redacts IS NOT NULL")
            self.redactions = {one["redacts"]: one for one in found}
            yield connection, entries

    def fault(self, code: str, entry: Entry, found: str, allowed: str = "") -> None:
        place = f"{self.place}: row {entry['seq']} ({_plain(entry['id'])})"
        self.faults.append(Fault(code, place, _plain(found), _plain(allowed), _LOOK))

    # --- Entry by entry ---------------------------------------------------------------------

    def _walk(self, entries: Iterator[Entry]) -> tuple[int, Head | None]:
        previous, number, decisions = GENESIS, 0, 0
        head = None
        for entry in entries:
            if entry["seq"] != number + 1:
                self.fault("log-number-skipped", entry, str(entry["seq"]), str(number + 1))
            if entry["previous"] != previous:
                found = f"a link to {str(entry['previous'])[:12]}"
                self.fault("log-chain-broken", entry, found, f"a link to {previous[:12]}")
            self._entry(entry)
            decisions += entry["kind"] == DECISION
            previous, number = str(entry["hash"]), entry["seq"]
            head = Head(number, previous)
            self._compare(head)
        return decisions, head

    def _entry(self, entry: Entry) -> None:
        found = self._hash_of(entry)
        if found is not None and found != entry["hash"]:
            told = f"{found[:12]}, the hash of what it holds"
            self.fault("log-row-altered", entry, f"the hash {str(entry['hash'])[:12]}", told)
        elif found is not None and entry["id"] != found[:12]:
            self.fault("log-row-altered", entry, f"the id {entry['id']}", found[:12])
        for name, kind in KINDS.items():
            if not isinstance(entry[name], kind | None):
                self.fault("log-row-altered", entry, f"{name} of another kind", kind.__name__)
        redaction = self.redactions.get(entry["hash"])
        if redaction is not None:
            self.met.add(entry["hash"])
        if entry["kind"] == DECISION and entry["is_whole"]:
            self._whole(entry, redaction)
        elif entry["kind"] == DECISION:
            self._gone(entry, redaction)
        elif entry["kind"] == REDACTION:
            self._redaction(entry)
        else:
            self.fault("log-row-altered", entry, f"kind {entry['kind']}", "decision, redaction")

    def _hash_of(self, entry: Entry) -> str | None:
        """What the hash should be; None where only the redaction can tell."""
        if entry["commitments"] is not None or entry["kind"] != DECISION:
            return _text(entry_hash, entry["previous"], entry, entry["commitments"])
        if entry["is_whole"]:
            return _text(first_layout_hash, entry["previous"], entry)
        return None

    def _whole(self, entry: Entry, redaction: Entry | None) -> None:
        if redaction is not None:
            self.fault("log-redaction-undone", entry, "content that was redacted", "none")
        if entry["commitments"] is None:
            return
        found = _safely(commitments, entry["seed"], entry)
        if not found or sealed(found) != entry["commitments"]:
            self.fault("log-content-altered", entry, _altered(found, entry), "what was sealed")

    def _gone(self, entry: Entry, redaction: Entry | None) -> None:
        if redaction is None:
            self.fault("log-content-missing", entry, "no content, and no redaction of it")
            return
        self.redacted += 1
        if entry["commitments"] is None and not vouches(redaction, entry):
            self.fault("log-row-altered", entry, "other than its redaction says", "as it was")

    def _redaction(self, entry: Entry) -> None:
        """It follows what it redacts; that its content is gone is checked there."""
        if entry["is_whole"]:
            self.fault("log-content-stray", entry, "content of a redaction", "none")
        if entry["redacts"] not in self.met:
            found = f"a redaction of {str(entry['redacts'])[:12]}"
            self.fault("log-redaction-unfounded", entry, found, "one of an earlier decision")

    def _compare(self, head: Head) -> None:
        """An entry against the heads that somebody kept of that time."""
        for kept in self.heads.pop(head.seq, ()):
            if not head.hash.startswith(kept.hash):
                self.faults.append(_no_head(kept, self.place, head.hash))

    # --- The file ---------------------------------------------------------------------------

    def _structure(self, connection: sqlite3.Connection) -> None:
        for (told,) in connection.execute("PRAGMA integrity_check(5)"):
            if told != "ok":
                step = "move the file aside and restore it from a backup"
                self.faults.append(Fault("log-corrupt", str(self.place), _plain(told), "", step))

    def _end(self, connection: sqlite3.Connection, head: Head | None) -> None:
        promised, last = _counted(connection, self.place), head.seq if head else 0
        if promised != last:
            code = "log-tail-missing" if last < promised else "log-counter-altered"
            found = f"{last} as the last row"
            self.faults.append(Fault(code, str(self.place), found, str(promised), _LOOK))

    def _strays(self, connection: sqlite3.Connection) -> None:
        if layout_of(connection, self.place) < 2:
            return
        query = "SELECT seq FROM content WHERE seq NOT IN (SELECT seq FROM chain) ORDER BY seq"
        for (number,) in connection.execute(query):
            place = f"{self.place}: row {number}"
            found = "content of no entry"
            self.faults.append(Fault("log-content-stray", place, found, "none", _LOOK))


def _entries(connection: sqlite3.Connection, source: str) -> Iterator[Entry]:
    with closing(connection.execute(f"SELECT {', '.join(NAMES)} FROM {source}")) as cursor:
        for row in cursor:
            yield dict(zip(NAMES, row, strict=True))


def _counted(connection: sqlite3.Connection, place: Path) -> int:
    """How many entries there ever were, as SQLite keeps count of them."""
    table = COUNTER.get(layout_of(connection, place))
    if table is None:
        return 0
    found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,))
    return int((found.fetchone() or (0,))[0])


def _safely(work_out: Callable[..., Any], *given: Any) -> Any:
    """What comes of the parts of an entry; nothing where one is of no kind that it can be."""
    try:
        return work_out(*given)
    except (TypeError, AttributeError):
        return ""


def _text(work_out: Callable[..., str], *given: Any) -> str:
    return str(_safely(work_out, *given))


def _altered(found: Mapping[str, str], entry: Entry) -> str:
    """Which parts are not what was sealed; all, when the salt or the seal itself was changed."""
    try:
        kept = json.loads(entry["commitments"])
        found = found or {}
        parts = [part for part in PARTS if found.get(part) != kept.get(part)]
    except (ValueError, AttributeError):
        return "commitments that cannot be read"
    return "other " + (", ".join(parts) if len(parts) < len(PARTS) else "salts, or content, of all")


def _no_head(head: Head, place: Path, found: str = "") -> Fault:
    told = f"row {head.seq} ({found[:12]})" if found else f"no row {head.seq}"
    return Fault("log-head-missing", str(place), told, f"row {head}", _LOOK)


def _plain(text: Any) -> str:
    """Text that can be printed, whatever was damaged in it."""
    return str(text).encode("utf-8", "replace").decode()


def insist(found: Verified, *more: Fault) -> Verified:
    """A sound log, or its faults and more.

    Raises:
        FailedWorld: With every fault.
    """
    if found.faults or more:
        raise FailedWorld([*found.faults, *more])
    return found
