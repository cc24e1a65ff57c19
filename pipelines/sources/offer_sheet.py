"""A sheet of offers, whatever it is kept in, as Parquet: columns of text, each row with its number.

Parquet itself is read where it lies, with its types.
"""

from __future__ import annotations

import csv
import json
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import orjson
from duckdb import DuckDBPyConnection

from pipelines.scoring.columns import ROW_IN_SHEET, states_pay
from pipelines.sources.blank_lines import without_blank_lines
from pipelines.sources.head import Cells, Head, head_of
from pipelines.sources.json_rows import Broken, objects
from pipelines.sources.text_rows import (
    MALFORMED,
    PERSONAL,
    encoding_of,
    load_text_rows,
    quoted,
)
from pipelines.sources.workbench import workbench
from pipelines.sources.worksheet import rows_of, worksheets
from rules.errors import FailedWorld, Fault, UnusableCase
from warehouse.sql_text import literal

PARQUET = (".parquet", ".pq")
LINES = (".jsonl", ".ndjson")
DATABASES = (".duckdb", ".db", ".ddb")
# A file of another program's is refused; nothing is fetched to read it with.
ALONE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
OWN_KINDS = ("INTERVAL", "UUID", "BIT", "UNION")
# The tables and views of a database as somebody names them, and as SQL does.
TABLES = """
    SELECT if(table_schema = 'main', table_name, table_schema || '.' || table_name) AS name,
        format('"{}"."{}"', replace(table_schema, '"', '""'), replace(table_name, '"', '""'))
    FROM information_schema.tables WHERE table_catalog = current_database() ORDER BY name
"""


@dataclass(frozen=True, slots=True)
class Landed:
    """A sheet that can be read by part.

    Attributes:
        files: Parquet files, in order.
        faults: Row of the sheet -> why it is no row at all.
        dropped: Columns that say who or what a person is; they were left behind.
    """

    files: tuple[Path, ...]
    faults: Mapping[int, Fault]
    dropped: tuple[str, ...] = ()


def land(sheet: Path, aside: Path, table: str | None = None) -> Landed:
    """Make a sheet readable by part.

    Args:
        sheet: A CSV, XLSX, JSON, JSON Lines, Parquet or DuckDB file, or a folder of Parquet files.
        aside: Folder for a copy, where one is needed.
        table: The table of a DuckDB file, or the worksheet of a workbook; when not given, the
            only table, or the only worksheet with a column for pay.

    Raises:
        UnusableCase: ``sheet-missing``, ``sheet-kind``, ``sheet-table`` or ``sheet-empty``.
        FailedWorld: ``sheet-unreadable``.
    """
    if not sheet.exists():
        raise UnusableCase(Fault("sheet-missing", str(sheet), "no such file", "a file", "check it"))
    if sheet.is_dir():
        return Landed(_files(sheet), {})
    suffix = sheet.suffix.lower()
    is_workbook = _is_workbook(sheet)
    if table and not is_workbook and suffix not in DATABASES:
        allowed, step = "a table of DuckDB or a worksheet", "leave --table out"
        raise UnusableCase(Fault("sheet-table", str(sheet), f"--table {table}", allowed, step))
    if suffix in PARQUET:
        return Landed((sheet,), {})
    aside.mkdir(parents=True, exist_ok=True)
    if suffix in DATABASES:
        return Landed((_from_table(sheet, aside, table),), {})
    if is_workbook:
        return _from_text(_worksheet(sheet, aside, table), {}, sheet, aside)
    if suffix in (*LINES, ".json"):
        return _from_text(*_flattened(sheet, aside), sheet, aside)
    return _from_text(head_of(without_blank_lines(sheet, aside)), {}, sheet, aside)


def _files(folder: Path) -> tuple[Path, ...]:
    """The Parquet files of a folder, in the order of their names.

    Raises:
        UnusableCase: ``sheet-kind``, also where there are more of them in folders below: what
            such a folder is called may be part of what its rows say.
    """
    files = tuple(sorted(one for one in folder.iterdir() if one.suffix.lower() in PARQUET))
    below = [one for one in folder.rglob("*/*") if one.suffix.lower() in PARQUET]
    if below:
        found = f"Parquet files in a folder below it, {below[0].relative_to(folder)}"
        raise UnusableCase(_kind(folder, found, "put all files into one folder"))
    if not files:
        raise UnusableCase(_kind(folder, "a folder without Parquet files"))
    return files


