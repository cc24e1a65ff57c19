"""What every source of the market is to the steps of a refresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.records import LoadCount, SourceFile
from pipelines.sources.head import Head


@dataclass(frozen=True, slots=True)
class Batch:
    """Files of one source that are taken in together.

    Attributes:
        known: Digests that are taken in under another name already.
    """

    source: str
    files: tuple[SourceFile, ...]
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in of a batch, as Parquet files aside.

    Attributes:
        batch: Which.
        folder: Holds one ``<table>.parquet`` for each table with rows, ``quarantine`` too.
        loads: The balance of every file.
    """

    batch: Batch
    folder: Path
    loads: tuple[LoadCount, ...]


class Source(Protocol):
    """A kind of file that the market is made from."""

    @property
    def name(self) -> str:
        """Short name, also on the command line."""

    @property
    def reader(self) -> str:
        """Version of the reader; raised when the same bytes would give other rows."""

    @property
    def title(self) -> str:
        """What it is, for people."""

    @property
    def address(self) -> str | None:
        """Where its publisher offers it; None where people bring their own."""

    @property
    def licence(self) -> str:
        """On what terms."""

    @property
    def files_together(self) -> int:
        """How many files one batch may hold."""

    def recognises(self, head: Head) -> bool:
        """Whether a file is of this source, by its content."""

    def take_in(self, batch: Batch, folder: Path) -> Sequence[LoadCount]:
        """Read the files, hold every row against its contract, write what becomes of them.

        Args:
            batch: Which files.
            folder: An empty folder for the Parquet files.
        """
