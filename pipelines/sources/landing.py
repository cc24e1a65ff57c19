"""From stated rows to the columns of a landing table, and onto disk with the balance.

The rows of a file are written once, as understood, before it is known which of them are held;
beside them lies which of them are not for the table.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from duckdb import DuckDBPyConnection

from pipelines.records import LoadCount, SourceFile
from pipelines.sources.naming import name_pay
from pipelines.sources.naming_reference import name_vesting, name_wage, name_wage_area
from pipelines.sources.text_rows import QUICK, ROWS
from warehouse.sql_text import literal, one_file
from warehouse.staging import HELD_ROWS

# What completes the stated rows of a landing table, where that takes more than SQL.
COMPLETE = {
    "pay": name_pay,
    "wage": name_wage,
    "wage_area": name_wage_area,
    "vesting": name_vesting,
}


class Landing(Protocol):
    """What landing needs to know of a source."""

    @property
    def name(self) -> str:
        """Short name of the source."""

    @property
    def table(self) -> str:
        """The landing table."""


def finish(
    connection: DuckDBPyConnection, table: str, source: str, file: SourceFile, folder: Path
) -> None:
    """Complete ``stated`` to ``parsed``, which has the columns of its landing table and others.

    The rows lie in the folder, as ``<table>.parquet``.
    """
    complete = COMPLETE[table](connection) if table in COMPLETE else "SELECT * FROM stated"
    # The meanings of names are few beside the rows, whatever the optimiser thinks: it would put
    # the rows into the hash tables.
    connection.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    path = folder / f"{table}.parquet"
    _write(
        connection,
        f"SELECT *, {literal(file.load_id)} AS load_id, {literal(source)} AS source, "
        f"false AS duplicate FROM ({complete})",
        path,
    )
    connection.execute("RESET disabled_optimizers")
    connection.execute(f"CREATE VIEW parsed AS FROM read_parquet({one_file(path)})")


def land(
    connection: DuckDBPyConnection, source: Landing, file: SourceFile, folder: Path, again: bool
) -> LoadCount:
    """Write as Parquet which rows are held, and why.

    Args:
        connection: The workbench with ``parsed`` and ``held``.
        source: Whose rows they are.
        file: Where they come from.
        folder: Where the rows are, and where to write; the rows go where none is to be taken.
        again: The market has these very bytes under another name: every row is a duplicate.
    """
    rows, width = _counts(connection)
    if again:
        (folder / f"{source.table}.parquet").unlink()
        return LoadCount(file, rows, 0, 0, rows)
    held = "SELECT DISTINCT row_no FROM held WHERE row_no IS NOT NULL"
    _write(connection, held, folder / HELD_ROWS)
    _write(connection, _quarantine(source, file), folder / "quarantine.parquet")
    return LoadCount(file, rows, rows - width, width, 0)


def _counts(connection: DuckDBPyConnection) -> tuple[int, int]:
    """Rows read, the malformed ones among them, and rows held."""
    query = f"""
        SELECT (SELECT count(*) FROM {ROWS}) + (SELECT count(*) FROM malformed_row),
            (SELECT count(DISTINCT place) FROM held)
    """
    read, held = connection.execute(query).fetchall()[0]
    return read, held


def _quarantine(source: Landing, file: SourceFile) -> str:
    """One row per reason, with the row as read and as parsed.

    The reasons are few and narrow, the rows are many and wide: these stream by.
    """
    return f"""
        WITH once AS (
            SELECT * FROM held
            QUALIFY row_number() OVER (PARTITION BY place, code ORDER BY found) = 1
        ),
        understood AS (
            SELECT row_no, CAST(to_json(p) AS VARCHAR) AS parsed
            FROM parsed AS p SEMI JOIN once USING (row_no)
        ),
        shown AS (
            SELECT once.*, CAST(to_json(r) AS VARCHAR) AS raw, parsed
            FROM {ROWS} AS r JOIN once USING (row_no) LEFT JOIN understood USING (row_no)
            UNION ALL SELECT *, coalesce(found, code), NULL FROM once WHERE row_no IS NULL
        )
        SELECT {literal(file.load_id)} AS load_id,
            {literal(file.name + "#")} || place AS row_ref,
            code, severity, {literal(source.table)} AS landing,
            raw, parsed, coalesce(found, code) AS found, suggestion
        FROM shown
    """


def _write(connection: DuckDBPyConnection, query: str, path: Path) -> None:
    # Groups are bounded in bytes, because a row of the quarantine holds two whole rows as text.
    options = f"{QUICK}, ROW_GROUP_SIZE_BYTES '16MB'"
    connection.execute(f"COPY ({query}) TO {literal(str(path))} ({options})")
