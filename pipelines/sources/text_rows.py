"""A delimited file, a sheet or JSON objects as a table of text, each row numbered, none lost.

DuckDB reads it with a dialect that is spelt out, because its own guess turns a dirty file into a
single column without a word.  Rows that do not fit the header are set aside with their line.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Sequence
from pathlib import Path

from duckdb import DuckDBPyConnection, InvalidInputException

from pipelines.sources.head import Head, sheet_rows
from pipelines.sources.json_rows import write_lines
from warehouse.sql_text import literal, one_file

ROWS = "source_row"
MALFORMED = "malformed_row"
LONGEST_LINE = 16 * 1024 * 1024
# Parquet that is written to be read once, and then forgotten: quick rather than small.
QUICK = "FORMAT parquet, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 1000, ROW_GROUP_SIZE 20480"
CHUNK = 1024 * 1024
MOST_STRAY_QUOTES = 20  # that are mended in one file, each by reading it once more
# Columns that say what a person is, or who: they are left behind when a file is read.
PERSONAL = re.compile(
    r"(?i)gender|\bsex\b|^race|ethnic|religio|\bage\b|birth|disab|marital|national|citizen|"
    r"education|_degree$|^highschool$|^some_college$|otherdetails|phone|e-?mail|attorney|"
    r"first_?name|last_?name|middle_?(?:name|initial)|_poc_|point_of_contact|contact_?name|preparer|"
    r"\bfax\b|lawfirm|law_firm"
)


def load_text_rows(connection: DuckDBPyConnection, head: Head, aside: Path) -> None:
    """Fill ``source_row`` (row_no and every column as text) and ``malformed_row`` (line, found).

    Args:
        connection: A workbench of its own.
        head: The file's beginning; kind ``csv``, ``xlsx`` or ``json``.
        aside: Folder for a copy, where the file is not UTF-8 or no CSV.
    """
    if head.kind == "json":
        _read_objects(connection, head.path, aside)
        return
    if head.kind == "xlsx":
        path, delimiter = _as_csv(head.path, aside), ","
    else:
        path, delimiter = _as_utf8(head.path, aside), head.delimiter
    names = column_names(head.header)
    try:
        _read_whole(connection, path, delimiter, names, aside)
    except InvalidInputException:  # lines that end in several ways, which the csv module bears
        _forget(connection)
        _read_whole(connection, _respelt(path, delimiter, aside), ",", names, aside)


def _read_whole(
    connection: DuckDBPyConnection,
    path: Path,
    delimiter: str,
    columns: Sequence[str],
    aside: Path,
) -> None:
    """Read, and read again where a quote that is never closed has swallowed the lines below it."""
    _read(connection, path, delimiter, columns, aside)
    for attempt in range(MOST_STRAY_QUOTES):
        found = connection.execute(
            "SELECT min(byte_position) FROM reject_errors WHERE error_type = 'UNQUOTED VALUE'"
        ).fetchone()
        if found is None or found[0] is None:
            return
        path = with_line_as_one_cell(path, found[0] - 1, aside / f"closed_{attempt % 2}.csv")
        _forget(connection)
        _read(connection, path, delimiter, columns, aside)


def _forget(connection: DuckDBPyConnection) -> None:
    """Remove what an earlier reading of the file left."""
    connection.execute(f"DROP TABLE IF EXISTS {MALFORMED}")
    connection.execute(f"DROP VIEW IF EXISTS {ROWS}")
    for rejected in ("reject_errors", "reject_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {rejected}")


def with_line_as_one_cell(path: Path, position: int, copy: Path) -> Path:
    """A copy of a delimited file in which one line is a single quoted cell.

    Args:
        path: The file.
        position: Offset of a byte of that line.
        copy: Where to write.
    """
    offset = 0
    with path.open("rb") as source, copy.open("wb") as target:
        for line in source:
            if offset <= position < offset + len(line):
                target.write(_one_cell(line))
            else:
                target.write(line)
            offset += len(line)
    return copy


def _one_cell(line: bytes) -> bytes:
    text = line.rstrip(b"\r\n")
    return b'"' + text.replace(b'"', b'""') + b'"' + line[len(text) :]


def _respelt(path: Path, delimiter: str, aside: Path) -> Path:
    """A copy of a delimited UTF-8 file in one spelling: commas, and lines that all end alike."""
    csv.field_size_limit(LONGEST_LINE)
    copy = aside / "respelt.csv"
    with (
        path.open(encoding="utf-8-sig", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        csv.writer(target).writerows(csv.reader(source, delimiter=delimiter))
    return copy


def column_names(header: Sequence[str]) -> list[str]:
    """The header's names, made distinct; a column without a name is called by its place.

    >>> column_names(["a", "A", "", " b "])
    ['a', 'A_2', 'column_3', 'b']
    """
    names: list[str] = []
    taken = {"row_no"}  # ours
    for place, written in enumerate(header, 1):
        name = written.strip().lstrip("\ufeff") or f"column_{place}"
        if name.casefold() in taken:
            name = f"{name}_{place}"
        taken.add(name.casefold())
        names.append(name)
    return names


def quoted(name: str) -> str:
    """A name as SQL writes it.

    >>> quoted('PW "1"') == chr(34) + 'PW ""1""' + chr(34)
    True
    """
    return '"' + name.replace('"', '""') + '"'


def _read(
    connection: DuckDBPyConnection,
    path: Path,
    delimiter: str,
    columns: Sequence[str],
    aside: Path,
) -> None:
    """Read into Parquet, which takes every processor and knows the number of each row."""
    rows = aside / "rows.parquet"
    struct = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
    kept = ", ".join(quoted(name) for name in columns if not PERSONAL.search(name))
    connection.execute(
        f"COPY (SELECT {kept} FROM read_csv("
        f"{one_file(path)}, auto_detect = false, header = true, delim = {literal(delimiter)}, "
        f"quote = '\"', escape = '\"', nullstr = '', columns = {{{struct}}}, "
        f"max_line_size = {LONGEST_LINE}, store_rejects = true, rejects_limit = 0)"
        f") TO {literal(str(rows))} ({QUICK})"
    )
    connection.execute(
        f"CREATE VIEW {ROWS} AS SELECT file_row_number + 1 AS row_no, * EXCLUDE (file_row_number) "
        f"FROM read_parquet({one_file(rows)}, file_row_number = true)"
    )
    connection.execute(
        f"CREATE TABLE {MALFORMED} AS SELECT line, {_shown(delimiter, columns)} AS found, "
        "min(error_type::VARCHAR) AS error FROM reject_errors GROUP BY line"
    )


def _read_objects(connection: DuckDBPyConnection, path: Path, aside: Path) -> None:
    lines = aside / "objects.jsonl"
    with lines.open("w", encoding="utf-8") as target:
        found, broken = write_lines(path, encoding_of(path), target, PERSONAL)
    keys = found or ["nothing"]
    names = dict(zip(keys, column_names(keys), strict=True))
    struct = ", ".join(f"{literal(key)}: 'VARCHAR'" for key in keys)
    kept = ", ".join(f"{quoted(key)} AS {quoted(name)}" for key, name in names.items())
    connection.execute(
        f"CREATE TABLE {ROWS} AS SELECT row_number() OVER () AS row_no, {kept} FROM read_json("
        f"{one_file(lines)}, format = 'newline_delimited', columns = {{{struct}}}, "
        f"maximum_object_size = {LONGEST_LINE})"
    )
    connection.execute(f"CREATE TABLE {MALFORMED} (line BIGINT, found VARCHAR, error VARCHAR)")
    connection.execute(
        f"INSERT INTO {MALFORMED} SELECT unnest(?::BIGINT[]), NULL, unnest(?::VARCHAR[])",
        [[one.number for one in broken], [one.found for one in broken]],
    )


def _shown(delimiter: str, columns: Sequence[str]) -> str:
    """SQL of what may be kept of a malformed line: nothing from the first personal cell on.

    Cells that are too many only move the others to the right; in any other malformed line nobody
    knows which cell is which, beyond the first.
    """
    line = "any_value(csv_line)"
    personal = [place for place, name in enumerate(columns) if PERSONAL.search(name)]
    if not personal:
        return line
    cells = f"string_split({line}, {literal(delimiter)})"
    moved_right = "max(error_type::VARCHAR) = 'TOO MANY COLUMNS'"
    kept = f"CASE WHEN {moved_right} THEN {personal[0]} ELSE {min(personal[0], 1)} END"
    return f"array_to_string({cells}[:{kept}], {literal(delimiter)}) || ' ...'"


def encoding_of(path: Path) -> str:
    """The encoding of a file, from all of its bytes: UTF-8, UTF-16 by its mark, else Windows'.

    Windows-1252 reads every latin-1 letter as well; the five bytes that it leaves open are read
    as latin-1 by ``errors="replace"`` in the copy.
    """
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
        file.seek(0)
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _as_utf8(path: Path, aside: Path) -> Path:
    encoding = encoding_of(path)
    if encoding == "utf-8":
        return path
    copy = aside / "as_utf8.csv"
    with (
        path.open(encoding=encoding, errors="replace", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        while chunk := source.read(CHUNK):
            target.write(chunk)
    return copy


def _as_csv(path: Path, aside: Path) -> Path:
    copy = aside / "as_csv.csv"
    with copy.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(sheet_rows(path))
    return copy
