"""The exchange rates of a day, as an offer's market holds them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from warehouse.cards import Cards, Row

Market = dict[str, Any]

LONGEST = 30  # [days] that a rate holds when no newer one is fixed
BASE = "EUR"


def fx_of(cards: Cards, day: date) -> tuple[Market, list[Market]]:
    """The rates in force on a day: those fixed on it or last before it.

    Args:
        cards: Of the market.
        day: The day that amounts are compared on.

    Returns:
        ``{"base": "EUR", "as_of": ..., "rates": {currency: units for one euro}}`` as
        ``rules.exchange`` reads it, and the row it rests on.  Both are empty when no rate was
        fixed by then.  A currency that is no longer quoted has no rate.  After the last fixing
        of the market its rates are given as they are, with its date, however old.
    """
    fixing = _fixing(cards, day)
    if fixing is None:
        return {}, []
    rates = {BASE: 1.0, **dict(zip(fixing["currencies"], fixing["per_eur"], strict=True))}
    evidence = {
        "mart": "fx",
        "row_id": fixing["day"],
        "source": "ecb",
        "as_of": fixing["day"],
        "n": len(fixing["currencies"]),
        "region": None,
        "level": None,
        "step": "day" if fixing["day"] == day.isoformat() else "last-known",
        "flags": fixing["earlier"],
    }
    return {"base": BASE, "as_of": fixing["day"], "rates": rates}, [evidence]


def _fixing(cards: Cards, day: date) -> Row | None:
    newest = next((row["day"] for row in cards.rows("fx_newest", "")), "")
    wanted = min(day.isoformat(), newest)
    days = [wanted] if wanted == newest else [str(day - timedelta(n)) for n in range(LONGEST + 1)]
    return next((found for one in days for found in cards.rows("fx", one)), None)
