"""Whether adverts in a state must show pay, and how many do.

Rates are counted from live adverts and say how many show a range, not how many obey: employers
below a law's threshold are counted as well.  A threshold is a text, ``15+`` or a sentence.

Source: https://forgeapply.com/pay-transparency-report, looked at 2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.head import Head
from pipelines.sources.states import state_codes
from pipelines.sources.table_source import Doubt, TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

COLUMNS = ("state_code", "state_name", "posting_law", "live_postings", "postings_with_pay")
SLACK = 0.001  # [fraction] shares are given to a tenth of a per cent


def _recognise(head: Head) -> bool:
    return head.has(*COLUMNS, "law_effective_year", "employer_size_threshold", "disclosure_pct")


def _select(_: Head) -> str:
    return f"""
        SELECT row_no,
            md5(concat_ws('|', {", ".join(COLUMNS)}, law_effective_year, employer_size_threshold,
                disclosure_pct)) AS record_key,
            'US' AS country,
            upper(trim(state_code)) AS state,
            trim(state_name) AS state_name,
            CASE lower(trim(posting_law)) WHEN 'yes' THEN true WHEN 'no' THEN false END AS required,
            TRY_CAST(law_effective_year AS INTEGER) AS since_year,
            TRY_CAST(regexp_extract(employer_size_threshold, '^ *([0-9]+) *\\+? *$', 1) AS INTEGER)
                AS min_employees,
            nullif(trim(employer_size_threshold), '') AS threshold_raw,
            number(live_postings) AS postings,
            number(source_row.postings_with_pay) AS postings_with_pay,
            round(number(disclosure_pct) / 100, 6) AS disclosure
        FROM source_row
    """


def _contract() -> Contract:
    from pipelines.contract import Contract, not_negative, ordered, stated

    known = set(state_codes().values())
    return Contract(
        required=("state", "state_name"),
        numbers=("postings", "postings_with_pay", "disclosure"),
        also=("required",),
        checks={
            "posting-law-law-not-yes-or-no": stated("required"),
            "posting-law-state-unknown": lambda frame: (
                frame["state"].isna() | frame["state"].isin(known)
            ),
            "posting-law-count-negative": not_negative("postings", "postings_with_pay"),
            "posting-law-more-with-pay-than-all": ordered("postings_with_pay", "postings"),
        },
    )


DOUBTS = (
    Doubt(
        "posting-law-law-not-yes-or-no",
        "required IS NULL",
        "coalesce(posting_law, 'an empty cell')",
        "'yes or no'",
    ),
    Doubt(
        "posting-law-year-missing",
        "required AND since_year IS NULL",
        "coalesce(law_effective_year, 'an empty cell')",
        "'the year from which adverts must show pay'",
    ),
    Doubt(
        "posting-law-share-off",
        f"abs(parsed.postings_with_pay / nullif(postings, 0) - disclosure) > {SLACK}::DOUBLE",
        "disclosure_pct",
        "round(100 * parsed.postings_with_pay / postings, 1)::VARCHAR",
    ),
)

POSTING_LAW = TableSource(
    name="posting-law",
    reader="posting-law-1",
    title="Pay ranges in job adverts: law and practice by state",
    licence="none stated",
    table="posting_law",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
)
