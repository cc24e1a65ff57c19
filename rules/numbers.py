"""The book's dated numbers on one day, in one currency, at each end of what is uncertain."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from copy import copy
from datetime import date
from functools import lru_cache
from typing import Any

from rules.book import Amount, Book, End, Parameter, Period
from rules.errors import Fault, UnusableCase
from rules.expression import Value

Numbers = Mapping[str, Value | Mapping[str, Value]]
ENDS: tuple[End, ...] = ("low", "point", "high")


class Almanac:
    """Looks numbers up for a book, and remembers the days that were asked for."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.numbers: Callable[[date, str | None], Mapping[End, Numbers]]
        self.numbers = lru_cache(maxsize=64)(self._numbers)

    def changed(self, numbers: Numbers) -> Almanac:
        """The same with some numbers that are others, at every end, on any day."""
        other = copy(self)
        other.numbers = lambda day, currency: {
            end: {**known, **numbers} for end, known in self.numbers(day, currency).items()
        }
        return other

    def _numbers(self, day: date, currency: str | None) -> Mapping[End, Numbers]:
        """Every parameter and law table in force on a day, at its low end, point and high end.

        Money parameters are turned from their own currency into ``currency``; where no rate is
        known they are unknown.

        Raises:
            UnusableCase: ``case-date-before-book`` when a number did not exist yet.
        """
        periods = {name: one.on(day) for name, one in self.book.parameters.items()}
        absent = sorted(name for name, period in periods.items() if period is None)
        if absent:
            raise UnusableCase(_too_early(day, absent))
        rates = _rates(periods["units_per_dollar"])
        law: dict[str, Any] = {
            name: {row.place: row.valid_from for row in table.rows}
            for name, table in self.book.law.items()
        }
        return {
            end: law
            | {
                name: self._value(name, period, end, currency, rates)
                for name, period in periods.items()
                if period
            }
            for end in ENDS
        }

    def _value(
        self,
        name: str,
        period: Period,
        end: End,
        currency: str | None,
        rates: Mapping[str, float],
    ) -> Value | Mapping[str, Value]:
        parameter = self.book.parameters[name]
        used: End = end if parameter.decides else "point"
        if isinstance(period.value, Amount):
            return _in_currency(getattr(period.value, used), parameter, currency, rates)
        return {key: getattr(amount, used) for key, amount in period.value.items()}


def _rates(period: Period | None) -> dict[str, float]:
    table = period.value if period else {}
    assert isinstance(table, Mapping)
    points = ((code, amount.point) for code, amount in table.items())
    return {code: point for code, point in points if isinstance(point, float)}


def _in_currency(
    value: Value, parameter: Parameter, currency: str | None, rates: Mapping[str, float]
) -> Value:
    if parameter.currency is None or not isinstance(value, float):
        return value
    here, there = rates.get(currency or ""), rates.get(parameter.currency)
    if here is None or there is None:
        return None
    factor = here / there
    if factor == 1:
        return value
    return round_step(value * factor) if parameter.is_grid else value * factor


def round_step(number: float) -> float:
    """The nearest of 1, 2 or 5 times a power of ten, on a ratio scale.

    >>> [round_step(x) for x in (787.0, 94955.2, 3128.0)]
    [1000.0, 100000.0, 2000.0]
    """
    power = 10.0 ** math.floor(math.log10(number))
    return min((m * power for m in (1, 2, 5, 10)), key=lambda step: abs(math.log(step / number)))


def _too_early(day: date, absent: list[str]) -> Fault:
    return Fault(
        "case-date-before-book",
        "evaluation_date",
        f"{day}, before {', '.join(absent[:3])} had a value",
        "a day on which every number of the book is known",
        "choose a later day, or give the parameter an earlier value",
    )
