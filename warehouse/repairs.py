"""Held rows that a person lets in again, and how the market remembers it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules.errors import Fault, UnusableCase
from warehouse.schema import columns_of, insert_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOW = "`offerdesk quarantine show ROW` has the row as it was read and as it was understood"


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row in quarantine.

    Attributes:
        ref: File, table and number.
        source: Whose contract it has to fulfil.
        landing: The table that it was meant for.
        row: As it was understood, by column.
        codes: What it is held for.
    """

    ref: str
    load_id: str
    source: str
    landing: str
    row: Mapping[str, Any]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """What is to be let in: which row, what is set to another value, and why."""

    ref: str
    change: Mapping[str, Any]
    reason: str


def held_row(connection: DuckDBPyConnection, ref: str) -> HeldRow:
    """A row in quarantine, by its reference.

    Raises:
        UnusableCase: ``quarantine-unknown-row``, or ``quarantine-not-repairable`` for a whole
            file and for a row that could not be understood at all.
    """
    found = connection.execute(
        "SELECT load_id, source, landing, parsed, code FROM quarantine JOIN load USING (load_id) "
        "WHERE row_ref = ? ORDER BY code",
        [ref],
    ).fetchall()
    if not found:
        step = "`offerdesk quarantine list` shows the rows"
        raise UnusableCase(Fault("quarantine-unknown-row", ref, "no such row", "", step))
    load_id, source, landing, parsed, _ = found[0]
    if landing is None or parsed is None:
        step = "mend the file and refresh it"
        raise UnusableCase(
            Fault("quarantine-not-repairable", ref, "nothing that was understood", "a row", step)
        )
    codes = tuple(code for *_, code in found)
    return HeldRow(ref, load_id, source, landing, json.loads(parsed), codes)


def repaired(held: HeldRow, change: Mapping[str, Any]) -> dict[str, Any]:
    """The row with some columns set to other values.

    Raises:
        UnusableCase: ``repair-unknown-column``, one fault for each.
    """
    columns = columns_of(held.landing)
    faults = [
        Fault("repair-unknown-column", f"{held.ref}, {name}", name, ", ".join(columns), SHOW)
        for name in change
        if name not in columns
    ]
    if faults:
        raise UnusableCase(faults)
    return {name: held.row.get(name) for name in columns} | dict(change)


def let_in(
    connection: DuckDBPyConnection, held: HeldRow, row: Mapping[str, Any], repair: Repair
) -> None:
    """Move a row from quarantine to its table, keep the balance, and remember who said so."""
    insert_rows(connection, held.landing, [row])
    connection.execute("DELETE FROM quarantine WHERE row_ref = ?", [held.ref])
    connection.execute(
        "UPDATE load SET accepted = accepted + 1, quarantined = quarantined - 1 WHERE load_id = ?",
        [held.load_id],
    )
    change = json.dumps(dict(repair.change), sort_keys=True, ensure_ascii=False)
    insert_rows(
        connection,
        "repair",
        [
            {
                "row_ref": held.ref,
                "load_id": held.load_id,
                "landing": held.landing,
                "change": change,
                "reason": repair.reason,
                "codes": ",".join(held.codes),
            }
        ],
    )


def remembered(connection: DuckDBPyConnection) -> list[Repair]:
    """Repairs of the attached market ``earlier`` whose rows are held in the draft again.

    The same bytes, read anew, hold the same rows: what was let in once need not be asked twice.
    None where there is no earlier market, or one of a layout without repairs.
    """
    attached = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE database_name = 'earlier' AND table_name = 'repair'"
    )
    if not attached.fetchall():
        return []
    found = connection.execute(
        "SELECT DISTINCT r.row_ref, r.change, r.reason FROM earlier.repair AS r "
        "JOIN quarantine AS q ON q.row_ref = r.row_ref AND q.load_id = r.load_id ORDER BY ALL"
    ).fetchall()
    return [Repair(ref, json.loads(change), reason) for ref, change, reason in found]