def _kind(sheet: Path, found: str, step: str = "save the sheet as one of these") -> Fault:
    return Fault("sheet-kind", str(sheet), found, "CSV, XLSX, JSON Lines, Parquet or DuckDB", step)


def _from_table(sheet: Path, aside: Path, table: str | None) -> Path:
    """A table of a database, copied out of it."""
    target = aside / "table.parquet"
    try:
        with duckdb.connect(str(sheet), read_only=True, config=ALONE) as connection:
            tables = dict(connection.execute(TABLES).fetchall())
            chosen = table or (next(iter(tables)) if len(tables) == 1 else None)
            if chosen not in tables:
                found = f"the table {table}" if table else f"{len(tables)} tables"
                raise UnusableCase(_table(sheet, found, list(tables)))
            rows = _plain_kinds(connection, tables[chosen])
            connection.execute(f"COPY ({rows}) TO {literal(str(target))} (FORMAT parquet)")
    except duckdb.Error as problem:
        raise FailedWorld(
            Fault(
                "sheet-unreadable",
                str(sheet),
                str(problem).splitlines()[0],
                "a DuckDB file",
                "export the table as CSV or Parquet if it is of another program",
            )
        ) from problem
    return target


def _plain_kinds(connection: DuckDBPyConnection, table: str) -> str:
    """SQL of the rows of a table; what only DuckDB has, such as a UUID, as texts."""
    columns = connection.execute(f"DESCRIBE {table}").fetchall()
    own = [quoted(name) for name, kind, *_ in columns if any(one in kind for one in OWN_KINDS)]
    texts = ", ".join(f"CAST({name} AS VARCHAR) AS {name}" for name in own)
    return f"SELECT *{f' REPLACE ({texts})' if own else ''} FROM {table}"


def _table(sheet: Path, found: str, names: Sequence[str]) -> Fault:
    allowed = ", ".join(names) or "a table of offers"
    return Fault("sheet-table", str(sheet), found, allowed, "name one with --table")


def _is_workbook(sheet: Path) -> bool:
    with sheet.open("rb") as start:
        return start.read(2) == b"PK"


def _worksheet(sheet: Path, aside: Path, table: str | None) -> Head:
    """A worksheet of a workbook, copied out of it.

    Raises:
        UnusableCase: ``sheet-table`` or ``sheet-kind``.
    """
    try:
        names = worksheets(sheet)
        rows = _chosen(sheet, names, table)
        header = next(rows, ())
        copy = aside / "worksheet.csv"
        with copy.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows((header, *rows))
    except UnusableCase:
        raise
    except Exception as problem:  # the reader has no common error
        found = f"no workbook that can be read: {problem}"
        raise UnusableCase(_kind(sheet, found)) from problem
    return Head(copy, "csv", header, ",")


def _chosen(sheet: Path, names: Sequence[str], table: str | None) -> Iterator[Cells]:
    """The rows of the worksheet that is meant."""
    if table is not None and table not in names:
        raise UnusableCase(_table(sheet, f"the worksheet {table}", names))
    if table is not None or len(names) == 1:
        return rows_of(sheet, table or names[0])
    paying = [name for name in names if states_pay(next(rows_of(sheet, name), ()))]
    if len(paying) > 1:
        raise UnusableCase(_table(sheet, f"{len(paying)} worksheets of offers", paying))
    return rows_of(sheet, [*paying, *names][0])


