"""Occupational employment and wages: percentiles by occupation and area, for one May.

The US Bureau of Labor Statistics publishes workbooks (``OCC_CODE``, ``A_PCT10``, the header in the
first row) and a time series database (``occ``, ``annual_10th_percentile_wage``, footnotes in
columns of their own).  Occupations of every width are taken; a group of occupations bears a flag,
``group_major`` to ``group_broad``, so that nobody takes it for one.  Wages by industry are held,
because they are another statistic of the same occupation.

Known trouble: everything is text.  ``#`` and footnote 5 stand for a wage at or above the amount
in ``top_code``; ``-``, ``*``, ``**`` and footnote 8 for one that is not released.  Where only
hourly wages are released the year has fewer than 2,080 hours, so that none is worked out.  A file
does not say of which May it is: its other sheets or its name do.

Source: https://www.bls.gov/oes/tables.htm, looked at 2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.head import Head
from pipelines.sources.oews_layout import (
    PERCENTILES,
    STATISTICS,
    Layout,
    amount_sql,
    columns_read,
    flag_sql,
    is_oews,
    layout_of,
)
from pipelines.sources.table_source import Doubt, TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

MARKS = "('-', '*', '**', '#', '~')"
# A group that the file does not name shows in the zeros of its code.
GROUP = """
    coalesce(
        CASE WHEN starts_with(lower(named_group), 'detail') THEN 'detailed'
            ELSE lower(named_group) END,
        CASE WHEN digits = '000000' THEN 'total' WHEN digits LIKE '%0000' THEN 'major'
            WHEN digits LIKE '%00' THEN 'minor' WHEN digits LIKE '%0' THEN 'broad'
            ELSE 'detailed' END)
"""
# 99 is the nation, two digits a state, five a metropolitan area, more what lies outside of any.
AREA_ID = """
    CASE WHEN area IS NULL OR area IN ('99', '0000000') OR area_type = 'N' THEN '99'
        WHEN area_type = 'S' THEN left(area, 2)
        WHEN length(ltrim(area, '0')) <= 2 THEN lpad(ltrim(area, '0'), 2, '0')
        ELSE ltrim(area, '0') END
"""
AREA_TYPE = """
    CASE WHEN area_id = '99' THEN 'nation' WHEN length(area_id) = 2 THEN 'state'
        WHEN length(area_id) = 5 THEN 'metro' ELSE 'nonmetro' END
"""


def _select(head: Head) -> str:
    layout = layout_of(head)
    year = "NULL" if layout.year is None else str(layout.year)
    amounts = ", ".join(f"{amount_sql(layout, name)} AS {name}" for name in STATISTICS)
    flags = ", ".join(flag_sql(layout, name) for name in STATISTICS)
    return f"""
        WITH statistic AS (
            SELECT row_no, {layout.text("area")} AS area, {layout.text("area_type")} AS area_type,
                coalesce({layout.text("area_name")}, 'U.S.') AS area_name,
                {layout.text("title")} AS occupation_title,
                {layout.text("group")} AS named_group,
                regexp_extract({layout.text("occupation")},
                    '^([0-9]{{2}})-?([0-9]{{4}})([.]00)?$', ['major', 'minor', 'detail']) AS code,
                code['major'] || code['minor'] AS digits,
                {amounts},
                {amount_sql(layout, "relative_error")} / 100::DOUBLE AS relative_error,
                concat_ws(',', {flags}, {_hourly_only(layout)}) AS marks,
                {_by_industry(layout)} AS by_industry,
                concat_ws(', ', {_unreadable(layout)}) AS unreadable
            FROM source_row
        ),
        placed AS (
            SELECT *, {AREA_ID} AS area_id, {GROUP} AS o_group,
                nullif(code['major'] || '-' || code['minor'], '-') AS occupation
            FROM statistic
        )
        SELECT row_no,
            concat_ws(' ', occupation, o_group, area_id, {year}) AS record_key,
            occupation, occupation_title, area_id, area_name, {AREA_TYPE} AS area_type,
            {", ".join(STATISTICS)}, relative_error,
            CASE WHEN contains(marks, 'top_coded') THEN {layout.top_code or "NULL"}::DOUBLE END
                AS top_code,
            make_date({year}, 5, 1) AS period_start, make_date({year}, 5, 31) AS period_end,
            concat_ws(',', CASE WHEN o_group <> 'detailed' THEN 'group_' || o_group END,
                nullif(marks, '')) AS flags,
            by_industry, unreadable,
            {", ".join(f"NULL::DOUBLE AS level_{level}" for level in range(1, 5))}
        FROM placed
    """


def _hourly_only(layout: Layout) -> str:
    hourly = amount_sql(layout, "hourly_mean")
    return (
        f"CASE WHEN {hourly} IS NOT NULL AND {amount_sql(layout, 'mean')} IS NULL "
        "THEN 'hourly_only' END"
    )


def _by_industry(layout: Layout) -> str:
    group, industry = layout.text("industry_group"), layout.text("industry")
    return (
        f"coalesce(lower({group}) <> 'cross-industry', regexp_matches({industry}, '[1-9]'), false)"
    )


def _unreadable(layout: Layout) -> str:
    """Cells that are neither a number nor one of the marks."""
    return ", ".join(
        f"CASE WHEN {layout.text(name)} NOT IN {MARKS} AND {amount_sql(layout, name)} IS NULL "
        f"THEN '{name} ' || {layout.text(name)} END"
        for name in (*STATISTICS, "relative_error")
    )


def _contract() -> Contract:
    from pipelines.contract import Contract, ascending, not_negative, positive, stated

    return Contract(
        required=("area_id", "occupation_title"),
        numbers=(*STATISTICS, "relative_error"),
        also=("occupation", "period_start"),
        checks={
            "oews-occupation-unreadable": stated("occupation"),
            "oews-period-missing": stated("period_start"),
            "oews-percentiles-not-ordered": ascending(*PERCENTILES),
            "oews-wage-not-positive": positive("mean", *PERCENTILES),
            "oews-count-negative": not_negative("employment", "relative_error"),
        },
    )


DOUBTS = (
    Doubt(
        "oews-occupation-unreadable",
        "parsed.occupation IS NULL",
        "'no code of the form 15-1252'",
    ),
    Doubt("oews-wage-not-a-number", "parsed.unreadable <> ''", "parsed.unreadable"),
    Doubt("oews-by-industry", "parsed.by_industry", "'a wage of one industry or kind of owner'"),
    Doubt(
        "oews-period-missing",
        "parsed.period_start IS NULL",
        "'nothing says of which May this is'",
        "'name the file after its year, as oews_2025.csv'",
    ),
)

OEWS = TableSource(
    name="oews",
    reader="oews-2",
    title="Occupational employment and wages (US Bureau of Labor Statistics)",
    address="https://www.bls.gov/oes/special-requests/oesm24nat.zip",
    licence="public domain",
    table="wage",
    recognise=is_oews,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
    reads=columns_read,
)
