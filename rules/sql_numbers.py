"""The book's dated numbers as SQL: constants, where neither the day nor the currency moves them.

A number that changes with the day is a CASE on ``evaluation_date``.  Money of the book stands in
a small table, one row for each stretch of days and currency, because the way into another currency
is not made of operations that every engine does alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from rules.book import Book, End
from rules.expression import Value
from rules.numbers import ENDS, Almanac, Numbers
from rules.sql import Dialect, constant, null, quoted
from rules.sql_steps import Step

MONEY = "money"
DAY = quoted("evaluation_date")
SINCE = ("currency", "since", "until")  # which row of the money table is meant


class SqlNumbers:
    """Numbers and tables of a book, as SQL over the columns of an offer.

    Args:
        book: Whose numbers they are.
        dialect: How the engine writes what engines write in different ways.

    Attributes:
        first_day: The first day on which every number of the book is known.
    """

    def __init__(self, book: Book, dialect: Dialect) -> None:
        self._book, self.dialect = book, dialect
        self._almanac = Almanac(book)
        starts = [[one.valid_from for one in p.periods] for p in book.parameters.values()]
        self.first_day = max(map(min, starts), default=date.min)
        later = {day for some in starts for day in some if day > self.first_day}
        self._days = (self.first_day, *sorted(later))
        self._is_money = {n: p.currency is not None for n, p in book.parameters.items()}
        self._units = book.parameters.get("units_per_dollar")

    def is_number(self, name: str) -> bool:
        """Whether a name is a single number of the book."""
        return name in self._book.parameters and self._book.parameters[name].keyed_by is None

    def is_known(self, name: str) -> bool:
        """Whether a name is a number or a table of the book."""
        return name in self._book.parameters or name in self._book.law

    def number(self, name: str, end: End) -> str:
        """The SQL text of a number at one end of its uncertainty."""
        if self._is_money[name]:
            return quoted(self._money_column(name, end))
        return self._by_day(name, end, _number)

    def reads(self, name: str, end: End) -> frozenset[str]:
        """The columns of an offer that the text of a number, or of a look-up, reads."""
        if self._is_money.get(name):
            return frozenset({self._money_column(name, end)})
        is_dated = len(self._stretches(name, end, repr)) > 1
        return frozenset({"evaluation_date"} if is_dated else ())

    def lookup(self, table: str, key: str, end: End) -> str:
        """The SQL text of a look-up by the SQL text of its key."""
        kind = "date" if table in self._book.law else "number"
        return self._by_day(table, end, lambda rows: self.dialect.chosen(rows, key, kind))

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

    def _by_day(self, name: str, end: End, write: Callable[[Any], str]) -> str:
        """What holds from each day on; one text where it is always the same."""
        *earlier, (_, last) = stretches = self._stretches(name, end, write)
        ends = [day for day, _ in stretches[1:]]
        whens = " ".join(
            f"WHEN {DAY} < {constant(until)} THEN {text}"
            for (_, text), until in zip(earlier, ends, strict=True)
        )
        return f"CASE {whens} ELSE {last} END" if whens else last

    def _stretches(
        self, name: str, end: End, write: Callable[[Any], str]
    ) -> list[tuple[date, str]]:
        """From which day on a number, or a table, is written how."""
        found: list[tuple[date, str]] = []
        for day in self._days:
            text = write(self._on(day, None, end)[name])
            if not found or found[-1][1] != text:
                found.append((day, text))
        return found


def _column(name: str, end: End) -> str:
    return name if end == "point" else f"{name}@{end}"


def _number(value: Any) -> str:
    return null("number") if value is None else constant(value)
