"""How far a percentile of a sample may be from that of the people it was drawn from.

The interval is the one of order statistics: the amounts at the shares

    q +- (1.645 sqrt(q (1 - q) / n) + 0.5 / n)

hold the true percentile q in nine cases out of ten, whatever the distribution, because the number
of people below it is binomial (Woodruff 1952; the percentiles of a market snapshot are published
with the same interval, see docs/market.md).  The amounts at those shares are read off the stated
percentiles: between two of them, and beyond the outermost by the slope of the last two, the log of
pay is taken as linear in the normal quantile of the share, since pay is about log-normal.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import Any

CONFIDENCE = 0.90
_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf((1 + CONFIDENCE) / 2)
SHARES: Mapping[str, float] = {"p25": 0.25, "p50": 0.50, "p75": 0.75, "p90": 0.90}

Interval = tuple[float, float]


def intervals(entry: Mapping[str, Any]) -> dict[str, Interval] | None:
    """The interval of each percentile that an entry states [the entry's unit].

    Args:
        entry: With p25 to p90, of which two at least are known, and n.

    Returns:
        None where the sample does not bound them: no n, too few people, or one percentile alone.

    >>> found = intervals({"p25": 185e3, "p50": 200e3, "p75": 215e3, "p90": None, "n": 120.0})
    >>> [round(end) for end in found["p50"]]
    [195431, 204334]
    >>> intervals({"p25": None, "p50": 200e3, "p75": None, "p90": None, "n": 120.0}) is None
    True
    """
    stated = [(share, entry[name]) for name, share in SHARES.items() if entry.get(name) is not None]
    n = entry.get("n")
    if len(stated) < 2 or not n:
        return None
    found = {}
    for name, share in SHARES.items():
        if entry.get(name) is not None:
            low, high = _shares(share, n)
            if not 0 < low < high < 1:
                return None
            found[name] = (_amount(stated, low), _amount(stated, high))
    return found


def _shares(share: float, n: float) -> Interval:
    """Between which shares of the sample the percentile lies."""
    reach = _Z * math.sqrt(share * (1 - share) / n) + 0.5 / n
    return share - reach, share + reach


def _amount(stated: Sequence[tuple[float, float]], share: float) -> float:
    """The amount at a share, off the stated ones."""
    (a, low), (b, high) = next(
        (pair for pair in _pairs(stated) if share <= pair[1][0]), (stated[-2], stated[-1])
    )
    start, end = _NORMAL.inv_cdf(a), _NORMAL.inv_cdf(b)
    slope = (math.log(high) - math.log(low)) / (end - start)
    return math.exp(math.log(low) + slope * (_NORMAL.inv_cdf(share) - start))


def _pairs(
    stated: Sequence[tuple[float, float]],
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    yield from itertools.pairwise(stated)
