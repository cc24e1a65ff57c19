"""Where the columns of an occupational wage file stand: two layouts and their older spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.sources.head import Head
from pipelines.sources.text_rows import quoted
from warehouse.sql_text import literal

PERCENTILES = ("p10", "p25", "p50", "p75", "p90")
# What is said of a statistic by flags: suppressed_p90, top_coded_p90.
STATISTICS = ("employment", "mean", *PERCENTILES)
# The first of several spellings that a file has.
Names = Mapping[str, tuple[str, ...]]
DATABASE: Names = {  # from the time series database
    "area": ("area_code",),
    "area_name": ("area_name",),
    "area_type": ("areatype_code",),
    "occupation": ("occ",),
    "title": ("occupation_name",),
    "employment": ("employment",),
    "relative_error": ("wage_percent_relative_standard_error",),
    "mean": ("annual_mean_wage",),
    "hourly_mean": ("hourly_mean_wage",),
    "p10": ("annual_10th_percentile_wage",),
    "p25": ("annual_25th_percentile_wage",),
    "p50": ("annual_median_wage",),
    "p75": ("annual_75th_percentile_wage",),
    "p90": ("annual_90th_percentile_wage",),
}
# Numbers of the columns f01 to f17 that hold the footnote of each.
FOOTNOTES = {"employment": 1, "mean": 4, "p10": 11, "p25": 12, "p50": 13, "p75": 14, "p90": 15}
WORKBOOK: Names = {  # from the files oesm*, in upper or lower case
    "area": ("area",),
    "area_name": ("area_title", "area_name", "state"),
    "area_type": ("area_type",),
    "occupation": ("occ_code",),
    "title": ("occ_title",),
    "group": ("o_group", "occ_group", "group"),
    "employment": ("tot_emp",),
    "relative_error": ("mean_prse",),
    "mean": ("a_mean",),
    "hourly_mean": ("h_mean",),
    "p10": ("a_pct10",),
    "p25": ("a_pct25",),
    "p50": ("a_median",),
    "p75": ("a_pct75",),
    "p90": ("a_pct90",),
    "industry": ("naics",),
    "industry_group": ("i_group",),
}
# [$ per year] from which on a wage is not given, by the first May it is known for; it never fell.
# Sources: field descriptions of the May 2024 workbook; footnote 5 of the May 2018 database.
TOP_CODES = {2018: 208_000.0, 2024: 239_200.0}
YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
SHORT_YEAR = re.compile(r"oesm?(\d\d)(?!\d)")
OWN_WORDS = re.compile(r"(?i)\bMay\s+((?:19|20)\d\d)\b")
OWN_TOP_CODE = re.compile(r"equal to or greater than[^.]*?\$[\d.]+ per hour or \$([\d,]+) per year")


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one file as SQL.

    Attributes:
        columns: By what they hold; a column that the file lacks is not there.
        footnotes: The column with the footnote of a statistic, where the file has one.
        year: Of the May that the file speaks of; None where nothing tells.
        top_code: [$ per year] from which on a wage is not given; None where it is not known.
    """

    columns: Mapping[str, str]
    footnotes: Mapping[str, str]
    year: int | None
    top_code: float | None

    def text(self, name: str) -> str:
        """A column as SQL, trimmed; NULL for one that the file lacks."""
        column = self.columns.get(name)
        return f"nullif(trim({column}), '')" if column else "NULL::VARCHAR"

    def footnote(self, name: str) -> str:
        """The footnote of a statistic as SQL; empty where there is none."""
        column = self.footnotes.get(name)
        return f"coalesce({column}, '')" if column else "''"


def is_oews(head: Head) -> bool:
    """Whether a file is one of occupational wages by percentile."""
    return head.has("area_code", "occ", "annual_median_wage") or head.has(
        "occ_code", "occ_title", "tot_emp", "a_median"
    )


def layout_of(head: Head) -> Layout:
    """The layout of a file, by its header, its name and what a workbook says of itself."""
    present = {name.strip().casefold() for name in head.header}
    spellings = DATABASE if "area_code" in present else WORKBOOK
    columns = {
        name: quoted(next(one for one in names if one in present))
        for name, names in spellings.items()
        if any(one in present for one in names)
    }
    notes = {name: f"f{number:02}" for name, number in FOOTNOTES.items()}
    footnotes = {name: quoted(note) for name, note in notes.items() if note in present}
    own = _own_words(head) if head.kind == "xlsx" else ""
    year = _year(head, own)
    return Layout(columns, footnotes, year, _top_code(own, year))


def columns_read(head: Head) -> set[str]:
    """The columns of a file that are read, by the names it gives them."""
    layout = layout_of(head)
    read = {*layout.columns.values(), *layout.footnotes.values()}
    return {name for name in head.header if quoted(name.strip().casefold()) in read}


def _own_words(head: Head) -> str:
    """What the other sheets of a workbook say."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(head.path))
    cells = [
        str(cell)
        for number in range(1, len(book.sheet_names))
        for row in book.get_sheet_by_index(number).to_python()
        for cell in row
    ]
    return "\n".join(cells)


def _year(head: Head, own: str) -> int | None:
    if found := OWN_WORDS.search(own):
        return int(found[1])
    for name in (head.path.name, head.path.absolute().parent.name):
        if found := YEAR.search(re.sub(r"(?<=\d)(?=[A-Za-z_])|(?<=[A-Za-z_])(?=\d)", " ", name)):
            return int(found[1])
        if found := SHORT_YEAR.search(name.casefold()):
            return 2000 + int(found[1])
    return None


def _top_code(own: str, year: int | None) -> float | None:
    if found := OWN_TOP_CODE.search(own):
        return float(found[1].replace(",", ""))
    known = [first for first in TOP_CODES if year is not None and first <= year]
    return TOP_CODES[max(known)] if known else None


def amount_sql(layout: Layout, name: str) -> str:
    """A statistic as a number; NULL for a mark in its place."""
    return f"number(replace({layout.text(name)}, ',', ''))"


def flag_sql(layout: Layout, name: str) -> str:
    """What a mark in place of a statistic means: top-coded, or not released.

    ``#`` is a top-coded wage, and so is ``-`` with footnote 5; footnote 8 says that an estimate
    is not released, as do ``*`` and ``**``.
    """
    text, note = layout.text(name), layout.footnote(name)
    top_coded = (
        f"{text} = '#' OR ({text} = '-' AND regexp_matches({note}, '(^|[^0-9])5([^0-9]|$)'))"
    )
    return (
        f"CASE WHEN {top_coded} THEN {literal('top_coded_' + name)} "
        f"WHEN {text} IN ('-', '*', '**', '~') THEN {literal('suppressed_' + name)} "
        f"WHEN {text} IS NULL THEN {literal('absent_' + name)} END"
    )
