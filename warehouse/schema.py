"""The tables of a market snapshot and the audits that a snapshot must pass: SQL in ``sql/``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Tables that rows of files land in.  Marts are worked out from them and hold nothing of their own.
TABLES = (
    "load",
    "quarantine",
    "repair",
    "guide",
    "band",
    "band_zone",
    "premium",
    "level_map",
    "lever_text",
    "target",
    "accept_floor",
    "competing",
    "sign_on",
    "pay",
    "wage",
    "wage_area",
    "fx_rate",
    "price_parity",
    "vesting",
    "posting_law",
)
# Landing tables of single-table sources: their rows carry an identity, and may be duplicates.
IDENTIFIED = ("pay", "wage", "wage_area", "fx_rate", "price_parity", "vesting", "posting_law")


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that an audit returned: the audit, the row's id and what stands there."""

    audit: str
    row_id: str
    found: str


def _scripts(folder: str) -> list[tuple[str, str]]:
    place = files("warehouse").joinpath(folder)
    scripts = sorted((entry.name, entry) for entry in place.iterdir() if entry.is_file())
    return [
        (name.removesuffix(".sql"), entry.read_text(encoding="utf-8"))
        for name, entry in scripts
        if name.endswith(".sql")
    ]


@cache
def columns_of(table: str) -> dict[str, str]:
    """The columns of a landing table with their types, in order."""
    import duckdb  # slow to load

    with closing(duckdb.connect()) as connection:
        create_tables(connection)
        return {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall()}


def create_tables(connection: DuckDBPyConnection) -> None:
    """Create every table and view of an empty snapshot."""
    for _, script in _scripts("sql"):
        connection.execute(script)


def build_marts(connection: DuckDBPyConnection) -> None:
    """Work out every mart from the landing tables, in the order of their names."""
    for _, script in _scripts("sql/marts"):
        connection.execute(script)


def layout() -> str:
    """A digest of every table and mart: another one means that a snapshot has other columns."""
    scripts = [*_scripts("sql"), *_scripts("sql/marts")]
    return hashlib.sha256(repr(scripts).encode()).hexdigest()[:12]


def layout_of(connection: DuckDBPyConnection, database: str) -> str | None:
    """The layout of an attached market; None for one that is too old to say, and for none."""
    query = "SELECT 1 FROM duckdb_tables() WHERE database_name = ? AND table_name = 'market'"
    if not connection.execute(query, [database]).fetchall():
        return None
    found = connection.execute(f'SELECT layout FROM "{database}".market').fetchall()
    return str(found[0][0]) if found else None


def _audited(connection: DuckDBPyConnection, folder: str) -> list[BadRow]:
    return [
        BadRow(name, str(row_id), str(found))
        for name, script in _scripts(folder)
        for row_id, found in connection.execute(script).fetchall()
    ]


def audit(connection: DuckDBPyConnection) -> list[BadRow]:
    """Run every audit of what must be so; one is a SELECT of the bad rows, so none is good."""
    return _audited(connection, "sql/audits")


def doubts(connection: DuckDBPyConnection) -> list[BadRow]:
    """Run every audit of what is hard to believe, which a person may know better.

    Those that hold new files against the market attached as ``earlier`` have nothing to say where
    there is none, nor against one of another layout, whose columns differ.
    """
    found = _audited(connection, "sql/audits/plausible")
    if layout_of(connection, "earlier") != layout():
        return found
    for _, script in _scripts("sql/earlier"):
        connection.execute(script)
    return [*found, *_audited(connection, "sql/audits/earlier")]


def drift(connection: DuckDBPyConnection) -> list[tuple[str, str, float | None, float | None]]:
    """Source, measure, value in the market attached as ``earlier``, and value in this one.

    Both markets have to be of one layout.  ``median`` measures are ratios to the earlier one.
    """
    ((_, script),) = _scripts("sql/diff")
    return connection.execute(script).fetchall()


def insert_rows(
    connection: DuckDBPyConnection, table: str, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Add rows to a table; keys that the table does not have are left out."""
    types = {name: kind for name, kind, *_ in connection.execute(f"DESCRIBE {table}").fetchall()}
    lines = [json.dumps({name: row.get(name) for name in types}, default=str) for row in rows]
    if not lines:
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
        connection.execute(
            f"INSERT INTO {table} BY NAME SELECT * FROM read_json(?, "
            f"format = 'newline_delimited', columns = {{{columns}}})",
            [str(path)],
        )
