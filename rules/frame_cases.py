"""Cases as the tables that a batch reads: offers, and the entries of their lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from rules.case import Case
from rules.frame import TYPES
from rules.sql_book import OFFERS
from rules.sql_lists import OFFER, POSITION

Reads = Mapping[str, Mapping[str, str]]  # table -> column -> SQL type


def tables_of(cases: Sequence[Case], names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """The rows of some tables; an offer's number is its place among the cases."""
    tables = {OFFERS: [{OFFER: i, **case.facts} for i, case in enumerate(cases)]}
    for name in set(names) - {OFFERS}:
        tables[name] = [
            {OFFER: i, POSITION: place, **entry}
            for i, case in enumerate(cases)
            for place, entry in enumerate(case.entries[name])
        ]
    return tables


def frames_of(cases: Sequence[Case], reads: Reads) -> dict[str, pl.DataFrame]:
    """Cases as the frames that a book made ready reads; what a case does not know is NULL."""
    tables = tables_of(cases, reads)
    return {
        name: pl.DataFrame(
            [{column: row.get(column) for column in columns} for row in tables[name]],
            {column: TYPES[kind] for column, kind in columns.items()},
        )
        for name, columns in reads.items()
    }
