"""Rows on their way into a snapshot: Parquet files in a folder of their own, one a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from warehouse.schema import IDENTIFIED, TABLES, create_tables, insert_rows


def write_staged(folder: Path, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write rows by table, with the types and constraints of the snapshot's tables."""
    with closing(duckdb.connect()) as connection:
        connection.execute("SET enable_progress_bar = false")
        create_tables(connection)
        for table, of_table in rows.items():
            insert_rows(connection, table, of_table)
            connection.execute(f"COPY {table} TO '{_path(folder, table)}' (FORMAT parquet)")


def insert_staged(connection: DuckDBPyConnection, folder: Path) -> None:
    """Add everything in a folder to the tables of a draft."""
    for table in TABLES:
        if (folder / f"{table}.parquet").exists():
            connection.execute(
                f"INSERT INTO {table} BY NAME FROM read_parquet('{_path(folder, table)}')"
            )


def mark_duplicates(connection: DuckDBPyConnection) -> None:
    """Let each record count once: in its first row, by file and number.

    The loads are balanced anew, so that read = accepted + quarantined + duplicates again.
    """
    for table in IDENTIFIED:
        connection.execute(
            f"""
            UPDATE {table} SET duplicate = again.duplicate FROM (
                SELECT load_id, row_no, record_key, row_number() OVER (
                    PARTITION BY source, record_key ORDER BY file, row_no
                ) > 1 AS duplicate
                FROM {table} JOIN load USING (load_id, source)
            ) AS again
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


def _path(folder: Path, table: str) -> str:
    return str(folder / f"{table}.parquet").replace("'", "''")
