"""The few levers to use of each offer, out of all that apply; as the clerk of one offer does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from rules.book import Book, Lever
from rules.choosing import MOST_LEVERS, MOST_PER_COMPONENT
from rules.frame_joins import places

KINDS = ("says", "score", "amount")  # of what has to be known about a lever
AT_ONCE = 8_192  # offers whose levers are chosen together: what they need stays in the cache

Numbers = npt.NDArray[np.signedinteger[Any]]
Scores = npt.NDArray[np.float64]


class Levers:
    """Chooses the levers of offers by a book.

    Args:
        book: The book.
        names: Where its columns are, as ``Frame.names``.
    """

    def __init__(self, book: Book, names: Mapping[str, Mapping[str, str]]) -> None:
        self._levers: Sequence[Lever] = sorted(book.levers, key=lambda lever: lever.name)
        self._names = names
        self._components = sorted({say.moves or "terms" for one in book.levers for say in one.says})
        self._moves = [
            [self._components.index(say.moves or "terms") for say in lever.says]
            for lever in self._levers
        ]
        self._clashes = np.array(
            [
                [a.name in b.not_with or b.name in a.not_with for b in self._levers]
                for a in self._levers
            ]
        )

    def columns(self) -> list[str]:
        """What has to be worked out about each offer."""
        return [self._names[kind][lever.name] for lever in self._levers for kind in KINDS]

    def chosen(self, judged: pl.DataFrame) -> pl.DataFrame:
        """The levers of each offer.

        Grain: one row for each row of ``judged``, in its order: ``lever_1`` to ``lever_4`` with
        component and amount [the offer's currency]; NULL where there are fewer.
        """
        levers = self._told(judged)
        none = pl.repeat(value=False, n=judged.height, eager=True)
        says = (judged[self._column("says", lever)] > 0 for lever in levers)
        some = reduce(or_, (one.fill_null(value=False) for one in says), none)
        read = [self._column(kind, lever) for lever in levers for kind in KINDS]
        with_levers = judged.select(read).filter(some) if levers else judged.clear()
        moves = self._moved(with_levers, levers)
        used = self._used(self._scores(with_levers, levers), moves, levers)
        place = places(some)
        return pl.DataFrame(
            [
                column.gather(place).alias(f"lever_{number + 1}{suffix}")
                for number in range(MOST_LEVERS)
                for suffix, column in self._place(with_levers, levers, moves, used[:, number])
            ]
        )

    def _column(self, kind: str, lever: int) -> str:
        return self._names[kind][self._levers[lever].name]

    def _told(self, judged: pl.DataFrame) -> list[int]:
        """The levers that have words for some offer, in the order of their names."""
        says = [self._column("says", lever) for lever in range(len(self._levers))]
        most = judged.select(pl.col(says).max()).row(0) if judged.height else [0] * len(says)
        return [lever for lever, number in enumerate(most) if number]

    def _used(self, scores: Scores, moves: Numbers, levers: Sequence[int]) -> Numbers:
        """The levers that are used, in order; shape (offers, ``MOST_LEVERS``), -1 for none."""
        clashes = self._clashes[np.ix_(levers, levers)]
        used = np.full((len(scores), MOST_LEVERS), -1, np.int16)
        for start in range(0, len(scores) if levers else 0, AT_ONCE):
            some = slice(start, start + AT_ONCE)
            used[some] = self._strongest(scores[some], moves[some], clashes)
        return used

    def _strongest(self, scores: Scores, moves: Numbers, clashes: Numbers) -> Numbers:
        """The same for offers that go on together.

        Of each the strongest lever that is left is taken, unless too many of its kind are used or
        it is at odds with one.  Of equals the first by name counts.
        """
        count = np.zeros(len(scores), np.int8)
        used = np.full((len(scores), MOST_LEVERS), -1, np.int16)
        moved = np.zeros((len(scores), len(self._components)), np.int8)
        barred = np.zeros(scores.shape, bool)
        choosy = np.any(clashes, axis=1)
        by_lever = np.ascontiguousarray(scores.T)
        while True:
            best = by_lever.max(axis=0)
            offers = np.flatnonzero((best > -np.inf) & (count < MOST_LEVERS))
            if not len(offers):
                return used
            lever = _first(by_lever == best)[offers]
            by_lever[lever, offers] = -np.inf
            part = moves[offers, lever]
            fits = (moved[offers, part] < MOST_PER_COMPONENT) & ~barred[offers, lever]
            row, taken = offers[fits], lever[fits]
            used[row, count[row]] = taken
            count[row] += 1
            moved[row, part[fits]] += 1
            is_choosy = choosy[taken]
            barred[row[is_choosy]] |= clashes[taken[is_choosy]]

    def _scores(self, judged: pl.DataFrame, levers: Sequence[int]) -> Scores:
        """How much each lever weighs; shape (offers, levers), least where it has no words."""
        weighed = (
            pl.when(pl.col(self._column("says", lever)) > 0)
            .then(pl.col(self._column("score", lever)))
            .otherwise(-np.inf)
            .alias(str(lever))
            for lever in levers
        )
        return judged.select(weighed).to_numpy(order="c", writable=True)

    def _moved(self, judged: pl.DataFrame, levers: Sequence[int]) -> Numbers:
        """The component that each lever would move; shape (offers, levers)."""
        found = np.zeros((judged.height, len(levers)), np.int8)
        for place, lever in enumerate(levers):
            moves = self._moves[lever]
            if len(set(moves)) == 1:
                found[:, place] = moves[0]
            else:
                says = judged[self._column("says", lever)].fill_null(0)
                found[:, place] = np.array([0, *moves], np.int8)[says.to_numpy()]
        return found

    def _place(
        self, judged: pl.DataFrame, levers: Sequence[int], moves: Numbers, used: Numbers
    ) -> Iterator[tuple[str, pl.Series]]:
        """The levers at one place: name, component, amount."""
        is_used = used >= 0
        part = moves[np.arange(len(used)), used] if levers else used
        lever = np.array([*levers, -1], np.int16)[used]
        yield "", _words([one.name for one in self._levers], lever, is_used)
        yield "_component", _words(self._components, part, is_used)
        yield "_amount", self._amounts(judged, levers, used)

    def _amounts(self, judged: pl.DataFrame, levers: Sequence[int], used: Numbers) -> pl.Series:
        """What each used lever asks for; NULL where it asks for no amount."""
        found = np.full(len(used), np.nan)
        for place, lever in enumerate(levers):
            rows = np.flatnonzero(used == place)
            if len(rows):
                amounts = judged[self._column("amount", lever)].cast(pl.Float64)
                found[rows] = amounts.gather(rows).to_numpy()
        return pl.Series(found, nan_to_null=True)


def _first(holds: npt.NDArray[np.bool_]) -> Numbers:
    """For each column the first row that is TRUE; some row is."""
    found = np.zeros(holds.shape[1], np.int16)
    for row in reversed(range(len(holds))):
        np.putmask(found, holds[row], row)
    return found


def _words(words: Sequence[str], numbers: Numbers, is_there: npt.NDArray[np.bool_]) -> pl.Series:
    """Words of a list by their numbers in it, each kept as such."""
    place = pl.Series(numbers.clip(0)).cast(pl.UInt32).set(pl.Series(~is_there), None)
    return pl.Series(words, dtype=pl.Enum(words)).gather(place)
