"""What passes from step to step of a refresh."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TableRow = dict[str, Any]
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """A progress callback that says nothing."""


def canonical(value: object) -> str:
    """The one JSON text of a value.

    >>> canonical({"b": 1, "a": "é"})
    '{"a":"é","b":1}'
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to take in: its path, the name it is known by, the SHA-256 of its bytes."""

    source: str
    path: Path
    name: str
    digest: str

    @property
    def load_id(self) -> str:
        """Id of taking in exactly these bytes under this name."""
        key = f"{self.source}\n{self.name}\n{self.digest}"
        return hashlib.sha256(key.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Held:
    """One reason why one row, or one file, is held back.

    Attributes:
        load_id: The load it came with.
        row_ref: File, table and number of the row; the file alone when all of it is refused.
        code: Stable reason.
        severity: ``row`` or ``file``.
        raw: The row as read, JSON.
        found: What is wrong with it.
        suggestion: What would mend it; None when nothing is obvious.
        landing: The table that the row was meant for; None for a file.
        parsed: The row as understood, JSON by column; None for a file.
    """

    load_id: str
    row_ref: str
    code: str
    severity: str
    raw: str
    found: str
    suggestion: str | None = None
    landing: str | None = None
    parsed: str | None = None

    def as_row(self) -> TableRow:
        """The reason as a row of the quarantine."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: rows by table, or the reason why it was refused."""

    file: SourceFile
    rows: Mapping[str, list[TableRow]] = field(default_factory=dict)
    held: tuple[Held, ...] = ()

    @property
    def count(self) -> int:
        """Rows read, all tables together, and those held while reading."""
        return sum(map(len, self.rows.values())) + len({one.row_ref for one in self.held})


@dataclass(frozen=True, slots=True)
class LoadCount:
    """What became of the rows of one file: read = accepted + quarantined + duplicates."""

    file: SourceFile
    read: int
    accepted: int
    quarantined: int
    duplicates: int

    def __post_init__(self) -> None:
        """Refuse counts that do not balance."""
        counted = self.accepted + self.quarantined + self.duplicates
        assert self.read == counted, f"{self.file.name}: read {self.read}, accounted {counted}"


@dataclass(frozen=True, slots=True)
class Checked:
    """Rows that passed their contract, those that did not, and the balance per file."""

    accepted: Mapping[str, list[TableRow]]
    held: tuple[Held, ...]
    loads: tuple[LoadCount, ...]


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did.

    Attributes:
        runner: ``direct`` or ``prefect``.
        snapshot: Id of the market in force afterwards (of the draft, on a dry run); None when
            there is none.
        published: False when nothing was new, or on a dry run.
        unchanged: Files that were taken in before, byte for byte.
        loads: The balance of every file taken in now.
        reasons: How many rows or files were held back now, by source and reason code.
        rescored: Open offers that were judged in both markets; ``flips``: how many of them the
            new one decides otherwise.
        doubts: What the audits find hard to believe; a market with doubts is held.
    """

    snapshot: str | None
    published: bool
    unchanged: int
    loads: tuple[LoadCount, ...] = ()
    reasons: Mapping[tuple[str, str], int] = field(default_factory=dict)
    rescored: int = 0
    flips: int = 0
    doubts: int = 0
    runner: str = "direct"
    dry_run: bool = False

    @property
    def read(self) -> int:
        """Rows read."""
        return sum(load.read for load in self.loads)

    @property
    def accepted(self) -> int:
        """Rows accepted."""
        return sum(load.accepted for load in self.loads)

    @property
    def quarantined(self) -> int:
        """Rows held back."""
        return sum(load.quarantined for load in self.loads)

    @property
    def duplicates(self) -> int:
        """Rows dropped because the same row was there already."""
        return sum(load.duplicates for load in self.loads)
