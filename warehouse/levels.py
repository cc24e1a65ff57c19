"""Whether a level lies within a range of levels, where the text can tell."""

from __future__ import annotations

import re

from warehouse.aliases import plain

_RANGE = re.compile(r"(?i)\s*(?:[\u2012-\u2015-]|to|/)\s*")

Span = tuple[str, int, int]


def spans(text: str) -> list[Span]:
    """Ranges of numbered levels as written: scale, lowest, highest.

    >>> spans("L4-L6"), spans("IC2-3"), spans("Level 61-63"), spans("Staff+")
    ([('L', 4, 6)], [('IC', 2, 3)], [('LEVEL', 61, 63)], [])
    """
    upper = re.sub(r"(?i)\blevel\b", "LEVEL", text.upper())
    found: list[Span] = []
    end = -1
    for match in re.finditer(r"(?<![A-Z\d])([A-Z]{0,5}?)\s?(\d{1,2})(?!\d)(\+?)", upper):
        scale, number = match[1], int(match[2])
        joined = end >= 0 and _RANGE.fullmatch(upper[end : match.start()])
        if joined and found and scale in ("", found[-1][0]) and number >= found[-1][1]:
            found[-1] = (found[-1][0], found[-1][1], 99 if match[3] else number)
        else:
            found.append((scale, number, 99 if match[3] else number))
        end = match.end()
    return found


def own_scale_match(label: str, text: str) -> bool | None:
    """Whether a level label lies in the employer's own range; None when they cannot be compared.

    >>> own_scale_match("L5", "L4-L6"), own_scale_match("L3", "L4-L6"), own_scale_match("L5", "T5")
    (True, False, None)
    >>> own_scale_match("Senior", "Senior (L5)")
    True
    """
    ranges = spans(text)
    wanted = spans(label)
    comparable = [
        low <= number <= high
        for scale, number, _ in wanted
        for other, low, high in ranges
        if scale == other
    ]
    if comparable:
        return any(comparable)
    words = plain(label)
    if words and not wanted and f" {words} " in f" {plain(text)} ":
        return True
    return None


def pivot_match(level_std: int, peer_level: str) -> bool | None:
    """Whether a standard level lies in a range written on the Google ladder; None without one.

    >>> pivot_match(5, "ML Engineer L4-L6"), pivot_match(5, "L3-L4 Payments"), pivot_match(5, "SWE")
    (True, False, None)
    """
    ladder = [(low, high) for scale, low, high in spans(peer_level) if scale in ("L", "")]
    if not ladder:
        return None
    return any(low <= level_std <= high for low, high in ladder)


def level_std(company: str | None, level: str | None, title: str | None) -> int | None:
    """The standard level, 3 to 7, that an employer's level is; None where no map says so."""
    return None
