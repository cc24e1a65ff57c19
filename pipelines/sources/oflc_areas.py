"""Which counties make up each area of the prevailing wages.

A file of the US Department of Labor's visa office, beside its wage levels.  Known trouble: some
releases are latin-1, and one letter of Mayagüez is a control character.

Source: https://flag.dol.gov/wage-data/wage-data-downloads, looked at 2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.head import Head
from pipelines.sources.states import state_codes
from pipelines.sources.table_source import TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

COLUMNS = ("Area", "AreaName", "StateAb", "CountyTownName")


def _recognise(head: Head) -> bool:
    return head.has(*COLUMNS)


def _select(_: Head) -> str:
    return """
        SELECT row_no,
            concat_ws('|', area_id, state, lower(county)) AS record_key,
            area_id, area_name, state, county
        FROM (
            SELECT row_no, ltrim(trim(Area), '0') AS area_id,
                regexp_replace(trim(AreaName), '[\\x{80}-\\x{9f}]', '', 'g') AS area_name,
                upper(trim(StateAb)) AS state,
                regexp_replace(trim(CountyTownName), '[\\x{80}-\\x{9f}]', '', 'g') AS county
            FROM source_row
        )
    """


def _contract() -> Contract:
    from pipelines.contract import Contract

    known = set(state_codes().values())
    return Contract(
        required=("area_id", "area_name", "state", "county"),
        checks={
            "oflc-areas-state-unknown": lambda frame: (
                frame["state"].isna() | frame["state"].isin(known)
            )
        },
    )


OFLC_AREAS = TableSource(
    name="oflc-areas",
    reader="oflc-areas-1",
    title="Areas of the prevailing wages (US Department of Labor)",
    address="https://flag.dol.gov/sites/default/files/wages/OFLC_Wages_2025-26.zip",
    licence="public domain",
    table="wage_area",
    recognise=_recognise,
    select=_select,
    contract=_contract,
)
