"""The place where a comparison turns over as one fact grows, to the last bit or to the day."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date

Rank = int
Sign = Callable[[float | date], int | None]


def rank(value: float | date) -> Rank:
    """The place of a value in the order of all values of its kind; no value lies between two."""
    if isinstance(value, date):
        return value.toordinal()
    (bits,) = struct.unpack("<q", struct.pack("<d", value))
    return int(bits) if bits >= 0 else -(bits & 0x7FFF_FFFF_FFFF_FFFF)


def ranked(place: Rank, like: float | date) -> float | date:
    """The value at a place.

    >>> ranked(rank(1.5) + 1, 0.0), ranked(rank(-2.0), 0.0)
    (1.5000000000000002, -2.0)
    """
    if isinstance(like, date):
        return date.fromordinal(place)
    bits = place if place >= 0 else -place | -0x8000_0000_0000_0000
    (value,) = struct.unpack("<d", struct.pack("<q", bits))
    return float(value)


def turns(sign: Sign, low: float | date, high: float | date) -> list[tuple[float | date, ...]]:
    """Neighbours between which a sign changes, from one value where it is known to another.

    >>> turns(lambda x: (x > 3) - (x < 3), 1.0, 8.0)
    [(2.9999999999999996, 3.0), (3.0, 3.0000000000000004)]
    """
    first, last = sign(low), sign(high)
    if first is None or last is None or first == last:
        return []
    pair = _between(lambda value: sign(value) == first, low, high)
    middle = sign(pair[1])
    if middle == 0 and last != 0:
        return [pair, _between(lambda value: sign(value) == 0, pair[1], high)]
    return [pair]


def _between(
    holds: Callable[[float | date], bool], low: float | date, high: float | date
) -> tuple[float | date, float | date]:
    """The last value, on the way up, for which something holds, and its neighbour."""
    here, there = rank(low), rank(high)
    while abs(there - here) > 1:
        middle = (here + there) // 2
        if holds(ranked(middle, low)):
            here = middle
        else:
            there = middle
    return ranked(here, low), ranked(there, low)
