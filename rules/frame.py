"""The batch query worked out on frames: the same columns, each as an expression of polars.

Nothing is defined here a second time: the terms are those of the SQL query.  Frames of offers that
state the same facts are judged by one plan, in which every term over a fact that nobody states, or
that is the same for everybody, is worked out beforehand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

import polars as pl

from rules.book import Book
from rules.expression import Expression
from rules.frame_columns import OF_KIND
from rules.frame_plan import Plan, Planner
from rules.frame_stated import NOTHING, Stated
from rules.sql import KINDS
from rules.sql_book import OFFERS, Compiled
from rules.sql_lists import OFFER, POSITION
from rules.sql_steps import read_below

TYPES: Mapping[str, type[pl.DataType]] = {
    "BIGINT": pl.Int64,
    "INTEGER": pl.Int32,
    **{name: OF_KIND[kind] for kind, name in KINDS.items()},
}
MOST_PLANS = 32
FEW = 5_000  # offers for which no plan of their own is made if another one will do

HANGS = "verdict_hangs_on_rate"  # what offers bring where a condition asks for it

Tables = Mapping[str, pl.DataFrame]
Common = tuple[Stated, ...]  # of each table that is read


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
        columns: Those of the answer.
        reads: Table -> column -> its SQL type: what is read of each table that is handed in.
    """

    def __init__(
        self,
        book: Book,
        wanted: Collection[str] = (),
        also: Mapping[str, Expression] = MappingProxyType({}),
    ) -> None:
        self._compiled = Compiled(book)
        self.names = self._compiled.names()
        self.first_day = str(self._compiled.numbers.first_day)
        wanted = wanted or [column for named in self.names.values() for column in named.values()]
        self.columns = (OFFER, *dict.fromkeys((*wanted, *also)))
        self._terms = [*self._compiled.terms, *(self._compiled.flag(*one) for one in also.items())]
        self.reads = dict(self._reads())
        self._planner = Planner(self._compiled, self._terms, self.columns)
        self._plans: dict[Common, Plan] = {}

    def _reads(self) -> Iterator[tuple[str, dict[str, str]]]:
        compiled, tables = self._compiled, self._compiled.tables()
        drawn = compiled.drawn
        reads = read_below(self._terms, self.columns)
        outside: set[str] = set()
        for one in compiled.lists:
            below = one.read_for({drawn[name].name for name in reads if name in drawn})
            outside |= below & set(one.outside)
            entry = sorted((below & one.facts.keys()) | {OFFER, POSITION})
            yield one.name, {name: tables[one.name][name] for name in entry}
        own = reads | outside | {OFFER, "currency", "evaluation_date"}
        offers = {name: kind for name, kind in tables[OFFERS].items() if name in own}
        yield OFFERS, offers | dict.fromkeys(own & {HANGS}, "BOOLEAN")

    def of(self, tables: Tables) -> Tables:
        """What is read of some tables that hold more."""
        return {name: tables[name].select(*columns) for name, columns in self.reads.items()}

    def judge(self, tables: Tables) -> pl.DataFrame:
        """What is concluded about each offer.

        Grain: one row for each row of ``offers``, in their order.

        Args:
            tables: The frames that ``reads`` names, with these columns and types.
        """
        return self._plan(tables).judge(tables)

    def _plan(self, tables: Tables) -> Plan:
        """The plan for what some tables have in common; few offers make none of their own twice."""
        stated = {
            name: Stated.by(tables[name].select(*reads).drop(HANGS, strict=False))
            for name, reads in self.reads.items()
        }
        if tables[OFFERS].height < FEW and self._plans:
            key = tuple(stated.values())
            for other, plan in self._plans.items():
                if all(map(Stated.holds_for, other, key)):
                    return plan
            stated = dict.fromkeys(stated, NOTHING)
        key = tuple(stated.values())
        if key not in self._plans:
            if len(self._plans) == MOST_PLANS:
                del self._plans[next(iter(self._plans))]
            self._plans[key] = self._planner.plan(stated)
        return self._plans[key]
