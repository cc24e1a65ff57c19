"""What is doubtful in a guide: held, repaired, dropped or only flagged, always with the text.

Severities: ``drop`` (no band at all), ``hold`` (do not load the row before somebody looks),
``repair`` (read as the suggestion says), ``flag`` (loaded, but not comparable as it stands),
``text`` (says something that is not a number).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.guides.bands import Band
from pipelines.guides.money import Money, tidy
from pipelines.guides.title import Title
from pipelines.guides.totals import Total
from pipelines.sources.annual import per_year

# A unit of each currency in US dollars, to one digit or two: enough to tell a slip from a rate.
# Source: euro reference rates of the European Central Bank, yearly means of 2025, rounded.
DOLLARS = {
    "USD": 1.0, "GBP": 1.3, "EUR": 1.13, "INR": 0.0115, "SGD": 0.77, "CAD": 0.72, "CNY": 0.14,
    "AUD": 0.65, "ILS": 0.29, "HKD": 0.13, "BRL": 0.18, "DKK": 0.15, "SEK": 0.102, "PLN": 0.27,
    "CHF": 1.2, "IDR": 0.00006, "KRW": 0.0007, "JPY": 0.0067, "NOK": 0.097, "NZD": 0.58,
    "MXN": 0.052, "CZK": 0.046, "HUF": 0.0028, "RON": 0.22, "TRY": 0.026, "THB": 0.03,
    "PHP": 0.0174, "MYR": 0.23, "ZAR": 0.056,
}  # fmt: skip
TOLERANCE = 1.45
SHORT_PERIODS = {"mo": "monthly", "wk": "weekly", "day": "daily", "hr": "hourly"}
_RELATIVE = re.compile(
    r"equivalent|equiv\b|varies|relative|of (?:us|nyc|sf|bay)|adjusted", re.IGNORECASE
)
_ABROAD = re.compile(
    r"\b(?:London|UK|Dublin|Paris|Berlin|Munich|Germany|Europe|EMEA|Zurich|Amsterdam|Israel|"
    r"India|Bangalore|Bengaluru|Hyderabad|Tokyo|Japan|Sydney|Australia|Toronto|Vancouver|Canada|"
    r"Singapore|Tel Aviv)\b"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful thing.

    Attributes:
        where: Region, level and component, or ``guide``.
        code: Stable code.
        severity: ``drop``, ``hold``, ``repair``, ``flag`` or ``text``.
        raw: The text in question.
        suggestion: What it probably means; None when nothing better is known.
    """

    where: str
    code: str
    severity: str
    raw: str
    suggestion: str | None = None


def is_no_zone(band: Band) -> bool:
    """Whether the row says that a region does not exist."""
    return bool(band.zone and re.match(r"n/?a\b|[-\u2013\u2014]+$", band.zone.name, re.IGNORECASE))


def check_guide(
    title: Title, bands: Sequence[Band], totals: Sequence[Total], accept: Mapping[str, object]
) -> Iterator[Doubt]:
    """What is doubtful in a guide as a whole."""
    if {"annualised", "full_grant"} <= {total.basis for total in totals}:
        yield Doubt("guide", "guide-total-two-conventions", "flag", "Total Comp")
    if title.line > 1:
        yield Doubt("guide", "guide-title-not-first", "repair", f"line {title.line}", title.raw)
    yield from _floor(bands, accept)


def check_band(band: Band, total: Total) -> Iterator[Doubt]:
    """What is doubtful in one band."""
    where = " ".join(filter(None, (band.zone.name if band.zone else None, band.level)))
    if is_no_zone(band):
        yield Doubt(where, "guide-row-not-a-zone", "drop", where)
        return
    for name, cell in band.cells.items():
        for money in filter(None, (cell.money, cell.other)):
            yield from _amount(f"{where} {name}", money, band.currency)
        if cell.money and cell.other and _conflict(cell.money, cell.other):
            yield Doubt(f"{where} {name}", "guide-dual-currency-conflict", "hold", cell.text)
        if cell.words and name != "bonus" and _RELATIVE.search(cell.text):
            yield Doubt(f"{where} {name}", "guide-relative-amount", "text", cell.text)
    yield from _row(band, where, total)


def _amount(where: str, money: Money, currency: str | None) -> Iterator[Doubt]:
    if money.ends[0] != money.ends[1]:
        suggestion = f"{currency} {tidy(money.low)}-{tidy(money.high)}"
        yield Doubt(where, "guide-mixed-currency-range", "hold", money.raw, suggestion)
    if money.low > money.high:
        scaled = f"high end {tidy(money.high * 1000)}" if money.high * 1000 > money.low else None
        yield Doubt(where, "guide-low-above-high", "hold", money.raw, scaled)
    if money.period in SHORT_PERIODS:
        yearly = f"{tidy(_yearly(money, money.low))}-{tidy(_yearly(money, money.high))} a year"
        code = f"guide-{SHORT_PERIODS[money.period]}-amount"
        yield Doubt(where, code, "flag", money.raw, yearly)


def _conflict(own: Money, other: Money) -> bool:
    rates = DOLLARS.get(own.currency or ""), DOLLARS.get(other.currency or "")
    if None in rates or own.low > own.high or other.low > other.high:
        return False
    middles = ((m, (m.low + m.high) / 2) for m in (own, other))
    ours, theirs = (_yearly(*m) * (r or 0) for m, r in zip(middles, rates, strict=True))
    return not 1 / TOLERANCE <= ours / theirs <= TOLERANCE if theirs else False


def _yearly(money: Money, amount: float) -> float:
    return amount * (per_year(money.period) or 1)


def _row(band: Band, where: str, total: Total) -> Iterator[Doubt]:
    currencies = {m.currency for name in ("base", "stock", "total") if (m := band.money(name))}
    if len(currencies) > 1:
        yield Doubt(
            where, "guide-row-of-two-currencies", "flag", "/".join(sorted(filter(None, currencies)))
        )
    base, stated = band.money("base"), band.money("total")
    comparable = base and stated and base.currency == stated.currency
    if base and stated and comparable and stated.high < base.high and not stated.open_ended:
        yield Doubt(where, "guide-total-below-base", "hold", f"{stated.raw} < {base.raw}")
    if band.level_only:
        yield Doubt(where, "guide-level-table-kind", "flag", "base or total not stated", "total")
    if total.basis == "full_grant" and band.stock_period != "yr":
        yield Doubt(
            where, "guide-total-full-grant", "flag", stated.raw if stated else "", _range(total)
        )
    if total.basis == "unknown" and total.delta_pct is not None:
        yield Doubt(
            where, "guide-total-fits-nothing", "flag", stated.raw if stated else "", _range(total)
        )
    if (
        band.currency == "USD"
        and band.zone
        and not band.zone.tags
        and _ABROAD.search(band.zone.name)
    ):
        yield Doubt(where, "guide-dollars-abroad", "flag", where)


def _range(total: Total) -> str | None:
    return None if total.low is None else f"{tidy(total.low)}-{tidy(total.high)}"


def _floor(bands: Sequence[Band], accept: Mapping[str, object]) -> Iterator[Doubt]:
    """A floor above everything in a table by level: its amounts must be base pay."""
    floor, currency = accept.get("total"), accept.get("currency")
    tops = [
        money.high
        for band in bands
        if band.level_only and (money := band.money("total")) and money.currency == currency
    ]
    if isinstance(floor, int | float) and tops and floor > max(tops):
        yield Doubt("guide", "guide-floor-above-table", "flag", str(floor), "table states base pay")
