"""The beginning of a file: enough to tell what it is, whatever it is called."""

from __future__ import annotations

import codecs
import csv
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

HEAD_BYTES = 65_536
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!", b"(\xb5/\xfd")
SHOWN_ROWS = 20
DELIMITERS = (",", ";", "\t", "|")
Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What the beginning of a file shows.

    Attributes:
        path: The file.
        kind: ``csv`` (with any delimiter), ``xlsx``, ``json``, ``markdown``, or what holds no
            table: ``empty``, ``packed``, ``markup``, ``binary``, ``other``.
        header: Names of the columns, or keys of the first object; empty where there are none.
        delimiter: Of a CSV file; empty otherwise.
        rows: The first rows below the header, as text.
    """

    path: Path
    kind: str
    header: Cells = ()
    delimiter: str = ""
    rows: tuple[Cells, ...] = ()

    def has(self, *names: str) -> bool:
        """Whether the header has every one of the names; case and spaces around do not count."""
        present = {name.strip().casefold() for name in self.header}
        return all(name.casefold() in present for name in names)


def head_of(path: Path) -> Head:
    """Look at the beginning of a file.

    Raises:
        OSError: When it cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if path.suffix.lower() in (".md", ".markdown"):
        return Head(path, "markdown")
    if start[:2] == b"PK" and zipfile.is_zipfile(path):
        return _sheet_head(path)
    if start.startswith(PACKED):
        return Head(path, "packed")
    text = decoded(start)
    if not text.strip() or "\x00" in text:
        return Head(path, "binary" if text.strip() else "empty")
    if text.lstrip()[:1] == "<":
        return Head(path, "markup")
    if text.lstrip()[:1] in ("[", "{"):
        return Head(path, "json", _json_keys(text))
    return _csv_head(path, text)


def decoded(start: bytes) -> str:
    """Text of the first bytes of a file: UTF-8, UTF-16 by its mark, else Windows' letters.

    >>> decoded("café".encode()), decoded("x".encode("utf-16")), decoded("café".encode("cp1252"))
    ('café', 'x', 'café')
    """
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return start.decode("utf-16", errors="replace")
    whole = len(start) < HEAD_BYTES  # else the last letter may be cut
    try:
        return codecs.getincrementaldecoder("utf-8-sig")().decode(start, final=whole)
    except UnicodeDecodeError:
        return start.decode("cp1252", errors="replace")


def _json_keys(text: str) -> Cells:
    begin = text.find("{")
    if begin < 0:
        return ()
    try:
        first, _ = json.JSONDecoder(strict=False).raw_decode(text, begin)
    except ValueError:
        return ()
    return tuple(first)


def _csv_head(path: Path, text: str) -> Head:
    lines = text.splitlines()[: SHOWN_ROWS + 1]
    split = {mark: list(csv.reader(lines, delimiter=mark)) for mark in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda mark: len(split[mark][0]))
    header, *rows = split[delimiter]
    if len(header) < 2:
        return Head(path, "other")
    return Head(path, "csv", tuple(header), delimiter, tuple(map(tuple, rows)))


def sheet_rows(path: Path) -> Iterator[Cells]:
    """Every row of the first sheet of a workbook, as text, from the first that is not blank.

    Dates are ISO, whole numbers whole.
    """
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    rows = (tuple(cell_text(cell) for cell in row) for row in sheet.iter_rows())
    yield from dropwhile(lambda row: not any(row), rows)


def cell_text(cell: object) -> str:
    """A cell as text.

    >>> cell_text(12.0), cell_text(12.5), cell_text(None), cell_text(" a ")
    ('12', '12.5', '', 'a')
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _sheet_head(path: Path) -> Head:
    rows: list[Cells] = []
    try:
        for row in sheet_rows(path):
            rows.append(row)
            if len(rows) > SHOWN_ROWS:
                break
    except Exception:  # the reader has no common error: any of them means that it is no workbook
        return Head(path, "packed")
    if not rows:
        return Head(path, "empty")
    return Head(path, "xlsx", rows[0], "", tuple(rows[1:]))
