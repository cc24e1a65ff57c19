"""One cell of a person's own sheet as an amount of money: all of it, or nothing.

The guides' tokenizer (``pipelines.guides.money``) knows every way to write an amount; a cell is
understood only when nothing is left over, so that a remark beside an amount holds the row instead
of being ignored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.guides.money import WORDS, Money, alone, join, singles
from pipelines.sources.annual import SPELLINGS

_PER = re.compile(r"(?i)(?:\s*(?:/|\bper\b|\ban?\b)\s*(?P<word>[a-z-]+)|\s+p\.?\s?a\.?)\s*$")
_RUN = re.compile(r"\d(?:[\d.,'\u2019 \u00a0\u202f]*\d)?")
_SPACES = re.compile(r"['\u2019 \u00a0\u202f](?=\d{3}(?!\d))")
_JOIN = re.compile(r"(?i)\s*[-\u2013\u2014\u2212]\s*|\s+to\s+")
_UNITS = {word: unit for unit, words in SPELLINGS.items() for word in words}
_PERIODS = {"yr": "year", "mo": "month"}
# Digits with groups of thousands (or lakh) and a decimal part, by the sign before that part.
_DIGITS = {
    "point": re.compile(r"(?P<whole>\d{1,3}(?:,\d{2,3})*,\d{3}|\d+)(?:\.(?P<part>\d+))?"),
    "comma": re.compile(r"(?P<whole>\d{1,3}(?:\.\d{2,3})*\.\d{3}|\d+)(?:,(?P<part>\d+))?"),
}
# What a spreadsheet writes for a number of its own, whatever the sheet's other cells do.
_PLAIN = re.compile(r"(?P<whole>\d+)\.(?P<part>\d{1,2}|\d{4,})|(?P<long>\d{4,})\.(?P<rest>\d+)")


# By far the most cells: digits and nothing else.
_BARE = re.compile(r"\d+(?:\.\d{1,2})?")
_WORDS = re.compile(rf"(?i)(?<=[\d\s])(?:{'|'.join(WORDS)})\b")


@dataclass(frozen=True, slots=True)
class Amount:
    """What a cell says.

    Attributes:
        low: Low end [currency units per ``unit``]; equal to ``high`` for a single amount.
        high: High end.
        currency: ISO 4217 code; None when the cell names none.
        unit: ``year``, ``month``, ...; None when the cell does not say.
    """

    low: float
    high: float
    currency: str | None = None
    unit: str | None = None


def amount_of(
    text: str, decimal: str = "point", scale: float = 1.0, currency: str | None = None
) -> Amount | None:
    """The amount that a cell states; None where it is not understood in full.

    Args:
        text: The cell.
        decimal: ``point`` or ``comma``: what stands before the decimal part.
        scale: What an amount is multiplied by that names no scale of its own.
        currency: The sheet's own currency, which settles a shared sign such as ``$``.

    >>> amount_of("$120,000"), amount_of("65.000,50 \u20ac", "comma")
    ... # doctest: +NORMALIZE_WHITESPACE
    (Amount(low=120000.0, high=120000.0, currency='USD', unit=None),
     Amount(low=65000.5, high=65000.5, currency='EUR', unit=None))
    >>> amount_of("\u00a360K-70K per year"), amount_of("32", scale=1e5).low, amount_of("24 LPA").low
    (Amount(low=60000.0, high=70000.0, currency='GBP', unit='year'), 3200000.0, 2400000.0)
    >>> amount_of("$55.50/hr"), amount_of("65.000"), amount_of("120k plus car")
    (Amount(low=55.5, high=55.5, currency='USD', unit='hour'), None, None)
    """
    if _BARE.fullmatch(text):
        return Amount(float(text) * scale, float(text) * scale)
    said, unit = _without_unit(_WORDS.sub(lambda word: word[0].lower(), text.strip()))
    plain = _plain(said, decimal)
    money = None if plain is None else _whole(plain, currency)
    if money is None:
        return None
    low, high = (value * (1 if scaled else scale) for value, scaled in money[1])
    return Amount(low, high, money[0].currency, unit or _PERIODS.get(money[0].period or ""))


def _without_unit(text: str) -> tuple[str, str | None]:
    """A text without the period at its end, and that period; as it was when it is no period."""
    found = _PER.search(text)
    if not found:
        return text, None
    unit = _UNITS.get(found["word"].lower()) if found["word"] else "year"
    return (text[: found.start()], unit) if unit else (text, None)


def _plain(text: str, decimal: str) -> str | None:
    """The text with its numbers as digits and a full stop; None where one is ambiguous."""
    pieces: list[str] = []
    end = 0
    compact = _SPACES.sub("", text)
    for run in _RUN.finditer(compact):
        number = _number(run[0], decimal)
        if number is None:
            return None
        pieces += [compact[end : run.start()], number]
        end = run.end()
    return "".join([*pieces, compact[end:]])


def _number(digits: str, decimal: str) -> str | None:
    found = _DIGITS[decimal].fullmatch(digits)
    if found:
        whole, part = re.sub(r"[.,]", "", found["whole"]), found["part"]
    elif plain := _PLAIN.fullmatch(digits):
        whole, part = plain["whole"] or plain["long"], plain["part"] or plain["rest"]
    else:
        return None
    if part is None:
        return whole
    if len(part) == 3 and len(whole) < 4 and found and found["whole"] == whole:
        return None  # "65.000" is 65 to one reader and 65,000 to another
    # The tokenizer takes three digits behind a full stop for thousands.
    return f"{whole}.{part}0" if len(part) == 3 else f"{whole}.{part}"


def _whole(text: str, currency: str | None) -> tuple[Money, list[tuple[float, bool]]] | None:
    """The one amount or range that a text consists of, and each end with whether it is scaled."""
    found = list(singles(text))
    if len(found) == 1:
        money = alone(found[0], text, currency)
        ends = [(money.low, found[0].scale is not None)] * 2
    elif len(found) == 2 and _JOIN.fullmatch(text[found[0].end : found[1].start]):
        money = join(found[0], found[1], text, currency)
        scaled = [one.scale is not None for one in found]
        ends = [(money.low, scaled[0] or money.low != found[0].value), (money.high, scaled[1])]
    else:
        return None
    rest = text[: money.start] + text[money.end :]
    return None if rest.strip() or money.open_ended else (money, ends)
