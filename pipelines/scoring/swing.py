"""Offers whose verdict would be another at another exchange rate, as ``rules.rates`` tries it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from rules.book import Book
from rules.conversion import is_money
from rules.frame import Frame
from rules.frame_joins import of_offers, of_their_offers
from rules.rates import SWING
from rules.sql_lists import OFFER

OUTCOME = ("verdict", "status")
USED, DAY, HOME = "rate_was_used", "evaluation_date", "currency"
OF_MARKET, OF_ENTRY = "guide_currency", "currency"
FACTOR = "factor"

Tables = Mapping[str, pl.DataFrame]


class Swing:
    """Judges offers that used a rate at higher and lower ones.

    Args:
        book: The book.

    Attributes:
        trial: The book up to the outcome.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self.trial = Frame(book, OUTCOME)
        self._money = {fact.name for fact in book.facts.values() if is_money(fact)}
        self._money |= {
            fact.name for one in book.lists.values() for fact in one.facts if is_money(fact)
        }
        market = {fact.name for fact in book.facts.values() if fact.group == "market"}
        self._market = [name for name in self.trial.reads["offers"] if name in market & self._money]

    def hanging(self, tables: Tables, judged: pl.DataFrame) -> pl.Series:
        """The numbers of the offers with another verdict or status at another rate.

        Args:
            tables: Offers and lists as facts.
            judged: What is concluded about them at the rates as they are.
        """
        used = tables["offers"].select(OFFER, USED).filter(USED)[OFFER]
        if used.is_empty():
            return used
        some = {name: of_offers(frame, used) for name, frame in self._read(tables)}
        higher, lower = (self._at_another_rate(some, swing) for swing in (1, -1))
        # Both at once: those of the lower rate are numbered below zero.
        both = {name: pl.concat([higher[name], _negative(lower[name])]) for name in some}
        then = self.trial.judge(both).with_columns(pl.col(OFFER).abs())
        found = of_their_offers(then, judged.select(OFFER, *OUTCOME).rename(_now))
        moved = (pl.col(name) != pl.col(_now(name)) for name in OUTCOME)
        return found.filter(pl.any_horizontal(moved))[OFFER].unique()

    def _read(self, tables: Tables) -> Iterator[tuple[str, pl.DataFrame]]:
        """What is read of tables, here and by the trial."""
        for name, columns in self.trial.reads.items():
            own = (DAY, HOME, OF_MARKET) if name == "offers" else (OF_ENTRY,)
            there = [one for one in own if one in tables[name].columns]
            yield name, tables[name].select([*dict.fromkeys((*columns, *there))])

    def _at_another_rate(self, tables: Tables, swing: int) -> dict[str, pl.DataFrame]:
        """Every converted amount a little higher, or a little lower."""
        offers = self._with_factor(tables["offers"], swing)
        homes = offers.select(OFFER, FACTOR, home=HOME)
        return {
            name: _times(offers, self._market, OF_MARKET, HOME).drop(FACTOR)
            if name == "offers"
            else self._entries(frame, homes)
            for name, frame in tables.items()
        }

    def _entries(self, entries: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
        if OF_ENTRY not in entries.columns:
            return entries
        names = [name for name in entries.columns if name in self._money]
        moved = _times(of_their_offers(entries, homes), names, OF_ENTRY, "home")
        return moved.select(entries.columns)

    def _with_factor(self, offers: pl.DataFrame, swing: int) -> pl.DataFrame:
        days = offers[DAY].unique().to_list()
        factors = [1 + swing * self._swing_on(day) for day in days]
        factor = pl.col(DAY).replace_strict(days, factors, return_dtype=pl.Float64)
        return offers.with_columns(factor.alias(FACTOR))

    def _swing_on(self, day: date) -> float:
        number = self._book.parameters.get(SWING)
        period = number.on(day) if number else None
        return getattr(period.value, "point", 0.0) if period else 0.0


def _now(name: str) -> str:
    return name if name == OFFER else f"{name} now"


def _negative(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(-pl.col(OFFER))


def _times(frame: pl.DataFrame, names: Sequence[str], code: str, home: str) -> pl.DataFrame:
    """Amounts of a foreign party times a factor."""
    is_foreign = (pl.col(code) != pl.col(home).fill_null("")).fill_null(value=False)
    return frame.with_columns(
        pl.when(is_foreign).then(pl.col(name) * pl.col(FACTOR)).otherwise(pl.col(name)).alias(name)
        for name in names
    )
