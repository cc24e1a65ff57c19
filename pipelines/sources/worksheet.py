"""One worksheet of a workbook, and in it the cells that a reader of values passes over."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import dropwhile
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from pipelines.sources.head import Cells, cell_text

Place = tuple[int, int]  # row and column, from 0
_PLACE = re.compile(r"([A-Z]+)(\d+)")


def worksheets(path: Path) -> list[str]:
    """The names of the worksheets of a workbook, in their order."""
    return list(CalamineWorkbook.from_path(str(path)).sheet_names)


def rows_of(path: Path, name: str) -> Iterator[Cells]:
    """The rows of a worksheet as text, from the first that is not blank.

    A cell that holds an error, or a formula that nobody has worked out, is given as such: it does
    not say nothing.
    """
    unread = _unread(path, name)
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name)
    rows = (
        tuple(cell_text(cell) or unread.get((row, column), "") for column, cell in enumerate(cells))
        for row, cells in enumerate(sheet.iter_rows())
    )
    return dropwhile(lambda row: not any(row), rows)


def _unread(path: Path, name: str) -> Mapping[Place, str]:
    """Errors and formulas without a value: where they stand -> what stands there."""
    with ZipFile(path) as book:
        part = _part(book, name)
        if part not in book.namelist():  # another kind of workbook than .xlsx
            return {}
        with book.open(part) as xml:
            return dict(_found(xml))


def _part(book: ZipFile, name: str) -> str:
    """The file of a worksheet inside the workbook."""
    if "xl/workbook.xml" not in book.namelist():
        return ""
    with book.open("xl/workbook.xml") as xml:
        named = {
            one.get("name"): next(v for k, v in one.attrib.items() if k.endswith("}id"))
            for one in _elements(xml, "sheet")
        }
    with book.open("xl/_rels/workbook.xml.rels") as xml:
        parts = {one.get("Id"): one.get("Target", "") for one in _elements(xml, "Relationship")}
    return posixpath.normpath(posixpath.join("/xl", parts.get(named.get(name), ""))).lstrip("/")


def _elements(xml: IO[bytes], tag: str) -> Iterator[Element]:
    """The elements of a kind, each forgotten when the next is wanted."""
    for _, element in iterparse(xml):
        if element.tag.endswith("}" + tag):
            yield element
            element.clear()


def _found(xml: IO[bytes]) -> Iterator[tuple[Place, str]]:
    for cell in _elements(xml, "c"):
        said = {part.tag.rpartition("}")[2]: part.text or "" for part in cell}
        value, kind = said.get("v", ""), cell.get("t")
        if kind == "e":
            yield _place(cell.get("r", "")), value or "#ERROR"
        elif "f" in said and not value and kind not in ("str", "inlineStr"):
            yield _place(cell.get("r", "")), f"={said['f']}"


def _place(name: str) -> Place:
    """Row and column of a cell.

    >>> _place("A1"), _place("AB12")
    ((0, 0), (11, 27))
    """
    found = _PLACE.fullmatch(name)
    if found is None:
        return -1, -1
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1
