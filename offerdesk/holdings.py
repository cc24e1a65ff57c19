"""What a market snapshot holds, and what was held back when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from rules.errors import FailedWorld, Fault
from warehouse.snapshot import find_snapshot, open_snapshot

Row = Mapping[str, Any]
COUNTED = ("guide", "band", "premium", "target", "accept_floor", "competing", "sign_on")


def _rows(snapshot: str | None, query: str, *parameters: Any) -> list[Row]:
    with closing(open_snapshot(snapshot)) as connection:
        cursor = connection.execute(query, parameters)
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]


def contents(snapshot: str | None = None) -> Row:
    """A snapshot: its id, rows by table, and the balance of each kind of source.

    Raises:
        FailedWorld: As ``warehouse.snapshot.open_snapshot``.
    """
    counts = " UNION ALL ".join(
        f"SELECT '{name}' AS part, count(*) AS n FROM {name}" for name in COUNTED
    )
    return {
        "snapshot": find_snapshot(snapshot).id,
        "rows": {row["part"]: row["n"] for row in _rows(snapshot, counts)},
        "sources": _rows(snapshot, "FROM source_health ORDER BY source"),
        "guides": [
            row["guide_id"] for row in _rows(snapshot, "SELECT guide_id FROM guide ORDER BY ALL")
        ],
    }


def held_back(snapshot: str | None = None) -> list[Row]:
    """Every reason for holding back a row, by row.

    Raises:
        FailedWorld: As ``warehouse.snapshot.open_snapshot``.
    """
    query = "SELECT row_ref, code, severity, found, suggestion FROM quarantine ORDER BY ALL"
    return _rows(snapshot, query)


def held_row(row: str, snapshot: str | None = None) -> list[Row]:
    """Every reason for holding back one row, with the row as it was read.

    Raises:
        FailedWorld: ``quarantine-unknown-row``, and as ``warehouse.snapshot.open_snapshot``.
    """
    found = _rows(snapshot, "FROM quarantine WHERE row_ref = ? ORDER BY code", row)
    if not found:
        step = "`offerdesk quarantine list` shows the rows"
        raise FailedWorld(Fault("quarantine-unknown-row", "quarantine", repr(row), "", step))
    return found
