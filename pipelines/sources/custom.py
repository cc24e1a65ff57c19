"""A person's own sheet of pay, CSV or XLSX, with a mapping beside it that says what is what.

Nobody publishes it: it stays on the machine.  What its columns mean is said in
``<sheet>.mapping.yaml`` (``pipelines.sources.mapping``); every money cell is understood as a whole
or its row is held (``pipelines.sources.amounts``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from duckdb import DuckDBPyConnection

from pipelines.guides.money import SHARED, SYMBOLS
from pipelines.records import LoadCount, TableRow
from pipelines.sources.amounts import amount_of
from pipelines.sources.annual import per_year_sql
from pipelines.sources.discovery import mapping_beside
from pipelines.sources.head import Head, head_of
from pipelines.sources.mapping import MONEY, SILENT, OwnMapping, read_mapping
from pipelines.sources.source import Batch
from pipelines.sources.table_source import Doubt, TableSource
from pipelines.sources.text_rows import (
    PERSONAL,
    ROWS,
    column_names,
    load_text_rows,
    quoted,
)
from warehouse.schema import insert_rows
from warehouse.sql_text import literal

if TYPE_CHECKING:
    from pipelines.contract import Contract

SCALES = {"units": 1.0, "thousands": 1e3, "lakh": 1e5, "millions": 1e6}
MEANT = "amount_meant"
NOTHING = ("", "-", "\u2013", "\u2014", "n/a", "na", "none", "nil", "null", "unknown", "?")
LOW_BASE = 1_000  # [units a year] below, thousands or hours were meant in any currency
HIGH_BONUS = 300  # [% of base]
LOW_BONUS = 0.002  # [of base] below, a percentage was meant
HIGH_EQUITY = 20  # [times base, a year]
PERCENT = r"^\s*\d+([.,]\d+)?\s*%\s*$"


def _written(mapping: OwnMapping, field: str) -> str:
    """A cell as SQL; NULL where it says nothing or the sheet has no such column."""
    if field not in mapping.columns:
        return "NULL::VARCHAR"
    cell = f"trim(source_row.{quoted(mapping.columns[field])})"
    nothing = ", ".join(map(literal, NOTHING))
    return f"(CASE WHEN lower({cell}) NOT IN ({nothing}) THEN {cell} END)"


def _said(mapping: OwnMapping, field: str) -> str:
    """A cell, or the mapping's default where it says nothing."""
    written = _written(mapping, field)
    default = mapping.defaults.get(field)
    return written if default is None else f"coalesce({written}, {literal(default)})"


def _load(mapping: OwnMapping, connection: DuckDBPyConnection, head: Head, aside: Path) -> None:
    """The sheet as text, and what each distinct money cell of it means."""
    load_text_rows(connection, head, aside)
    said = _currency(_said(mapping, "currency"))
    cells = " UNION ".join(
        f"SELECT {_written(mapping, name)} AS written, {said} AS said FROM {ROWS}" for name in MONEY
    )
    connection.execute(
        f"CREATE TABLE {MEANT} (written VARCHAR, said VARCHAR, low DOUBLE, high DOUBLE, "
        "named VARCHAR, unit VARCHAR)"
    )
    insert_rows(connection, MEANT, _meanings(mapping, connection.execute(cells).fetchall()))


def _currency(said: str) -> str:
    """A currency as its code: a sign that several countries share stays a sign, and is held."""
    signs = " ".join(
        f"WHEN {literal(sign.upper())} THEN '{code}'"
        for sign, code in SYMBOLS.items()
        if sign not in SHARED
    )
    return f"(CASE upper({said}) {signs} ELSE upper({said}) END)"


def _meanings(
    mapping: OwnMapping, cells: Sequence[tuple[str | None, str | None]]
) -> Iterator[TableRow]:
    decimal, scale = mapping.choices["decimal"], SCALES[mapping.choices["amounts_in"]]
    for written, said in cells:
        if written is not None and (amount := amount_of(written, decimal, scale, said)):
            yield {
                "written": written,
                "said": said,
                "low": amount.low,
                "high": amount.high,
                "named": amount.currency,
                "unit": amount.unit,
            }


def _day(mapping: OwnMapping) -> str:
    """The day as SQL; a year alone is its middle, a month its first day."""
    text, form = "date_said", mapping.date_format
    if "MM" not in form:
        text, form = f"{text} || ' 07'", f"{form} MM"
    pattern = form.replace("YYYY", "%Y").replace("MM", "%m").replace("DD", "%d")
    iso = "TRY_CAST(left(date_said, 10) AS DATE)"
    return f"coalesce(try_strptime({text}, {literal(pattern)})::DATE, {iso})"


