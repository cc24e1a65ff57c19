"""Labour condition applications for H-1B workers, as the US Department of Labor discloses them.

What an employer promised to pay at least, one row a case: base pay only, a floor and not an
average.  Every fiscal year has columns of its own (``lca_columns.yaml``).

Known trouble: an amount with its range in one cell (``20000 -``), no unit, or one that the amount
belies; unquoted delimiters; files that overlap, and cases that come again with a later status;
extracts without case number and date.  What we make of it:

- A case counts when it was certified.  One that was withdrawn after that counts and is flagged:
  the promise was made.  Denied and withdrawn ones are set aside, and so are other visa classes;
  their later word on a case outweighs an earlier one.
- The day is that on which the employer applied; the decision, then the begin of work, stand in
  for it, flagged.  An extract without any date is dated by the fiscal period in its name, flagged;
  without one, its rows are held.
- Where no unit is stated, that of the prevailing wage beside it holds, else a year; flagged.
- Amounts that no year's pay can be are held, with the unit that would make sense of them.
- Pay of a part-time job is full-time pay when it is by the hour, or no less than the prevailing
  wage; otherwise nobody knows the hours, and it is held.
- The first worksite is the place; further ones are flagged.

Source: https://www.dol.gov/agencies/eta/foreign-labor/performance (looked at in November 2026),
with the record layout of each year.  A work of the US government: public domain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.sources.annual import PER_YEAR, per_year_sql
from pipelines.sources.head import Head
from pipelines.sources.lca_columns import columns, is_disclosure, names_by_field, names_read
from pipelines.sources.table_source import ASIDE, Doubt, TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

FOLDER = "https://www.dol.gov/sites/dolgov/files/ETA/oflc/pdfs"
# [USD a year] 2,080 hours at 7.25, the federal minimum wage since 2009 (29 USC 206)
LEAST = 15_080
MOST = 2_000_000  # [USD a year] more than base pay is, even of the best paid surgeons
USUAL = 600_000  # [USD a year] what a suggestion may come to
CENT_AN_HOUR = 20.80  # [USD a year] wages that differ by less are the same, rounded
UNITS = ("year", "hour", "month", "fortnight", "week")  # the likeliest first
FIRST_DAY = "DATE '2000-01-01'"  # of electronic filing; a date before it is a slip
DATES = (  # two digits of a year first: four would be read as of the first century
    "['%m/%d/%y', '%m/%d/%Y', '%d-%b-%y', '%d-%b-%Y', '%m-%d-%Y', '%m/%d/%y %H:%M', "
    "'%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S']"
)
_PERIOD = re.compile(r"(?i)(?<![a-z])FY[ _-]?(?:20)?(\d\d)(?!\d)(?:[ _-]*Q([1-4]))?")
_NUMBER = r"[0-9][0-9,]*\.?[0-9]*"


def _recognise(head: Head) -> bool:
    return head.kind in ("csv", "xlsx") and is_disclosure(head.header)


def period_end(name: str) -> str | None:
    """The last day of the fiscal period that a file's name states; None when it states none.

    >>> period_end("H-1B_FY13_Q3_filtered.csv"), period_end("LCA_FY2024_Q1.xlsx")
    ('2013-06-30', '2023-12-31')
    >>> period_end("h1b_fy2010.csv"), period_end("salaries.csv")
    ('2010-09-30', None)
    """
    found = _PERIOD.search(name)
    if not found:
        return None
    year, quarter = 2000 + int(found[1]), found[2] or "4"
    ends = {"1": f"{year - 1}-12-31", "2": f"{year}-03-31", "3": f"{year}-06-30"}
    return ends.get(quarter, f"{year}-09-30")


def _amount(text: str) -> str:
    """SQL of the first number in a text, which may stand before a dash or behind a dollar sign."""
    first = f"replace(regexp_extract({text}, '{_NUMBER}'), ',', '')"
    return f"coalesce(number({text}), number({first}))"


def _second_amount(text: str) -> str:
    """SQL of the number behind the dash in a text."""
    second = f"regexp_extract({text}, '-\\s*\\$?\\s*({_NUMBER})', 1)"
    return f"CASE WHEN contains({text}, '-') THEN {_amount(second)} END"


def _date(text: str) -> str:
    """SQL of a date, however it is written; a workbook's day number is one, too."""
    return (
        f"CASE WHEN {text} LIKE '____-__-__%' THEN CAST(TRY_CAST({text} AS TIMESTAMP) AS DATE) "
        f"ELSE coalesce(CAST(try_strptime({text}, {DATES}) AS DATE), "
        f"DATE '1899-12-30' + TRY_CAST({text} AS INTEGER)) END"
    )


