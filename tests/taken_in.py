"""A file written by a test, taken in as a refresh does, and what became of its rows."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

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


_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORKBOOK = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="Pay" sheetId="1" r:id="a"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="a" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
}


def workbook_of(*rows: Sequence[str | float | None]) -> bytes:
    """An XLSX workbook of one sheet."""
    lines = "".join(f"<row>{''.join(map(_sheet_cell, row))}</row>" for row in rows)
    sheet = f'<worksheet xmlns="{_SHEET}"><sheetData>{lines}</sheetData></worksheet>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for name, text in {**_WORKBOOK, "xl/worksheets/sheet1.xml": sheet}.items():
            file.writestr(name, text)
    return packed.getvalue()


def _sheet_cell(value: str | float | None) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def csv_of(columns: Sequence[str], *rows: dict[str, object], given: dict[str, object]) -> str:
    """A CSV text: each row is ``given``, changed in the columns named."""
    lines = [",".join(columns)]
    lines += [",".join(_cell((given | row).get(name, "")) for name in columns) for row in rows]
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    text = str(value)
    return json.dumps(text) if "," in text else text
