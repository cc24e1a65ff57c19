"""The whole book as one query: offers in, and every conclusion about each of them out.

The query reads a table ``offers``, one row for each offer with a column for each fact, and a table
for each list of the book, one row for each entry.  Its steps add column after column in the order
in which the terms of the book read each other; no step looks at more than one offer.
"""

from __future__ import annotations

from collections.abc import Iterator

from rules.book import Book
from rules.ordering import affected
from rules.sql import quoted
from rules.sql_levers import Levers, amount, applies, says, score
from rules.sql_lists import OFFER, POSITION, SqlList, money_join, sql_type
from rules.sql_numbers import MONEY, SqlNumbers
from rules.sql_steps import Column, Query, Step, ladder
from rules.sql_terms import Writer
from rules.sql_worlds import Worlds, holds

OFFERS = "offers"


def query_of(book: Book) -> Query:
    """The query that judges offers by a book.

    Grain of the last step: one row for each row of ``offers``.
    """
    return _Compiler(book).query()


class _Compiler:
    def __init__(self, book: Book) -> None:
        self._book = book
        self._numbers = SqlNumbers(book)
        uncertain = [name for name, one in book.parameters.items() if one.decides]
        self._touched = affected(book.package, uncertain)
        self._lists = [SqlList(book, self._numbers, one, uncertain) for one in book.lists.values()]
        picks = [name for one in self._lists for pick in one.changing for name in pick.gives]
        self._worlds = Worlds(book, self._numbers, sorted(self._touched), picks)
        self._levers = Levers(book, self._numbers)

    def query(self) -> Query:
        return Query(
            tuple(self._steps()), self._reads(), self._names(), str(self._numbers.first_day)
        )

    def _steps(self) -> Iterator[Step]:
        if self._numbers.money:
            yield self._numbers.money_step()
        for one in self._lists:
            yield from one.steps()
        yield from ladder(Step("offer", self._start()), self._columns())

    def _start(self) -> str:
        """Offers beside the book's money and what was picked out of their lists."""
        facts = [f"{OFFERS}.{quoted(name)}" for name in (OFFER, *self._book.facts)]
        facts += [f"{MONEY}.{quoted(name)}" for name in self._numbers.money]
        given = [column.named for one in self._lists for column in self._given(one)]
        joins = "".join(
            f"\nLEFT JOIN {quoted(one.name + '_picked')} USING ({OFFER})" for one in self._lists
        )
        money = money_join(OFFERS) if self._numbers.money else ""
        columns = ",\n  ".join((", ".join(facts), *given))
        return f"SELECT {columns}\nFROM {OFFERS}{money}{joins}"

    def _given(self, one: SqlList) -> Iterator[Column]:
        for column in one.given():
            yield Column(self._worlds.pick_place(column.name), column.text)

    def _columns(self) -> Iterator[Column]:
        for end in ("point", "low", "high"):
            renamed = self._worlds.package_renamed(end)
            writer = Writer(self._book, self._numbers, self._book.types, end, renamed)
            for formula in self._book.package:
                if end == "point" or formula.name in self._touched:
                    yield writer.formula(formula, writer.place(formula.name))
        yield from self._worlds.columns()
        writer = Writer(self._book, self._numbers, self._book.types)
        for layer in self._book.closing:
            yield from map(writer.formula, layer.formulas)
            yield from map(writer.formula, layer.signals)
        yield from self._levers.columns()

    def _reads(self) -> dict[str, dict[str, str]]:
        facts = {name: sql_type(fact) for name, fact in self._book.facts.items()}
        tables = {OFFERS: {OFFER: "BIGINT", **facts}}
        for one in self._lists:
            entry = {name: sql_type(fact) for name, fact in one.facts.items()}
            tables[one.name] = {OFFER: "BIGINT", POSITION: "INTEGER", **entry}
        return tables

    def _names(self) -> dict[str, dict[str, str]]:
        book, levers = self._book, [lever.name for lever in self._book.levers]
        layers = (*book.layers, *book.closing)
        figures = [one.name for one in book.package]
        figures += [name for pick in book.picks for name in pick.gives]
        figures += [one.name for layer in layers for one in layer.formulas]
        signals = [one.name for layer in layers for one in layer.signals]
        worlds = ("ends_disagree", "hinges_on_own_equity", "hinges_on_competing_equity")
        own = [*figures, *signals, *book.ends, *worlds, "verdict", "status", "rule"]
        return {
            "values": {name: name for name in own},
            "rows": {row.name: holds(row.name) for row in book.rows},
            "levers": {name: applies(name) for name in levers},
            "says": {name: says(name) for name in levers},
            "score": {name: score(name) for name in levers},
            "amount": {name: amount(name) for name in levers},
        }
