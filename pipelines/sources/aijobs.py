"""Salaries that people in AI and data jobs report to aijobs.net, and posted ranges among them.

The file has no row id and no employer; more than half of its rows repeat another one exactly.
Many rows are one end of a posted range: the two ends stand next to each other and share all but
the amount, so that each is half an observation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.sources.head import Head
from pipelines.sources.table_source import Doubt, TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

COLUMNS = (
    "work_year",
    "experience_level",
    "employment_type",
    "job_title",
    "salary",
    "salary_currency",
    "salary_in_usd",
    "employee_residence",
    "remote_ratio",
    "company_location",
    "company_size",
)
APART = 0.5  # [fraction] two ways to dollars that differ by more are not of one amount


def _recognise(head: Head) -> bool:
    return head.has(*COLUMNS)


def _select(head: Head) -> str:
    everything = ", ".join(COLUMNS)
    but_amount = ", ".join(name for name in COLUMNS if not name.startswith("salary"))
    return f"""
        SELECT row_no,
            md5(concat_ws('|', {everything})) AS record_key,
            job_title AS title_raw,
            experience_level AS level_raw,
            company_location AS country_code,
            company_location AS place_raw,
            TRY_CAST(remote_ratio AS INTEGER) = 100 AS is_remote,
            upper(salary_currency) AS currency,
            TRY_CAST(salary AS DOUBLE) AS stated,
            CASE WHEN count(DISTINCT salary) OVER ends = 2 THEN 0.5 ELSE 1.0 END AS weight,
            CASE WHEN count(DISTINCT salary) OVER ends = 2 THEN 'posting' ELSE 'report' END AS kind,
            TRY_CAST(work_year || '-07-01' AS DATE) AS observed_on,
            CASE WHEN employment_type = 'FT' THEN '' ELSE 'employment_' || employment_type END
                AS flags
        FROM source_row
        WINDOW ends AS (PARTITION BY {but_amount}, salary_currency)
    """


def _contract() -> Contract:
    from pipelines.contract import Contract, iso_currency, positive

    return Contract(
        required=("title_raw", "currency", "base", "observed_on", "country"),
        numbers=("base",),
        checks={
            "aijobs-base-not-positive": positive("base"),
            "aijobs-currency-unknown": iso_currency(),
        },
    )


AIJOBS = TableSource(
    name="aijobs",
    reader="aijobs-1",
    title="Salaries in AI and data jobs (aijobs.net)",
    address="https://ai-jobs.net/salaries/download/salaries.csv",
    licence="CC0 1.0",
    table="pay",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=(
        Doubt(
            "aijobs-salary-not-a-number",
            "TRY_CAST(salary AS DOUBLE) IS NULL",
            "salary",
        ),
    ),
)
