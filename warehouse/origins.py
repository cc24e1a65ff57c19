"""Where a row of the market comes from: a file, the load that took it in, and rows of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rules.errors import FailedWorld
from warehouse.snapshot import find_snapshot, open_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = Mapping[str, Any]
_IDENTIFIED = {"vesting": "vesting", "wage_level": "wage"}  # mart -> the table that it reads
_OF_GUIDE = """
    SELECT load.file, load.load_id, load.digest, NULL, NULL FROM guide JOIN load USING (load_id)
    WHERE guide_id = ?
"""
_OF_RECORD = """
    SELECT load.file, load.load_id, load.digest, min(row_no), max(row_no)
    FROM {table} JOIN load USING (load_id) WHERE {key} = ? AND NOT duplicate GROUP BY ALL ORDER BY 1
"""
_OF_SOURCE = """
    SELECT file, load_id, digest, NULL, NULL FROM load WHERE source = ? AND accepted > 0 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """A file that a row of the market was read, or worked out, from.

    Attributes:
        file: As the market knows it: its folder and its name.
        load: Id of the load that took it in.
        digest: SHA-256 of its bytes.
        rows: Which of its rows, or what of it; empty when that is the whole file.
    """

    file: str
    load: str
    digest: str
    rows: str


def origins(snapshot: str, used: Sequence[Row], folder: Path | None = None) -> list[list[Origin]]:
    """The files behind each market row of a decision.

    Args:
        snapshot: Id of the market snapshot that it read.
        used: The market rows of its record.
        folder: The market folder; the home's when not given.

    Returns:
        For each row its files; none where nothing is known of it.

    Raises:
        FailedWorld: ``market-unknown-snapshot`` and the like, when the snapshot is not here.
    """
    asked = tuple(tuple(str(row.get(name)) for name in _ASKED) for row in used)
    return [list(one) for one in _kept(find_snapshot(snapshot, folder).path, asked)]


_ASKED = ("mart", "row_id", "source")


@lru_cache(maxsize=256)
def _kept(path: Path, used: tuple[tuple[str, ...], ...]) -> tuple[tuple[Origin, ...], ...]:
    """A published snapshot never changes, so that an answer out of it holds for good."""
    with closing(open_file(path)) as connection:
        return tuple(tuple(_origins(connection, *row)) for row in used)


def origins_anywhere(
    snapshot: str, used: Sequence[Row], folders: Sequence[Path]
) -> list[list[Origin]]:
    """The same, from the first folder that has the snapshot; nothing where none has."""
    for folder in folders:
        try:
            return origins(snapshot, used, folder)
        except FailedWorld:
            continue
    return [[] for _ in used]


def _origins(
    connection: DuckDBPyConnection, mart: str, row_id: str, source: str
) -> Iterator[Origin]:
    match mart:
        case "percentile":
            query, key = _OF_SOURCE, source
        case "fx":
            query, key = _OF_RECORD.format(table="fx_rate", key="CAST(day AS VARCHAR)"), row_id
        case "vesting" | "wage_level":
            query, key = _OF_RECORD.format(table=_IDENTIFIED[mart], key="record_key"), row_id
        case _:
            query, key = _OF_GUIDE, row_id.partition("#")[0]
    for file, load, digest, first, last in connection.execute(query, [key]).fetchall():
        yield Origin(file, load, digest, _which(mart, row_id, first, last))


def _which(mart: str, row_id: str, first: int | None, last: int | None) -> str:
    """Which rows of the file: by number, or by what the guide has of that kind."""
    if first is not None:
        return f"row {first}" if first == last else f"rows {first} to {last}"
    if mart == "percentile":
        return ""
    part = row_id.partition("#")[2]
    return f"row {part} of its table" if mart == "band" else part.replace(":", " ")
