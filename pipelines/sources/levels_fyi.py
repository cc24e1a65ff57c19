"""Total compensation that people reported to levels.fyi, 2017 to August 2021, in US dollars.

Publisher: levels.fyi, once at https://www.levels.fyi/js/salaryData.json (an array of objects; no
longer offered); the CSV is that data as passed on at
https://www.kaggle.com/datasets/jackogozaly/data-science-and-tech-salaries.  No licence is stated;
looked at in November 2026 (62,642 rows).

What is troublesome about it: 2,297 rows state a total and no parts.  Totals over a million stand
in dollars beside grants in thousands.  Older objects state everything in thousands (``"127"``),
later ones in dollars (``"127000"``).  Some grants are the whole of four years while the total
counts one.  The arithmetic of base, grant and bonus against the total tells which; what it tells
is mended and flagged, what it does not tell is held.  Amounts in other currencies were turned into
dollars by the site.  The two shapes number their rows differently and the site stored some reports
twice, so that a report is the same by who, where and the second it was sent.  ``ML / AI`` is a
tag and not a title.  Gender, race, education and remarks are never read into a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines.sources.head import Head
from pipelines.sources.table_source import Doubt, TableSource

if TYPE_CHECKING:
    from pipelines.contract import Contract

COLUMNS = (
    "timestamp",
    "company",
    "level",
    "title",
    "totalyearlycompensation",
    "location",
    "yearsofexperience",
    "basesalary",
    "stockgrantvalue",
    "bonus",
)
IDENTITY = ("timestamp", "company", "level", "title", "location", "yearsofexperience")
MONEY = ("totalyearlycompensation", "basesalary", "stockgrantvalue", "bonus")
THOUSANDS = 5_000  # [USD] no yearly total is below; the lowest one in dollars is 10,000
GRANT_THOUSANDS = 10_000  # [USD] grants below may be stated in thousands
ROUNDED = 2_000  # [USD] totals are whole thousands, and the parts were rounded each for itself
NEAR = 0.02  # [fraction of the total] the same, of large totals
LOOSE = 0.25  # [fraction of the total] by which the parts may miss it before they are doubted
SHORT = 0.1  # [fraction of the total] a larger rest is of a grant that was not stated
LOW_BASE = 2_000  # [USD a year]
HIGH_BASE = 1_500_000  # [USD a year]
HIGH_TOTAL = 10_000_000  # [USD a year]
US_MINIMUM = 15_080  # [USD] 2,080 hours at 7.25, the federal minimum wage since 2009 (29 USC 206)


def _recognise(head: Head) -> bool:
    return head.has(*COLUMNS)


def _said(column: str) -> str:
    """A cell that says something: ``NA`` and blanks are nothing."""
    return f"nullif(nullif(trim(source_row.{column}), ''), 'NA')"


def _amount(column: str) -> str:
    return f"number(replace({_said(column)}, ',', ''))"


def _dollars(told: str) -> str:
    """A part in dollars: in thousands where the total is, unless that cannot be."""
    return f"coalesce({told} * CASE WHEN {told} < {THOUSANDS} THEN scale ELSE 1 END, 0)"


def _adds_up(parts: str) -> str:
    """The parts give the total, as exactly as all of them are stated."""
    return f"abs({parts} - total) <= greatest({ROUNDED}, {NEAR}::DOUBLE * total)"


_SUM = "base + grant_value + extra"
_ROUNDING = f"greatest({ROUNDED}, {NEAR}::DOUBLE * total)"
_SMALL_GRANT = f"grant_value BETWEEN 1 AND {GRANT_THOUSANDS} AND "
# How a row is to be read, the plainest first; what it is called becomes a flag.
READINGS = (
    ("total_only", f"{_SUM} = 0"),
    ("", _adds_up(_SUM)),
    ("parts_in_thousands", _adds_up(f"({_SUM}) * 1000")),
    ("equity_in_thousands", _SMALL_GRANT + _adds_up("base + grant_value * 1000 + extra")),
    (
        "bonus_in_thousands",
        f"extra BETWEEN 1 AND {GRANT_THOUSANDS} AND "
        + _adds_up("base + grant_value + extra * 1000"),
    ),
    # Only where a quarter of the grant differs from all of it by more than rounding does.
    (
        "equity_of_4_years",
        f"grant_value > 4 * {_ROUNDING} AND " + _adds_up("base + grant_value / 4 + extra"),
    ),
    (
        "equity_of_4_years_in_thousands",
        _SMALL_GRANT + _adds_up("base + grant_value * 250 + extra"),
    ),
    (
        "equity_not_stated",
        f"grant_value = 0 AND base >= {LOOSE}::DOUBLE * total "
        f"AND base + extra < {1 - SHORT}::DOUBLE * total",
    ),
    ("parts_near_total", f"abs({_SUM} - total) <= {LOOSE}::DOUBLE * total"),
)
# What the parts are to be multiplied by, by how the row is to be read.
BASE = {"parts_in_thousands": "1000"}
GRANT = {
    "parts_in_thousands": "1000",
    "equity_in_thousands": "1000",
    "equity_of_4_years": "0.25::DOUBLE",
    "equity_of_4_years_in_thousands": "250",
}
BONUS = {"parts_in_thousands": "1000", "bonus_in_thousands": "1000"}


def _times(factors: Mapping[str, str]) -> str:
    cases = " ".join(f"WHEN '{reading}' THEN {factor}" for reading, factor in factors.items())
    return f"(CASE reading {cases} ELSE 1 END)"


def _select(head: Head) -> str:
    cases = " ".join(f"WHEN {when} THEN '{name}'" for name, when in READINGS)
    identity = ", ".join(f"coalesce({_said(name)}, '')" for name in IDENTITY)
    return f"""
        WITH told AS (
            SELECT row_no,
                md5(concat_ws('|', {identity})) AS record_key,
                {_said("company")} AS company_raw,
                {_said("title")} AS title_raw,
                {_said("level")} AS level_raw,
                number({_said("yearsofexperience")}) AS years_experience,
                coalesce(
                    try_strptime({_said("timestamp")}, '%m/%d/%Y %H:%M:%S'),
                    TRY_CAST({_said("timestamp")} AS TIMESTAMP)
                )::DATE AS observed_on,
                string_split(replace({_said("location")}, 'Korea, South', 'South Korea'), ', ')
                    AS places,
                {_amount("totalyearlycompensation")} AS total_told,
                CASE WHEN {_amount("totalyearlycompensation")} < {THOUSANDS} THEN 1000 ELSE 1 END
                    AS scale,
                {_amount("basesalary")} AS base_told,
                {_amount("stockgrantvalue")} AS grant_told,
                {_amount("bonus")} AS bonus_told
            FROM source_row
        ),
        dollars AS (
            SELECT *, total_told * scale AS total,
                {_dollars("base_told")} AS base,
                {_dollars("grant_told")} AS grant_value,
                {_dollars("bonus_told")} AS extra
            FROM told
        ),
        read AS (SELECT *, CASE {cases} ELSE 'none' END AS reading FROM dollars)
        SELECT row_no, record_key, company_raw, title_raw, level_raw, years_experience, observed_on,
            {PLACE} AS place_raw,
            CASE WHEN {IN_US} THEN 'US' END AS country_code,
            'USD' AS currency,
            nullif(base * {_times(BASE)}, 0) AS stated,
            CASE WHEN reading NOT IN ('total_only', 'equity_not_stated')
                THEN grant_value * {_times(GRANT)} END AS equity_annual,
            CASE WHEN reading <> 'total_only' THEN extra * {_times(BONUS)} END AS bonus,
            total AS tc,
            concat_ws(',', CASE WHEN scale > 1 THEN 'in_thousands' END,
                nullif(nullif(reading, ''), 'none')) AS flags,
            reading, grant_value, extra
        FROM read
    """


IN_US = "len(places) = 2 AND len(places[2]) = 2 OR places[3] = 'United States'"
# Regions of other countries look like states of the US ("Barcelona, CT, Spain"): left out.
PLACE = f"""CASE WHEN {IN_US} THEN places[1] || ', ' || places[2]
                WHEN len(places) < 3 THEN array_to_string(places, ', ')
                WHEN places[1] = places[3] THEN places[1]
                ELSE places[1] || ', ' || replace(places[3], ' (SAR)', '') END"""


def _contract() -> Contract:
    from pipelines.contract import Contract, not_negative, positive

    return Contract(
        required=("company_raw", "title_raw", "tc", "observed_on", "place_raw"),
        numbers=("base", "equity_annual", "bonus", "tc"),
        checks={
            "levels_fyi-total-not-positive": positive("tc", "base"),
            "levels_fyi-negative-part": not_negative("equity_annual", "bonus"),
        },
    )


_PARTS = (
    "'total ' || coalesce(totalyearlycompensation, '-') || ', base ' || coalesce(basesalary, '-') "
    "|| ', stock ' || coalesce(stockgrantvalue, '-') "
    "|| ', bonus ' || coalesce(source_row.bonus, '-')"
)
_REST = "tc - grant_value - extra"
# The one part that, set otherwise, would make them add up.
_MENDED = (
    f"CASE WHEN stated < {LOOSE}::DOUBLE * tc AND stated < {_REST} "
    f"THEN 'base=' || ({_REST})::BIGINT "
    "WHEN abs(stated / 10 + grant_value + extra - tc) <= 0.1::DOUBLE * tc AND stated > tc "
    "THEN 'base=' || (stated / 10)::BIGINT "
    f"WHEN stated + extra <= tc - greatest({ROUNDED}, {NEAR}::DOUBLE * tc) "
    "THEN 'equity_annual=' || (tc - stated - extra)::BIGINT "
    "WHEN grant_value > 0 THEN 'equity_annual=' || (grant_value / 4)::BIGINT "
    "|| ' tc=' || (stated + grant_value / 4 + extra)::BIGINT "
    "WHEN tc > stated THEN 'tc=' || (stated + extra)::BIGINT END"
)
DOUBTS = (
    Doubt(
        "levels_fyi-amount-not-a-number",
        " OR ".join(f"({_said(name)} IS NOT NULL AND {_amount(name)} IS NULL)" for name in MONEY),
        _PARTS,
    ),
    Doubt(
        "levels_fyi-base-missing",
        "stated IS NULL AND reading <> 'total_only'",
        _PARTS,
        f"CASE WHEN {_REST} > {US_MINIMUM} THEN 'base=' || ({_REST})::BIGINT END",
    ),
    Doubt(
        "levels_fyi-parts-do-not-add-up",
        "stated IS NOT NULL AND reading = 'none'",
        _PARTS,
        _MENDED,
    ),
    Doubt(
        "levels_fyi-base-implausible",
        f"stated NOT BETWEEN {LOW_BASE} AND {HIGH_BASE}",
        _PARTS,
        _MENDED,
    ),
    Doubt(
        "levels_fyi-below-minimum-wage",
        f"coalesce(stated, tc) < {US_MINIMUM} AND country = 'US'",
        _PARTS,
    ),
    Doubt("levels_fyi-total-implausible", f"tc > {HIGH_TOTAL}", _PARTS),
    Doubt(
        "levels_fyi-date-out-of-range",
        "observed_on NOT BETWEEN DATE '2010-01-01' AND current_date",
        "timestamp",
    ),
    Doubt(
        "levels_fyi-date-not-understood",
        f"{_said('timestamp')} IS NOT NULL AND observed_on IS NULL",
        "timestamp",
        "'month/day/year hour:minute:second'",
    ),
)

LEVELS_FYI = TableSource(
    name="levels_fyi",
    reader="levels_fyi-2",
    title="Compensation reported to levels.fyi, 2017 to 2021",
    licence="none stated",
    table="pay",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
    reads=lambda head: COLUMNS,
)
