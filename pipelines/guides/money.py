"""One tokenizer for every way in which a guide writes an amount of money.

An amount is an optional currency, digits, an optional scale and an optional period:
``$240K``, ``C$172K``, ``INR 22L``, ``₹32,00,000``, ``120K EUR``, ``€1.2M``, ``SEK 55K/mo``,
``$400K+``.  Two amounts joined by a hyphen, a dash or "to" are a range, in which a currency or
a scale written once counts for both ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

SYMBOLS = {
    "US$": "USD",
    "CA$": "CAD",
    "AU$": "AUD",
    "SG$": "SGD",
    "HK$": "HKD",
    "NT$": "TWD",
    "NZ$": "NZD",
    "MX$": "MXN",
    "C$": "CAD",
    "A$": "AUD",
    "S$": "SGD",
    "R$": "BRL",
    "£": "GBP",
    "€": "EUR",
    "₹": "INR",
    "Rs.": "INR",
    "Rs": "INR",
    "₪": "ILS",
    "₩": "KRW",
    "₫": "VND",
    "₱": "PHP",
    "₺": "TRY",
    "zł": "PLN",
    "CN¥": "CNY",
    "RMB": "CNY",
    "NIS": "ILS",
    "Kč": "CZK",
    "Ft": "HUF",
    "RM": "MYR",
    "Rp": "IDR",
    "฿": "THB",
    "₦": "NGN",
    "¥": "JPY",
    "kr": "SEK",
    "$": "USD",
}
CODES = [
    "USD",
    "GBP",
    "EUR",
    "INR",
    "SGD",
    "CAD",
    "CNY",
    "AUD",
    "ILS",
    "HKD",
    "BRL",
    "DKK",
    "SEK",
    "PLN",
    "CHF",
    "IDR",
    "KRW",
    "JPY",
    "AED",
    "SAR",
    "UYU",
    "TWD",
    "VND",
    "ARS",
    "NOK",
    "NZD",
    "MXN",
    "CZK",
    "HUF",
    "RON",
    "TRY",
    "THB",
    "PHP",
    "MYR",
    "ZAR",
    "COP",
    "CLP",
    "PEN",
    "EGP",
    "NGN",
    "KES",
    "PKR",
    "BDT",
]
# Signs that several countries share: the tag of the pay zone says whose they are.
SHARED = {
    "$": frozenset(["USD", "CAD", "AUD", "SGD", "HKD", "TWD", "NZD", "MXN", "ARS", "COP", "CLP"]),
    "¥": frozenset(("JPY", "CNY")),
    "kr": frozenset(("SEK", "DKK", "NOK")),
}
LARGEST = 1e15  # [currency units] no pay in any currency is more; digits that run on are
SCALES = {"k": 1e3, "m": 1e6, "b": 1e9, "l": 1e5, "cr": 1e7}
WORDS = {
    "万": 1e4,
    "萬": 1e4,
    "만": 1e4,
    "亿": 1e8,
    "億": 1e8,
    "억": 1e8,
    "thousand": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "mm": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "lakhs": 1e5,
    "lakh": 1e5,
    "lacs": 1e5,
    "lac": 1e5,
    "lpa": 1e5,
    "crores": 1e7,
    "crore": 1e7,
}

_SIGN = "|".join(
    [re.escape(sign) for sign in sorted(SYMBOLS, key=len, reverse=True) if not sign.isalpha()]
    + [rf"(?<![A-Za-z]){sign}" for sign in SYMBOLS if sign.isalpha()]
    + [rf"(?<![A-Za-z]){code}" for code in CODES]
)
_GROUP = r"[,'\u2019\u00a0\u202f\u2009]"
_NUMBER = (
    rf"\d{{1,3}}(?:{_GROUP}\d{{2,3}})*{_GROUP}\d{{3}}(?!\d)(?:\.\d+)?|\d+(?:\.\d{{3}}){{2,}}"
    r"|\d+,\d{1,2}(?=\s?[KkMBL](?![A-Za-z]))|\d+(?:\.\d+)?"
)
_SCALE = (
    r"(?:[KkMBL]|\s?Cr|\s?cr|(?<=\d)m)(?![A-Za-z])"
    rf"|\s?(?i:{'|'.join(word for word in WORDS if word.isascii())})\b"
    rf"|\s?(?:{'|'.join(word for word in WORDS if not word.isascii())})"
)
PERIODS = {"y": "yr", "a": "yr", "p": "yr", "mo": "mo", "h": "hr", "w": "wk", "d": "day"}
_PERIOD = (
    r"\s?(?:/|per\s)\s?(?:(?:RSU|RSUs)/)?(?P<years>4[ -]?)?"
    r"(?P<unit>years?|yrs?|annum|months?|mo|hours?|hrs?|weeks?|wk|days?)\b"
    r"|\s(?P<adverb>annually|monthly|hourly|weekly|daily|p\.?a\b"
    r"|an?\s(?P<noun>year|month|hour|week|day))\b"
)
_BEFORE = re.compile(rf"(?:{_SIGN})\s?\Z")
_AMOUNT = re.compile(
    rf"(?P<number>{_NUMBER})(?P<scale>{_SCALE})?(?P<plus>\+)?"
    rf"(?P<after>\s?(?:€|£|zł|Kč|Ft\b|kr\b|(?:{'|'.join(CODES)})\b(?!\s?\d)))?(?:{_PERIOD})?(?P<percent>\s?%)?"
)
_JOIN = re.compile(r"\s*[-\u2013\u2014\u2212]\s*|\s+to\s+|\s*\.\.\.?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount or a range of amounts, as written.

    Attributes:
        low: Low end [currency units]; equal to ``high`` for a single amount.
        high: High end [currency units].
        currency: ISO 4217 code; None when the text names none.
        period: ``yr``, ``mo``, ``wk``, ``day``, ``hr`` or ``4yr`` when the amount itself says so,
            else None.
        open_ended: True when the amount ends in ``+``.
        start: Offset of the first character.
        end: Offset behind the last character.
        ends: The currencies written at the low and the high end, before they were shared.
        raw: The text itself.
    """

    low: float
    high: float
    currency: str | None
    period: str | None
    open_ended: bool
    start: int
    end: int
    ends: tuple[str | None, str | None] = (None, None)
    raw: str = ""

    @property
    def is_range(self) -> bool:
        """Whether two ends are written."""
        return self.low != self.high