def _select(head: Head) -> str:
    found = columns(head.header)
    cells = {
        field: f"trim({found[field]})" if field in found else "NULL" for field in names_by_field()
    }
    read = ", ".join(f"nullif({cell}, '') AS {field}" for field, cell in cells.items())
    content = "concat_ws('|', employer, title, wage, wage_to, city, state, submitted, decided)"
    end = None if {"submitted", "decided", "begins"} & set(found) else period_end(head.path.name)
    named = f"DATE '{end}'" if end else "NULL::DATE"
    wage_annual, prevailing_annual = (
        f"stated * {per_year_sql('unit')}",
        f"prevailing_amount * coalesce(prevailing_units, {per_year_sql('unit')})",
    )
    return f"""
        WITH cells AS (SELECT row_no, {read} FROM source_row),
        amounts AS (
            SELECT * EXCLUDE (unit),
                {_amount("wage")} AS stated,
                nullif(coalesce({_amount("wage_to")}, {_second_amount("wage")}), 0) AS stated_max,
                {_amount("prevailing")} AS prevailing_amount,
                CASE WHEN unit NOT ILIKE 'select%' THEN unit END AS unit_stated,
                {per_year_sql("prevailing_unit")} AS prevailing_units,
                upper(replace(status, ' ', '')) AS said,
                {_date("submitted")} AS submitted_on,
                {_date("decided")} AS decided_on,
                {_date("begins")} AS begins_on
            FROM cells
        ),
        meant AS (
            SELECT * EXCLUDE (submitted_on, decided_on, begins_on),
                coalesce(unit_stated,
                    CASE WHEN prevailing_units IS NOT NULL THEN prevailing_unit END,
                    'year') AS unit,
                {"coalesce(said LIKE 'CERTIFIED%', false)" if "status" in found else "true"}
                    AS certified,
                said LIKE 'CERTIFIED%WITHDRAWN'
                    OR (said = 'CERTIFIED' AND upper(withdrawn) = 'Y') AS taken_back,
                coalesce(upper(full_time) = 'N' OR upper(part_time) = 'Y', false) AS is_part_time,
                CASE WHEN submitted_on >= {FIRST_DAY} THEN submitted_on END AS submitted_on,
                CASE WHEN decided_on >= {FIRST_DAY} THEN decided_on END AS decided_on,
                CASE WHEN begins_on >= {FIRST_DAY} THEN begins_on END AS begins_on
            FROM amounts
        )
        SELECT row_no,
            coalesce(upper(case_number), md5({content})) AS record_key,
            'filing' AS kind,
            coalesce(employer, trade_name) AS company_raw,
            title AS title_raw,
            CASE WHEN regexp_matches(occupation, '^[0-9]{{2}}-?[0-9]{{4}}')
                THEN occupation END AS occupation,
            nullif(concat_ws(', ', city, state), '') AS place_raw,
            'US' AS country_code,
            'USD' AS currency,
            wage AS wage_stated, stated, stated_max, unit, unit_stated,
            {prevailing_annual} AS prevailing_annual,
            coalesce(number(workers), 1) AS headcount,
            status AS status_stated, certified,
            visa AS visa_stated, coalesce(regexp_matches(visa, '(?i)^(H-?1B|R)$'), true) AS is_h1b,
            is_part_time,
            coalesce(submitted_on, decided_on, begins_on, {named}) AS observed_on,
            decided_on AS recorded_on,
            concat_ws(',',
                CASE WHEN taken_back THEN 'certified_withdrawn' END,
                CASE WHEN status IS NULL THEN 'status_not_stated' END,
                CASE WHEN is_part_time THEN 'part_time' END,
                CASE WHEN unit_stated IS NOT NULL THEN NULL
                    WHEN prevailing_units IS NULL THEN 'unit_assumed_year'
                    ELSE 'unit_from_prevailing' END,
                CASE WHEN submitted_on IS NOT NULL THEN NULL
                    WHEN decided_on IS NOT NULL THEN 'date_of_decision'
                    WHEN begins_on IS NOT NULL THEN 'date_of_begin'
                    ELSE 'date_from_name' END,
                CASE WHEN {wage_annual} < {prevailing_annual} - {CENT_AN_HOUR}
                    THEN 'below_prevailing' END,
                CASE WHEN regexp_matches(prevailing_level, '(?i)\\b(I{{1,3}}|IV)$')
                    THEN 'oflc_level_' || lower(split_part(prevailing_level, ' ', -1)) END,
                CASE WHEN second_city IS NOT NULL OR number(worksites) > 1
                    THEN 'several_worksites' END
            ) AS flags
        FROM meant
    """


