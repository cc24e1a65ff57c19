"""How often each rule of the book has fired in the logged decisions: rows, signals and levers."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from warehouse.log import LogRow

DECIDED, HELD, TRUE, APPLIED, USED = "decided", "held", "true", "applied", "used"
WAYS = (DECIDED, HELD, TRUE, USED, APPLIED)


@dataclass
class Fired:
    """Counts over decisions; grain: one for each rule, and way in which it fired.

    Attributes:
        decisions: How many were counted.
        rows: (row, ``decided`` or ``held``) -> decisions in which it did.
        signals: (signal, ``true``) -> the same.
        levers: (lever, ``applied`` or ``used``) -> the same.
    """

    decisions: int = 0
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    signals: Counter[tuple[str, str]] = field(default_factory=Counter)
    levers: Counter[tuple[str, str]] = field(default_factory=Counter)

    def count(self, row: LogRow) -> None:
        """Take one decision in."""
        record = json.loads(row.entry.decision)
        self.decisions += 1
        self.rows[record["rule"], DECIDED] += 1
        self.rows.update((name, HELD) for name, truth in record["rows"].items() if truth is True)
        found = record["signals"].items()
        self.signals.update((name, TRUE) for name, truth in found if truth is True)
        for one in record["levers_considered"]:
            if one["applies"] is True:
                self.levers[one["id"], APPLIED] += 1
        self.levers.update((one["id"], USED) for one in record["levers"])

    def of(self, name: str) -> dict[str, int]:
        """In which ways a rule fired, and how often; what weighs most comes first."""
        every = self.rows + self.signals + self.levers
        return {way: every[name, way] for way in WAYS if every[name, way]}


class Firings:
    """Counts of one book, kept up to date as the log grows; safe from several threads.

    Attributes:
        last: The greatest number of a decision that was looked at; 0 before the first.
    """

    def __init__(self, book: str) -> None:
        self.last = 0
        self._book = book
        self._turn = threading.Lock()
        self._seen: set[str] = set()
        self._fired = Fired()

    def knows(self, row_id: str) -> bool:
        """Whether a decision was looked at before."""
        return row_id in self._seen

    def counted(self, rows: Iterable[LogRow]) -> Fired:
        """Count those that were not counted before.

        Args:
            rows: Of the log; those by other books are passed over.
        """
        with self._turn:
            for row in rows:
                if row.id not in self._seen and row.entry.book == self._book:
                    self._fired.count(row)
                self._seen.add(row.id)
                self.last = max(self.last, row.seq)
            return self._fired
