"""The whole book as one query: offers in, and every conclusion about each of them out.

The query reads a table ``offers``, one row for each offer with a column for each fact, and a table
for each list of the book, one row for each entry.  Its steps add column after column in the order
in which the terms of the book read each other; no step looks at more than one offer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from rules.book import Book
from rules.expression import Expression
from rules.ordering import affected
from rules.sql import quoted
from rules.sql_levers import Levers, amount, applies, says, score
from rules.sql_lists import OFFER, POSITION, SqlList, sql_type
from rules.sql_numbers import MONEY, SqlNumbers
from rules.sql_steps import Column, Query, Step, ladder, read_below
from rules.sql_terms import Script, Term, Writer, types_of
from rules.sql_worlds import Worlds, holds

OFFERS = "offers"


def query_of(book: Book, wanted: Collection[str] = ()) -> Query:
    """The query that judges offers by a book.

    Grain of the last step: one row for each row of ``offers``.

    Args:
        book: The book.
        wanted: The columns of the last step beside ``offer_id``, of those that ``Query.names``
            lists; only what they hang on is worked out.  Without any, all of them.
    """
    return Compiled(book).query(wanted)


class Compiled:
    """A book as columns over tables of offers.

    Args:
        book: The book.

    Attributes:
        numbers: The numbers of the book.
        lists: The lists of a case.
        terms: Every column that the book works out, each after those that it reads.
        at_point: As ``Worlds.at_point``.
        types: Those of the columns.
        script: Writes terms over them.
        drawn: What is picked out of lists, by the name of the column of the offer.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self.numbers = SqlNumbers(book)
        uncertain = [name for name, one in book.parameters.items() if one.decides]
        self._touched = affected(book.package, uncertain)
        self.lists = [SqlList(book, self.numbers, one, uncertain) for one in book.lists.values()]
        picks = [name for one in self.lists for name in one.changing]
        self._worlds = Worlds(book, self.numbers, sorted(self._touched), picks)
        self.drawn = {
            self._worlds.pick_place(column.name): column
            for one in self.lists
            for column in one.given()
        }
        self.terms = list(self._terms())
        self.at_point = self._worlds.at_point
        self.types = {**types_of(self.terms), **book.types}
        self.script = Script(self.numbers, self.types)

    def query(self, wanted: Collection[str]) -> Query:
        """The query for some columns; see ``query_of``."""
        names = self.names()
        wanted = wanted or [column for named in names.values() for column in named.values()]
        columns = (OFFER, *dict.fromkeys(wanted))
        steps = tuple(self._steps(columns))
        return Query(steps, columns, self.tables(), names, str(self.numbers.first_day))

    def flag(self, name: str, expression: Expression) -> Term:
        """A column of its own with what a condition is, over everything that is concluded."""
        return Writer(self.numbers).term(name, expression, "flag")

    def _steps(self, wanted: Collection[str]) -> Iterator[Step]:
        columns = [*map(self.script.column, self.terms)]
        reads = read_below(columns, wanted)
        if self.numbers.money_columns:
            yield self.numbers.money_step()
        drawn, joins = self.drawn, ""
        for one in self.lists:
            steps = list(one.steps({drawn[name].name for name in reads if name in drawn}))
            yield from steps
            if steps:
                joins += f"\nLEFT JOIN {quoted(one.picked)} USING ({OFFER})"
        yield Step("offer", self._start(reads, drawn, joins))
        yield from ladder("offer", columns, wanted)

    def _start(self, reads: Collection[str], drawn: Mapping[str, Column], joins: str) -> str:
        """Offers beside the book's money and what was picked out of their lists."""
        money = [name for name in self.numbers.money_columns if name in reads]
        texts = [f"{OFFERS}.{quoted(n)}" for n in (OFFER, *self._book.facts) if n in reads]
        texts += [f"{MONEY}.{quoted(name)}" for name in money]
        texts += [Column(n, c.text).named for n, c in drawn.items() if n in reads]
        join = self.numbers.join(OFFERS) if money else ""
        return f"SELECT {', '.join(texts)}\nFROM {OFFERS}{join}{joins}"

    def _terms(self) -> Iterator[Term]:
        for end in ("point", "low", "high"):
            renamed = self._worlds.package_renamed(end)
            writer = Writer(self.numbers, end, renamed)
            for formula in self._book.package:
                if end == "point" or formula.name in self._touched:
                    yield writer.formula(formula, writer.place(formula.name))
        yield from self._worlds.terms()
        writer = Writer(self.numbers)
        for layer in self._book.closing:
            yield from map(writer.formula, layer.formulas)
            yield from map(writer.formula, layer.signals)
        yield from Levers(self._book, self.numbers).terms()

    def tables(self) -> dict[str, dict[str, str]]:
        """The tables that are read: table -> column -> SQL type."""
        facts = {name: sql_type(fact) for name, fact in self._book.facts.items()}
        tables = {OFFERS: {OFFER: "BIGINT", **facts}}
        for one in self.lists:
            entry = {name: sql_type(fact) for name, fact in one.facts.items()}
            tables[one.name] = {OFFER: "BIGINT", POSITION: "INTEGER", **entry}
        return tables

    def names(self) -> dict[str, dict[str, str]]:
        """Kind of conclusion -> its name in the book -> the column that holds it."""
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
