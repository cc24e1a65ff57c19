"""Itemised offers out of case studies of a negotiation coach, in US dollars.

Publisher: fearlesssalarynegotiation.com, collected by hand; terms unclear; looked at in November
2026 (8 offers, one of them before and after negotiation).

What is troublesome about it: the day of an offer shows only in the name of the post it stands in,
and not for case studies; some figures were changed by the author, and say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.head import Head
from pipelines.sources.table_source import Doubt, TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

COLUMNS = ("source_path", "company", "level", "stage", "base", "target_bonus", "equity_total_4y")
GRANT_YEARS = 4


def _recognise(head: Head) -> bool:
    return head.has(*COLUMNS)


def _select(head: Head) -> str:
    return f"""
        SELECT row_no,
            md5(concat_ws('|', source_path, company, level, stage)) AS record_key,
            'offer' AS kind,
            company AS company_raw,
            level AS level_raw,
            'US' AS country_code,
            'US' AS place_raw,
            'USD' AS currency,
            number(source_row.base) AS stated,
            number(target_bonus) AS bonus,
            number(equity_total_4y) / {GRANT_YEARS} AS equity_annual,
            -- Two stages of one offer are one observation.
            1.0::DOUBLE / count(*) OVER (PARTITION BY source_path, company, level) AS weight,
            TRY_CAST(regexp_extract(source_path, '\\d{{4}}-\\d{{2}}-\\d{{2}}') AS DATE)
                AS observed_on,
            concat_ws(',',
                CASE WHEN stage IN ('initial', 'final') THEN 'stage_' || stage END,
                CASE WHEN stage LIKE '%modified%' THEN 'modified_by_author' END,
                CASE WHEN number(sign_on_y1) > 0 THEN 'sign_on_left_out' END
            ) AS flags
        FROM source_row
    """


def _contract() -> Contract:
    from pipelines.contract import Contract, not_negative, positive

    return Contract(
        required=("company_raw", "base", "observed_on"),
        numbers=("base", "bonus", "equity_annual"),
        checks={
            "offers_itemised-base-not-positive": positive("base"),
            "offers_itemised-negative-part": not_negative("bonus", "equity_annual"),
        },
    )


OFFERS_ITEMISED = TableSource(
    name="offers_itemised",
    reader="offers_itemised-1",
    title="Itemised offers of a negotiation coach",
    licence="unclear",
    table="pay",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=(
        Doubt(
            "offers_itemised-not-a-number",
            " OR ".join(
                f"(source_row.{name} IS NOT NULL AND number(source_row.{name}) IS NULL)"
                for name in COLUMNS[4:]
            ),
            "concat_ws(', ', source_row.base, target_bonus, equity_total_4y)",
        ),
    ),
    suggestions={
        "offers_itemised-observed-on-missing": "observed_on=the day of the offer",
    },
)
