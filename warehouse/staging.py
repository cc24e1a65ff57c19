"""Rows on their way into a snapshot: Parquet files in a folder of their own, one a table.

A file may have more columns than its table, and rows that are held; ``HELD_ROWS`` names those.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from warehouse.schema import IDENTIFIED, TABLES, columns_of, create_tables, insert_rows
from warehouse.sql_text import literal, one_file

HELD_ROWS = "held_rows.parquet"  # numbers of the rows beside it that are not for their table


def write_staged(folder: Path, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write rows by table, with the types and constraints of the snapshot's tables."""
    with closing(duckdb.connect()) as connection:
        connection.execute("SET enable_progress_bar = false")
        create_tables(connection)
        for table, of_table in rows.items():
            insert_rows(connection, table, of_table)
            target = literal(str(folder / f"{table}.parquet"))
            connection.execute(f"COPY {table} TO {target} (FORMAT parquet)")


def insert_staged(connection: DuckDBPyConnection, folder: Path) -> None:
    """Add everything in a folder to the tables of a draft."""
    for table in TABLES:
        if (folder / f"{table}.parquet").exists():
            connection.execute(f"INSERT INTO {table} BY NAME {staged(folder, table)}")


def staged(folder: Path, table: str) -> str:
    """A SELECT of the rows in a folder that are for a table."""
    names = ", ".join(f'"{name}"' for name in columns_of(table))
    rows = f"SELECT {names} FROM read_parquet({one_file(folder / f'{table}.parquet')})"
    held = folder / HELD_ROWS
    if table in IDENTIFIED and held.exists():
        rows += f" AS row ANTI JOIN read_parquet({one_file(held)}) AS held USING (row_no)"
    return rows


# Of one record, what the publisher said last counts, in tables that tell when that was.
LATEST = {"pay": "recorded_on DESC NULLS LAST, "}


def mark_duplicates(connection: DuckDBPyConnection) -> None:
    """Let each record count once: as last recorded, else in its first row, by file and number.

    A row that was set aside and was recorded later outweighs those that were accepted before.
    The loads are balanced anew, so that read = accepted + quarantined + duplicates again.
    """
    for table in IDENTIFIED:
        _list_repeated(connection, table)
        connection.execute(
            f"""
            UPDATE {table} SET duplicate = again.duplicate FROM repeated AS again
            WHERE {table}.load_id = again.load_id AND {table}.row_no = again.row_no
                AND {table}.record_key = again.record_key AND {table}.duplicate <> again.duplicate
            """
        )
        connection.execute(
            f"""
            UPDATE load SET accepted = counted.kept,
                duplicates = load.read - load.quarantined - counted.kept
            FROM (
                SELECT load_id, count(DISTINCT row_no) FILTER (NOT duplicate) AS kept
                FROM {table} GROUP BY load_id
            ) AS counted
            WHERE load.load_id = counted.load_id
            """
        )


def _list_repeated(connection: DuckDBPyConnection, table: str) -> None:
    """A table ``repeated`` of the rows whose key occurs more than once, and whether they count.

    Keys are counted by their hash, which is small; rows that only share a hash are told apart
    after.  Rows that were marked before and no longer share their key are among them.
    """
    order = LATEST.get(table, "")
    columns = "load_id, row_no, source, record_key"
    columns += ", recorded_on" if order else ""
    aside = _set_aside(table) if order else f"SELECT {columns}, NULL AS file FROM {table} LIMIT 0"
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE repeated AS
        WITH aside AS ({aside}),
        often AS (
            SELECT key FROM (
                SELECT hash(source, record_key) AS key, duplicate FROM {table}
                UNION ALL SELECT hash(source, record_key), false FROM aside
            ) GROUP BY key HAVING count(*) > 1 OR bool_or(duplicate)
        ),
        shared AS (
            SELECT {columns}, file, true AS accepted FROM {table} JOIN load USING (load_id, source)
            WHERE hash(source, record_key) IN (SELECT key FROM often)
            UNION ALL SELECT {columns}, file, false FROM aside
            WHERE hash(source, record_key) IN (SELECT key FROM often)
        )
        SELECT load_id, row_no, record_key, accepted, row_number() OVER (
            PARTITION BY source, record_key ORDER BY {order}file, row_no
        ) > 1 AS duplicate
        FROM shared
        """
    )
    connection.execute("DELETE FROM repeated WHERE NOT accepted")


def _set_aside(table: str) -> str:
    """The sound rows of a table's sources that are held, as understood."""
    return f"""
        SELECT DISTINCT q.load_id, (parsed ->> 'row_no')::BIGINT AS row_no, l.source,
            parsed ->> 'record_key' AS record_key,
            (parsed ->> 'recorded_on')::DATE AS recorded_on, l.file
        FROM quarantine AS q JOIN load AS l USING (load_id)
        WHERE q.severity = 'aside' AND q.landing = '{table}'
    """
