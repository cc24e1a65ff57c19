"""Where the verdicts of two editions differ: regions, each with its ends and a witness."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from rules.case import Case
from rules.frame_cases import frames_of
from rules.revision.changes import DECIDES, Change
from rules.revision.edges import Edge, Editions, Way, edges, plain_end
from rules.revision.features import Describer, Features
from rules.revision.flips import TRIED, WAY, Flipping, flipping, is_flip
from rules.revision.reach import names_of
from rules.revision.regions import Bound, Box, Hinges, boxes
from rules.revision.sampling import cases_of
from rules.worked.reducing import reduced

MOST_REGIONS = 10
LEAST, MOSTLY = 5, 0.5  # offers in a region, and the fraction of them that differs, to tell of it
ENOUGH = 2  # offers in which an end has to be found, and alike
EXAMPLES, STRIDE = 12, 4  # offers from which the end of a region is sought
BEYOND = 0.02  # [fraction] an end that lies so far within what was seen is of something else


@dataclass(frozen=True, slots=True)
class End:
    """One end of a region.

    Attributes:
        value: Of the figure.
        is_exact: Found by moving one fact, to its last bit, in several offers alike; else as far
            as offers were seen.
        included: Whether an offer exactly there is inside.
        edge: The two offers.
    """

    value: float
    is_exact: bool
    included: bool
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """What one figure has to be; for flags and texts ``words``."""

    name: str
    low: End | None = None
    high: End | None = None
    words: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """Offers that both editions judge in the same two ways.

    Attributes:
        way: Verdict, status and row before, and after.
        seen: How many offers near flipping ones are in it; ``purity`` the fraction of those
            within its ranges, and not decided by something else, that differ this way.
        share: Of all offers tried, the fraction that differs this way.
        witness: An offer in it, as plain as can be.
    """

    way: Way
    ranges: tuple[Range, ...]
    seen: int
    purity: float
    share: float
    witness: Case


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two editions differ.

    Attributes:
        tried: How many offers were tried on both.
        flips: How many of them have another verdict or status.
        asks: How many have the same verdict and other asks.
        ways: Outcome before and after, and how many offers.
        untold: Ways to differ for which no region is told.
        plain: The offer from which witnesses depart.
    """

    tried: int
    flips: int
    asks: int
    ways: tuple[tuple[Way, int], ...]
    regions: tuple[Region, ...]
    untold: int
    plain: Case


def difference(
    editions: Editions,
    found: Sequence[Change],
    known: Sequence[Case],
    *,
    tried: int = TRIED,
    seed: int = 1,
    progress: Callable[[str], Any] = lambda _: None,
) -> Difference:
    """Try many offers on both editions, and describe those of which the verdict differs.

    Args:
        editions: Both books.
        found: What was changed.
        known: Offers to begin with; the first is the plain one.
        tried: How many to make of them.
        seed: Of everything left to chance.
        progress: Is told what is being done.
    """
    progress("trying offers on both books")
    flips = flipping(editions.old, editions.new, known, tried=tried, seed=seed)
    ways = tuple(((row[:-1]), row[-1]) for row in flips.ways.iter_rows())
    teller = _Teller(editions, found, known, flips)
    regions = list(teller.regions(progress))
    regions.sort(key=lambda one: -one.share)
    told = {one.way for one in regions[:MOST_REGIONS]}
    return Difference(
        tried=tried,
        flips=sum(count for _, count in ways),
        asks=flips.asks,
        ways=ways,
        regions=tuple(regions[:MOST_REGIONS]),
        untold=sum(way not in told for way, _ in ways),
        plain=known[0],
    )


