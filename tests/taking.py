"""Files written by a test, taken in as a refresh does, and what became of their rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.records import RefreshReport, SourceFile
from pipelines.sources.discovery import recognised
from pipelines.sources.registry import SOURCES
from pipelines.sources.source import Batch
from pipelines.steps import refresh_steps
from warehouse.snapshot import open_snapshot
from warehouse.staging import staged


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A market made of some files."""

    report: RefreshReport
    folder: Path

    def rows(self, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of ``pay``, as they stand in the file."""
        return self.query(f"SELECT {columns} FROM pay WHERE {where} ORDER BY load_id, row_no")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        return asked(self.folder.parent, sql)

    def held(self) -> dict[int, set[str]]:
        """Reason codes by number of the row; 0 for a file."""
        found: dict[int, set[str]] = {}
        for ref, code in self.query("SELECT row_ref, code FROM quarantine"):
            number = int(ref.rpartition(":")[2]) if "#" in ref else 0
            found.setdefault(number, set()).add(code)
        return found

    @property
    def balance(self) -> tuple[int, int, int, int]:
        """Read, accepted, quarantined and duplicates."""
        report = self.report
        return report.read, report.accepted, report.quarantined, report.duplicates


def taken_in(tmp_path: Path, **files: str | bytes) -> TakenIn:
    """Write files (``name_csv="..."`` is ``in/name.csv``) and make a market of them."""
    for name, content in files.items():
        stem, _, kind = name.rpartition("_")
        written(tmp_path / "in" / f"{stem}.{kind}", content)
    return taken_in_from(tmp_path / "in", tmp_path)


def taken(folder: Path, name: str, content: str | bytes) -> RefreshReport:
    """Refresh a market of its own with one more file."""
    return taken_in_from(written(folder / "in" / name, content), folder).report


def asked(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query gives on the market of a folder."""
    with open_snapshot(None, folder / "market") as connection:
        return connection.execute(sql).fetchall()


def written(path: Path, content: str | bytes) -> Path:
    """A file with that content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def taken_in_from(place: Path, tmp_path: Path) -> TakenIn:
    """Make a market of what lies at a place."""
    market = tmp_path / "market"
    return TakenIn(refresh_steps([place], market), market)


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
            f"SELECT {columns} FROM ({staged(self.folder, table)}) ORDER BY row_no"
        ).fetchall()


def judged(folder: Path, name: str, content: str | bytes) -> Judged:
    """Let the source that recognises a file take it in; codes of held rows with suggestions."""
    return judged_file(written(folder / "in" / name, content), folder / "taken")


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
