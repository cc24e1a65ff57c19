"""Exchange rates that a case brings, in whatever shape people write them.

All of these say that a pound costs 1.25 dollars::

    {GBP_USD: 1.25}        {GBPUSD: 1.25}        {GBP/USD: 1.25}        {USD_per_GBP: 1.25}
    {from: GBP, to: USD, rate: 1.25}             {pair: GBP/USD, rate: 1.25}
    {base: GBP, rates: {USD: 1.25}}              {base: GBP, USD: 1.25}
    {GBP: {USD: 1.25}}     {quote: USD, rates: {GBP: 1.25}}     {rates: [any of these]}
    {GBP: 0.8}, {rates: {GBP: 0.8}}
                           in an offer paid in dollars: what one dollar buys, so that
                           a foreign amount divided by its rate is an amount of the offer;
                           read the other way round, and said so, where that alone is plausible

A date may stand beside them as ``as_of`` or ``date``; a rate may itself be ``{rate:, as_of:}``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rules.book import Book
from rules.expression import Value
from rules.reading import plain_number

_PAIR = re.compile(r"([A-Za-z]{3})[\s_/:>-]*(?:to)?[\s_/:>-]*([A-Za-z]{3})")
_PER = re.compile(r"([A-Za-z]{3})[\s_]*per[\s_]*([A-Za-z]{3})", re.IGNORECASE)
_CODE = re.compile(r"[A-Za-z]{3}")
_LEAST, _MOST = 1e-7, 1e7  # no two currencies in use are further apart
_DATES = ("as_of", "date", "rate_date", "fx_date")


@dataclass(frozen=True, slots=True)
class Rates:
    """Multipliers between currencies, all of one day.

    Attributes:
        of: (from, to) -> what one unit of ``from`` is in ``to``.
        day: Their date; None when nobody says.
        notices: What was read otherwise than it stands.
    """

    of: Mapping[tuple[str, str], float]
    day: date | None = None
    notices: tuple[str, ...] = ()

    def between(self, source: str, target: str) -> float | None:
        """The multiplier from one currency to another; None when no path of two rates leads there.

        >>> Rates({("GBP", "USD"): 1.25}).between("USD", "GBP")
        0.8
        """
        if source == target:
            return 1.0
        direct = self._one_step(source, target)
        if direct is not None:
            return direct
        for pivot in sorted({code for pair in self.of for code in pair}):
            first, second = self._one_step(source, pivot), self._one_step(pivot, target)
            if first is not None and second is not None:
                return first * second
        return None

    def _one_step(self, source: str, target: str) -> float | None:
        if (source, target) in self.of:
            return self.of[source, target]
        inverse = self.of.get((target, source))
        return None if inverse is None else 1 / inverse


def read_rates(raw: Any, home: str | None, usual: Mapping[str, float] | None = None) -> Rates:
    """Read the rates of a case.

    Args:
        raw: What stands under ``market.fx``; anything unreadable gives no rate.
        home: The offer's currency, to which a bare currency code refers.
        usual: About what one dollar buys, to tell a rate from its inverse.
    """
    if isinstance(raw, list):
        parts = [read_rates(one, home, usual) for one in raw]
        days = [part.day for part in parts if part.day]
        merged = {pair: rate for part in parts for pair, rate in part.of.items()}
        notices = tuple(notice for part in parts for notice in part.notices)
        return Rates(merged, min(days, default=None), notices)
    if not isinstance(raw, dict):
        return Rates({})
    if isinstance(raw.get("rates"), list):
        listed = read_rates(raw["rates"], home, usual)
        return replace(listed, day=listed.day or _day(raw))
    pairs = {(a.upper(), b.upper()): rate for a, b, rate in _pairs(raw, home)}
    turned: list[str] = []
    for a, b in [pair for pair in pairs if _is_bare(raw, pair)]:
        if _is_inverse(pairs[a, b], a, b, usual or {}):
            pairs[a, b] = 1 / pairs[a, b]
            turned.append(f"The rate of {a} was read as the price of one {a} in {b}.")
    return Rates(pairs, _day(raw), tuple(turned))


def _is_bare(raw: Mapping[str, Any], pair: tuple[str, str]) -> bool:
    """Whether a code alone stands before the rate, so that it may be meant either way round."""
    rates = raw.get("rates")
    keys = {**(rates if isinstance(rates, dict) else {}), **raw}
    return not isinstance(raw.get("from", raw.get("base")), str) and any(
        str(key).upper() == pair[0] and _rate(keys[key]) is not None for key in keys
    )


def _is_inverse(rate: float, source: str, target: str, usual: Mapping[str, float]) -> bool:
    """Whether the inverse of a multiplier is the nearer to what is usual.

    >>> _is_inverse(1 / 1.27, "GBP", "USD", {"GBP": 0.75, "USD": 1.0})
    True
    >>> _is_inverse(1.27, "GBP", "USD", {"GBP": 0.75, "USD": 1.0})
    False
    """
    if source not in usual or target not in usual:
        return False
    expected = usual[target] / usual[source]
    return abs(math.log(1 / rate / expected)) < abs(math.log(rate / expected))


def usual_rates(book: Book, day: Value) -> dict[str, float]:
    """About what one dollar buys on a day, by the book, in every currency that it knows."""
    table = book.parameters.get("units_per_dollar")
    period = table.on(day) if table and isinstance(day, date) else None
    amounts = period.value if period else None
    known = amounts.items() if isinstance(amounts, Mapping) else ()
    return {code: one.point for code, one in known if isinstance(one.point, float)}


def _pairs(raw: Mapping[str, Any], home: str | None) -> Iterator[tuple[str, str, float]]:
    source = raw.get("from", raw.get("base"))
    named = _PAIR.fullmatch(raw["pair"]) if isinstance(raw.get("pair"), str) else None
    if named and (rate := _rate(raw)) is not None:
        yield named[1], named[2], rate
        return
    if isinstance(source, str):
        for target, value in _targets(raw):
            yield source, target, value
        return
    rates = raw.get("rates")
    quote = raw.get("to", raw.get("quote"))
    for key, value in {**(rates if isinstance(rates, dict) else {}), **raw}.items():
        yield from _named(key, value, home, quote if isinstance(quote, str) else None)


def _named(
    key: str, value: Any, home: str | None, quote: str | None
) -> Iterator[tuple[str, str, float]]:
    """The rates that stand under one key: a pair, or a currency by itself."""
    rate = _rate(value)
    pair, per = _PAIR.fullmatch(key.removeprefix("fx_")), _PER.fullmatch(key)
    if rate is None:
        if _CODE.fullmatch(key) and isinstance(value, dict):
            for target, one in _targets(value):
                yield key, target, one
    elif per:
        yield per[2], per[1], rate
    elif pair:
        yield pair[1], pair[2], rate
    elif _CODE.fullmatch(key) and quote:
        yield key, quote, rate
    elif _CODE.fullmatch(key) and home:
        yield key, home, 1 / rate


def _targets(raw: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    codes = {key: value for key, value in raw.items() if _CODE.fullmatch(key)}
    rates = raw.get("rates", {raw.get("to", raw.get("quote")): raw.get("rate"), **codes})
    for target, value in rates.items() if isinstance(rates, dict) else ():
        rate = _rate(value)
        if isinstance(target, str) and rate is not None:
            yield target, rate


def _rate(value: Any) -> float | None:
    if isinstance(value, dict):
        value = value.get("rate", value.get("value"))
    rate = plain_number(value)
    return rate if rate is not None and _LEAST <= rate <= _MOST else None


def _day(raw: Mapping[str, Any]) -> date | None:
    found = [raw.get(key) for key in _DATES]
    found += [one.get(key) for one in raw.values() if isinstance(one, dict) for key in _DATES]
    days = [_as_date(one) for one in found]
    return min((day for day in days if day), default=None)


def _as_date(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
