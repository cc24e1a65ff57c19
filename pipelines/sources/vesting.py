"""How employers' grants vest, as several people claim it: a table compiled by hand.

Claims contradict each other, and more than one may be right, because employers change their
schedule from one year's grants to the next: all are kept, each with its source and its date.  A
date is a year, a month, a day or a span of years.  ``none`` says that there is no stock to vest;
an empty cell says that nobody stated the shares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.head import Head
from pipelines.sources.table_source import Doubt, TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

SLACK = 0.011  # [fraction] three thirds in whole per cent are 99
# "25x4" is four times 25; per cent signs and blanks say nothing.
SHARES = """
    CASE
        WHEN regexp_full_match(bare, '[0-9.]+x[0-9]{1,2}') THEN list_transform(
            range(TRY_CAST(split_part(bare, 'x', 2) AS INTEGER)),
            lambda i: number(split_part(bare, 'x', 1)))
        WHEN regexp_full_match(bare, '[0-9.]+([/,;|-][0-9.]+)*') THEN list_transform(
            regexp_split_to_array(bare, '[/,;|-]'), lambda share: number(share))
    END
"""
MONTH = "TRY_CAST(as_of || '-01' AS DATE)"


def _recognise(head: Head) -> bool:
    return head.has("company", "schedule_pct", "source", "as_of")


def _select(head: Head) -> str:
    cadence = "cadence" if head.has("cadence") else "NULL"
    note = "note" if head.has("note") else "NULL"
    return f"""
        WITH claim AS (
            SELECT row_no, trim(company) AS company_raw, lower(trim(schedule_pct)) AS written,
                regexp_replace(lower(schedule_pct), '[ %]', '', 'g') AS bare,
                {cadence} AS cadence, {note} AS note, trim("source") AS claimed_by,
                trim("as_of") AS as_of
            FROM source_row
        ),
        shared AS (SELECT *, {SHARES} AS shares FROM claim)
        SELECT row_no,
            md5(concat_ws('|', lower(company_raw), bare, claimed_by, as_of)) AS record_key,
            company_raw, cadence, claimed_by, note,
            CASE WHEN written = 'none' THEN []::DOUBLE[]
                WHEN list_sum(shares) <= 2 THEN shares
                ELSE list_transform(shares, lambda share: round(share / 100, 6)) END AS schedule,
            {_date("first")} AS as_of_from,
            {_date("last")} AS as_of_to
        FROM shared
    """


def _date(end: str) -> str:
    """The first or last day that a date as written means."""
    year, day = ("left", "-01-01") if end == "first" else ("right", "-12-31")
    month = MONTH if end == "first" else f"last_day({MONTH})"
    return f"""
        CASE WHEN regexp_full_match(as_of, '[0-9]{{4}}( ?[-/\u2013] ?[0-9]{{4}})?')
            THEN TRY_CAST({year}(as_of, 4) || '{day}' AS DATE)
        WHEN regexp_full_match(as_of, '[0-9]{{4}}-[0-9]{{1,2}}') THEN {month}
        ELSE TRY_CAST(as_of AS DATE) END
    """


def _contract() -> Contract:
    from pipelines.contract import Contract, stated

    return Contract(
        required=("company_raw", "claimed_by"),
        also=("as_of_from", "as_of_to"),
        checks={"vesting-as-of-unreadable": stated("as_of_from", "as_of_to")},
    )


DOUBTS = (
    Doubt(
        "vesting-schedule-unreadable",
        "schedule_pct IS NOT NULL AND (schedule IS NULL OR list_contains(schedule, NULL))",
        "schedule_pct",
        "'shares by year in per cent, as 25/25/25/25, or none'",
    ),
    Doubt(
        "vesting-schedule-not-whole",
        f"len(schedule) > 0 AND abs(list_sum(schedule) - 1) > {SLACK}::DOUBLE",
        "schedule_pct",
        "'shares that sum to 100 per cent'",
    ),
    Doubt(
        "vesting-as-of-unreadable",
        "as_of_from IS NULL OR as_of_to IS NULL OR as_of_from > as_of_to",
        "coalesce(as_of, 'an empty cell')",
        "'a year, a month (2026-09), a day or a span of years'",
    ),
)

VESTING = TableSource(
    name="vesting",
    reader="vesting-1",
    title="Vesting schedules of employers, compiled from what is claimed of them",
    licence="facts",
    table="vesting",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
)
