"""A book made ready for frames of offers that state the same facts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from rules.expression import Expression, Literal, Name, names
from rules.frame_columns import OF_KIND, Polars, Rungs, climbed
from rules.frame_joins import beside
from rules.frame_lists import EntryPlan, Listed
from rules.frame_parts import ONE, Parts
from rules.frame_stated import Stated
from rules.known import TRUE, Known
from rules.sql_book import OFFERS, Compiled
from rules.sql_lists import OFFER
from rules.sql_numbers import SINCE
from rules.sql_steps import needed, read_below
from rules.sql_terms import Term
from rules.sql_worlds import CERTAIN

Tables = Mapping[str, pl.DataFrame]
CURRENCY, DAY = "currency", "evaluation_date"


@dataclass(frozen=True, slots=True)
class Plan:
    """A book over tables that have some things in common.

    Attributes:
        reads: The columns of the offers that are read.
        money: The money of the book by currency and day; without columns of money if none is read.
        lists: Those of which something is drawn.
        rungs: What is worked out for an offer.
        answer: The columns of the answer.
    """

    reads: Sequence[str]
    money: pl.DataFrame
    lists: Sequence[EntryPlan]
    rungs: Rungs
    answer: Sequence[pl.Expr]

    def judge(self, tables: Tables) -> pl.DataFrame:
        """What is concluded about each offer; as ``Frame.judge``."""
        offers = tables[OFFERS].select(self.reads)
        if self.money.width > len(SINCE):
            offers = self._with_money(offers)
        for one in self.lists:
            offers = one.drawn(tables[one.name], offers)
        return climbed(offers, self.rungs).select(self.answer)

    def _with_money(self, offers: pl.DataFrame) -> pl.DataFrame:
        """The offers with the money of the book in their currency on their day."""
        days = offers.select(CURRENCY, DAY).unique()
        is_meant = pl.col(DAY).is_between("since", "until", closed="left")
        money = days.join(self.money, on=CURRENCY).filter(is_meant).drop(SINCE[1:])
        return beside(offers, money, (CURRENCY, DAY))


class Planner:
    """Makes plans of a book.

    Args:
        compiled: The book.
        terms: Its terms, and others over them.
        wanted: The columns of the answer.
    """

    def __init__(self, compiled: Compiled, terms: Sequence[Term], wanted: Sequence[str]) -> None:
        self._compiled, self._terms, self._wanted = compiled, terms, wanted
        self._money = _money(compiled)
        self._dtypes = {name: OF_KIND[kind.kind] for name, kind in compiled.types.items()}
        self._dtypes |= {term.name: OF_KIND[term.kind] for term in terms}

    def plan(self, stated: Mapping[str, Stated]) -> Plan:
        """A plan for tables with these things in common."""
        compiled, offers = self._compiled, stated[OFFERS]
        values = dict(offers.values)
        values |= self._same_money(values)
        lists = [
            Listed(one, compiled, stated[one.name], values, offers.present)
            for one in compiled.lists
        ]
        tables, dated = compiled.numbers.tables, compiled.numbers.dated
        present = offers.present.union(*(one.flags for one in lists))
        values |= {name: value for one in lists for name, value in one.constants.items()}
        known, shortened = self._shortened(values, present)
        given = {name: known.short(Name(name)) for name in self._wanted}
        read = frozenset({OFFER}).union(*map(names, given.values()))
        polars = Polars(tables, dated, compiled.types, known.is_present)
        left = Parts(polars.kind).cut(needed(shortened, read))
        below = read_below(left, read) - {ONE}
        plans = [plan for one in lists if (plan := one.plan(below)).picks]
        below = below.union(*(plan.from_offer for plan in plans)) - compiled.drawn.keys()
        money = below.intersection(compiled.numbers.money_columns)
        own = (below - money) | ({CURRENCY, DAY} if money else set())
        return Plan(
            sorted(own),
            self._money.select(*SINCE, *sorted(money)),
            plans,
            polars.rungs(left, read),
            [self._answer(name, one) for name, one in given.items()],
        )

    def _shortened(
        self, values: Mapping[str, Literal | Name], present: Collection[str]
    ) -> tuple[Known, list[Term]]:
        """What is left of the terms; less of them where it is known that all is certain."""
        known = Known(values, present, self._compiled.numbers.tables)
        left = list(known.shortened(self._terms))
        if known.values.get(CERTAIN) != TRUE:
            return known, left
        at_point = self._compiled.at_point
        known = Known(values, present, self._compiled.numbers.tables)
        certain = [
            replace(term, expression=Name(at_point[term.name])) if term.name in at_point else term
            for term in self._terms
        ]
        return known, list(known.shortened(certain))

    def _same_money(self, values: Mapping[str, Expression]) -> dict[str, Literal]:
        """The money of the book where all offers are of one day and currency."""
        day, currency = values.get(DAY), values.get(CURRENCY)
        if not (isinstance(day, Literal) and isinstance(currency, Literal)):
            return {}
        is_meant = pl.lit(day.value).is_between("since", "until", closed="left")
        found = self._money.filter(is_meant & (pl.col(CURRENCY) == pl.lit(currency.value)))
        money = found.drop(SINCE).to_dicts() or [dict.fromkeys(self._money.columns[len(SINCE) :])]
        return {name: Literal(value) for name, value in money[0].items()}

    def _answer(self, name: str, given: Expression) -> pl.Expr:
        if isinstance(given, Literal):
            return pl.lit(given.value, self._dtypes[name]).alias(name)
        assert isinstance(given, Name)
        return pl.col(given.name).alias(name)


def _money(compiled: Compiled) -> pl.DataFrame:
    """The money of the book by currency and day."""
    columns = compiled.numbers.money_columns
    schema = {CURRENCY: pl.String, "since": pl.Date, "until": pl.Date}
    schema |= dict.fromkeys(columns, pl.Float64)
    return pl.DataFrame(list(compiled.numbers.money_rows()), schema, orient="row")
