"""Market snapshots: built aside, published in one step, never changed after.

A snapshot is one DuckDB file named after its content, so that equal content is the same
snapshot wherever and whenever it was built.  ``CURRENT`` names the one in force.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.errors import FailedWorld, Fault
from warehouse.cards import write_cards
from warehouse.disk import writing_to
from warehouse.home import home
from warehouse.schema import IDENTIFIED, TABLES, create_tables, layout
from warehouse.sql_text import literal
from warehouse.whole_file import write_whole

if TYPE_CHECKING:  # slow to load, and to find a snapshot it is not needed
    from duckdb import DuckDBPyConnection

POINTER = "CURRENT"
HELD = "held"
MEMORY = "1GB"  # while a market is built; what does not fit is written aside
COUNTED = ("quarantine", *IDENTIFIED)
# The file format that every supported DuckDB reads; the newest one would shut the older out.
STORAGE: dict[str, str | bool | int | float | list[str]] = {
    "storage_compatibility_version": "v1.4.0",
    "memory_limit": "1GB",  # of a draft; what does not fit spills into the folder aside
}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot: its id, file, when it was published (UTC) and whether in force."""

    id: str
    path: Path
    published_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A snapshot under construction, that nobody else sees yet.

    Attributes:
        connection: Open for writing.
        path: The file aside.
        folder: The market folder that it will be published to.
    """

    connection: DuckDBPyConnection
    path: Path
    folder: Path


def market_folder(folder: Path | None) -> Path:
    """The folder that is meant: the home's when none is given."""
    return folder or home().market


def _fault(code: str, place: Path, found: str, step: str, allowed: str = "") -> FailedWorld:
    return FailedWorld(Fault(code, str(place), found, allowed, step))


def content_id(connection: DuckDBPyConnection) -> str:
    """The id of a market's content: 12 hex digits, the same for equal rows in any order.

    Of the large tables only the numbers of rows count: what stands in them follows from the
    bytes, the reader and the repairs of the loads, which all count in full.
    """
    digest = hashlib.sha256(layout().encode())
    for table in TABLES:
        query = f"SELECT count(*), '' FROM {table}" if table in COUNTED else _lines(table)
        count, lines = connection.execute(query).fetchall()[0]
        digest.update(f"{table}:{count}:{lines};".encode())
    return digest.hexdigest()[:12]


def _lines(table: str) -> str:
    return (
        "SELECT count(*), coalesce(sha256(string_agg(line, '' ORDER BY line)), '') "
        f"FROM (SELECT sha256(CAST(to_json(t) AS VARCHAR)) AS line FROM {table} AS t)"
    )


def current_id(folder: Path | None = None) -> str | None:
    """Id of the snapshot in force; None before anything was published."""
    try:
        return (market_folder(folder) / POINTER).read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        place = market_folder(folder) / POINTER
        raise _fault("market-unreadable", place, str(error), "check the folder") from error


def snapshots(folder: Path | None = None) -> list[Snapshot]:
    """Every published snapshot, newest first; empty before anything was published."""
    in_force = current_id(folder)
    found = [_at(path, in_force) for path in market_folder(folder).glob("[0-9a-f]*.duckdb")]
    return sorted(found, key=lambda one: (one.published_at, one.id), reverse=True)


def _at(path: Path, in_force: str | None) -> Snapshot:
    published_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Snapshot(path.stem, path, published_at, path.stem == in_force)


def find_snapshot(snapshot_id: str | None = None, folder: Path | None = None) -> Snapshot:
    """A published snapshot, by its id or the beginning of it; the one in force by default.

    Raises:
        FailedWorld: ``market-absent`` when nothing was published yet, ``market-unknown-snapshot``
            when none has this id, ``market-ambiguous-snapshot`` when several begin so.
    """
    place = market_folder(folder)
    wanted = snapshot_id or current_id(folder)
    if wanted is None:
        raise _fault("market-absent", place, "no market snapshot", "run `offerdesk refresh`")
    whole = place / f"{wanted}.duckdb"
    if whole.is_file():
        in_force = wanted if snapshot_id is None else current_id(folder)
        return _at(whole, in_force)
    found = [one for one in snapshots(folder) if one.id.startswith(wanted)]
    step = "`offerdesk market list` shows the ids"
    if not found:
        raise _fault("market-unknown-snapshot", place, repr(wanted), step)
    if len(found) > 1:
        allowed = ", ".join(one.id for one in found)
        raise _fault("market-ambiguous-snapshot", place, repr(wanted), step, allowed)
    return found[0]


