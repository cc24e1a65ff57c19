"""A sheet of offers, whatever it is kept in, as Parquet: columns of text, each row with its number.

Parquet itself is read where it lies, with its types.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import orjson

from pipelines.scoring.columns import ROW_IN_SHEET
from pipelines.sources.head import head_of
from pipelines.sources.json_rows import Broken, objects
from pipelines.sources.text_rows import MALFORMED, PERSONAL, encoding_of, literal, load_text_rows
from pipelines.sources.workbench import workbench
from rules.errors import FailedWorld, Fault, UnusableCase

PARQUET = (".parquet", ".pq")
LINES = (".jsonl", ".ndjson")
DATABASES = (".duckdb", ".db", ".ddb")


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
        table: The table of a DuckDB file; its only one when not given.

    Raises:
        UnusableCase: ``sheet-missing``, ``sheet-kind``, ``sheet-table`` or ``sheet-empty``.
        FailedWorld: ``sheet-unreadable``.
    """
    if not sheet.exists():
        raise UnusableCase(Fault("sheet-missing", str(sheet), "no such file", "a file", "check it"))
    if sheet.is_dir():
        return Landed(_files(sheet), {})
    suffix = sheet.suffix.lower()
    if suffix in PARQUET:
        return Landed((sheet,), {})
    aside.mkdir(parents=True, exist_ok=True)
    if suffix in DATABASES:
        return Landed((_from_table(sheet, aside, table),), {})
    return _from_text(
        _flattened(sheet, aside) if suffix in (*LINES, ".json") else sheet, sheet, aside
    )


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
        with duckdb.connect(str(sheet), read_only=True) as connection:
            names = [row[0] for row in connection.execute("SHOW TABLES").fetchall()]
            chosen = table or (names[0] if len(names) == 1 else None)
            if chosen not in names:
                found = f"the table {table}" if table else f"{len(names)} tables"
                allowed = ", ".join(names) or "a table of offers"
                step = "name one with --table"
                raise UnusableCase(Fault("sheet-table", str(sheet), found, allowed, step))
            rows = '"' + str(chosen).replace('"', '""') + '"'
            connection.execute(f"COPY {rows} TO {literal(str(target))} (FORMAT parquet)")
    except duckdb.Error as problem:
        raise FailedWorld(
            Fault("sheet-unreadable", str(sheet), str(problem).splitlines()[0], "a DuckDB file")
        ) from problem
    return target


def _from_text(readable: Path, sheet: Path, aside: Path) -> Landed:
    """Rows of text, and which lines are no rows."""
    head = head_of(readable)
    if head.kind not in ("csv", "xlsx", "json") or not head.header:
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
    faults = {
        line - above: Fault(
            "sheet-malformed-row",
            f"{sheet.name} line {line}",
            str(error).lower(),
            f"a row of {len(head.header)} cells",
            "mend the line and score it again",
        )
        for line, error, _ in broken
    }
    dropped = tuple(name for name in head.header if PERSONAL.search(name))
    return Landed((target,), faults, dropped)


def _numbering(broken: list[int]) -> str:
    """The number of each row in the sheet, where rows are missing in between."""
    if not broken:
        return ""
    shifted = [row - place for place, row in enumerate(broken)]  # the first row that follows it
    before = f"len(list_filter({shifted}, lambda first: first <= row_no))"
    return f", row_no + {before} AS {json.dumps(ROW_IN_SHEET)}"


# --- JSON ---------------------------------------------------------------------------------------


def _flattened(sheet: Path, aside: Path) -> Path:
    """Objects as lines whose keys say where a value stands: ``offer.posted_range.min``."""
    target = aside / "flat.jsonl"
    with target.open("wb") as lines:
        for one in _objects(sheet):
            lines.write(orjson.dumps(dict(flat(one))) if isinstance(one, dict) else b"null")
            lines.write(b"\n")
    return target


def _objects(sheet: Path) -> Iterator[dict[str, Any] | Broken]:
    if sheet.suffix.lower() not in LINES:
        with sheet.open(encoding=encoding_of(sheet), errors="replace") as text:
            yield from objects(text)
        return
    with sheet.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _object(line, number)


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
    if isinstance(value, dict) and value:
        for key, one in value.items():
            yield from flat(one, f"{path}.{key}" if path else str(key))
    elif value is not None:
        yield path, value
