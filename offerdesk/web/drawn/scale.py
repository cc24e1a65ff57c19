"""From amounts to places on a line, and labels that do not run into each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

LETTER = 6.6  # [px] of a label's average letter
ROUND = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """A line from one amount to another, and where on the canvas it runs [px]."""

    low: float
    high: float
    start: float
    end: float

    def at(self, amount: float) -> float:
        """The place of an amount; in the middle where the line has no length.

        >>> Scale(100, 200, 0, 50).at(150), Scale(7, 7, 0, 50).at(7)
        (25.0, 25.0)
        """
        if self.high == self.low:
            return (self.start + self.end) / 2
        share = (amount - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def ticks(high: float, most: int = 4) -> list[float]:
    """Round amounts from nothing up to where a chart ends: the first is 0, the last at or above.

    >>> ticks(326_500.0), ticks(0.0)
    ([0.0, 100000.0, 200000.0, 300000.0, 400000.0], [0.0, 1.0])
    """
    if high <= 0:
        return [0.0, 1.0]
    size = 10 ** math.floor(math.log10(high / most))
    step = next(one * size for one in ROUND if one * size * most >= high)
    return [float(step * place) for place in range(math.ceil(high / step) + 1)]


def spread(
    places: Sequence[float], widths: Sequence[float], start: float, end: float
) -> list[float]:
    """Middles of labels: near their places, in the same order, side by side between two ends.

    Args:
        places: Where each would like to be, from the least on.
        widths: Of the labels.
        start: Nothing stands before it.
        end: Nothing stands behind it, unless there is too little room for all.

    >>> spread([10, 12, 95], [20, 20, 20], 0, 100)
    [10.0, 30.0, 90.0]
    """
    found: list[float] = []
    edge = start
    for place, width in zip(places, widths, strict=True):
        found.append(float(max(place, edge + width / 2)))
        edge = found[-1] + width / 2
    edge = end
    for index in range(len(found) - 1, -1, -1):
        found[index] = min(found[index], edge - widths[index] / 2)
        edge = found[index] - widths[index] / 2
    return found


def width_of(*lines: str) -> float:
    """About how wide a label is [px]."""
    return LETTER * max(map(len, lines)) + 10
