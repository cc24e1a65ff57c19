"""Regional price parities by state: what the same things cost, with the whole country as 100.

The US Bureau of Economic Analysis publishes one sheet with a line for each state and table line,
and a column for each year; the last lines are notes.  What a line holds is said by its line code
and its description.  Only price parities are taken: lines of income and spending are held, each
with its reason, and so are the same tables for metropolitan areas and for portions of states,
because parities are kept by state.  A row here is one state, item and year.

Source: https://apps.bea.gov/regional/zip/SARPP.zip, looked at 2026-11-27.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from duckdb import DuckDBPyConnection

from pipelines.sources.head import Head
from pipelines.sources.states import state_code_sql
from pipelines.sources.table_source import Doubt, TableSource
from pipelines.sources.text_rows import MALFORMED, ROWS, load_text_rows, quoted

if TYPE_CHECKING:
    from pipelines.contract import Contract

NAMED = ("GeoFIPS", "GeoName", "TableName", "LineCode", "Description")
BY_STATE = "SARPP"
# By description, since the codes of the lines differ from table to table.
ITEM = """
    CASE regexp_replace(lower(trim(Description)), '^rpps?: *| *[0-9]+/$', '', 'g')
        WHEN 'all items' THEN 'all_items'
        WHEN 'goods' THEN 'goods'
        WHEN 'services: housing' THEN 'housing'
        WHEN 'services: rents' THEN 'housing'
        WHEN 'services: utilities' THEN 'utilities'
        WHEN 'services: other' THEN 'other_services'
    END
"""
LEAST, MOST = 25.0, 400.0  # [index] utilities and housing reach from about 40 to 230


def _recognise(head: Head) -> bool:
    return head.has(*NAMED) and bool(_years(head))


def _years(head: Head) -> list[str]:
    return [name.strip() for name in head.header if re.fullmatch(r"\s*(?:19|20)\d\d\s*", name)]


def _load(connection: DuckDBPyConnection, head: Head, aside: Path) -> None:
    """One row for each year of a line with parities, one for every other line or note."""
    load_text_rows(connection, head, aside)
    years = ", ".join(quoted(year) for year in _years(head))
    connection.execute(f"ALTER TABLE {ROWS} RENAME TO sheet")
    connection.execute(
        f"""
        CREATE TABLE {ROWS} AS
        WITH line AS (
            SELECT row_no AS line, {", ".join(NAMED)}, trim(TableName) = '{BY_STATE}' AS by_state,
                {ITEM} AS item, {years}
            FROM sheet
        )
        SELECT row_number() OVER (ORDER BY line, year) AS row_no, * FROM (
            UNPIVOT (FROM line WHERE by_state AND item IS NOT NULL) ON {years}
                INTO NAME year VALUE written
            UNION ALL BY NAME
            SELECT * EXCLUDE ({years}) FROM line WHERE (by_state AND item IS NOT NULL) IS NOT TRUE
            UNION ALL BY NAME
            SELECT line, found AS GeoFIPS FROM {MALFORMED} WHERE {_is_note("found")}
        )
        """
    )
    connection.execute(f"DELETE FROM {MALFORMED} WHERE {_is_note('found')}")


def _is_note(line: str) -> str:
    """A line of one cell, as they stand at the end."""
    return f"""regexp_full_match({line}, ' *"[^"]*" *')"""


def _select(_: Head) -> str:
    return f"""
        SELECT row_no, concat_ws(' ', coalesce(state, GeoName), item, year) AS record_key,
            state, TRY_CAST(year AS INTEGER) AS year, item,
            number(written) AS parity
        FROM (
            SELECT *, CASE WHEN trim(GeoName) = 'United States' THEN 'US'
                ELSE {state_code_sql("GeoName")} END AS state
            FROM {ROWS} WHERE LineCode IS NOT NULL
        )
    """


def _contract() -> Contract:
    from pipelines.contract import Contract, at_least, at_most, stated

    return Contract(
        required=(),
        numbers=("parity",),
        also=("state", "year", "item"),
        checks={
            "bea-line-not-used": stated("item", "year"),
            "bea-state-unknown": lambda frame: frame["state"].notna() | frame["year"].isna(),
            "bea-parity-not-a-number": lambda frame: frame["parity"].notna() | frame["year"].isna(),
            "bea-parity-implausible": at_most(MOST, "parity"),
            "bea-parity-too-small": at_least(LEAST, "parity"),
        },
    )


DOUBTS = (
    Doubt(
        "bea-line-not-used",
        "parsed.year IS NULL",
        "concat_ws(', ', TableName, trim(GeoName), trim(Description))",
    ),
    Doubt("bea-state-unknown", "parsed.year IS NOT NULL AND state IS NULL", "GeoName"),
    Doubt(
        "bea-parity-not-a-number",
        "parsed.year IS NOT NULL AND parity IS NULL",
        "coalesce(written, 'an empty cell')",
    ),
)

BEA = TableSource(
    name="bea",
    reader="bea-1",
    title="Regional price parities by state (US Bureau of Economic Analysis)",
    address="https://apps.bea.gov/regional/zip/SARPP.zip",
    licence="public domain",
    table="price_parity",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
    load=_load,
)
