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


def sensitive(book: Book, values: pl.DataFrame, changed: Collection[str]) -> Mask:
    """The offers whose verdict could hang on a change, whatever it makes of what it reaches.

    Args:
        book: One of the editions.
        values: What is known of each offer.
        changed: The names that were changed.
    """
    touched = Readers(book).of(changed, past_rows=False)[0]
    read = {name for row in book.rows for name in names(row.when)}
    hinges = sorted(
        name for name in touched & read if name in values and values.schema[name] == pl.Boolean
    )
    rows = [(row.decides, meaning(row.when)) for row in book.rows]
    if any(row.name in changed for row in book.rows) or not hinges:
        return np.ones(values.height, dtype=bool)
    columns = [name for name in values.columns if name in read]
    return np.array(
        [_hangs(rows, one, hinges) for one in values.select(columns).iter_rows(named=True)],
        dtype=bool,
    )


def _hangs(rows: Sequence[Any], values: Mapping[str, Any], hinges: Sequence[str]) -> bool:
    known = {"ends_disagree": False, **values}
    tried = (dict.fromkeys(hinges, truth) for truth in (True, False, None))
    found = {_decided(rows, {**known, **some}) for some in tried}
    singly = (_decided(rows, {**known, name: t}) for name in hinges for t in (True, False))
    return len(found | set(singly)) > 1


def _decided(rows: Sequence[Any], values: Mapping[str, Any]) -> str | None:
    return next((decides for decides, when in rows if when(values) is True), None)


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


def _some(mask: Mask) -> Any:
    """The numbers of some offers, evenly spread."""
    numbers = np.flatnonzero(mask)
    return numbers[:: max(1, -(-len(numbers) // MOST_EACH))]


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
