"""One cell of a band table: a range, perhaps in two currencies, or a percentage, or words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, zip_longest

from pipelines.guides.money import Money, Single, alone, join, singles, unwrap

_SLASH = re.compile(r"\s*/\s*|\s*\|\s*")
_DASH = re.compile(r"\s*[-\u2013\u2014\u2212]+\s*[~\u2248]?\s*|\s+to\s+[~\u2248]?", re.IGNORECASE)
_PERCENT = re.compile(
    r"(?P<sign>[+-])?\b(?P<low>\d{1,4}(?:[.,]\d+)?)\s*%?\s*"
    r"(?:(?:[-\u2013\u2014\u2212]|to)\s*[~\u2248]?\s*(?P<high>\d{1,4}(?:[.,]\d+)?))?"
    r"\s*%(?P<plus>\+)?",
)
_UNITS = re.compile(
    r"(?P<low>\d[\d,]*)(?:\s*[-\u2013\u2014]\s*(?P<high>\d[\d,]*))?\+?"
    r"\s+(?:options|shares|units|RSUs|PSUs|PPUs)\b"
)
# Only one end of a range: the other is not known, and is left empty.
_ONLY_HIGH = re.compile(
    r"[\W_]*(?:up to|max(?:imum|\.)?|at most|no more than|\u2264|<)", re.IGNORECASE
)
_ONLY_LOW = re.compile(
    r"[\W_]*(?:from|min(?:imum|\.)?|at least|starting (?:at|from)|\u2265|>)", re.IGNORECASE
)
_EMPHASIS = re.compile(r"(?<!\w)_+|_+(?!\w)|`+|\*\*")
_SPACED_THOUSANDS = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?!\d))")
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
        missing: ``low`` or ``high`` when only the other end is stated ("up to"), else None.
    """

    text: str
    money: Money | None = None
    other: Money | None = None
    annual: Money | None = None
    percent: tuple[float, float] | None = None
    open_percent: bool = False
    units: tuple[int, int] | None = None
    missing: str | None = None

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
    plain = _SPACED_THOUSANDS.sub(",", _EMPHASIS.sub("", unwrap(text))).strip()
    if units := _UNITS.match(plain):
        low = int(units["low"].replace(",", ""))
        return Cell(plain, units=(low, int((units["high"] or units["low"]).replace(",", ""))))
    share = _PERCENT.search(plain)
    amounts = _amounts(_PERCENT.sub(lambda m: " " * len(m[0]), plain), zone)
    cell = Cell(plain, *_sorted(amounts), missing=_missing(plain, amounts, share))
    if share is None or share["sign"]:
        return cell
    percent = (_share(share["low"]), _share(share["high"] or share["low"]))
    return replace(cell, percent=percent, open_percent=bool(share["plus"]))


def _share(written: str) -> float:
    return float(written.replace(",", "."))


def _missing(text: str, amounts: list[Money], share: re.Match[str] | None) -> str | None:
    ranged = amounts[0].is_range if amounts else bool(share and share["high"])
    if ranged:
        return None
    return "low" if _ONLY_HIGH.match(text) else "high" if _ONLY_LOW.match(text) else None


def _amounts(text: str, zone: str | None) -> list[Money]:
    found = list(_amounts_of_pay(text))
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


def _amounts_of_pay(text: str) -> Iterator[Single]:
    """The numbers that are money: marked, large, or the low end of a range that is ("75-95K")."""
    numbers = list(singles(text))
    for one, following in zip_longest(numbers, numbers[1:]):
        ends = following and following.scale and _DASH.fullmatch(text[one.end : following.start])
        if one.sign or one.scale or one.value >= 1000 or ends:
            yield one


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
