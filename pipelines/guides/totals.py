"""What a stated total is made of: a year's share of the grant, or the whole of it.

Guides state the two kinds without saying which, some in one table.  The total is computed here
on a yearly basis and kept beside the stated one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.guides.bands import Band
from pipelines.guides.money import Money

GRANT_YEARS = 4
YEARLY = (None, "yr", "4yr")
CLOSE, LOOSE = 0.10, 0.20
_YEAR_ONE = re.compile(r"\((?P<basis>y(?:ea)?r\.? ?1[^)]*|first[- ]year[^)]*)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Total:
    """A band's total compensation, computed.

    Attributes:
        basis: ``annualised``, ``full_grant``, ``cash_only``, ``year1`` or ``unknown``: how the
            stated total was built.
        low: Base, a year's equity and bonus at the low end [band currency per year]; None when
            a component is missing, in another currency, or stated at one end only.
        high: The same at the high end.
        delta_pct: Stated over computed at the middle, less one [%]; None without both.
    """

    basis: str
    low: float | None = None
    high: float | None = None
    delta_pct: float | None = None


def total_basis_text(band: Band) -> str | None:
    """The remark in the total's header, such as "Yr 1"; None when there is none."""
    match = _YEAR_ONE.search(band.headers.get("total", ""))
    return match["basis"] if match else None


def compute_total(band: Band) -> Total:
    """The yearly total of a band, and how the stated total relates to it."""
    base, stock, stated = band.money("base"), band.money("stock"), band.money("total")
    known = [money for money in (base, stock, stated) if money]
    halved = any(cell.missing for cell in band.cells.values())
    if (
        base is None
        or halved
        or any(m.currency != base.currency or m.period not in YEARLY for m in known)
    ):
        return Total("unknown")
    years = 1 if band.stock_period == "yr" else GRANT_YEARS
    ends = [_end(band, base, stock, high, years) for high in (False, True)]
    whole = [_end(band, base, stock, high, 1) for high in (False, True)]
    if stated is None or not sum(ends):
        return Total("unknown", *ends)
    middle = (stated.low + stated.high) / 2
    delta = round(100 * (middle / (sum(ends) / 2) - 1), 1)
    return Total(_basis(band, middle, sum(ends) / 2, sum(whole) / 2), ends[0], ends[1], delta)


def _end(band: Band, base: Money, stock: Money | None, high: bool, years: int) -> float:
    def at(money: Money) -> float:
        return money.high if high else money.low

    equity = at(stock) / years if stock else 0.0
    return round(at(base) + equity + _bonus(band, at(base), high), 2)


def _bonus(band: Band, base: float, high: bool) -> float:
    cell = band.cells.get("bonus")
    if cell is None:
        return 0.0
    if cell.money:
        return cell.money.high if high else cell.money.low
    return base * cell.percent[high] / 100 if cell.percent else 0.0


def _basis(band: Band, stated: float, annual: float, whole: float) -> str:
    if total_basis_text(band):
        return "year1"
    if band.money("stock") is None:
        return "cash_only"
    off = {"annualised": abs(stated / annual - 1), "full_grant": abs(stated / whole - 1)}
    nearest = min(off, key=lambda basis: off[basis])
    return nearest if off[nearest] <= LOOSE else "unknown"
