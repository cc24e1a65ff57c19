"""A change divided among its causes, exactly: Shapley's value in whole fractions.

Every cause gets its average contribution over all orders in which the causes can be brought in one
after the other.  The parts of each order add up to the change, and so do their averages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, permutations

Causes = frozenset[str]  # those that are brought in already
Value = Fraction | None


@dataclass(frozen=True, slots=True)
class Shares:
    """A change in parts.

    Attributes:
        parts: By cause; None where no order is known from end to end.
        orders: How many orders could be followed, of ``of``.
    """

    parts: Mapping[str, Fraction] | None
    orders: int
    of: int


def coalitions(causes: Sequence[str]) -> Iterator[Causes]:
    """Every choice among the causes, none and all included, the small ones first.

    >>> len(list(coalitions(["offer", "book", "market", "date"])))
    16
    """
    for size in range(len(causes) + 1):
        yield from map(frozenset, combinations(causes, size))


def shares(values: Mapping[Causes, Value], causes: Sequence[str]) -> Shares:
    """Divide a change among its causes.

    Where a value is unknown the orders that pass it are left out; with all known, the parts are
    Shapley's.

    Args:
        values: What comes out when some causes are brought in, for each choice of them.
        causes: All of them.

    >>> both = {frozenset("ab"): Fraction(6), frozenset("a"): Fraction(1)}
    >>> shares({frozenset(): Fraction(0), frozenset("b"): Fraction(3), **both}, "ab").parts
    {'a': Fraction(2, 1), 'b': Fraction(4, 1)}
    """
    sums = dict.fromkeys(causes, Fraction(0))
    followed = of = 0
    for order in permutations(causes):
        of += 1
        steps = _steps(values, order)
        if steps is None:
            continue
        followed += 1
        for cause, step in zip(order, steps, strict=True):
            sums[cause] += step
    if not followed:
        return Shares(None, 0, of)
    return Shares({cause: total / followed for cause, total in sums.items()}, followed, of)


def _steps(values: Mapping[Causes, Value], order: Sequence[str]) -> list[Fraction] | None:
    """What each cause adds in one order; None where that is not known."""
    passed = [values.get(frozenset(order[:count])) for count in range(len(order) + 1)]
    known = [one for one in passed if one is not None]
    if len(known) < len(passed):
        return None
    return [after - before for before, after in pairwise(known)]


def enough(outcomes: Mapping[Causes, object], causes: Sequence[str]) -> list[Causes]:
    """The smallest choices of causes that bring the last outcome about; none where nothing does.

    Args:
        outcomes: What comes out for each choice; one that is missing is not known.
        causes: All of them.
    """
    last = outcomes.get(frozenset(causes))
    found: list[Causes] = []
    for some in coalitions(causes):
        if some in outcomes and outcomes[some] == last and not any(one <= some for one in found):
            found.append(some)
    return found


def needed(outcomes: Mapping[Causes, object], causes: Sequence[str]) -> list[str]:
    """The causes without which the last outcome does not come about, whatever the others do."""
    everything = frozenset(causes)
    last = outcomes.get(everything)
    return [
        cause
        for cause in causes
        if all(
            outcomes[some] != last
            for some in coalitions([one for one in causes if one != cause])
            if some in outcomes
        )
    ]
