"""Where offers differ between two editions, in as few bounds on as few names as tell them apart.

Offers of which something else decides in either edition are left aside: a region says where the
change itself makes the difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from rules.book import Book
from rules.expression import names
from rules.interpreter import compile as meaning
from rules.revision.features import ELSEWHERE, Features
from rules.revision.reach import Readers

MOST_BOUNDS = 4
PURE = 0.98  # of the offers inside, the fraction that has to differ
LEAST_GAIN = 0.02  # of the other offers, the fraction that a bound has to keep out
FEW = 20  # offers that are not split any further
DEPTH = 3
FARTHER = 0.05  # a name farther from the change has to be so much better for each step
MOST_WORDS = 3
CUTS = (0.1, 0.3, 0.5, 0.7, 0.9)  # quantiles at which a set may be halved
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
    """Boxes that hold all offers that differ and few others, the fullest first."""
    learner = _Learner(features)
    found = list(learner.boxes(differs, others, DEPTH))
    return sorted(found, key=lambda box: -len(box.inside))


class _Learner:
    """Finds bounds."""

    def __init__(self, features: Features) -> None:
        self._far = features.nearness
        self._numbers: dict[str, Any] = {}
        self._words: dict[str, Any] = {}
        for name, column in zip(features.values.columns, features.values, strict=True):
            if column.dtype == pl.Float64:
                self._numbers[name] = column.to_numpy()  # NULL is NaN
            elif column.dtype in (pl.Boolean, pl.String):
                self._words[name] = column.cast(pl.String).fill_null("unknown").to_numpy()

    def boxes(self, differs: Mask, others: Mask, depth: int) -> Iterator[Box]:
        """The box around all that differ, or those of its halves where that is not pure."""
        box = self._box(differs, others)
        if box.purity >= PURE or depth == 0 or differs.sum() < FEW:
            yield box
            return
        half = self._half(differs, others)
        if half is None:
            yield box
            return
        for side in (half, ~half):
            if (differs & side).any():
                yield from self.boxes(differs & side, others & side, depth - 1)

    def _box(self, differs: Mask, others: Mask) -> Box:
        bounds: list[Bound] = []
        outside = int(others.sum())
        for _ in range(MOST_BOUNDS):
            if not others.any():
                break
            gain, bound, kept = max(
                self._bounds(differs, others), key=lambda one: one[0], default=(0.0, None, others)
            )
            if bound is None or gain < LEAST_GAIN * outside:
                break
            bounds.append(bound)
            others = kept
        inside = tuple(np.flatnonzero(differs).tolist())
        return Box(tuple(bounds), inside, int(others.sum()))

    def _bounds(self, differs: Mask, others: Mask) -> Iterator[tuple[float, Bound, Mask]]:
        """Every bound that keeps some others out: how many, weighted, and who is left."""
        for name, values in self._numbers.items():
            within = values[differs]
            if np.isnan(within).any():
                continue
            low, high = float(within.min()), float(within.max())
            left = others & (values >= low) & (values <= high)
            under, over = others & (values < low), others & (values > high)
            gone = int(others.sum() - left.sum())
            if gone:
                ends = (low if under.any() else None, high if over.any() else None)
                yield self._worth(name, gone), Bound(name, *ends), left
        for name, words in self._words.items():
            may = np.unique(words[differs])
            left = others & np.isin(words, may)
            gone = int(others.sum() - left.sum())
            if gone and len(may) <= MOST_WORDS:
                yield self._worth(name, gone), Bound(name, words=tuple(map(str, may))), left

    def _worth(self, name: str, gone: int) -> float:
        return gone * (1 - FARTHER * self._far.get(name, ELSEWHERE))

    def _half(self, differs: Mask, others: Mask) -> Mask | None:
        """The cut that leaves the two sides least mixed."""
        best, found = _mixed(differs, others), None
        for name, values in self._numbers.items():
            if name not in self._far:
                continue
            known = values[differs & ~np.isnan(values)]
            for cut in (
                np.unique(np.quantile(known, (0.1, 0.3, 0.5, 0.7, 0.9))) if len(known) else ()
            ):
                best, found = _better(best, found, values <= cut, differs, others)
        for words in self._words.values():
            for word in np.unique(words[differs])[:MOST_WORDS]:
                best, found = _better(best, found, words == word, differs, others)
        return found


def _better(
    best: float, found: Mask | None, side: Mask, differs: Mask, others: Mask
) -> tuple[float, Mask | None]:
    mixed = _mixed(differs & side, others & side) + _mixed(differs & ~side, others & ~side)
    return (mixed, side) if mixed < best * (1 - LEAST_GAIN) else (best, found)


def _mixed(differs: Mask, others: Mask) -> float:
    """Gini's measure of how mixed a set is, times its size."""
    a, b = float(differs.sum()), float(others.sum())
    return 2 * a * b / (a + b) if a + b else 0.0


def without(box: Box, name: str) -> Box:
    """The box without its bounds on a name."""
    return replace(box, bounds=tuple(one for one in box.bounds if one.name != name))
