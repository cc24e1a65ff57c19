"""Offers from posts of a forum, India, 2025 to March 2026: lakh rupees a year, parsed by machine.

Publisher: the LeetCode compensation explorer, whose parser reads posts at
https://leetcode.com/discuss/compensation/; MIT; looked at in November 2026 (2,495 offers of 1,898
posts).

What is troublesome about it: no amount has a unit.  All but a few can only be lakh (100,000)
rupees a year: base runs from 8 (1 %) to 80 (99 %), half of the offers have 30 or less, and the
parser cut totals off at 200.  Several offers stand in one post, under one id.  58 have no amount,
384 no total, 55 no base; 1,014 no place; the role of 262 is ``N/A``.  The parser took some digits
of the post for a total (one post gives 100.0 to each of its six offers), lost a digit of others
(base 1.917 beside total 25.5) and wrote ``1`` for ``i`` within words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.head import Head
from pipelines.sources.table_source import Doubt, TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

COLUMNS = ("id", "date", "location", "company", "role", "yoe", "base", "total")
LAKH = 100_000  # [INR]
# [lakh INR a year] what pay of this trade in India can be.  The lowest real base in the file is
# 2.4; below 2 a digit is lost.  The highest are 120 and 200; in rupees, thousands or dollars the
# same pay would be stated above 500.
LOW, HIGH = 2, 500
MANY_TIMES = 4  # the highest total of an offer whose parts are told is 3.7 times its base
SAME_TOTAL = 4  # [offers of one post] that many do not agree to the last digit by chance
MISREAD = "([a-zA-Z])1([a-zA-Z])"
NOWHERE = ("remote", "wfh", "onsite", "pan india", "india", "")


def _recognise(head: Head) -> bool:
    return head.kind == "json" and head.has(*COLUMNS)


def _said(column: str) -> str:
    return f"nullif(nullif(trim({column}), ''), 'N/A')"


def _select(head: Head) -> str:
    everything = ", ".join(f"coalesce(source_row.{name}, '')" for name in COLUMNS)
    nowhere = ", ".join(f"'{name}'" for name in NOWHERE)
    return f"""
        WITH told AS (
            SELECT row_no,
                md5(concat_ws('|', {everything})) AS record_key,
                {_said("source_row.company")} AS company_raw,
                CASE WHEN regexp_matches(source_row.role, '{MISREAD}')
                    THEN lower(regexp_replace(source_row.role, '{MISREAD}', '\\1i\\2', 'g'))
                    ELSE {_said("source_row.role")} END AS title_raw,
                {_said("source_row.location")} AS place,
                number(source_row.base) AS base_lakh,
                number(source_row.total) AS total_lakh,
                number(rtrim(yoe, '+')) AS years_experience,
                TRY_CAST(left(source_row.date, 10) AS DATE) AS observed_on,
                count(DISTINCT source_row.company)
                    OVER (PARTITION BY source_row.id, source_row.total) AS of_this_total,
                count(DISTINCT source_row.base)
                    OVER (PARTITION BY source_row.id, source_row.total) AS bases_of_this_total
            FROM source_row
        )
        SELECT row_no, record_key, company_raw, title_raw, years_experience, observed_on,
            'offer' AS kind,
            CASE WHEN regexp_matches(title_raw, '\\d') THEN title_raw END AS level_raw,
            CASE WHEN lower(coalesce(place, '')) = 'remote' THEN 'Remote India'
                WHEN lower(coalesce(place, '')) IN ({nowhere}) THEN 'IN'
                ELSE regexp_replace(place, '\\s*\\(.*\\)', '') END AS place_raw,
            'IN' AS country_code,
            'INR' AS currency,
            round(base_lakh * {LAKH}) AS stated,
            round(total_lakh * {LAKH}) AS tc,
            concat_ws(',', 'machine_parsed',
                CASE WHEN place IS NULL THEN 'place_not_stated' END) AS flags,
            base_lakh, total_lakh, of_this_total, bases_of_this_total
        FROM told
    """


def _contract() -> Contract:
    from pipelines.contract import Contract, ordered

    return Contract(
        required=("company_raw", "observed_on"),
        numbers=("base", "tc"),
        checks={"offers_leetcode-total-below-base": ordered("base", "tc")},
    )


_FOUND = (
    "'base ' || coalesce(source_row.base, '-') || ', total ' || coalesce(source_row.total, '-')"
)
DOUBTS = (
    Doubt(
        "offers_leetcode-not-a-number",
        "(source_row.base IS NOT NULL AND base_lakh IS NULL) "
        "OR (source_row.total IS NOT NULL AND total_lakh IS NULL)",
        _FOUND,
    ),
    Doubt(
        "offers_leetcode-no-amount",
        "source_row.base IS NULL AND source_row.total IS NULL",
        "'neither base nor total'",
    ),
    Doubt(
        "offers_leetcode-not-lakh",
        f"base_lakh NOT BETWEEN {LOW} AND {HIGH} OR total_lakh NOT BETWEEN {LOW} AND {HIGH}",
        _FOUND,
        f"CASE WHEN greatest(base_lakh, total_lakh) >= {LOW * LAKH} "
        "THEN 'base=' || coalesce(base_lakh, total_lakh)::BIGINT "
        "WHEN base_lakh * 10 <= total_lakh THEN 'base=' || (base_lakh * 1000000)::BIGINT END",
    ),
    Doubt(
        "offers_leetcode-total-far-above-base",
        f"total_lakh > {MANY_TIMES} * base_lakh",
        _FOUND,
        "'tc=NULL'",
    ),
    Doubt(
        "offers_leetcode-total-of-the-post",
        f"source_row.total IS NOT NULL AND of_this_total >= {SAME_TOTAL} "
        "AND bases_of_this_total > 1",
        "of_this_total || ' offers of one post with total ' || source_row.total",
        "'tc=NULL'",
    ),
    Doubt(
        "offers_leetcode-internship",
        "regexp_matches(source_row.role, '(?i)\\bintern(ship)?\\b') "
        "AND NOT regexp_matches(source_row.role, '(?i)full.?time|fte|ppo') "
        "AND coalesce(source_row.base, source_row.total) IS NOT NULL",
        "source_row.role",
        "'an internship is paid by the month; let it in where the amount is of the job after it'",
    ),
    Doubt(
        "offers_leetcode-place-abroad",
        "country <> 'IN'",
        "source_row.location",
        "'currency=... and its amounts'",
    ),
    Doubt(
        "offers_leetcode-date-not-understood",
        "source_row.date IS NOT NULL AND observed_on IS NULL",
        "source_row.date",
        "'year-month-day'",
    ),
)

OFFERS_LEETCODE = TableSource(
    name="offers_leetcode",
    reader="offers_leetcode-1",
    title="Offers from forum posts, India (LeetCode)",
    address=None,
    licence="MIT",
    table="pay",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
)
