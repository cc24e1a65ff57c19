"""Time taken, and how to sum it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from time import perf_counter
from typing import Any


@dataclass(frozen=True, slots=True)
class Spread:
    """Times of many runs [ms]; on a busy machine the least is the truest."""

    runs: int
    least: float
    p50: float
    p99: float

    def as_dict(self) -> dict[str, float]:
        """For JSON."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def spread(seconds: Sequence[float]) -> Spread:
    """Sum up times [s].

    >>> spread([0.003, 0.001, 0.002])
    Spread(runs=3, least=1.0, p50=2.0, p99=3.0)
    """
    least, p50, p99 = (quantile(seconds, share) for share in (0.0, 0.5, 0.99))
    return Spread(len(seconds), least, p50, p99)


def quantile(seconds: Sequence[float], share: float) -> float:
    """The least time that at least a share of the times do not exceed [ms]; its nearest rank.

    >>> quantile([0.004, 0.001, 0.003, 0.002], 0.75)
    3.0
    """
    return sorted(seconds)[_rank(share, len(seconds))] * 1e3


def _rank(share: float, count: int) -> int:
    """The nearest rank from 0: the least of which at least that share is no greater."""
    return max(1, ceil(share * count)) - 1


def timed(work: Callable[..., Any], *arguments: Any) -> tuple[float, Any]:
    """How long a call takes [s], and what it gives."""
    start = perf_counter()
    found = work(*arguments)
    return perf_counter() - start, found