class _Teller:
    """Describes the ways in which offers differ."""

    def __init__(
        self,
        editions: Editions,
        found: Sequence[Change],
        known: Sequence[Case],
        flips: Flipping,
    ) -> None:
        self._editions, self._flips, self._plain = editions, flips, known[0]
        self._describer = Describer(editions.old, found)
        self._changes = [one for one in found if one.effect == DECIDES]
        self._counts = {row[:-1]: row[-1] for row in flips.ways.iter_rows()}

    def regions(self, progress: Callable[[str], Any]) -> Iterator[Region]:
        """Every region, way by way."""
        judged = self._flips.judged
        differs = judged.select(is_flip()).to_series().to_numpy()
        if not differs.any():
            return
        features = self._describer.features(self._flips.tables)
        hinges = self._hinges(features)
        ways = judged.filter(is_flip()).group_by(WAY).len().sort("len", *WAY, descending=True)
        for *way, _ in ways.head(MOST_REGIONS).iter_rows():
            progress(f"describing {way[0]} -> {way[3]}")
            is_so = pl.all_horizontal(
                pl.col(name).eq_missing(pl.lit(value)) for name, value in zip(WAY, way, strict=True)
            )
            these = judged.select(is_so).to_series().to_numpy()
            others = hinges.would(way, these, ~differs)
            for number, box in enumerate(boxes(features, these, others)):
                if len(box.inside) >= LEAST and (not number or box.purity >= MOSTLY):
                    yield from self._region(tuple(way), box, features, int(these.sum()))

    def _hinges(self, features: Features) -> Hinges:
        books = (self._editions.old, self._editions.new)
        new = Describer(self._editions.new, self._changes).features(self._flips.tables)
        names = frozenset[str]().union(*map(names_of, self._changes))
        return Hinges(books, (features.values, new.values), names)

    def _region(self, way: Way, box: Box, features: Features, of: int) -> Iterator[Region]:
        case = self._confirmed(way, box)
        if case is None:
            return
        ranges = tuple(self._range(way, bound, box, features) for bound in box.bounds)
        share = self._counts.get(way, 0) / self._flips.tried * len(box.inside) / of
        witness = reduced(case, self._plain, lambda one: self._editions.way(one) == way)
        yield Region(way, ranges, len(box.inside), box.purity, share, witness)

    def _confirmed(self, way: Way, box: Box) -> Case | None:
        """An offer of the region of which both judges say so, too."""
        cases = self._cases(box.inside[:EXAMPLES])
        return next((one for one in cases if self._editions.way(one) == way), None)

    def _cases(self, numbers: Sequence[int]) -> list[Case]:
        return cases_of(self._flips.tables, list(numbers), self._editions.old)

    # --- Ends -----------------------------------------------------------------------------------

    def _range(self, way: Way, bound: Bound, box: Box, features: Features) -> Range:
        if bound.words:
            return Range(bound.name, words=bound.words)
        values = features.values[bound.name].to_numpy()
        inside = np.array(box.inside)
        order = inside[np.argsort(values[inside])]
        low = None if bound.low is None else self._end(way, bound.name, order, False, bound.low)
        high = (
            None
            if bound.high is None
            else self._end(way, bound.name, order[::-1], True, bound.high)
        )
        return Range(bound.name, low, high)

    def _end(self, way: Way, name: str, nearest: Any, above: bool, seen: float) -> End:
        """The end of a region, as exact as it can be found."""
        figure = name.partition("@")[0]
        cases = self._cases(nearest[:EXAMPLES:STRIDE].tolist())
        figures: dict[int, tuple[float, float]] = {}

        def is_end(edge: Edge) -> bool:
            inner, outer = self._figures(edge, name)
            known = None not in (inner, outer) and _is_end(inner, outer, seen, above)
            if known:
                figures[id(edge)] = inner, outer
            return known

        found = list(edges(self._editions, figure, way, cases, is_end))
        ends = {plain_end(*figures[id(edge)]) for edge in found}
        if len(found) < ENOUGH or len(ends) > 1:
            return End(seen, False, True)
        (value,) = ends
        inner, outer = figures[id(found[0])]
        return End(value, True, _is_included(inner, outer, value, above), found[0])

    def _figures(self, edge: Edge, name: str) -> tuple[Any, Any]:
        """What the figure is for the two offers at an end."""
        tables = frames_of([edge.inner, edge.outer], self._flips.reads)
        values = self._describer.features(tables).values
        inner, outer = values[name].to_list() if name in values else (None, None)
        return inner, outer


def _is_end(inner: float, outer: float, seen: float, above: bool) -> bool:
    """Whether a step leads out of a region where offers were seen to end, or farther out."""
    slack = BEYOND * abs(seen)
    if above:
        return outer > inner >= seen - slack
    return outer < inner <= seen + slack


def _is_included(inner: float, outer: float, value: float, above: bool) -> bool:
    if value in (inner, outer):
        return value == inner
    return not above