def _from_text(head: Head, known: Mapping[int, Fault], sheet: Path, aside: Path) -> Landed:
    """Rows of text, and which lines are no rows.

    Args:
        head: Of the file that is read.
        known: What is known of rows that are none, beyond what reading shows.
        sheet: The file that was given.
        aside: Folder for a copy.
    """
    if head.kind not in ("csv", "json") or not head.header:
        raise UnusableCase(_kind(sheet, "a file with neither columns nor objects"))
    with workbench(aside) as connection:
        load_text_rows(connection, head, aside)
        broken = connection.execute(
            f"SELECT line, error, found FROM {MALFORMED} ORDER BY line"
        ).fetchall()
        target = aside / "sheet.parquet"
        above = 0 if head.kind == "json" else 1  # the header
        numbers = _numbering([line - above for line, _, _ in broken])
        connection.execute(
            f"COPY (SELECT * EXCLUDE (row_no){numbers} FROM source_row) "
            f"TO {literal(str(target))} (FORMAT parquet)"
        )
    cells = f"a row of {len(head.header)} cells"
    faults = {
        line - above: _malformed(f"{sheet.name} row {line - above}", str(error).lower(), cells)
        for line, error, _ in broken
    }
    dropped = tuple(name for name in head.header if PERSONAL.search(name))
    return Landed((target,), {**faults, **known}, dropped)


def _malformed(place: str, found: str, allowed: str) -> Fault:
    step = "mend the line and score it again"
    return Fault("sheet-malformed-row", place, found, allowed, step)


def _numbering(broken: list[int]) -> str:
    """The number of each row in the sheet, where rows are missing in between."""
    if not broken:
        return ""
    shifted = [row - place for place, row in enumerate(broken)]  # the first row that follows it
    before = f"len(list_filter({shifted}, lambda first: first <= row_no))"
    return f", row_no + {before} AS {json.dumps(ROW_IN_SHEET)}"


# --- JSON ---------------------------------------------------------------------------------------


def _flattened(sheet: Path, aside: Path) -> tuple[Head, Mapping[int, Fault]]:
    """Objects as lines whose keys say where a value stands: ``offer.posted_range.min``.

    Returns:
        The head of the flat file, with every key that any object has, and what is no object.
    """
    target = aside / "flat.jsonl"
    keys: dict[str, None] = {}
    faults: dict[int, Fault] = {}
    counted = "line" if sheet.suffix.lower() in LINES else "object"
    with target.open("wb") as lines:
        for row, one in enumerate(_objects(sheet), 1):
            if isinstance(one, Broken):
                place = f"{sheet.name} {counted} {one.number}"
                faults[row] = _malformed(place, one.found, 'an object: {"base_salary": 158000}')
                lines.write(b"null\n")
                continue
            cells = dict(flat(one))
            keys |= dict.fromkeys(cells)
            lines.write(orjson.dumps(cells) + b"\n")
    return Head(target, "json", tuple(keys)), faults


def _objects(sheet: Path) -> Iterator[dict[str, Any] | Broken]:
    if sheet.suffix.lower() not in LINES:
        with sheet.open(encoding=encoding_of(sheet), errors="replace") as text:
            yield from objects(text)
        return
    for number, line in enumerate(_lines(sheet), 1):
        if line.strip():
            yield _object(line, number)


def _lines(sheet: Path) -> Iterator[bytes]:
    """The lines of a file in UTF-8, whatever mark it begins with."""
    with sheet.open("rb") as start:
        is_wide = start.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE)
    if is_wide:
        with sheet.open(encoding="utf-16", errors="replace") as texts:
            yield from (text.encode() for text in texts)
        return
    with sheet.open("rb") as lines:
        yield next(lines, b"").removeprefix(BOM_UTF8)
        yield from lines


def _object(line: bytes, number: int) -> dict[str, Any] | Broken:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as problem:
        return Broken(number, problem.msg)
    return value if isinstance(value, dict) else Broken(number, "a value that is no object")


def flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """What stands in an object, by where it stands; a list stays whole.

    >>> dict(flat({"offer": {"base_salary": 1, "posted_range": {"min": 2}}, "id": 7}))
    {'offer.base_salary': 1, 'offer.posted_range.min': 2, 'id': 7}
    """
    if isinstance(value, dict) and (value or not path):
        for key, one in value.items():
            name = key or "(no name)"
            yield from flat(one, f"{path}.{name}" if path else name)
    elif value is not None:
        yield path, value
