"""The batch query worked out on frames: the same columns, each as an expression of polars.

Nothing is defined here a second time: the texts are those of the SQL query, and polars reads them.
What it reads otherwise than SQL means it is written for it, or is worked out aside, in a column of
its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

import polars as pl

from rules.book import Book
from rules.expression import Expression
from rules.frame_columns import OF_KIND, Asides, climbed
from rules.sql import KINDS
from rules.sql_book import OFFERS, Compiled
from rules.sql_lists import OFFER, POSITION, Draw, SqlList
from rules.sql_numbers import SINCE
from rules.sql_steps import read_below

TYPES: Mapping[str, type[pl.DataType]] = {
    "BIGINT": pl.Int64,
    "INTEGER": pl.Int32,
    **{KINDS[kind]: dtype for kind, dtype in OF_KIND.items()},
}
_IS_FIRST = pl.col(OFFER).ne_missing(pl.col(OFFER).shift())  # of its offer, where they are sorted

HANGS = "verdict_hangs_on_rate"  # what offers bring where a condition asks for it

Tables = Mapping[str, pl.DataFrame]


class Frame:
    """A book made ready to judge frames of offers; made once, used for many.

    Args:
        book: The book.
        wanted: The columns of the answer beside ``offer_id``; all of them when none is named.
        also: Further columns of the answer: conditions over everything that is concluded.  They
            may read ``verdict_hangs_on_rate``, which has then to be a column of the offers.

    Attributes:
        names: Kind of conclusion -> its name in the book -> the column that holds it.
        first_day: As for a query of ``rules.sql_book``.
        reads: Table -> column -> its SQL type: what is read of each table that is handed in.
    """

    def __init__(
        self,
        book: Book,
        wanted: Collection[str] = (),
        also: Mapping[str, Expression] = MappingProxyType({}),
    ) -> None:
        asides = Asides()
        compiled = Compiled(book, asides)
        self.names = compiled.names()
        self.first_day = str(compiled.numbers.first_day)
        wanted = wanted or [column for named in self.names.values() for column in named.values()]
        columns = [*compiled.columns, *(compiled.flag(*one) for one in also.items())]
        self._wanted = (OFFER, *dict.fromkeys((*wanted, *also)))
        reads = read_below(columns, self._wanted)
        self._money = _money(compiled)
        self._has_money = not reads.isdisjoint(compiled.numbers.money_columns)
        places = {column.name: place for place, column in compiled.drawn.items()}
        drawn = {compiled.drawn[name].name for name in reads if name in compiled.drawn}
        self._lists = [
            _List(one, asides, drawn, places, compiled.numbers.money_columns)
            for one in compiled.lists
        ]
        self._rungs = asides.rungs(columns, self._wanted)
        tables = compiled.tables()
        own = {name for one in self._lists for name in one.outside} | reads | {OFFER}
        own |= {"currency", "evaluation_date"}
        self.reads = {
            OFFERS: {name: kind for name, kind in tables[OFFERS].items() if name in own}
            | dict.fromkeys(own & {HANGS}, "BOOLEAN"),
            **{one.name: {n: tables[one.name][n] for n in one.reads} for one in self._lists},
        }

    def of(self, tables: Tables) -> Tables:
        """What is read of some tables that hold more."""
        return {name: tables[name].select(*columns) for name, columns in self.reads.items()}

    def judge(self, tables: Tables) -> pl.DataFrame:
        """What is concluded about each offer.

        Grain: one row for each row of ``offers``, in any order.

        Args:
            tables: The frames that ``reads`` names, with these columns and types.
        """
        offers = tables[OFFERS]
        if self._has_money:
            offers = self._with_money(offers)
        for one in self._lists:
            if one.draws:
                offers = beside(offers, one.picked(tables[one.name], offers), (OFFER,))
                offers = offers.with_columns(one.flags())
        return climbed(offers, self._rungs).select(self._wanted)

    def _with_money(self, offers: pl.DataFrame) -> pl.DataFrame:
        """The offers with the money of the book in their currency on their day."""
        days = offers.select("currency", "evaluation_date").unique()
        is_meant = pl.col("evaluation_date").is_between("since", "until", closed="left")
        money = days.join(self._money, on="currency").filter(is_meant).drop(SINCE[1:])
        return beside(offers, money, ("currency", "evaluation_date"))


def beside(frame: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """A frame with the columns of another one, which has at most one row for a key.

    Only the keys are joined: a frame of offers is wide, and a join would copy all of it.  A key
    that is NULL on both sides is the same.
    """
    found = frame.select(keys).join(
        other, on=list(keys), how="left", nulls_equal=True, maintain_order="left"
    )
    return frame.hstack(found.drop(keys))


def of_offers(frame: pl.DataFrame, offers: pl.Series) -> pl.DataFrame:
    """The rows of a frame that belong to some offers."""
    return frame.filter(pl.col(OFFER).is_in(offers.implode()))


class _List:
    """One list of the cases: its entries valued, and what is drawn out of them for each offer."""

    def __init__(
        self,
        one: SqlList,
        asides: Asides,
        drawn: Collection[str],
        places: Mapping[str, str],
        money: Collection[str],
    ) -> None:
        self.name = one.name
        self.draws = [draw for draw in one.draws if not draw.gives.keys().isdisjoint(drawn)]
        read = frozenset({OFFER, POSITION}).union(*(draw.reads for draw in self.draws))
        below = read_below(one.columns, read)
        self.outside = [name for name in one.outside if name in below]
        self._from_offer = [OFFER, *self.outside, *(name for name in money if name in below)]
        self.reads = sorted(below.difference(self._from_offer[1:]) | {OFFER, POSITION})
        self._rungs = asides.rungs(one.columns, read)
        self._drawn, self._places = drawn, places

    def picked(self, entries: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
        """One row for each offer with an entry: what the picks give."""
        if len(self._from_offer) > 1:
            entries = entries.join(offers.select(self._from_offer), on=OFFER)
        entries = climbed(entries.sort(OFFER, POSITION), self._rungs)
        found = entries.filter(_IS_FIRST).select(OFFER)
        for draw in self.draws:
            found = beside(found, self._winners(draw, entries), (OFFER,))
        return found

    def _winners(self, draw: Draw, entries: pl.DataFrame) -> pl.DataFrame:
        """For each offer the entry that a pick draws, with the columns that it gives."""
        given = list(self._given(draw))
        holding = entries.lazy().filter(pl.sql_expr(draw.where))
        if draw.key is not None:
            best = draw.pick.order == "highest"
            holding = holding.select(OFFER, pl.sql_expr(draw.key).alias("key"), *given).sort(
                OFFER, "key", descending=[False, best], nulls_last=True, maintain_order=True
            )
        else:
            holding = holding.select(OFFER, *given)
        return holding.filter(_IS_FIRST).drop("key", strict=False).collect()

    def _given(self, draw: Draw) -> Iterator[pl.Expr]:
        for name, text in draw.gives.items():
            if name in self._drawn:
                is_flag = draw.pick.order == "any"
                value = pl.lit(True) if is_flag else pl.sql_expr(text)
                yield value.alias(self._places[name])

    def flags(self) -> list[pl.Expr]:
        """For an offer of which no entry is drawn, it is FALSE that there is one."""
        return [
            pl.col(self._places[name]).fill_null(value=False)
            for draw in self.draws
            if draw.pick.order == "any"
            for name in draw.gives
            if name in self._drawn
        ]


def _money(compiled: Compiled) -> pl.DataFrame:
    """The money of the book by currency and day."""
    columns = compiled.numbers.money_columns
    schema = {"currency": pl.String, "since": pl.Date, "until": pl.Date}
    schema |= dict.fromkeys(columns, pl.Float64)
    return pl.DataFrame(list(compiled.numbers.money_rows()), schema, orient="row")
