"""A file written by a test, taken in as a refresh does, and what became of its rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.records import RefreshReport
from pipelines.steps import refresh_steps
from warehouse.snapshot import open_snapshot


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A market made of some files."""

    report: RefreshReport
    folder: Path

    def rows(self, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
        """Rows of ``pay``, as they stand in the file."""
        return self.query(f"SELECT {columns} FROM pay WHERE {where} ORDER BY load_id, row_no")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with open_snapshot(None, self.folder) as connection:
            return connection.execute(sql).fetchall()

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
        path = tmp_path / "in" / f"{stem}.{kind}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return taken_in_from(tmp_path / "in", tmp_path)


def taken_in_from(place: Path, tmp_path: Path) -> TakenIn:
    """Make a market of what lies at a place."""
    market = tmp_path / "market"
    return TakenIn(refresh_steps([place], market), market)


def csv_of(columns: Sequence[str], *rows: dict[str, object], given: dict[str, object]) -> str:
    """A CSV text: each row is ``given``, changed in the columns named."""
    lines = [",".join(columns)]
    lines += [",".join(_cell((given | row).get(name, "")) for name in columns) for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    text = str(value)
    return json.dumps(text) if "," in text else text
