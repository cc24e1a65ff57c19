"""What a market snapshot holds, and what was held back when it was made."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from rules.errors import FailedWorld, Fault
from warehouse.difference import market_file
from warehouse.snapshot import held_snapshots, open_file

Row = Mapping[str, Any]
COUNTED = (
    "guide",
    "band",
    "premium",
    "target",
    "accept_floor",
    "competing",
    "sign_on",
    "pay",
    "wage",
    "fx_rate",
    "vesting",
    "posting_law",
)


def _rows(snapshot: str | None, query: str, *parameters: Any) -> list[Row]:
    with closing(open_file(market_file(snapshot))) as connection:
        cursor = connection.execute(query, parameters)
        columns = [column[0] for column in cursor.description or ()]
        return [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]


def contents(snapshot: str | None = None) -> Row:
    """A snapshot: its id, rows by table, the balance of each kind of source, and why it is held.

    Raises:
        FailedWorld: As ``warehouse.difference.market_file``.
    """
    present = {row["name"] for row in _rows(snapshot, "SHOW TABLES")}  # an old one has fewer
    counts = " UNION ALL ".join(
        f"SELECT '{name}' AS part, count(*) AS n FROM {name}" for name in COUNTED if name in present
    )
    path = market_file(snapshot)
    waiting = {one.path: one.report for one in held_snapshots()}
    return {
        "snapshot": path.stem,
        "held": waiting.get(path),
        "rows": {row["part"]: row["n"] for row in _rows(snapshot, counts)},
        "sources": _rows(snapshot, "FROM source_health ORDER BY source"),
        "guides": [
            row["guide_id"] for row in _rows(snapshot, "SELECT guide_id FROM guide ORDER BY ALL")
        ],
    }


def held_back(
    snapshot: str | None = None,
    source: str | None = None,
    code: str | None = None,
    limit: int | None = None,
    after: int = 0,
) -> list[Row]:
    """Reasons for holding back a row, by row.

    Args:
        snapshot: Of which market; the one in force when not given.
        source: Of one source only.
        code: For one reason only.
        limit: At most so many.
        after: Without so many of the first.

    Raises:
        FailedWorld: As ``warehouse.difference.market_file``.
    """
    query = f"""
        SELECT row_ref, code, severity, found, suggestion, parsed
        FROM {_HELD} ORDER BY source, row_ref, code LIMIT {limit or "ALL"} OFFSET {after}
    """
    return _rows(snapshot, query, source, code)


def reasons(
    snapshot: str | None = None, source: str | None = None, code: str | None = None
) -> list[Row]:
    """How often each reason holds a row back: source, code, severity, count and an example.

    Raises:
        FailedWorld: As ``warehouse.difference.market_file``.
    """
    query = f"""
        SELECT source, code, severity, count(*) AS count, min(found) AS example
        FROM {_HELD} GROUP BY ALL ORDER BY count DESC, source, code
    """
    return _rows(snapshot, query, source, code)


_HELD = """
    quarantine JOIN load USING (load_id)
    WHERE source = coalesce(?, source) AND code = coalesce(?, code)
"""


def held_row(row: str, snapshot: str | None = None) -> list[Row]:
    """Every reason for holding back one row, with the row as it was read.

    Raises:
        FailedWorld: ``quarantine-unknown-row``, and as ``warehouse.difference.market_file``.
    """
    found = _rows(snapshot, "FROM quarantine WHERE row_ref = ? ORDER BY code", row)
    if not found:
        step = "`offerdesk quarantine list` shows the rows"
        raise FailedWorld(Fault("quarantine-unknown-row", "quarantine", repr(row), "", step))
    return found


_ASKED = ("company_id", "role_family", "country", "metric")  # by which percentiles are found


def percentiles(
    snapshot: str | None, wanted: Mapping[str, str | None], limit: int, after: int = 0
) -> list[Row]:
    """Percentiles of pay by employer (none for all of them), role, metric and place.

    Args:
        snapshot: Of which market; the one in force when not given.
        wanted: Values of some of the columns that they are found by; None leaves one open.
        limit: At most so many.
        after: Without so many of the first.

    Raises:
        FailedWorld: As ``warehouse.difference.market_file``.
    """
    named = " AND ".join(f"coalesce({name}, '') = coalesce(?, {name}, '')" for name in _ASKED)
    query = f"FROM percentile WHERE {named} ORDER BY ALL LIMIT {limit} OFFSET {after}"
    return _rows(snapshot, query, *(wanted.get(name) for name in _ASKED))


def percentile_keys(snapshot: str | None) -> list[Row]:
    """Families of roles and countries that there are percentiles for, each pair once.

    Raises:
        FailedWorld: As ``warehouse.difference.market_file``.
    """
    query = "SELECT DISTINCT role_family, country FROM percentile ORDER BY ALL"
    return _rows(snapshot, query)
