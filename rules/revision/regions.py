"""Where offers differ between two editions, in as few bounds on as few names as tell them apart.

Offers of which something else decides in either edition are left aside: a region says where the
change itself makes the difference.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from rules.book import Book
from rules.expression import names
from rules.interpreter import compile as meaning
from rules.revision.features import ELSEWHERE, Features
from rules.revision.reach import Readers

MOST_BOUNDS, MOST_BOXES = 3, 3  # of a box, and for one way to differ
PURE = 0.95  # of the offers inside, the fraction that is enough
KEEPS, CLEARS = 0.85, 0.4  # of those that differ, and of the others, what one more bound has to
REST = 0.03  # of the offers that differ, the part for which no further box is sought
FARTHER = 0.02  # a name farther from the change has to be so much better for each step
MOST_WORDS = 3
MOST_ASKED = 6_000  # offers that are asked whether they would differ
MOST_EACH = 1_200  # offers that differ, and others, by which bounds are chosen
Mask = Any  # a numpy array of flags


@dataclass(frozen=True, slots=True)
class Bound:
    """What one name has to be.

    Attributes:
        low, high: Ends, seen in the offers that differ; None where it does not matter.
        words: For texts and flags, what it may be.
    """

    name: str
    low: float | None = None
    high: float | None = None
    words: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """Bounds, with the numbers of the offers inside that differ, and how many do not."""

    bounds: tuple[Bound, ...]
    inside: tuple[int, ...]
    others: int

    @property
    def purity(self) -> float:
        """Of the offers inside, the fraction that differs."""
        return len(self.inside) / (len(self.inside) + self.others)


class Hinges:
    """What the change makes true or false of offers, of all that the rows of both books read.

    Args:
        books: Both editions.
        values: What each of them says of the same offers.
        changed: The names that were changed.
    """

    def __init__(
        self, books: Sequence[Book], values: Sequence[pl.DataFrame], changed: Collection[str]
    ) -> None:
        self._rows = [[(row.name, meaning(row.when)) for row in book.rows] for book in books]
        read = {name for book in books for row in book.rows for name in names(row.when)}
        touched = {"ends_disagree"}.union(
            *(Readers(book).of(changed, past_rows=False)[0] for book in books)
        )
        self._names = [
            [n for n in sorted(touched & read) if frame.schema.get(n) == pl.Boolean]
            for frame in values
        ]
        self._values = [frame.select(n for n in frame.columns if n in read) for frame in values]

    def would(self, way: Sequence[str], differs: Mask, among: Mask) -> Mask:
        """The offers that would differ in a way if the change made of them what it makes of others.

        Args:
            way: Verdict, status and row before, and after.
            differs: Offers that do.
            among: Those asked about; of many only some are looked at, evenly spread.
        """
        found = np.zeros(len(among), dtype=bool)
        usual = [self._usual(side, differs) for side in (0, 1)]
        for number in _some(among, MOST_ASKED):
            found[number] = all(
                self._row(side, int(number), usual[side]) == way[3 * side + 2] for side in (0, 1)
            )
        return found

    def _usual(self, side: int, differs: Mask) -> dict[str, bool | None]:
        """What one edition makes of most offers that differ."""
        frame, wanted = self._values[side], self._names[side]
        if not wanted:
            return {}
        some = frame.filter(pl.Series(differs)).group_by(wanted).len().sort("len", *wanted)
        return {name: some[name][-1] for name in wanted}

    def _row(self, side: int, number: int, usual: Mapping[str, bool | None]) -> str | None:
        values = {**self._values[side].row(number, named=True), **usual}
        return next((name for name, when in self._rows[side] if when(values) is True), None)


def boxes(features: Features, differs: Mask, others: Mask) -> list[Box]:
    """Boxes that hold nearly all offers that differ and few others, the fullest first."""
    learner, left = _Learner(features), differs.copy()
    found: list[Box] = []
    enough = max(1.0, REST * differs.sum())
    while len(found) < MOST_BOXES and left.sum() >= enough:
        box, inside = learner.box(left, others)
        if not inside.any():
            break
        found.append(box)
        left = left & ~inside
    return sorted(found, key=lambda box: -len(box.inside))


class _Learner:
    """Finds bounds."""

    def __init__(self, features: Features) -> None:
        self._far = features.nearness
        self._numbers: dict[str, Any] = {}
        self._words: dict[str, Any] = {}
        for name, column in zip(features.values.columns, features.values, strict=True):
            if name in features.hidden:
                continue
            if column.dtype == pl.Float64:
                self._numbers[name] = column.to_numpy()  # NULL is NaN
            elif column.dtype in (pl.Boolean, pl.String):
                self._words[name] = column.cast(pl.String).fill_null("unknown").to_numpy()

    def box(self, differs: Mask, others: Mask) -> tuple[Box, Mask]:
        """One box, and which of the offers that differ are in it."""
        bounds: list[Bound] = []
        inside, left = differs, others
        while len(bounds) < MOST_BOUNDS and _purity(inside, left) < PURE:
            bound = self._best(inside, left)
            if bound is None:
                break
            mask = self.holds(bound)
            if bounds and not _is_worth_it(mask, inside, left):
                break
            bounds.append(bound)
            inside, left = inside & mask, left & mask
        numbers = tuple(np.flatnonzero(inside).tolist())
        return Box(tuple(bounds), numbers, int(left.sum())), inside

    def holds(self, bound: Bound) -> Mask:
        """The offers that a bound lets in."""
        if bound.words:
            return np.isin(self._words[bound.name], bound.words)
        values = self._numbers[bound.name]
        found = ~np.isnan(values)
        if bound.low is not None:
            found &= values >= bound.low
        if bound.high is not None:
            found &= values <= bound.high
        return found

    def _best(self, differs: Mask, others: Mask) -> Bound | None:
        """The bound that tells the two apart best."""
        numbers = np.concatenate([_some(differs), _some(others)])
        is_one = differs[numbers]
        weights = np.where(is_one, 1 / max(1, is_one.sum()), -1 / max(1, (~is_one).sum()))
        found: tuple[float, Bound | None] = (0.0, None)
        for name, values in self._numbers.items():
            score, low, high = best_interval(values[numbers], weights)
            found = self._better(found, score, Bound(name, low, high))
        for name, words in self._words.items():
            score, may = _best_words(words[numbers], weights)
            if may and len(may) <= MOST_WORDS:
                found = self._better(found, score, Bound(name, words=may))
        return found[1]

    def _better(
        self, best: tuple[float, Bound | None], score: float, bound: Bound
    ) -> tuple[float, Bound | None]:
        score *= 1 - FARTHER * self._far.get(bound.name, ELSEWHERE)
        return (score, bound) if score > best[0] else best


def _is_worth_it(mask: Mask, differs: Mask, others: Mask) -> bool:
    """Whether one more bound keeps most that differ, and a good part of the others out."""
    keeps = (differs & mask).sum() >= KEEPS * differs.sum()
    clears = (others & ~mask).sum() >= CLEARS * others.sum()
    return bool(keeps and clears)


def _purity(differs: Mask, others: Mask) -> float:
    count = int(differs.sum())
    return count / max(1, count + int(others.sum()))


def _some(mask: Mask, most: int = MOST_EACH) -> Any:
    """The numbers of some offers, evenly spread."""
    numbers = np.flatnonzero(mask)
    return numbers[:: max(1, -(-len(numbers) // most))]


def best_interval(values: Any, weights: Any) -> tuple[float, float | None, float | None]:
    """The interval with the largest sum of weights, and its ends; None for one that is open.

    >>> best_interval(np.array([1.0, 2, 3, 4]), np.array([-1.0, 1, 1, -1]))
    (2.0, 2.0, 3.0)
    >>> best_interval(np.array([1.0, 2, 3, np.nan]), np.array([1.0, 1, -1, -1]))
    (2.0, None, 2.0)
    """
    known = ~np.isnan(values)
    points, places = np.unique(values[known], return_inverse=True)
    if not len(points):
        return 0.0, None, None
    sums = np.concatenate([[0.0], np.cumsum(np.bincount(places, weights[known]))])
    least = np.minimum.accumulate(sums[:-1])
    last = int(np.argmax(sums[1:] - least))
    first = int(np.argmin(sums[: last + 1]))
    low = float(points[first]) if first > 0 else None
    high = float(points[last]) if last < len(points) - 1 else None
    return float(sums[last + 1] - sums[first]), low, high


def _best_words(words: Any, weights: Any) -> tuple[float, tuple[str, ...]]:
    known, places = np.unique(words, return_inverse=True)
    sums = np.bincount(places, weights)
    good = sums > 0
    return float(sums[good].sum()), tuple(map(str, known[good]))