@dataclass(frozen=True, slots=True)
class Single:
    """One number as written, with its currency (``sign``) and its multiplier, where it has any."""

    value: float
    sign: str | None
    scale: float | None
    period: str | None
    plus: bool
    start: int
    end: int
    digits: str


def singles(text: str) -> Iterator[Single]:
    """Every number that is not a percentage, with whatever money marks stand beside it."""
    for match in _AMOUNT.finditer(text):
        if match["percent"]:
            continue
        sign = _BEFORE.search(text, max(0, match.start() - 5), match.start())
        if sign or not _glued(text, match):
            one = _single(match, sign)
            if one.value < LARGEST:
                yield one


def _glued(text: str, match: re.Match[str]) -> bool:
    """Whether the digits belong to a word (L4, 409A, 10x)."""
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    return before.isalpha() or (not match["plus"] and after.isalpha())


def _single(match: re.Match[str], sign: re.Match[str] | None) -> Single:
    written = sign[0] if sign else match["after"] or ""
    scale = _scale(match["scale"])
    digits = match["number"]
    return Single(
        _number(digits, scale), written.strip() or None, scale, _period(match),
        bool(match["plus"]), sign.start() if sign else match.start(), match.end(), digits,
    )  # fmt: skip


def _scale(written: str | None) -> float | None:
    if not written:
        return None
    word = written.strip().lower()
    return SCALES.get(word) or WORDS[word]


def _number(digits: str, scale: float | None) -> float:
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        digits = digits.replace(",", ".")  # a decimal comma: a group has three digits
    plain = re.sub(_GROUP, "", digits)
    if not scale and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", plain):
        plain = plain.replace(".", "")  # a full stop before three digits groups thousands
    return round(float(plain) * (scale or 1), 4)


