"""Amounts of other parties in the currency of the offer: the market's, and those of entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.book import Book, Fact
from rules.exchange import Rates
from rules.expression import Value

Facts = Mapping[str, Value]
Lists = dict[str, list[dict[str, Value]]]


@dataclass
class Converter:
    """Turns money of other parties into the offer's currency; without a rate it is unknown."""

    home: Value
    rates: Rates

    def __post_init__(self) -> None:
        self.used: set[str] = set()
        self.without_rate: set[str] = set()

    def is_foreign(self, currency: Value) -> bool:
        """Whether amounts in a currency are not yet in the offer's."""
        return None not in (currency, self.home) and currency != self.home

    def converted(
        self, values: Facts, facts: Mapping[str, Fact], currency: Value
    ) -> dict[str, Value]:
        """Values of a party whose currency is foreign."""
        code, home = str(currency), str(self.home)
        rate = self.rates.between(code, home)
        (self.without_rate if rate is None else self.used).add(code)
        return {
            name: _times(value, rate) if is_money(facts[name]) else value
            for name, value in values.items()
        }

    def market(self, facts: Facts, book: Book) -> Facts:
        """The facts of a market in the currency of the offer.

        Args:
            facts: Those of the market, perhaps among others; as they are where it is not foreign.
            book: Whose facts they are.
        """
        code = facts["guide_currency"]
        if not self.is_foreign(code):
            return facts
        known = {name: fact for name, fact in book.facts.items() if fact.group == "market"}
        return self.converted({name: facts[name] for name in known}, known, code)

    def lists(self, lists: Lists, book: Book) -> Lists:
        """The entries of lists, the foreign ones converted."""
        return {
            name: [
                self.converted(item, book.facts_of(book.lists[name]), item.get("currency"))
                if self.is_foreign(item.get("currency"))
                else item
                for item in items
            ]
            for name, items in lists.items()
        }

    def met(self) -> dict[str, Value]:
        """The facts about what was converted."""
        return {
            "party_without_rate": bool(self.without_rate),
            "rate_was_used": bool(self.used),
            "rate_date": self.rates.day,
        }


def is_money(fact: Fact) -> bool:
    """Whether a fact is an amount, or a price, in some currency."""
    return fact.type.unit is not None and ("currency", 1) in fact.type.unit.powers


def _times(value: Value, rate: float | None) -> Value:
    return value * rate if isinstance(value, float) and rate is not None else None
