"""Money of other parties in the currency of each offer, as ``rules.conversion`` turns it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache, reduce
from operator import or_
from typing import Any

import orjson
import polars as pl

from pipelines.scoring.cells import as_plain, nested_value, put
from pipelines.scoring.market import CELL, OBJECT
from rules.book import Book
from rules.exchange import Rates, read_rates, usual_rates
from rules.frame_joins import beside, of_their_offers, places
from rules.source import PathInDocument
from rules.sql_lists import OFFER

MOST_TABLES = 100_000  # remembered
SOURCE = "source of rates"
CODE, HOME, RATE, IS_FOREIGN = "code", "home", "rate", "is foreign"
CODED, STATED = "rates as they stand there", "rates as stated"
USED, WITHOUT = "rate_was_used", "party_without_rate"


class Tables:
    """Tables of rates, read once for all the parts of a sheet.

    Args:
        book: About what a dollar buys, to tell a rate from its inverse.
        cells: The cells of the market, with their objects.
    """

    def __init__(self, book: Book, cells: pl.DataFrame) -> None:
        self._book = book
        self._objects = dict(cells.select(CELL, OBJECT).iter_rows())
        self.read = lru_cache(maxsize=MOST_TABLES)(self._read)

    def _read(self, own: str | None, cell: int | None, day: date, home: str | None) -> Rates:
        """The rates that an offer states, or those of its cell."""
        usual = usual_rates(self._book, day)
        if own is not None:
            return read_rates(json.loads(own), home, usual)
        found = self._objects.get(cell)
        return read_rates(orjson.loads(found).get("fx") if found else None, home, usual)


class Exchange:
    """The rates of every offer of a part.

    Args:
        tables: Of the sheet.
        offers: With currency, day and the number of the cell, for those that were looked up.
        own: What an offer states of rates itself, as JSON; NULL where it looks them up.
    """

    def __init__(self, tables: Tables, offers: pl.DataFrame, own: pl.Series) -> None:
        asked = offers.select(OFFER, CELL, day="evaluation_date", home="currency")
        asked = asked.with_columns(own.alias("own"))
        asked = asked.with_columns(pl.when(pl.col("own").is_null()).then(CELL).alias(CELL))
        keys = ["own", CELL, "day", HOME]
        different = asked.select(keys).unique().with_row_index(SOURCE)
        self.sources = beside(asked, different, keys).select(OFFER, SOURCE, HOME)
        self._rates = [tables.read(*row) for row in different.select(keys).iter_rows()]

    def days(self) -> pl.Series:
        """The date of the rates of each offer; NULL where nobody says."""
        days = [rates.day for rates in self._rates]
        return pl.Series("rate_date", days, pl.Date).gather(self.sources[SOURCE])

    def rated(self, parties: pl.DataFrame, code: str) -> pl.DataFrame:
        """For each party its rate into the currency of its offer.

        Grain: one row for each row of ``parties``, in its order: ``rate`` (NULL where none is
        known) and ``is foreign``.

        Args:
            parties: With the number of their offer, which is one of the part, and their currency.
            code: The column of the currency.
        """
        asked = of_their_offers(parties.select(OFFER, pl.col(code).alias(CODE)), self.sources)
        is_foreign = (pl.col(CODE) != pl.col(HOME)).fill_null(value=False).alias(IS_FOREIGN)
        asked = asked.with_columns(is_foreign)
        pairs = asked.filter(IS_FOREIGN).select(SOURCE, CODE, HOME).unique()
        rates = [self._rates[source].between(a, b) for source, a, b in pairs.rows()]
        table = pairs.with_columns(pl.Series(RATE, rates, pl.Float64))
        return beside(asked, table, [SOURCE, CODE, HOME]).select(RATE, IS_FOREIGN)


def uses(rated: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Whether the rate of each party was used, and whether it was wanted and is not known."""
    is_foreign, is_known = rated[IS_FOREIGN], rated[RATE].is_not_null()
    return (is_foreign & is_known).alias(USED), (is_foreign & ~is_known).alias(WITHOUT)


def converted(parties: pl.DataFrame, rated: pl.DataFrame, money: Sequence[str]) -> pl.DataFrame:
    """Parties with their amounts in the currency of their offers."""
    if not rated[IS_FOREIGN].any():
        return parties
    return parties.with_columns(
        pl.when(rated[IS_FOREIGN])
        .then(pl.col(name) * rated[RATE])
        .otherwise(pl.col(name))
        .alias(name)
        for name in money
    )


def stated_rates(raw: pl.DataFrame, paths: Mapping[str, PathInDocument]) -> pl.Series:
    """What each row states of exchange rates, as JSON; NULL where it states none.

    Args:
        raw: The columns of the sheet.
        paths: The columns of exchange rates, and the path of each below ``market.fx``.
    """
    columns = list(paths)
    if not columns:
        return pl.repeat(None, raw.height, dtype=pl.String, eager=True)
    is_stated = reduce(or_, (raw[name].is_not_null() for name in columns))
    cells = raw.select(columns).filter(is_stated)
    coded = pl.struct(columns).struct.json_encode().alias(CODED)
    if any(cells[name].dtype.is_nested() for name in columns):
        cells = cells.select(coded)  # what is nested is compared as text
    table = cells.unique()
    fx = table if table.columns == [CODED] else table.select(coded)
    texts = [_as_document(json.loads(text), paths) for text in fx[CODED]]
    stated = table.with_columns(pl.Series(STATED, texts, pl.String))
    return beside(cells, stated, cells.columns)[STATED].gather(places(is_stated))


def _as_document(cells: Mapping[str, Any], columns: Mapping[str, PathInDocument]) -> str | None:
    whole: Any = {}
    for column, path in columns.items():
        value = nested_value(as_plain(cells[column]), is_list=False)
        if value is None:
            continue
        if path:
            put(whole, path, value)
        else:
            whole = value
    return json.dumps(whole) if whole else None