def _quiet(connection: DuckDBPyConnection) -> DuckDBPyConnection:
    connection.execute("SET enable_progress_bar = false")
    return connection


def open_snapshot(snapshot_id: str | None = None, folder: Path | None = None) -> DuckDBPyConnection:
    """Open a published snapshot for reading; a later publish does not disturb it.

    Raises:
        FailedWorld: As ``find_snapshot``, and ``market-unreadable`` when the file is damaged.
    """
    return open_file(find_snapshot(snapshot_id, folder).path)


def open_file(path: Path) -> DuckDBPyConnection:
    """Open the file of a published snapshot for reading.

    Raises:
        FailedWorld: ``market-unreadable`` when it is damaged.
    """
    import duckdb

    try:
        return _quiet(duckdb.connect(str(path), read_only=True))
    except duckdb.Error as error:
        step = "`offerdesk market rollback` returns to an earlier one"
        raise _fault("market-unreadable", path, str(error), step) from error


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """One builder at a time; the system frees the turn of a process that dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / ".turn", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            step = "wait for the other refresh to end"
            raise _fault("market-being-built", folder, "another refresh", step) from error
        yield


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    for left_over in folder.glob(".building-*"):  # of a builder that died
        shutil.rmtree(left_over, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".building-") as name:
        yield Path(name) / "draft.duckdb"


@contextmanager
def drafting(folder: Path | None = None) -> Iterator[Draft]:
    """An empty snapshot with all tables, gone again unless published.

    Raises:
        FailedWorld: ``market-being-built`` while another process builds, ``market-unwritable``
            when the folder cannot be written.
    """
    import duckdb

    place = market_folder(folder)
    settings = STORAGE | {
        "memory_limit": MEMORY,
        "preserve_insertion_order": False,  # else every large table is written twice
    }
    with writing_to(place, "market-unwritable"), _turn(place), _aside(place) as path:
        spill = {"temp_directory": f"{path}.spill"}
        connection = _quiet(duckdb.connect(str(path), config=settings | spill))
        try:
            create_tables(connection)
            yield Draft(connection, path, place)
        finally:
            connection.close()


def carry_over(draft: Draft, replaced_files: list[str]) -> None:
    """Copy the snapshot in force into the draft, the loads of the replaced files excepted.

    It stays attached as ``earlier``, for whoever compares.
    """
    if current_id(draft.folder) is None:
        return
    source = literal(str(find_snapshot(None, draft.folder).path))
    draft.connection.execute(f"ATTACH {source} AS earlier (READ_ONLY)")
    kept = "SELECT load_id FROM earlier.load WHERE NOT list_contains(CAST(? AS VARCHAR[]), file)"
    for table in _tables_of(draft.connection, "earlier"):
        draft.connection.execute(
            f"INSERT INTO {table} BY NAME SELECT * FROM earlier.{table} WHERE load_id IN ({kept})",
            [replaced_files],
        )


def _tables_of(connection: DuckDBPyConnection, database: str) -> list[str]:
    """The landing tables that a snapshot has: one of an older layout lacks the newest."""
    query = "SELECT table_name FROM duckdb_tables() WHERE database_name = ?"
    present = {row[0] for row in connection.execute(query, [database]).fetchall()}
    return [table for table in TABLES if table in present]


def _point_at(snapshot_id: str, folder: Path) -> None:
    write_whole(folder / POINTER, f"{snapshot_id}\n".encode("ascii"))


def _write_cards(finished: Path, target: Path) -> None:
    with closing(open_file(finished)) as connection:
        write_cards(connection, finished, target)


def publish(draft: Draft) -> str:
    """Make a finished draft the market in force, in one step; closes the draft.

    Its cards come first, so that no reader finds a market without them.

    Returns:
        The snapshot's id.  Content that is already published keeps its file.
    """
    snapshot_id = content_id(draft.connection)
    draft.connection.execute("CHECKPOINT")
    draft.connection.close()
    _put(draft.path, snapshot_id, draft.folder)
    return snapshot_id


def _put(finished: Path, snapshot_id: str, folder: Path) -> None:
    """Put a finished file in force: its cards, then the file, then the pointer to it."""
    target = folder / f"{snapshot_id}.duckdb"
    if not target.exists():
        _write_cards(finished, target)
        finished.chmod(0o444)
        os.replace(finished, target)
    if current_id(folder) != snapshot_id:
        _point_at(snapshot_id, folder)


def hold(draft: Draft, report: Mapping[str, Any]) -> str:
    """Put a finished draft aside until a person has looked; what is in force stays so.

    Args:
        draft: Closed by this.
        report: Why it is held, as plain values.

    Returns:
        The id that it would be published under.
    """
    snapshot_id = content_id(draft.connection)
    draft.connection.execute("CHECKPOINT")
    draft.connection.close()
    place = draft.folder / HELD
    place.mkdir(exist_ok=True)
    write_whole(place / f"{snapshot_id}.json", json.dumps(report, indent=1).encode())
    os.replace(draft.path, place / f"{snapshot_id}.duckdb")
    return snapshot_id


@dataclass(frozen=True, slots=True)
class Held:
    """A snapshot that waits for a person: its id, its file, and why."""

    id: str
    path: Path
    report: Mapping[str, Any]


def held_snapshots(folder: Path | None = None) -> list[Held]:
    """Every snapshot that is held, by id."""
    place = market_folder(folder) / HELD
    return [
        Held(path.stem, path, json.loads(path.with_suffix(".json").read_bytes()))
        for path in sorted(place.glob("*.duckdb"))
    ]


def forget_offers(ids: Collection[str], folder: Path | None = None) -> int:
    """Take the names out of what held snapshots say of some offers of the decision log.

    Args:
        ids: Ids of decisions, as the gate names them.
        folder: The market folder; the home's when not given.

    Returns:
        In how many places they stood.
    """
    count = 0
    for held in held_snapshots(folder):
        named = [flip for flip in held.report.get("flips", ()) if flip["offer"] in ids]
        for flip in named:
            flip |= {"company": "", "role": ""}
        if named:
            told = json.dumps(held.report, indent=1).encode()
            write_whole(held.path.with_suffix(".json"), told)
        count += len(named)
    return count


def release(snapshot_id: str, folder: Path | None = None) -> Snapshot:
    """Publish a held snapshot all the same.

    Raises:
        FailedWorld: ``market-not-held`` when none, or more than one, begins so.
    """
    place = market_folder(folder)
    found = [one for one in held_snapshots(folder) if one.id.startswith(snapshot_id)]
    if len(found) != 1:
        allowed = ", ".join(one.id for one in held_snapshots(folder))
        step = "`offerdesk market list` shows what is held"
        raise _fault("market-not-held", place / HELD, repr(snapshot_id), step, allowed)
    (held,) = found
    with _turn(place):
        _put(held.path, held.id, place)
        held.path.with_suffix(".json").unlink()
    return find_snapshot(None, folder)


def rollback(snapshot_id: str | None = None, folder: Path | None = None) -> Snapshot:
    """Put an earlier snapshot in force; nothing is deleted.

    Args:
        snapshot_id: Which; the one published before the one in force when not given.
        folder: The market folder; the home's when not given.

    Raises:
        FailedWorld: As ``find_snapshot``, and ``market-no-earlier`` when there is none.
    """
    place = market_folder(folder)
    if snapshot_id is None:
        in_force = find_snapshot(None, folder)
        earlier = [one for one in snapshots(folder) if one.published_at < in_force.published_at]
        if not earlier:
            step = "`offerdesk market list` shows what there is"
            raise _fault("market-no-earlier", place, "no earlier snapshot", step)
        snapshot_id = earlier[0].id
    _point_at(find_snapshot(snapshot_id, folder).id, place)
    return find_snapshot(None, folder)
