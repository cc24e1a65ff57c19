"""One held row let in: changed as a person says, and against the same contract as every row."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pipelines.sources.custom import OwnSheets
from pipelines.sources.guides import zones_of
from pipelines.sources.naming import renamed
from pipelines.sources.registry import source_named
from pipelines.sources.table_source import TableSource
from rules.errors import Fault, UnusableCase
from warehouse.repairs import HeldRow, Repair, held_row, let_in, remembered, repaired
from warehouse.schema import insert_rows
from warehouse.snapshot import Draft


def let_in_again(draft: Draft) -> None:
    """Make the repairs of the market in force again, where the same rows are held in the draft.

    A row that breaks its contract by now stays in quarantine.
    """
    for repair in remembered(draft.connection):
        with suppress(UnusableCase):
            let_row_in(draft, repair)


def let_row_in(draft: Draft, repair: Repair) -> None:
    """Let one row in.

    Raises:
        UnusableCase: The row is not held, a column is none, or the row still breaks its contract
            (``repair-still-faulty``).
    """
    held = held_row(draft.connection, repair.ref)
    row = repaired(held, repair.change)
    if held.landing == "pay":
        row = renamed(row, repair.change)
    codes = _broken(held, row)
    if codes:
        step = "set the columns that are wrong: --set COLUMN=VALUE"
        raise UnusableCase(
            Fault("repair-still-faulty", repair.ref, ", ".join(codes), "a row that is whole", step)
        )
    let_in(draft.connection, held, row, repair)
    if held.landing == "band":
        insert_rows(draft.connection, "band_zone", zones_of([row]))


def _broken(held: HeldRow, row: Mapping[str, Any]) -> list[str]:
    """What the row's contract says of it.

    What its text gave rise to doubt is not asked again: that is what the person decided.
    """
    source = source_named(held.source)
    if isinstance(source, TableSource | OwnSheets):
        return source.codes_of(row)
    from pipelines.contracts import failures

    return failures(held.landing, [dict(row)]).get(0, [])
