"""What proves later that something was logged: commitments in the chain, and their salts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.errors import FailedWorld, Fault
from warehouse.chain import OPEN, PARTS, Part, Seed, commitments, entry_hash, open_digest, salt_of
from warehouse.log import find
from warehouse.log_file import place_of, reading

OPEN_DIGEST = "open"  # beside the commitments to an entry of the first layout
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A decision as it was logged, with the salts of its commitments.

    Whoever holds it can show that this is what was logged, also after a redaction.

    Attributes:
        hash: Of the entry in the chain.
        logged_at: When it was logged (UTC, ISO 8601).
        parts: What was logged: canonical JSON or text; None where there was nothing.
        salts: The salt of each part, in hex digits.
        commitments: To each part.
    """

    hash: str
    logged_at: str
    parts: dict[str, str | None]
    salts: dict[str, str]
    commitments: dict[str, str]

    @property
    def id(self) -> str:
        """The first 12 hex digits of its hash."""
        return self.hash[:12]


def receipt(row_id: str, path: Path | None = None) -> Receipt:
    """The receipt of a logged decision.

    Raises:
        FailedWorld: ``log-redacted``; ``log-not-sealed`` for one that an earlier version logged,
            which gets its commitments when it is redacted; and as ``warehouse.log.find``.
    """
    number = find(row_id, path)
    with reading(place_of(path)) as (connection, entries):
        found = entry_of(connection, entries, "seq", number)
    insist_on_content(found)
    if found["seed"] is None:
        raise FailedWorld(_not_sealed(found))
    return receipt_of(found, found["seed"])


@dataclass(frozen=True, slots=True)
class Sealed:
    """What stands of a decision for good, whether it was redacted or not."""

    seq: int
    hash: str
    logged_at: str
    book: str
    snapshot: str | None
    verdict: str
    status: str
    rule: str
    commitments: Mapping[str, str]


def sealed_entry(row_id: str, path: Path | None = None) -> Sealed:
    """A decision as the chain knows it; its hash is worked out anew, so that its commitments count.

    Raises:
        FailedWorld: ``log-not-sealed``, ``log-row-altered``, and as ``warehouse.log.find``.
    """
    number = find(row_id, path)
    with reading(place_of(path)) as (connection, entries):
        found = entry_of(connection, entries, "seq", number)
        redaction = entry_of(connection, entries, "redacts", found["hash"])
    seals = found["commitments"] or redaction.get("commitments")
    if not seals:
        raise FailedWorld(_not_sealed(found))
    if not (is_as_chained(found) if found["commitments"] else vouches(redaction, found)):
        step = "`offerdesk log verify` tells what else was altered"
        place = f"decision {found['id']}"
        raise FailedWorld(Fault("log-row-altered", place, "another hash", found["id"], step))
    told = {name: found[name] for name in Sealed.__slots__ if name != "commitments"}
    return Sealed(**told, commitments=json.loads(seals))


def is_as_chained(entry: Entry) -> bool:
    """Whether an entry that has commitments, or is a redaction, has the hash that it should."""
    return bool(entry_hash(entry["previous"], entry, entry["commitments"]) == entry["hash"])


def vouches(redaction: Entry, entry: Entry) -> bool:
    """Whether the redaction of an entry of the first layout agrees with what is left of it."""
    kept = f'"{OPEN_DIGEST}":"{open_digest(entry)}"'
    return is_as_chained(redaction) and kept in str(redaction["commitments"])


def entry_of(connection: sqlite3.Connection, entries: str, name: str, value: Any) -> dict[str, Any]:
    """The entry that has a value under a name; empty when there is none."""
    names = ("seq", "id", "hash", "previous", "is_whole", "commitments", "seed", *OPEN, *PARTS)
    query = f"SELECT {', '.join(names)} FROM {entries} WHERE {name} = ?"
    found = connection.execute(query, (value,)).fetchone()
    return dict(zip(names, found, strict=True)) if found else {}


def insist_on_content(found: Entry) -> None:
    """Refuse what was redacted.

    Raises:
        FailedWorld: ``log-redacted``.
    """
    if not found["is_whole"]:
        step = "`offerdesk log list` shows which are"
        place = f"decision {found['id']}"
        raise FailedWorld(Fault("log-redacted", place, "no content any more", "", step))


def _not_sealed(found: Entry) -> Fault:
    step = "`offerdesk log redact ID --receipt FILE` makes its commitments"
    return Fault("log-not-sealed", f"decision {found['id']}", "an entry of layout 1", "", step)


def receipt_of(found: Entry, seed: Seed) -> Receipt:
    """The receipt of an entry that still has its content."""
    parts = {part: _text(found[part]) for part in PARTS}
    salts = {part: salt_of(seed, part).hex() for part in PARTS}
    return Receipt(found["hash"], found["logged_at"], parts, salts, commitments(seed, found))


def _text(part: Part) -> str | None:
    return part.decode() if isinstance(part, bytes) else part
