"""Content of the log removed for good, and the chain left as it was.

What is removed are the facts, the market that was read, the record that tells both, the employer,
the role and the facts' hash, and the names in the reports of held market snapshots.  What stays is
when the decision was made, by which book and from which market snapshot, its verdict, status and
row, and a salted commitment to all that went.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rules.errors import FailedWorld, Fault
from warehouse.chain import Part, Seed, commitments, new_seed, open_digest, sealed
from warehouse.log import REDACTION, LogLine, add_link, find, listing
from warehouse.log_file import ENTRIES, LAYOUT, empty_journal, place_of, writing
from warehouse.receipt import OPEN_DIGEST, Receipt, entry_of, insist_on_content, receipt_of
from warehouse.snapshot import forget_offers


def redact(
    row_ids: Sequence[str],
    *,
    reason: str,
    by: str,
    keep: Callable[[list[Receipt]], object] = lambda _: None,
    path: Path | None = None,
) -> int:
    """Remove the content of decisions; that it was done, by whom and why is logged in the chain.

    All of them are, or none is.

    Args:
        row_ids: Ids, chain hashes or the beginnings of them.
        reason: Why; it stays in the log.
        by: Who asked for it; stays as well.
        keep: Is given the receipts before anything is removed; nothing is if it fails.
        path: The log file; the home's when not given.

    Returns:
        How many were redacted.

    Raises:
        FailedWorld: ``log-redacted`` where one already is, ``log-journal-busy`` where it was done
            and yet the journal holds a copy, and as ``warehouse.log.find``.
    """
    place = place_of(path)
    numbers = list(dict.fromkeys(find(row_id, place) for row_id in row_ids))
    with writing(place) as connection:
        removed = [_redacted(connection, number, reason, by) for number in numbers]
        keep(removed)
        forget_offers({one.id for one in removed})
    if numbers and not empty_journal(place):
        step = "end what reads the log; the next decision that is logged then clears it"
        found = "content that was removed, while others read the log"
        raise FailedWorld(Fault("log-journal-busy", f"{place}-wal", found, "", step))
    return len(numbers)


def _redacted(connection: sqlite3.Connection, number: int, reason: str, by: str) -> Receipt:
    found = entry_of(connection, ENTRIES[LAYOUT], "seq", number)
    insist_on_content(found)
    seed = found["seed"] or new_seed()
    told: dict[str, Part] = {
        "kind": REDACTION,
        "redacts": found["hash"],
        "reason": reason,
        "redacted_by": by,
    }
    add_link(connection, told, None if found["commitments"] else _late_seals(found, seed))
    connection.execute("DELETE FROM content WHERE seq = ?", (number,))
    return receipt_of(found, seed)


def _late_seals(found: dict[str, Any], seed: Seed) -> str:
    """Commitments for an entry that was logged without; its hash can no longer be worked out."""
    return sealed(commitments(seed, found) | {OPEN_DIGEST: open_digest(found)})


def older_than(moment: datetime, path: Path | None = None) -> list[LogLine]:
    """The decisions that still have their content and were logged before a moment (UTC)."""
    place = place_of(path)
    if not place.exists():
        return []
    before = moment.isoformat(timespec="microseconds")
    return [line for line in listing(-1, place) if not line.is_redacted and line.logged_at < before]
