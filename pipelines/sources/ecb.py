"""Euro foreign exchange reference rates of the European Central Bank, in each form it offers.

The bank fixes the rates on each working day, at 14:15 CET, and publishes them as one sheet with a
column for each currency: the whole history, the last ninety days (the same as XML) and the last
day, whose date is spelt ``30 October 2026``.  A row here is one rate: a day and a currency.

Known trouble: every line ends in a comma; ``N/A`` where a currency has no rate; no weekends; a
spreadsheet that saves the file turns the dates into ``3/6/2024``.

Source: https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip, looked at 2026-11-27.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from duckdb import DuckDBPyConnection

from pipelines.sources.head import Head
from pipelines.sources.table_source import Doubt, TableSource
from pipelines.sources.text_rows import MALFORMED, ROWS, load_text_rows, quoted

if TYPE_CHECKING:
    from pipelines.contract import Contract

BASKET = ("USD", "JPY", "GBP")  # quoted on every day since the first
XML_START = 4096
JUMP = 0.2  # [log ratio] to the median of ten days; the whole history stays below but for these
# Currency, first and last day, and what happened: measured on the history to 2026-10-30.
TURMOIL = (
    ("TRL", "2001-02-22", "2001-04-05", "the lira is let float"),
    ("ISK", "2008-10-01", "2008-11-30", "Iceland's banks fail"),
    ("RUB", "2014-12-15", "2014-12-31", "the rouble's crisis"),
    ("TRY", "2018-08-10", "2018-08-14", "the lira's crisis"),
    ("TRY", "2021-12-17", "2021-12-24", "Turkey protects deposits"),
    ("RUB", "2022-02-25", "2022-03-01", "war on Ukraine; suspended after"),
)


def _is_xml(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(XML_START)
    return start.lstrip()[:1] == b"<" and b"eurofxref" in start and b"gesmes" in start


def _recognise(head: Head) -> bool:
    if head.kind in ("csv", "xlsx"):
        return head.header[0].strip().casefold() == "date" and head.has(*BASKET)
    return head.kind == "markup" and _is_xml(head.path)


def _load(connection: DuckDBPyConnection, head: Head, aside: Path) -> None:
    if head.kind == "markup":
        _load_xml(connection, head.path)
        return
    load_text_rows(connection, head, aside)
    first = quoted(head.header[0].strip())
    connection.execute(f"ALTER TABLE {ROWS} RENAME TO sheet")
    connection.execute(
        f"""
        CREATE TABLE {ROWS} AS
        WITH cell AS (
            SELECT row_no AS line, trim({first}) AS written, currency,
                nullif(trim(rate), '') AS rate
            FROM (UNPIVOT sheet ON COLUMNS(* EXCLUDE (row_no, {first}))
                INTO NAME currency VALUE rate)
        ),
        stated AS (FROM cell WHERE rate <> 'N/A')
        SELECT row_number() OVER (ORDER BY line, currency) AS row_no, * FROM (
            FROM stated UNION ALL
            SELECT row_no, trim({first}), NULL, NULL FROM sheet
            WHERE row_no NOT IN (SELECT line FROM stated)
        )
        """
    )


def _load_xml(connection: DuckDBPyConnection, path: Path) -> None:
    """One row for each ``Cube`` with a currency, under the ``Cube`` with its day."""
    cells: list[tuple[int, str | None, str | None, str | None]] = []
    for line, day in enumerate(ElementTree.parse(path).iterfind(".//{*}Cube[@time]"), 1):
        for cell in day.iterfind("{*}Cube"):
            cells.append((line, day.get("time"), cell.get("currency"), cell.get("rate")))
    connection.execute(
        f"CREATE TABLE {ROWS} AS SELECT row_number() OVER () AS row_no, * FROM (SELECT "
        "unnest(?::BIGINT[]) AS line, unnest(?::VARCHAR[]) AS written, "
        "unnest(?::VARCHAR[]) AS currency, unnest(?::VARCHAR[]) AS rate)",
        [list(column) for column in zip(*cells, strict=True)] or [[], [], [], []],
    )
    connection.execute(f"CREATE TABLE {MALFORMED} (line BIGINT, found VARCHAR, error VARCHAR)")


def _between(day: str) -> str:
    low, high = "least(earlier_line, later_line)", "greatest(earlier_line, later_line)"
    both = "earlier_line IS NOT NULL AND later_line IS NOT NULL"
    return f"coalesce({both} AND {day} > {low} AND {day} < {high}, false)"


ISO = "'[0-9]{4}-[0-9]{2}-[0-9]{2}'"
# A date with strokes is a day when only one reading of it is a working day, or when one reading
# holds for the whole file, or when only one lies between the days of the lines around.
DAYS = f"""
    line_day AS (
        SELECT line, any_value(written) AS written,
            CASE WHEN regexp_full_match(any_value(written), {ISO})
                THEN TRY_CAST(any_value(written) AS DATE)
                ELSE try_strptime(any_value(written), '%d %B %Y')::DATE END AS stated,
            try_strptime(any_value(written), '%m/%d/%Y')::DATE AS month_first,
            try_strptime(any_value(written), '%d/%m/%Y')::DATE AS day_first
        FROM {ROWS} GROUP BY line
    ),
    reading AS (
        SELECT line, written, stated,
            CASE WHEN isodow(month_first) < 6 THEN month_first END AS month_first,
            CASE WHEN isodow(day_first) < 6 THEN day_first END AS day_first
        FROM line_day
    ),
    certain AS (
        SELECT *,
            CASE WHEN month_first IS NULL OR day_first IS NULL OR month_first = day_first
                THEN coalesce(month_first, day_first) END AS only_one
        FROM reading
    ),
    placed AS (
        SELECT *,
            last_value(only_one IGNORE NULLS) OVER before AS earlier_line,
            first_value(only_one IGNORE NULLS) OVER after AS later_line,
            bool_or(day_first IS NULL AND month_first IS NOT NULL) OVER () AS some_month_first,
            bool_or(month_first IS NULL AND day_first IS NOT NULL) OVER () AS some_day_first
        FROM certain
        WINDOW before AS (ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            after AS (ORDER BY line ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ),
    meant AS (
        SELECT line, written, stated,
            CASE
                WHEN only_one IS NOT NULL THEN only_one
                WHEN some_month_first AND NOT some_day_first THEN month_first
                WHEN some_day_first AND NOT some_month_first THEN day_first
                WHEN {_between("month_first")} AND NOT {_between("day_first")} THEN month_first
                WHEN {_between("day_first")} AND NOT {_between("month_first")} THEN day_first
            END AS suggested
        FROM placed
    )
"""


def _select(_: Head) -> str:
    return f"""
        WITH {DAYS},
        rate AS (
            SELECT row_no, meant.written, coalesce(stated, suggested) AS day,
                upper(currency) AS currency,
                number(rate) AS per_eur, stated IS NOT NULL AS is_dated
            FROM {ROWS} JOIN meant USING (line) WHERE currency IS NOT NULL
        )
        SELECT row_no, coalesce(day::VARCHAR, written) || ' ' || currency AS record_key,
            day, currency, per_eur, is_dated,
            count(DISTINCT per_eur) OVER (PARTITION BY day, currency) > 1 AS is_disputed,
            median(per_eur) OVER (
                PARTITION BY currency, is_dated ORDER BY day
                RANGE BETWEEN INTERVAL 10 DAY PRECEDING AND INTERVAL 1 DAY PRECEDING
            ) AS usual
        FROM rate
    """


def _in_turmoil() -> str:
    cases = " OR ".join(
        f"(parsed.currency = '{currency}' AND day BETWEEN DATE '{first}' AND DATE '{last}')"
        for currency, first, last, _ in TURMOIL
    )
    return f"({cases})"


def _contract() -> Contract:
    from pipelines.contract import Contract, known_currency, positive, stated

    return Contract(
        required=("currency",),
        numbers=("per_eur",),
        also=("day",),
        checks={
            "ecb-date-not-iso": stated("day"),
            "ecb-rate-not-a-number": stated("per_eur"),
            "ecb-currency-unknown": known_currency(),
            "ecb-rate-not-positive": positive("per_eur"),
        },
    )


DOUBTS = (
    Doubt("ecb-date-not-iso", "NOT is_dated", "source_row.written", "'day=' || day"),
    Doubt("ecb-day-not-a-working-day", "is_dated AND isodow(day) > 5", "source_row.written"),
    Doubt("ecb-rate-not-a-number", "per_eur IS NULL", "rate"),
    Doubt("ecb-rates-differ", "is_disputed", "source_row.written || ' ' || rate"),
    Doubt(
        "ecb-rate-jump",
        f"is_dated AND per_eur > 0 AND usual > 0 AND abs(ln(per_eur / usual)) > {JUMP}::DOUBLE "
        f"AND NOT {_in_turmoil()}",
        "source_row.written || ': ' || rate || ' after ' || usual",
        "'compare with another file: two columns may have been swapped'",
    ),
)

ECB = TableSource(
    name="ecb",
    reader="ecb-1",
    title="Euro foreign exchange reference rates (European Central Bank)",
    address="https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip",
    licence="free reuse with the source named",
    table="fx_rate",
    recognise=_recognise,
    select=_select,
    contract=_contract,
    doubts=DOUBTS,
    load=_load,
)