def _period(match: re.Match[str]) -> str | None:
    if match["years"]:
        return "4yr"
    written = match["unit"] or match["noun"] or match["adverb"] or ""
    return next((PERIODS[start] for start in PERIODS if written.startswith(start)), None)


def currency_of(sign: str | None, zone: str | None = None) -> str | None:
    """The ISO code of a written currency, by the zone's own currency where a sign is shared.

    >>> currency_of("£"), currency_of("$"), currency_of("$", "AUD"), currency_of("¥", "CNY")
    ('GBP', 'USD', 'AUD', 'CNY')
    >>> currency_of(None) is None
    True
    """
    if sign is None:
        return None
    if zone and zone in SHARED.get(sign, ()):
        return zone
    return SYMBOLS.get(sign, sign)


def scan(text: str, zone: str | None = None) -> list[Money]:
    """Every amount of money in a text; numbers without a currency are left out.

    Args:
        text: Any text.
        zone: The currency of the pay zone, which settles shared signs.

    Returns:
        Amounts in the order of the text.

    >>> [(m.low, m.high, m.currency) for m in scan("$240K base and €1.2M-1.5M over 4 years")]
    [(240000.0, 240000.0, 'USD'), (1200000.0, 1500000.0, 'EUR')]
    >>> [(m.low, m.period, m.open_ended) for m in scan("SEK 55K/mo, ₹32,00,000+")]
    [(55000.0, 'mo', False), (3200000.0, None, True)]
    >>> scan("L4 with 800 RSUs and 12% bonus, 500M+ users")
    []
    """
    found = list(singles(text))
    amounts = []
    index = 0
    while index < len(found):
        here = found[index]
        following = found[index + 1] if index + 1 < len(found) else None
        if following and _JOIN.fullmatch(text[here.end : following.start]):
            amounts.append(join(here, following, text, zone))
            index += 2
        else:
            amounts.append(alone(here, text, zone))
            index += 1
    return [amount for amount in amounts if amount.currency]


def alone(one: Single, text: str, zone: str | None = None) -> Money:
    """A single amount as a range of one."""
    currency = currency_of(one.sign, zone)
    return Money(
        one.value, one.value, currency, one.period, one.plus, one.start, one.end,
        (currency, currency), text[one.start : one.end].strip(),
    )  # fmt: skip


def join(low: Single, high: Single, text: str, zone: str | None = None) -> Money:
    """Two amounts as one range; currency and scale written once count for both ends."""
    first = low.value
    if low.scale is None and high.scale and "," not in low.digits and low.value < 1000:
        first = round(low.value * high.scale, 4)
    ends = (currency_of(low.sign, zone), currency_of(high.sign, zone))
    return Money(
        first, high.value, ends[0] or ends[1], high.period or low.period, high.plus,
        low.start, high.end, (ends[0] or ends[1], ends[1] or ends[0]),
        text[low.start : high.end].strip(),
    )  # fmt: skip


def unwrap(text: str) -> str:
    """Brackets and stars that stand round an amount, taken away.

    >>> unwrap("$[290K] TC, **$[178-190]K** base, SGD [60K-90K], $[X]K")
    '$290K TC, $178-190K base, SGD 60K-90K, $[X]K'
    """
    bare = re.sub(r"\*\*|__", "", text)
    return re.sub(
        r"\[(\d[\d.,]*[KMBL]?(?:\s?[-\u2013]\s?\d[\d.,]*[KMBL]?)?\+?)\]",
        r"\1",
        bare,
    )


def tidy(value: float | None) -> float | int | None:
    """A whole number of units as an int, for readable JSON.

    >>> tidy(240000.0), tidy(12.5), tidy(None)
    (240000, 12.5, None)
    """
    if value is None:
        return None
    return int(value) if value == int(value) else value


def shift(amounts: Sequence[Money], offset: int) -> list[Money]:
    """The same amounts, in a text that begins ``offset`` characters earlier."""
    return [replace(m, start=m.start + offset, end=m.end + offset) for m in amounts]
