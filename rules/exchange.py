"""Exchange rates that a case brings, in whatever shape people write them.

All of these say that a pound costs 1.25 dollars::

    {GBP_USD: 1.25}        {GBPUSD: 1.25}        {GBP/USD: 1.25}
    {from: GBP, to: USD, rate: 1.25}
    {base: GBP, rates: {USD: 1.25}}
    {GBP: 0.8}             in an offer paid in dollars: what one dollar buys, so that
                           a foreign amount divided by its rate is an amount of the offer

A date may stand beside them as ``as_of`` or ``date``; a rate may itself be ``{rate:, as_of:}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.reading import plain_number

_PAIR = re.compile(r"([A-Za-z]{3})[\s_/:>-]*(?:to)?[\s_/:>-]*([A-Za-z]{3})")
_CODE = re.compile(r"[A-Za-z]{3}")
_LEAST, _MOST = 1e-7, 1e7  # no two currencies in use are further apart
_DATES = ("as_of", "date", "rate_date", "fx_date")


@dataclass(frozen=True, slots=True)
class Rates:
    """Multipliers between currencies, all of one day.

    Attributes:
        of: (from, to) -> what one unit of ``from`` is in ``to``.
        day: Their date; None when nobody says.
    """

    of: Mapping[tuple[str, str], float]
    day: date | None = None

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


def read_rates(raw: Any, home: str | None) -> Rates:
    """Read the rates of a case.

    Args:
        raw: What stands under ``market.fx``; anything unreadable gives no rate.
        home: The offer's currency, to which a bare currency code refers.
    """
    if isinstance(raw, list):
        parts = [read_rates(one, home) for one in raw]
        days = [part.day for part in parts if part.day]
        merged = {pair: rate for part in parts for pair, rate in part.of.items()}
        return Rates(merged, min(days, default=None))
    if not isinstance(raw, dict):
        return Rates({})
    pairs = {(a.upper(), b.upper()): rate for a, b, rate in _pairs(raw, home)}
    return Rates(pairs, _day(raw))


def _pairs(raw: Mapping[str, Any], home: str | None) -> Iterator[tuple[str, str, float]]:
    source = raw.get("from", raw.get("base"))
    if isinstance(source, str):
        for target, value in _targets(raw):
            yield source, target, value
        return
    for key, value in raw.items():
        rate = _rate(value)
        pair = _PAIR.fullmatch(key.removeprefix("fx_"))
        if rate is None:
            continue
        if pair:
            yield pair[1], pair[2], rate
        elif _CODE.fullmatch(key) and home:
            yield key, home, 1 / rate


def _targets(raw: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    rates = raw.get("rates", {raw.get("to", raw.get("quote")): raw.get("rate")})
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
