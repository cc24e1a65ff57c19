"""The numbers of a book on every day that it covers, as terms over the day of evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from rules.book import Book, End
from rules.expression import (
    Case,
    Compare,
    Expression,
    Literal,
    Lookup,
    Name,
    Value,
    with_operands,
)
from rules.numbers import Almanac, Numbers

DAY = "evaluation_date"
HOME = "USD"  # money of a symbolic case is in it


@dataclass(frozen=True, slots=True)
class DatedNumbers:
    """Numbers of a book.

    Attributes:
        known: Numbers and tables that are the same on every day.
        terms: Numbers that are not, as terms over the day.
        tables: Tables that are not: each with the days from which its versions count, newest
            first.
    """

    known: dict[str, Value | Mapping[str, Value]]
    terms: dict[str, Expression]
    tables: dict[str, tuple[date, ...]]

    def add(self, name: str, by_day: Mapping[date, Any]) -> None:
        """A number or table, by the days from which its values count, newest first."""
        days = list(by_day)
        changes = [day for day, before in pairwise(days) if by_day[day] != by_day[before]] + days[
            -1:
        ]
        if len(changes) == 1:
            self.known[name] = by_day[days[0]]
        elif isinstance(by_day[days[0]], Mapping):
            self.tables[name] = tuple(changes)
            self.known.update({_version(name, day): by_day[day] for day in changes})
        else:
            branches = tuple((_since(day), Literal(by_day[day])) for day in changes[:-1])
            self.terms[name] = Case(branches, Literal(by_day[changes[-1]]))

    def on_the_day(self, node: Expression) -> Expression:
        """An expression that looks into the version of a table that counts on the day."""
        node = with_operands(node, self.on_the_day)
        if not isinstance(node, Lookup) or node.table not in self.tables:
            return node
        days = self.tables[node.table]
        versions = [Lookup(_version(node.table, day), node.key) for day in days]
        branches = tuple((_since(day), one) for day, one in zip(days, versions, strict=True))
        return Case(branches[:-1], versions[-1])


def first_day(book: Book) -> date:
    """The first day on which every number of a book has a value."""
    begins = (min(period.valid_from for period in one.periods) for one in book.parameters.values())
    return max(begins, default=date.min)


def dated_numbers(book: Book, ends: Mapping[str, End]) -> DatedNumbers:
    """The numbers of a book.

    Args:
        book: The book.
        ends: What follows the name of a number whose ends are tried, and the end that it is there.
    """
    found = DatedNumbers(
        {name: {row.place: row.valid_from for row in one.rows} for name, one in book.law.items()},
        {},
        {},
    )
    by_day = _numbers_by_day(book)
    for name, one in book.parameters.items():
        for suffix, end in ends.items():
            if one.decides or not suffix:
                found.add(name + suffix, {day: on[end][name] for day, on in by_day.items()})
    return found


def _numbers_by_day(book: Book) -> dict[date, Mapping[End, Numbers]]:
    """All numbers on each day on which one of them changes, newest first."""
    first, almanac = first_day(book), Almanac(book)
    changes = {p.valid_from for one in book.parameters.values() for p in one.periods}
    days = {first, *(day for day in changes if day > first)}
    return {day: almanac.numbers(day, HOME) for day in sorted(days, reverse=True)}


def _version(table: str, day: date) -> str:
    return f"{table} since {day}"


def _since(day: date) -> Expression:
    return Compare(">=", Name(DAY), Literal(day))