def _bonus_share(mapping: OwnMapping) -> str:
    """The bonus as a share of base where the cell or the mapping calls it one, else the amount.

    A spreadsheet keeps 15 % as 0.15.
    """
    number = "number(replace(rtrim(bonus_written, ' %'), ',', '.'))"
    share = f"CASE WHEN {number} < 1 AND NOT contains(bonus_written, '%') THEN 1 ELSE 0.01 END"
    return (
        f"CASE WHEN {_is_share(mapping)} THEN {number} * ({share})::DOUBLE "
        f"ELSE bonus_low * coalesce({per_year_sql('bonus_unit')}, 1) END"
    )


def _is_share(mapping: OwnMapping) -> str:
    if mapping.choices["bonus_is"] == "percent":
        return "true"
    return f"regexp_matches(bonus_written, '{PERCENT}')"


def _select(mapping: OwnMapping, head: Head) -> str:
    cells_of_row = ", ".join(f"coalesce(source_row.{name}, '')" for name in _all(head))
    meant = " ".join(
        f"LEFT JOIN {MEANT} AS {name} ON {name}.written = {_written(mapping, name)} "
        f"AND {name}.said IS NOT DISTINCT FROM {_currency(_said(mapping, 'currency'))}"
        for name in MONEY
    )
    cells = ", ".join(
        f"{_written(mapping, name)} AS {name}_written, {name}.low AS {name}_low, "
        f"{name}.named AS {name}_named, {name}.unit AS {name}_unit"
        for name in MONEY
    )
    return f"""
        WITH told AS (
            SELECT row_no,
                {_written(mapping, "id")} AS id_written,
                md5(concat_ws('|', {cells_of_row})) AS content,
                {literal(mapping.choices["kind"])} AS kind,
                {_said(mapping, "company")} AS company_raw,
                {_said(mapping, "title")} AS title_raw,
                {_said(mapping, "level")} AS level_raw,
                {_said(mapping, "place")} AS place_said,
                upper({_said(mapping, "country")}) AS country_code,
                {_currency(_written(mapping, "currency"))} AS currency_written,
                {_currency(_said(mapping, "currency"))} AS currency_said,
                {cells}, base.high AS base_high,
                coalesce(base.unit, {_said(mapping, "unit")}, 'year') AS unit,
                {_said(mapping, "date")} AS date_said,
                {_said(mapping, "headcount")} AS headcount_said,
                {_written(mapping, "years_experience")} AS experience_written,
                {_written(mapping, "sign_on")} AS sign_on_written
            FROM source_row {meant}
        ),
        a_year AS (
            SELECT *, {per_year_sql("unit")} AS unit_a_year,
                base_low * {per_year_sql("unit")} AS base_a_year,
                {_bonus_share(mapping)} AS bonus_share
            FROM told
        )
        SELECT *,
            coalesce(md5({literal(mapping.title)} || '|' || id_written), content) AS record_key,
            count(DISTINCT content) OVER (PARTITION BY id_written) AS rows_of_id,
            coalesce(place_said, country_code) AS place_raw,
            coalesce(base_named, currency_said) AS currency,
            base_low AS stated,
            CASE WHEN base_high <> base_low THEN base_high END AS stated_max,
            bonus_share * CASE WHEN {_is_share(mapping)} THEN base_a_year ELSE 1 END AS bonus,
            equity_low * coalesce({per_year_sql("equity_unit")}, 1)
                / {mapping.equity_years!r}::DOUBLE AS equity_annual,
            total_low * coalesce({per_year_sql("total_unit")}, 1) AS tc,
            number(replace(experience_written, ',', '.')) AS years_experience,
            CASE WHEN headcount_said IS NULL THEN 1 ELSE number(headcount_said) END
                AS headcount,
            {_day(mapping)} AS observed_on,
            CASE WHEN number(sign_on_written) IS DISTINCT FROM 0
                AND sign_on_written IS NOT NULL THEN 'sign_on_left_out' ELSE '' END AS flags
        FROM a_year
    """


def _all(head: Head) -> list[str]:
    return [quoted(name) for name in column_names(head.header) if not PERSONAL.search(name)]


def _contract() -> Contract:
    from pipelines.contract import Contract, iso_currency, not_negative, ordered, positive

    return Contract(
        required=("title_raw", "currency", "base", "observed_on"),
        numbers=("base", "base_max", "bonus", "equity_annual", "tc", "headcount"),
        checks={
            "custom-base-not-positive": positive("base", "headcount"),
            "custom-low-above-high": ordered("base", "base_max"),
            "custom-total-below-base": ordered("base", "tc"),
            "custom-negative-part": not_negative("bonus", "equity_annual"),
            "custom-currency-unknown": iso_currency(),
        },
    )


