"""What differs between two market snapshots, table by table and key by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.schema import IDENTIFIED, drift, layout_of
from warehouse.snapshot import find_snapshot, held_snapshots
from warehouse.sql_text import literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Rows of these follow from the files of a load; the loads themselves are compared.
LEFT_OUT = ("market", "quarantine", *IDENTIFIED)
# Columns that say where a row comes from, not what it says.
ORIGIN = frozenset({"load_id", "source_hash", "reader", "as_written", "digest"})
SHOWN = 20  # [rows] changed rows told in full for each table
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One row that says something else: its key, and by column what it said and says."""

    key: Key
    columns: dict[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class TableDifference:
    """How one table differs: numbers of rows, and the first of the changed ones in full."""

    table: str
    added: int
    removed: int
    changed: int
    changes: tuple[Change, ...]


def market_file(snapshot_id: str | None, folder: Path | None = None) -> Path:
    """The file of a snapshot, published or held; of the one in force when none is named.

    Raises:
        FailedWorld: As ``warehouse.snapshot.find_snapshot``.
    """
    if snapshot_id:
        for held in held_snapshots(folder):
            if held.id.startswith(snapshot_id):
                return held.path
    return find_snapshot(snapshot_id, folder).path


def difference(before: Path, after: Path) -> list[TableDifference]:
    """What differs between two snapshot files; tables that are equal are left out.

    Tables are compared by their primary keys, over the columns that both have.
    """
    import duckdb

    with closing(duckdb.connect()) as connection:
        connection.execute("SET enable_progress_bar = false")
        for name, path in (("a", before), ("b", after)):
            connection.execute(f"ATTACH {literal(str(path))} AS {name} (READ_ONLY)")
        found = [_of_table(connection, table, key) for table, key in _keyed(connection)]
    return [one for one in found if one.added or one.removed or one.changed]


def drift_between(before: Path, after: Path) -> list[tuple[str, str, float | None, float | None]]:
    """How far each source has moved: source, measure, value before and after.

    Nothing where the two are of different layouts.
    """
    import duckdb

    with closing(duckdb.connect(str(after), read_only=True)) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"ATTACH {literal(str(before))} AS earlier (READ_ONLY)")
        is_same = layout_of(connection, "earlier") == layout_of(connection, after.stem) is not None
        return drift(connection) if is_same else []


def _keyed(connection: DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    """Tables that both snapshots have, with their primary keys."""
    query = """
        SELECT table_name, constraint_column_names FROM duckdb_constraints() AS c
        WHERE constraint_type = 'PRIMARY KEY' AND database_name = 'b' AND table_name IN (
            SELECT table_name FROM duckdb_tables() WHERE database_name = 'a'
        ) AND NOT list_contains(?::VARCHAR[], table_name)
        ORDER BY table_name
    """
    found = connection.execute(query, [list(LEFT_OUT)]).fetchall()
    # The id of a load changes with its bytes; what a person knows is the file.
    return [(table, ["source", "file"] if table == "load" else key) for table, key in found]


def _columns(connection: DuckDBPyConnection, database: str, table: str) -> list[str]:
    query = """
        SELECT column_name FROM duckdb_columns()
        WHERE database_name = ? AND table_name = ? ORDER BY column_index
    """
    return [row[0] for row in connection.execute(query, [database, table]).fetchall()]


def _of_table(connection: DuckDBPyConnection, table: str, key: Sequence[str]) -> TableDifference:
    present = set(_columns(connection, "b", table))
    said = [
        name
        for name in _columns(connection, "a", table)
        if name in present and name not in ORIGIN and name not in key
    ]
    differs = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in said) or "false"
    joined = " AND ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in key)
    both = f"FROM a.{table} AS a JOIN b.{table} AS b ON {joined} WHERE {differs}"
    return TableDifference(
        table,
        _count(connection, f"FROM b.{table} AS b ANTI JOIN a.{table} AS a ON {joined}"),
        _count(connection, f"FROM a.{table} AS a ANTI JOIN b.{table} AS b ON {joined}"),
        _count(connection, both),
        tuple(_changes(connection, both, key, said)),
    )


def _count(connection: DuckDBPyConnection, rows: str) -> int:
    return int(connection.execute(f"SELECT count(*) {rows}").fetchall()[0][0])


def _changes(
    connection: DuckDBPyConnection, both: str, key: Sequence[str], said: Sequence[str]
) -> Iterator[Change]:
    columns = [*(f"a.{name}" for name in key), *(f"{s}.{name}" for name in said for s in "ab")]
    query = f"SELECT {', '.join(columns)} {both} ORDER BY ALL LIMIT {SHOWN}"
    for row in connection.execute(query).fetchall():
        values, pairs = row[: len(key)], row[len(key) :]
        told = zip(said, pairs[::2], pairs[1::2], strict=True)
        yield Change(values, {name: (was, now) for name, was, now in told if was != now})
