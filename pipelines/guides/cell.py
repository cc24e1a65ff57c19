"""One cell of a band table: a range, perhaps in two currencies, or a percentage, or words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from pipelines.guides.money import Money, alone, join, singles, unwrap

_SLASH = re.compile(r"\s*/\s*|\s*\|\s*")
_DASH = re.compile(r"\s*[-\u2013\u2014\u2212]+\s*|\s+to\s+", re.IGNORECASE)
_PERCENT = re.compile(
    r"(?P<sign>[+~-])?\b(?P<low>\d+(?:\.\d+)?)\s*%?\s*(?:(?:[-\u2013\u2014\u2212]|to)\s*(?P<high>\d+(?:\.\d+)?))?"
    r"\s*%(?P<plus>\+)?",
)
_UNITS = re.compile(
    r"(?P<low>\d[\d,]*)(?:\s*[-\u2013\u2014]\s*(?P<high>\d[\d,]*))?\+?"
    r"\s+(?:options|shares|units|RSUs|PSUs|PPUs)\b"
)
_NOTHING = re.compile(r"(?:none|n/?a|nil|no equity|[-\u2013\u2014\u2212]+|)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell says.

    Attributes:
        text: The cell without bold marks.
        money: The amount in the zone's currency; None when there is none.
        other: The same amount in a second currency; None when not given.
        annual: The yearly part of a longer grant, given in brackets; None when not given.
        percent: Low and high percentage [%]; None when there is none.
        open_percent: True when the percentage ends in ``+``.
        units: Low and high number of shares or options, where no value is stated.
    """

    text: str
    money: Money | None = None
    other: Money | None = None
    annual: Money | None = None
    percent: tuple[float, float] | None = None
    open_percent: bool = False
    units: tuple[int, int] | None = None

    @property
    def words(self) -> str | None:
        """The cell's text when it holds no amount, but perhaps a share of another zone's."""
        return None if self.money or not self.text else self.text

    @property
    def says_nothing(self) -> bool:
        """Whether the cell states that there is no such component."""
        return _NOTHING.fullmatch(self.text) is not None


@lru_cache(maxsize=4096)
def read_cell(text: str, zone: str | None = None) -> Cell:
    """Read one cell.

    Args:
        text: The cell as written.
        zone: The currency of the pay zone, for bare numbers and shared signs.

    >>> cell = read_cell("R$770K / $154K - R$1,050K / $210K")
    >>> (cell.money.low, cell.money.high, cell.other.low, cell.other.high)
    (770000.0, 1050000.0, 154000.0, 210000.0)
    >>> read_cell("12-18% target").percent, read_cell("Choose Your Mix").words
    ((12.0, 18.0), 'Choose Your Mix')
    >>> read_cell("$440K-$720K ($110K-$180K/yr)").annual.high
    180000.0
    """
    plain = unwrap(text).replace("\u00a0", " ").strip()
    if units := _UNITS.match(plain):
        low = int(units["low"].replace(",", ""))
        return Cell(plain, units=(low, int((units["high"] or units["low"]).replace(",", ""))))
    share = _PERCENT.search(plain)
    amounts = _amounts(_PERCENT.sub(lambda m: " " * len(m[0]), plain), zone)
    cell = Cell(plain, *_sorted(amounts))
    if share is None or share["sign"]:
        return cell
    percent = (float(share["low"]), float(share["high"] or share["low"]))
    return replace(cell, percent=percent, open_percent=bool(share["plus"]))


def _amounts(text: str, zone: str | None) -> list[Money]:
    found = [one for one in singles(text) if one.sign or one.scale or one.value >= 1000]
    gaps = [text[a.end : b.start] for a, b in pairwise(found)]
    kinds = ["/" if _SLASH.fullmatch(g) else "-" if _DASH.fullmatch(g) else "x" for g in gaps]
    if kinds[:3] == ["/", "-", "/"]:  # interleaved: low / low - high / high
        own, alt = join(found[0], found[2], text, zone), join(found[1], found[3], text, zone)
        return [_zoned(own, zone), alt]
    amounts = []
    index = 0
    while index < len(found):
        ranged = index < len(kinds) and kinds[index] == "-"
        amount = (
            join(found[index], found[index + 1], text, zone)
            if ranged
            else alone(found[index], text, zone)
        )
        amounts.append(_zoned(amount, zone))
        index += 2 if ranged else 1
    return amounts


def _zoned(money: Money, zone: str | None) -> Money:
    return money if money.currency else replace(money, currency=zone, ends=(zone, zone))


def _sorted(amounts: list[Money]) -> tuple[Money | None, Money | None, Money | None]:
    """The amount itself, its twin in another currency, and its yearly part."""
    if not amounts:
        return None, None, None
    first, *rest = amounts
    other = next((m for m in rest if m.currency != first.currency), None)
    annual = next((m for m in rest if m.currency == first.currency and m.period == "yr"), None)
    return first, other, annual
