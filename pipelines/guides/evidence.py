"""The evidence list of a guide, and the facts about vesting and period in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.guides.document import Document

_HEADING = re.compile(r"\b(?:evidence|sources|references)\b", re.IGNORECASE)
_ITEM = re.compile(r"^(?:[-*•]|\d+[.)]|\[\d+\])\s+(?P<text>.+)$")
_URL = re.compile(r"https?://[^\s)\]>]+")
_CLIFF = re.compile(
    r"\b(?:(?P<years>one|1|two|2)[- ]year|(?P<months>\d{1,2})[- ]month)s?[- ]cliff\b", re.IGNORECASE
)
_COUNT = r"(\d|two|three|four|five|six)[- ]?(?:year|yr)s?\b"
_VEST = re.compile(
    rf"\b{_COUNT}[^.|;]{{0,30}}?\bvest|\bvest\w*\s[^.|;]{{0,20}}?\bover {_COUNT}", re.IGNORECASE
)
_YEARS = re.compile(r"\b(20\d\d)\s?[-\u2013]\s?(20\d\d|\d\d)\b")
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


@dataclass(frozen=True, slots=True)
class Source:
    """One item of the evidence list.

    Attributes:
        text: The item without list mark, brackets and address.
        url: The address; None when the item has none.
    """

    text: str
    url: str | None


def read_sources(document: Document) -> list[Source]:
    """The items of the last section about evidence or sources."""
    for section in reversed(document.sections):
        if _HEADING.search(section.heading):
            items = [match for _, line in section.lines if (match := _ITEM.match(line))]
            if items:
                return [_source(match["text"]) for match in items]
    return []


def _source(item: str) -> Source:
    url = _URL.search(item)
    text = re.sub(r"\]\([^)]*\)", "]", item)
    text = _URL.sub("", text).replace("[", "").replace("]", "").strip(" :()")
    return Source(text, url[0] if url else None)


def vest_years(text: str) -> int | None:
    """Years over which equity vests, where the text says so.

    >>> vest_years("4-year vest with a cliff"), vest_years("vests over four years")
    (4, 4)
    """
    match = _first(_VEST, "vest", text)
    return _count(match[1] or match[2]) if match else None


def vest_cliff_months(text: str) -> int | None:
    """Months of the cliff, where the text says so.

    >>> vest_cliff_months("4-Year Vest w/ 1-Year Cliff"), vest_cliff_months("6-month cliff")
    (12, 6)
    """
    match = _first(_CLIFF, "cliff", text)
    if not match:
        return None
    return int(match["months"]) if match["months"] else 12 * _count(match["years"])


def _first(pattern: re.Pattern[str], word: str, text: str) -> re.Match[str] | None:
    """The first match in a line that holds the word (looking for the word first is fast)."""
    lines = (line for line in text.split("\n") if word in line.lower())
    return next((match for line in lines if (match := pattern.search(line))), None)


def _count(word: str) -> int:
    return _NUMBERS.get(word.lower()) or int(word)


def effective_period(text: str) -> str | None:
    """The latest span of years that the guide names for its figures.

    >>> effective_period("data 2024-2025, benchmarks 2025-2026")
    '2025-2026'
    """
    spans = {(int(a), int(b) if len(b) == 4 else int(a[:2] + b)) for a, b in _YEARS.findall(text)}
    plausible = [span for span in spans if 0 <= span[1] - span[0] <= 2]
    return "{}-{}".format(*max(plausible, key=lambda s: (s[1], s[0]))) if plausible else None
