"""Taking one file into a market, and looking at what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.records import RefreshReport, SourceFile
from pipelines.sources import SOURCES
from pipelines.sources.discovery import recognised
from pipelines.sources.source import Batch
from pipelines.steps import refresh_steps
from warehouse.snapshot import open_snapshot


def taken(folder: Path, name: str, content: str | bytes) -> RefreshReport:
    """Refresh a market of its own with one more file."""
    path = folder / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return refresh_steps([path], folder / "market")


def asked(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query gives on the market."""
    with open_snapshot(None, folder / "market") as connection:
        return connection.execute(sql).fetchall()


@dataclass(frozen=True)
class Judged:
    """What a source makes of one file, without any market: much quicker than a refresh."""

    source: str
    folder: Path
    accepted: int
    held: dict[str, str | None]

    def rows(self, table: str, columns: str) -> list[tuple[Any, ...]]:
        """Some columns of the accepted rows, in their order."""
        return duckdb.sql(
            f"SELECT {columns} FROM '{self.folder}/{table}.parquet' ORDER BY row_no"
        ).fetchall()


def judged(folder: Path, name: str, content: str | bytes) -> Judged:
    """Let the source that recognises a file take it in; codes of held rows with suggestions."""
    path = folder / "in" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return judged_file(path, folder / "taken")


def judged_file(path: Path, aside: Path) -> Judged:
    """The same for a file that is there."""
    aside.mkdir()
    file = recognised(SourceFile("", path, path.name, "0"), SOURCES)
    source = next(one for one in SOURCES if one.name == file.source)
    (count,) = source.take_in(Batch(file.source, (file,)), aside)
    reasons = duckdb.sql(f"SELECT code, suggestion FROM '{aside}/quarantine.parquet'").fetchall()
    return Judged(file.source, aside, count.accepted, dict(reasons))


def balance(report: RefreshReport) -> dict[str, tuple[int, int, int, int]]:
    """Read, accepted, held and duplicate rows by file."""
    return {
        one.file.name.split("/")[-1]: (one.read, one.accepted, one.quarantined, one.duplicates)
        for one in report.loads
    }