def _doubts(mapping: OwnMapping) -> Iterator[Doubt]:
    """Reasons to hold a row; ``parsed.`` stands everywhere, for a sheet may name columns so too."""
    yield from _not_understood(mapping)
    named = ", ".join(f"parsed.{name}_named" for name in MONEY)
    yield Doubt(
        "custom-currency-conflict",
        f"len(list_distinct([{named}, parsed.currency_written])) > 1",
        f"concat_ws(' beside ', parsed.currency_written, {named})",
        "'one currency a row'",
    )
    yield Doubt(
        "custom-id-twice",
        "parsed.id_written IS NOT NULL AND parsed.rows_of_id > 1",
        "parsed.id_written",
        "'one id for each row'",
    )
    yield Doubt(
        "custom-date-out-of-range",
        "parsed.observed_on NOT BETWEEN DATE '1990-01-01' AND current_date + 366",
        "parsed.date_said",
    )
    yield Doubt(
        "custom-base-implausible",
        f"parsed.base_a_year > 0 AND parsed.base_a_year < {LOW_BASE}",
        "parsed.base_written || ' a ' || parsed.unit",
        "'`amounts_in: thousands` in the mapping, or the unit that base is paid for'",
    )
    yield Doubt(
        "custom-bonus-implausible",
        f"parsed.bonus > {HIGH_BONUS / 100}::DOUBLE * parsed.base_a_year "
        f"OR (parsed.bonus > 0 AND parsed.bonus < {LOW_BONUS}::DOUBLE * parsed.base_a_year)",
        "parsed.bonus_written",
        "'`bonus_is: percent` or `bonus_is: amount` in the mapping'",
    )
    yield Doubt(
        "custom-equity-implausible",
        f"parsed.equity_annual > {HIGH_EQUITY} * parsed.base_a_year",
        "parsed.equity_written",
        "'`equity_is: total` and `equity_years` in the mapping'",
    )


def _not_understood(mapping: OwnMapping) -> Iterator[Doubt]:
    """Cells that say something of which nothing came."""
    other = "comma" if mapping.choices["decimal"] == "point" else "point"
    amount = f"'one amount and nothing else in the cell; or `decimal: {other}` in the mapping'"
    day = literal(f"a day as {mapping.date_format}; or another date_format in the mapping")
    cells = [
        *((name, f"{name}_written", f"{name}_low", amount) for name in ("base", "equity", "total")),
        ("bonus", "bonus_written", "bonus_share", amount),
        ("date", "date_said", "observed_on", day),
        ("headcount", "headcount_said", "headcount", "'a number'"),
        ("years-experience", "experience_written", "years_experience", "'a number'"),
        ("unit", "unit", "unit_a_year", "'year, month, week, day or hour'"),
    ]
    for name, said, understood, suggestion in cells:
        when = f"parsed.{said} IS NOT NULL AND parsed.{understood} IS NULL"
        yield Doubt(f"custom-{name}-not-understood", when, f"parsed.{said}", suggestion)


@dataclass(frozen=True, slots=True)
class OwnSheets:
    """Sheets with a mapping beside them, one at a time."""

    name: str = "custom"
    reader: str = "custom-1"
    title: str = "A sheet of your own, with a mapping beside it"
    address: None = None
    licence: str = "your own"
    files_together: int = 1

    def recognises(self, head: Head) -> bool:
        """A table with a mapping beside it, whatever its columns are called."""
        return head.kind in ("csv", "xlsx", "json") and mapping_beside(head.path) is not None

    def take_in(self, batch: Batch, folder: Path) -> Sequence[LoadCount]:
        """See ``pipelines.sources.source.Source.take_in``.

        Raises:
            UnusableCase: As ``pipelines.sources.mapping.read_mapping``; nothing is taken in then.
        """
        (file,) = batch.files
        beside = mapping_beside(file.path)
        assert beside, "a file without a mapping is of another source"
        mapping = read_mapping(beside, head_of(file.path).header)
        return self._source(mapping).take_in(batch, folder)

    def codes_of(self, row: Mapping[str, Any]) -> list[str]:
        """What the contract says of one row of the landing table; it is the same for all sheets."""
        return self._source(SILENT).codes_of(row)

    def _source(self, mapping: OwnMapping) -> TableSource:
        select: Callable[[Head], str] = partial(_select, mapping)
        return TableSource(
            name=self.name,
            reader=self.reader,
            title=mapping.title,
            licence=self.licence,
            table="pay",
            recognise=self.recognises,
            select=select,
            contract=_contract,
            doubts=tuple(_doubts(mapping)),
            load=partial(_load, mapping),
        )
