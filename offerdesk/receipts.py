"""Receipts of decisions: files that prove what was logged, also when the log holds it no more."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from offerdesk.replay import replay_row
from rules.errors import FailedWorld, Fault, OfferdeskError, UnusableCase
from warehouse.chain import PARTS, commitment
from warehouse.log import LogEntry, LogRow
from warehouse.receipt import Receipt, Sealed, sealed_entry

JUDGED = ("decision", "facts", "market")  # the parts that a decision is made again from


def add_receipts(receipts: list[Receipt], path: Path) -> None:
    """Add receipts to a file of JSON Lines; they are on the disk by then.

    Raises:
        FailedWorld: ``receipt-unwritable``.
    """
    lines = (json.dumps(asdict(one), ensure_ascii=False, sort_keys=True) for one in receipts)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)  # for nobody else
        with open(handle, "a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        step = "name a file in a folder that can be written"
        found = Fault("receipt-unwritable", str(path), str(problem), "", step)
        raise FailedWorld(found) from problem


def read_receipts(path: Path) -> list[Receipt]:
    """The receipts of a file.

    Raises:
        UnusableCase: ``receipt-unreadable``.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
        found = [_receipt(json.loads(line)) for line in lines if line.strip()]
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise UnusableCase(_unreadable(path, f"{type(problem).__name__}: {problem}")) from problem
    if not found:
        raise UnusableCase(_unreadable(path, "nothing"))
    return found


def _receipt(told: dict[str, Any]) -> Receipt:
    """A receipt; the parts that somebody has taken out of it are shown to nobody."""
    one = Receipt(
        hash=str(told["hash"]),
        logged_at=str(told["logged_at"]),
        parts={part: told["parts"][part] for part in PARTS if part in told["parts"]},
        salts={part: str(salt) for part, salt in told["salts"].items()},
        commitments=dict(told["commitments"]),
    )
    for salt in one.salts.values():
        bytes.fromhex(salt)
    if not all(isinstance(part, str | None) for part in one.parts.values()):
        raise TypeError("a part that is no text")
    return one


def _unreadable(path: Path, found: str) -> Fault:
    allowed = "what `offerdesk log receipt` wrote"
    return Fault("receipt-unreadable", str(path), found, allowed, "look for the right file")


def proved(receipt: Receipt) -> str:
    """What a receipt proves of the home's log, in a sentence.

    Every part that the receipt shows is compared with the commitment in the chain; where it shows
    the facts, the market and the decision, the decision is made again as well.

    Raises:
        FailedWorld: ``receipt-not-logged``, ``receipt-differs``, and as ``replay_row`` and
            ``Replayed.check``.
    """
    logged = sealed_entry(receipt.hash)
    faults = list(_faults(receipt, logged))
    if faults:
        raise FailedWorld(faults)
    shown = [part.replace("_", " ") for part in PARTS if part in receipt.parts]
    told = f"{receipt.id}: {', '.join(shown)} {'is' if len(shown) == 1 else 'are'} what was logged"
    told += f" at {receipt.logged_at[:19]} UTC"
    if not all(receipt.parts.get(part) for part in JUDGED):
        return f"{told}."
    replay_row(_row(receipt, logged)).check()
    return f"{told}; judged again, they give the same bytes ({logged.verdict}, {logged.rule})."


def _faults(receipt: Receipt, logged: Sealed) -> Iterator[Fault]:
    step = "look for the receipt that was written when it was logged or redacted"
    if receipt.logged_at != logged.logged_at:
        place = f"receipt {receipt.id}, logged_at"
        yield Fault("receipt-differs", place, receipt.logged_at, logged.logged_at, step)
    for part, content in receipt.parts.items():
        found = commitment(bytes.fromhex(receipt.salts.get(part, "")), content)
        if found != logged.commitments[part]:
            place = f"receipt {receipt.id}, {part}"
            kept = f"{logged.commitments[part][:12]}, as in the chain"
            yield Fault("receipt-differs", place, f"commitment {found[:12]}", kept, step)


def _row(receipt: Receipt, logged: Sealed) -> LogRow:
    """The decision as it stood in the log."""
    parts = receipt.parts
    entry = LogEntry(
        **{part: str(parts[part]).encode() for part in JUDGED},
        book=logged.book,
        snapshot=logged.snapshot,
        facts_hash=parts.get("facts_hash") or "",
        verdict=logged.verdict,
        status=logged.status,
        rule=logged.rule,
        company=parts.get("company"),
        role=parts.get("role"),
    )
    return LogRow(logged.seq, receipt.id, receipt.hash, "", receipt.logged_at, entry)


def prove_each(receipts: list[Receipt]) -> Iterator[str]:
    """What each receipt proves, and at the end what those that prove nothing lack.

    Raises:
        FailedWorld: With every fault of every receipt.
    """
    faults: list[Fault] = []
    for one in receipts:
        try:
            yield proved(one)
        except OfferdeskError as problem:
            faults += problem.faults
    if faults:
        raise FailedWorld(faults)
