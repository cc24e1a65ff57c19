"""The book's dated numbers as SQL: constants, where neither the day nor the currency moves them.

A number that changes with the day is a CASE on ``evaluation_date``.  Money of the book stands in
a small table, one row for each stretch of days and currency, because the way into another currency
is not made of operations that every engine does alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from rules.book import Book, End
from rules.expression import Case, Compare, Expression, Literal, Lookup, Name, Value
from rules.numbers import ENDS, Almanac, Numbers
from rules.sql import chosen, constant, null, quoted
from rules.sql_steps import Step

MONEY = "money"
DAY = Name("evaluation_date")
SINCE = ("currency", "since", "until")  # which row of the money table is meant


class SqlNumbers:
    """Numbers and tables of a book, as SQL over the columns of an offer.

    Args:
        book: Whose numbers they are.

    Attributes:
        first_day: The first day on which every number of the book is known.
        tables: Every table that is looked up, as it is at some end on some day.
        dated: Those of them whose values are dates.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self._almanac = Almanac(book)
        starts = [[one.valid_from for one in p.periods] for p in book.parameters.values()]
        self.first_day = max(map(min, starts), default=date.min)
        later = {day for some in starts for day in some if day > self.first_day}
        self._days = (self.first_day, *sorted(later))
        self._is_money = {n: p.currency is not None for n, p in book.parameters.items()}
        self._units = book.parameters.get("units_per_dollar")
        self.tables: dict[str, Mapping[str, Value]] = {}
        self.dated: set[str] = set()
        self._versions: dict[str, list[str]] = defaultdict(list)

    def is_number(self, name: str) -> bool:
        """Whether a name is a single number of the book."""
        return name in self._book.parameters and self._book.parameters[name].keyed_by is None

    def number(self, name: str, end: End) -> Expression:
        """A number at one end of its uncertainty, over columns."""
        if self._is_money[name]:
            return Name(self._money_column(name, end))
        return self._by_day(name, end, Literal)

    def lookup(self, table: str, key: Expression, end: End) -> Expression:
        """A look-up by a key, over columns; it names one of ``tables``."""
        return self._by_day(table, end, lambda rows: Lookup(self._kept(table, rows), key))

    def chosen(self, table: str, key: str) -> str:
        """The SQL text of a look-up in one of ``tables`` by the SQL text of its key."""
        return chosen(self.tables[table], key, self.kind(table))

    def kind(self, table: str) -> str:
        """Of which kind the values of one of ``tables`` are."""
        return "date" if table in self.dated else "number"

    def _kept(self, table: str, rows: Mapping[str, Value]) -> str:
        """The name of a table as it is at one end on some day; the plain one if it never moves."""
        alike = (name for name in self._versions[table] if self.tables[name] == rows)
        name = next(alike, None)
        if name is None:
            number = len(self._versions[table])
            name = f"{table}@{number}" if number else table
            self._versions[table].append(name)
            self.tables[name] = rows
            if table in self._book.law:
                self.dated.add(name)
        return name

    @property
    def money_columns(self) -> tuple[str, ...]:
        """The columns that the money table brings."""
        return tuple(_column(*one) for one in self._money())

    def join(self, offer: str) -> str:
        """The join that brings the money in the currency and on the day of an offer."""
        return (
            f" LEFT JOIN {MONEY} ON {MONEY}.currency = {offer}.currency"
            f" AND {offer}.evaluation_date >= {MONEY}.since"
            f" AND {offer}.evaluation_date < {MONEY}.until"
        )

    def money_step(self) -> Step:
        """The money of the book by day and currency."""
        rows = ",\n  ".join(f"({', '.join(map(_number, row))})" for row in self.money_rows())
        names = ", ".join(map(quoted, (*SINCE, *self.money_columns)))
        return Step(MONEY, f"SELECT * FROM (VALUES\n  {rows}\n) AS given({names})")

    def money_rows(self) -> Iterator[tuple[Value, ...]]:
        """Currency, first day, first day of the next stretch, and the value of each column."""
        columns = self._money()
        for day, until in zip(self._days, (*self._days[1:], date.max), strict=True):
            period = self._units.on(day) if self._units else None
            currencies = period.value if period and isinstance(period.value, Mapping) else {}
            for currency in currencies:
                values: Any = (self._on(day, currency, end)[name] for name, end in columns)
                yield (currency, day, until, *values)

    def _money_column(self, name: str, end: End) -> str:
        return _column(name, end if self._book.parameters[name].decides else "point")

    def _money(self) -> list[tuple[str, End]]:
        return [
            (name, end)
            for name, is_money in self._is_money.items()
            if is_money
            for end in self._ends(name)
        ]

    def _ends(self, name: str) -> tuple[End, ...]:
        return ENDS if self._book.parameters[name].decides else ("point",)

    def _on(self, day: date, currency: str | None, end: End) -> Numbers:
        return self._almanac.numbers(day, currency)[end]

    def _by_day(self, name: str, end: End, write: Callable[[Any], Expression]) -> Expression:
        """What holds from each day on; one expression where it is always the same."""
        *earlier, (_, last) = stretches = self._stretches(name, end, write)
        ends = [day for day, _ in stretches[1:]]
        branches = [
            (Compare("<", DAY, Literal(until)), one)
            for (_, one), until in zip(earlier, ends, strict=True)
        ]
        return Case(tuple(branches), last) if branches else last

    def _stretches(
        self, name: str, end: End, write: Callable[[Any], Expression]
    ) -> list[tuple[date, Expression]]:
        """From which day on a number, or a table, is which expression."""
        found: list[tuple[date, Expression]] = []
        for day in self._days:
            one = write(self._on(day, None, end)[name])
            if not found or found[-1][1] != one:
                found.append((day, one))
        return found


def _column(name: str, end: End) -> str:
    return name if end == "point" else f"{name}@{end}"


def _number(value: Any) -> str:
    return null("number") if value is None else constant(value)
