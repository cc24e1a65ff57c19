"""What the columns of a band table hold, told from their headers."""

from __future__ import annotations

import re
from functools import lru_cache

_PATTERNS = (
    ("currency", r"^currency$"),
    ("region", r"^(?:region|location|market|city|geo\w*|pay zone|office|metro|hub|country|site)\b"),
    ("level", r"^(?:level|grade|band)\b"),
    ("title", r"^(?:title|role)\b"),
    ("total", r"\btotal\b|\bTC\b|\bOTE\b|all-in"),
    ("signon", r"\bsign(?:ing)?[- ]?on\b|\bsigning\b"),
    ("base", r"\bbase\b|\bsalary\b|\bfixed\b"),
    ("secondary", r"\bsecondary\b|\bmedallion\b"),
    (
        "stock",
        r"stock|equity|\bRSUs?\b|option|\bPPUs?\b|phantom|carry|profit|partnership|\bshares?\b|PnL"
        r"|\bgrant\b|units",
    ),
    ("bonus", r"bonus|incentive|variable|commission"),
    ("premium", r"premium"),
)
_BRACKETS = re.compile(r"\([^()]*\)")
_PERIOD = re.compile(
    r"\b(?P<unit>hourly|daily|weekly|monthly)\b"
    r"|(?:/\s?|\bper )(?P<per>hour|hr|day|week|month|mo)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:(?P<low>min(?:imum)?|low|from)|(?P<high>max(?:imum)?|high|to))\b", re.IGNORECASE
)
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PATTERNS)


@lru_cache(maxsize=512)
def column_kind(header: str) -> str | None:
    """The field a header stands for; None for a header that names no pay component.

    >>> [column_kind(h) for h in ("Region", "Stock (RSU/4yr)", "Sign-On / Bonus", "Bonus (Annual)")]
    ['region', 'stock', 'signon', 'bonus']
    >>> column_kind("Equity (4yr total)"), column_kind("Tel Aviv (ILS)") is None
    ('stock', True)
    """
    plain = header.replace("**", "").strip()
    outside = _BRACKETS.sub(" ", plain).strip()
    return _kind(outside) or _kind(plain)


def _kind(text: str) -> str | None:
    return next((name for name, pattern in _COMPILED if pattern.search(text)), None)


@lru_cache(maxsize=512)
def equity_kind(text: str) -> str | None:
    """The vehicle an equity header or note names.

    ``other`` is carry, profit sharing, or a mixture; None when no equity word occurs.

    >>> equity_kind("Stock (RSU/4yr)"), equity_kind("Options (4yr)"), equity_kind("Carry/Bonus")
    ('rsu', 'options', 'other')
    >>> equity_kind("Equity (Options/RSU est.)")
    'other'
    """
    found = {
        kind
        for kind, pattern in (
            ("rsu", r"\bRSUs?\b|restricted stock"),
            ("options", r"\boptions?\b|\bISOs?\b|\bNSOs?\b"),
            ("ppu", r"\bPPUs?\b"),
            ("phantom", r"\bphantom\b"),
        )
        if re.search(pattern, text, re.IGNORECASE)
    }
    if len(found) == 1:
        return found.pop()
    return "other" if found or column_kind(text) in ("stock", "secondary") else None


@lru_cache(maxsize=512)
def equity_period(text: str) -> str | None:
    """The period an equity header states: ``4yr``, ``yr`` or None.

    >>> equity_period("Stock (RSU/4yr)"), equity_period("RSU (annual)"), equity_period("Equity")
    ('4yr', 'yr', None)
    """
    if re.search(r"\b4[ -]?y(?:ea)?rs?\b|four[- ]year", text, re.IGNORECASE):
        return "4yr"
    return "yr" if re.search(r"/\s?y(?:ea)?r\b|annual|per year", text, re.IGNORECASE) else None


@lru_cache(maxsize=512)
def pay_period(header: str) -> str | None:
    """The period shorter than a year that a pay header states; None when it states none.

    >>> pay_period("Base (hourly)"), pay_period("Salary / month"), pay_period("Base Salary")
    ('hr', 'mo', None)
    """
    match = _PERIOD.search(header)
    if not match:
        return None
    return {"h": "hr", "d": "day", "w": "wk", "m": "mo"}[(match["unit"] or match["per"])[0].lower()]


def end_of_range(header: str) -> tuple[str, str] | None:
    """The component a header names, and which end of it; None for a header of whole ranges.

    >>> end_of_range("Base Min"), end_of_range("Base (max)"), end_of_range("Base")
    (('base', 'low'), ('base', 'high'), None)
    """
    match, kind = _ENDS.search(header), column_kind(header)
    return (kind, str(match.lastgroup)) if match and kind else None