def _unit_meant() -> str:
    """SQL of the unit that makes sense of an amount: by the prevailing wage, else by itself."""
    annual = {unit: f"stated * {PER_YEAR[unit]!r}::DOUBLE" for unit in UNITS}
    beside = " ".join(
        f"WHEN {amount} BETWEEN 0.9 * prevailing_annual AND 2 * prevailing_annual THEN '{unit}'"
        for unit, amount in annual.items()
    )
    alone = " ".join(
        f"WHEN {amount} BETWEEN {LEAST} AND {USUAL} THEN '{unit}'"
        for unit, amount in annual.items()
    )
    return f"coalesce(CASE {beside} END, CASE {alone} END)"


def _contract() -> Contract:
    from pipelines.contract import Contract, not_negative, positive

    return Contract(
        required=("company_raw", "title_raw", "base", "observed_on"),
        numbers=("base", "headcount"),
        checks={
            "lca-base-not-positive": positive("base"),
            "lca-headcount-negative": not_negative("headcount"),
        },
    )


LCA = TableSource(
    name="lca",
    reader="lca-2",
    title="Labour condition applications for H-1B (US Department of Labor)",
    address=f"{FOLDER}/LCA_Disclosure_Data_FY2025_Q4.xlsx",  # the latest whole year; see the top
    licence="US government work, public domain",
    table="pay",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    reads=lambda head: names_read(head.header),
    doubts=(
        Doubt("lca-not-certified", "NOT certified", "status_stated", severity=ASIDE),
        Doubt("lca-not-h1b", "certified AND NOT is_h1b", "visa_stated", severity=ASIDE),
        Doubt("lca-wage-not-a-number", "wage_stated IS NOT NULL AND stated IS NULL", "wage_stated"),
        Doubt(
            "lca-unit-unknown",
            f"unit_stated IS NOT NULL AND {per_year_sql('unit_stated')} IS NULL",
            "unit_stated",
            f"'unit ' || {_unit_meant()}",
        ),
        Doubt(
            "lca-wage-implausible",
            f"certified AND is_h1b AND (base NOT BETWEEN {LEAST} AND {MOST} OR base_max > {MOST})",
            "wage_stated || ' per ' || unit",
            f"'unit ' || {_unit_meant()}",
        ),
        Doubt(
            "lca-range-reversed",
            "certified AND is_h1b AND base_max < base",
            "stated || ' to ' || stated_max",
            "'from ' || stated_max || ' to ' || stated",
        ),
        Doubt(
            "lca-part-time-hours-unknown",
            f"certified AND is_h1b AND is_part_time AND {per_year_sql('unit')} <> 2080"
            " AND coalesce(base < prevailing_annual, true)",
            "wage_stated || ' per ' || unit || ', part-time'",
            "'say for how many hours a week'",
        ),
    ),
)
