"""Prevailing wage levels I to IV by occupation and area, for a year from July to June.

The US Department of Labor's visa office works them out from the occupational wage statistics.
Its files have ``Area, SocCode, GeoLvl, Level1..4, Average, Label``; extracts of them have other
names for the same.

Known trouble: a row is hourly, or annual without saying so.  Amounts that lie between the least
and the most of an hour are hourly, those of a year annual; a row that is neither is held, and so
is one whose label says otherwise.  A zero is no wage.  ``High Wage`` and ``No Leveled Wage`` have
an average only.  The year stands in the name of the file or of its folder.

Source: https://flag.dol.gov/wage-data/wage-data-downloads, looked at 2026-11-27.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.sources.annual import PER_YEAR, per_year_sql
from pipelines.sources.head import Head
from pipelines.sources.table_source import Doubt, TableSource
from pipelines.sources.text_rows import quoted

if TYPE_CHECKING:
    from pipelines.contract import Contract

# [$] The federal minimum from 1997 to 2007, the least since these wages are published, and a
# bound that no level comes near: the highest of 2025-26 is 195.08 (marketing managers, Bend).
LEAST_HOURLY, MOST_HOURLY = 5.15, 500.0
LEAST_ANNUAL = LEAST_HOURLY * PER_YEAR["hour"]
LEVELS = ("level_1", "level_2", "level_3", "level_4")
SPELLINGS = {
    "occupation": ("soc", "soccode", "soc_code"),
    "area": ("area_id", "area", "area_code"),
    "level_1": ("l1", "level1", "level_1"),
    "level_2": ("l2", "level2", "level_2"),
    "level_3": ("l3", "level3", "level_3"),
    "level_4": ("l4", "level4", "level_4"),
    "mean": ("average", "mean"),
    "label": ("label",),
    "geo_level": ("geolvl",),
}
NEEDED = ("occupation", "area", *LEVELS)
PERIOD = re.compile(r"(?<!\d)(20\d\d)[-_](?:20)?(\d\d)(?!\d)")
EDUCATION = re.compile(r"(?i)^edc")  # wages of the schedule for universities


def _columns(head: Head) -> dict[str, str]:
    present = {name.strip().casefold() for name in head.header}
    found = {name: [one for one in words if one in present] for name, words in SPELLINGS.items()}
    return {name: quoted(words[0]) for name, words in found.items() if words}


def _recognise(head: Head) -> bool:
    return all(name in _columns(head) for name in NEEDED)


def wage_year(head: Head) -> int | None:
    """The year in whose July the wages begin, from the name of the file or its folder."""
    for name in (head.path.name, head.path.absolute().parent.name):
        found = PERIOD.search(name)
        if found and (int(found[1]) + 1) % 100 == int(found[2]):
            return int(found[1])
    return None


def _select(head: Head) -> str:
    columns = _columns(head)
    year = wage_year(head)
    first = "NULL" if year is None else str(year)
    education = bool(EDUCATION.search(head.path.name))
    label, geo_level = columns.get("label", "NULL"), columns.get("geo_level", "NULL")
    amounts = (*LEVELS, "mean")
    stated = ", ".join(f"{_amount(columns.get(name))} AS {name}" for name in amounts)
    annual = ", ".join(f"round({name} * {per_year_sql('unit')}, 2) AS {name}" for name in amounts)
    return f"""
        WITH read AS (
            SELECT row_no, regexp_replace(trim({columns["occupation"]}), '[.]00$', '') AS code,
                ltrim(trim({columns["area"]}), '0') AS area_id, lower(trim({label})) AS label,
                TRY_CAST({geo_level} AS INTEGER) AS geo_level, {stated},
                concat_ws(', ', {", ".join(_unreadable(columns, name) for name in amounts)})
                    AS unreadable
            FROM source_row
        ),
        united AS (
            SELECT *, least({", ".join(amounts)}) AS lowest,
                greatest({", ".join(amounts)}) AS highest,
                CASE
                    WHEN lowest >= {LEAST_HOURLY}::DOUBLE AND highest <= {MOST_HOURLY}::DOUBLE
                        AND coalesce(label NOT LIKE 'annual%', true) THEN 'hour'
                    WHEN lowest >= {LEAST_ANNUAL}::DOUBLE
                        AND coalesce(label NOT LIKE 'hour%', true) THEN 'year'
                END AS unit
            FROM read
        )
        SELECT row_no,
            concat_ws(' ', code, area_id, {first}, {"'education'" if education else "NULL"})
                AS record_key,
            CASE WHEN regexp_full_match(code, '[0-9]{{2}}-?[0-9]{{4}}')
                THEN left(code, 2) || '-' || right(code, 4) END AS occupation,
            NULL::VARCHAR AS occupation_title, area_id, NULL::VARCHAR AS area_name,
            CASE WHEN length(area_id) = 5 THEN 'metro' ELSE 'nonmetro' END AS area_type,
            NULL::DOUBLE AS employment, {annual},
            {", ".join(f"NULL::DOUBLE AS p{one}" for one in (10, 25, 50, 75, 90))},
            NULL::DOUBLE AS relative_error, NULL::DOUBLE AS top_code,
            make_date({first}, 7, 1) AS period_start, make_date({first} + 1, 6, 30) AS period_end,
            concat_ws(',', CASE WHEN unit = 'year' THEN 'stated_annual' END,
                CASE WHEN label IN ('high wage', 'no leveled wage')
                    THEN replace(label, ' ', '_') END,
                CASE WHEN geo_level > 1 THEN 'geo_level_' || geo_level END,
                {_absent()},
                {"'acwia_education'" if education else "NULL"}) AS flags,
            unit, lowest, highest, unreadable
        FROM united
    """


def _amount(column: str | None) -> str:
    """A wage as stated; zero means that there is none."""
    if column is None:
        return "NULL::DOUBLE"
    return f"nullif(number(replace(replace({column}, ',', ''), '$', '')), 0)"


def _unreadable(columns: dict[str, str], name: str) -> str:
    column = columns.get(name)
    if column is None:
        return "NULL"
    number = f"number(replace(replace({column}, ',', ''), '$', ''))"
    return (
        f"CASE WHEN trim({column}) NOT IN ('', 'N/A') AND {number} IS NULL "
        f"THEN '{name} ' || {column} END"
    )


def _absent() -> str:
    return ", ".join(
        f"CASE WHEN {name} IS NULL AND highest IS NOT NULL THEN 'absent_{name}' END"
        for name in LEVELS
    )


def _contract() -> Contract:
    from pipelines.contract import Contract, ascending, stated

    return Contract(
        required=("occupation", "area_id"),
        numbers=LEVELS,
        also=("period_start",),
        checks={
            "oflc-period-missing": stated("period_start"),
            "oflc-levels-not-ordered": ascending(*LEVELS),
        },
    )


DOUBTS = (
    Doubt("oflc-wage-not-a-number", "parsed.unreadable <> ''", "parsed.unreadable"),
    Doubt(
        "oflc-wages-missing",
        "parsed.highest IS NULL AND parsed.unreadable = ''",
        "'no wage at all'",
    ),
    Doubt(
        "oflc-unit-undecided",
        "parsed.highest IS NOT NULL AND parsed.unit IS NULL",
        "parsed.lowest || ' to ' || parsed.highest",
        "'an hour or a year, in all four levels'",
    ),
    Doubt(
        "oflc-period-missing",
        "parsed.period_start IS NULL",
        "'nothing says for which year this is'",
        "'name the file after its year, as oflc_wages_2025_26.csv'",
    ),
)

OFLC = TableSource(
    name="oflc",
    reader="oflc-1",
    title="Prevailing wage levels (US Department of Labor)",
    address="https://flag.dol.gov/sites/default/files/wages/OFLC_Wages_2025-26.zip",
    licence="public domain",
    table="wage",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
)
