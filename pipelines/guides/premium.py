"""A premium over the standard band, in percent: AI, role or company specific."""

from __future__ import annotations

import re

from pipelines.guides.document import Document

_RANGE = (
    r"\+?~?(?P<low>\d+(?:\.\d+)?)(?:\s*%?\s*(?:[-\u2013\u2014]|to)\s*\+?(?P<high>\d+(?:\.\d+)?))?"
    r"\s*%\+?"
)
_STATED = (
    re.compile(
        rf"{_RANGE}\s+"
        r"(?:(?!(?:in|to|than|of|by|from|that|which|is|and|real)\b)[\w/&\u2019'-]+\s+){0,5}?"
        r"premiums?\b(?! (?:conversions?|subscribers?|users?|tiers?|customers?))",
        re.IGNORECASE,
    ),
    re.compile(rf"\bpremiums?\b\s*(?:\(|of|:|at|is|=)\s*{_RANGE}", re.IGNORECASE),
)
_PASSED = re.compile(
    r"negotiate[- ]up|^\d+\.\s+\*\*|^\*\*lever|level mapping|\bcharge an?\b", re.IGNORECASE
)
_BEHIND = re.compile(r"\blevers?\b|negotiate[- ]up|evidence|sources", re.IGNORECASE)


def read_premium(document: Document) -> tuple[float, float] | None:
    """The first premium in percent that precedes the levers; None when none is stated.

    Order: the line of tags below the title, the note at the table, then the sections above the
    levers.  A premium that only a lever or the negotiate-up paragraph asks for is not stated.
    """
    for section in document.sections:
        if _BEHIND.search(section.heading) and section.line > 1:
            continue
        for text in (section.heading, *(line for _, line in section.lines)):
            if "premium" not in text.lower() or _PASSED.search(text):
                continue
            if found := stated_premium(text):
                return found
    return None


def stated_premium(text: str) -> tuple[float, float] | None:
    """The first premium in a text, as low and high percent.

    >>> stated_premium("**+15-25% AI Premium**"), stated_premium("a premium of 15-20% above")
    ((15.0, 25.0), (15.0, 20.0))
    >>> stated_premium("10-15% bonus and a scale premium") is None
    True
    """
    matches = [m for pattern in _STATED if (m := pattern.search(text.replace("**", "")))]
    if not matches:
        return None
    first = min(matches, key=lambda match: match.start())
    low = float(first["low"])
    return low, float(first["high"]) if first["high"] else low
