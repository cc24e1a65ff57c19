"""Salaries that people in AI and data jobs report to aijobs.net, and posted ranges among them.

Publisher: aijobs.net, from https://ai-jobs.net/salaries/download/salaries.csv, CC0 1.0; looked at
in November 2026 (74,301 rows of 2020 to January 2025).

What is troublesome about it: there is no row id and no employer, and 53 % of the rows repeat an
earlier one exactly.  96 % of the rows are the two ends of posted ranges: they follow each other,
the upper end first, and share all but the amount, so that each is half an observation.  The
amounts are in the currency named; ``salary_in_usd`` is the same amount at the mean rate of the
year, and agrees to five digits in every row, 30,400,000 CLP beside 40,038 USD included (759 pesos
a dollar, as it was in 2021).  Some upper ends are twelve times (months) or ten times (a digit)
what they can be.  Hours of part-time and freelance work are not stated, so that their pay per year
at full time is not known.
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
BUT_AMOUNT = tuple(name for name in COLUMNS if name not in ("salary", "salary_in_usd"))
FIRST_YEAR = 2015
# Above this ratio the file holds only months taken for years, digits too many and pesos called
# dollars; the widest range that stands on a real posting is 9.2 (USD 25,000 to 230,000).
FAR_APART = 9.5
ENOUGH = 20  # [rows] fewer say nothing about what is usual in a country
FEW = 3  # [rows] of one currency and year, so that two agree against a wrong third
SAME_RATE = 0.1  # [fraction] by which a rate may differ from the year's usual one
USD_LOW, USD_HIGH = 5_000, 1_500_000  # [USD a year]


def _recognise(head: Head) -> bool:
    return head.has(*COLUMNS)


def _select(head: Head) -> str:
    everything = ", ".join(COLUMNS)
    post = ", ".join(BUT_AMOUNT)
    return f"""
        WITH told AS (
            SELECT *, md5(concat_ws('|', {post})) AS post,
                number(salary) AS amount,
                number(salary_in_usd) AS usd
            FROM source_row
        ),
        following AS (
            SELECT *, row_no - row_number() OVER (PARTITION BY post ORDER BY row_no) AS run
            FROM told
        ),
        placed AS (
            SELECT *, row_number() OVER ends % 2 = 1 AS is_first,
                lag(amount) OVER ends AS before, lead(amount) OVER ends AS after
            FROM following
            WINDOW ends AS (PARTITION BY post, run ORDER BY row_no)
        ),
        paired AS (
            SELECT *, CASE WHEN is_first AND amount > after THEN after
                WHEN NOT is_first AND before > amount THEN before END AS other_end
            FROM placed
        )
        SELECT row_no,
            md5(concat_ws('|', {everything})) AS record_key,
            job_title AS title_raw,
            experience_level AS level_raw,
            upper(coalesce(employee_residence, company_location)) AS country_code,
            upper(coalesce(employee_residence, company_location)) AS place_raw,
            TRY_CAST(remote_ratio AS INTEGER) = 100 AS is_remote,
            upper(salary_currency) AS currency,
            amount AS stated,
            usd,
            other_end,
            CASE WHEN upper(salary_currency) = 'USD' THEN 1
                WHEN count(*) OVER rates >= {FEW} THEN median(amount / usd) OVER rates
                END AS usual_rate,
            median(usd) OVER (PARTITION BY upper(employee_residence)) AS usual_usd,
            count(*) OVER (PARTITION BY upper(employee_residence)) AS of_country,
            CASE WHEN other_end IS NULL THEN 1.0 ELSE 0.5 END AS weight,
            CASE WHEN other_end IS NULL THEN 'report' ELSE 'posting' END AS kind,
            TRY_CAST(work_year || '-07-01' AS DATE) AS observed_on,
            concat_ws(',',
                CASE WHEN employment_type = 'CT' THEN 'contract' END,
                CASE WHEN TRY_CAST(remote_ratio AS INTEGER) = 50 THEN 'hybrid' END,
                CASE WHEN upper(employee_residence) <> upper(company_location)
                    THEN 'employer_abroad' END
            ) AS flags
        FROM paired
        WINDOW rates AS (PARTITION BY upper(salary_currency), work_year)
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


DOUBTS = (
    Doubt(
        "aijobs-salary-not-a-number",
        "salary IS NOT NULL AND number(salary) IS NULL",
        "salary",
    ),
    Doubt(
        "aijobs-currency-doubtful",
        f"abs(stated / usd / usual_rate - 1) > {SAME_RATE}",
        "salary || ' ' || salary_currency || ' beside ' || salary_in_usd || ' USD'",
        "'base=' || round(usd * usual_rate)::BIGINT",
    ),
    Doubt(
        "aijobs-amount-implausible",
        f"usd NOT BETWEEN {USD_LOW} AND {USD_HIGH} OR (of_country >= {ENOUGH} AND "
        f"(usd > {FAR_APART} * usual_usd OR usd * {FAR_APART} < usual_usd))",
        "salary_in_usd || ' USD a year; half of ' || country || ' has ' || usual_usd::BIGINT "
        "|| ' or less'",
    ),
    Doubt(
        "aijobs-range-ends-far-apart",
        f"greatest(stated, other_end) > {FAR_APART} * least(stated, other_end)",
        "'a range of ' || least(stated, other_end)::BIGINT || ' to ' "
        "|| greatest(stated, other_end)::BIGINT",
        "CASE WHEN greatest(stated, other_end) BETWEEN 11.4 * least(stated, other_end) "
        "AND 12.6 * least(stated, other_end) THEN 'one end may have been taken for a month' "
        "ELSE 'one end may have a digit too many or too few' END",
    ),
    Doubt(
        "aijobs-hours-unknown",
        "employment_type IN ('PT', 'FL')",
        "CASE employment_type WHEN 'PT' THEN 'part-time' ELSE 'freelance' END "
        "|| ' pay without its hours'",
        "'base=what full time would pay'",
    ),
    Doubt(
        "aijobs-employment-unknown",
        "employment_type IS NULL OR employment_type NOT IN ('FT', 'PT', 'CT', 'FL')",
        "coalesce(employment_type, 'no employment type')",
        "'FT, PT, CT or FL'",
    ),
    Doubt(
        "aijobs-year-out-of-range",
        f"year(observed_on) NOT BETWEEN {FIRST_YEAR} AND year(current_date)",
        "work_year",
    ),
    Doubt(
        "aijobs-country-unknown",
        "NOT regexp_full_match(country_code, '[A-Z]{2}')",
        "country_code",
        "'an ISO 3166 code of two letters'",
    ),
)

AIJOBS = TableSource(
    name="aijobs",
    reader="aijobs-3",
    title="Salaries in AI and data jobs (aijobs.net)",
    address="https://raw.githubusercontent.com/foorilla/ai-jobs-net-salaries/main/salaries.csv",
    licence="CC0 1.0",
    table="pay",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
    reads=lambda head: COLUMNS,
)
