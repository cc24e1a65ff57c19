"""The few levers to use of each offer, out of all that apply; as the clerk of one offer does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from rules.book import Book, Lever
from rules.decision import MOST_LEVERS, MOST_PER_COMPONENT


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
        kinds = ("says", "score", "amount")
        return [self._names[kind][lever.name] for lever in self._levers for kind in kinds]

    def chosen(self, judged: pl.DataFrame) -> pl.DataFrame:
        """The levers of each offer.

        Grain: one row for each row of ``judged``, in its order: ``lever_1`` to ``lever_4`` with
        component and amount [the offer's currency]; NULL where there are fewer.
        """
        says = [pl.col(self._names["says"][lever.name]) > 0 for lever in self._levers]
        some = judged.select(pl.any_horizontal(says).fill_null(value=False)).to_series()
        with_levers = judged.filter(some)
        moves = self._moved(with_levers)
        used = self._used(with_levers, moves)
        return pl.DataFrame(
            [
                _spread(column, some).alias(f"lever_{place + 1}{suffix}")
                for place in range(MOST_LEVERS)
                for suffix, column in self._place(with_levers, moves, used[:, place])
            ]
        )

    def _used(self, judged: pl.DataFrame, moves: np.ndarray) -> np.ndarray:
        """The levers that are used, in order; shape (offers, ``MOST_LEVERS``), -1 for none.

        All offers go on together: of each the strongest lever that is left is taken, unless too
        many of its kind are used or it is at odds with one.  Of equals the first by name counts.
        """
        scores = self._scores(judged)
        offers = np.arange(judged.height)
        used = np.full((judged.height, MOST_LEVERS), -1, np.int16)
        count = np.zeros(judged.height, np.int8)
        moved = np.zeros((judged.height, len(self._components)), np.int8)
        barred = np.zeros((judged.height, len(self._levers)), bool)
        while len(offers):
            lever = scores[offers].argmax(axis=1)
            is_left = scores[offers, lever] > -np.inf
            offers, lever = offers[is_left], lever[is_left]
            scores[offers, lever] = -np.inf
            part = moves[offers, lever]
            fits = (moved[offers, part] < MOST_PER_COMPONENT) & ~barred[offers, lever]
            row, taken = offers[fits], lever[fits]
            used[row, count[row]] = taken
            count[row] += 1
            moved[row, part[fits]] += 1
            barred[row] |= self._clashes[taken]
            offers = offers[count[offers] < MOST_LEVERS]
        return used

    def _scores(self, judged: pl.DataFrame) -> np.ndarray:
        """How much each lever weighs; shape (offers, levers), least where it has no words."""
        found = np.full((judged.height, len(self._levers)), -np.inf)
        for number, lever in enumerate(self._levers):
            says, score = (judged[self._names[kind][lever.name]] for kind in ("says", "score"))
            rows = (says > 0).arg_true()
            found[rows.to_numpy(), number] = score.gather(rows).to_numpy()
        return found

    def _moved(self, judged: pl.DataFrame) -> np.ndarray:
        """The component that each lever would move; shape (offers, levers)."""
        found = np.zeros((judged.height, len(self._levers)), np.int8)
        for number, moves in enumerate(self._moves):
            if len(set(moves)) == 1:
                found[:, number] = moves[0]
            else:
                says = judged[self._names["says"][self._levers[number].name]].fill_null(0)
                found[:, number] = np.array([0, *moves], np.int8)[says.to_numpy()]
        return found

    def _place(
        self, judged: pl.DataFrame, moves: np.ndarray, used: np.ndarray
    ) -> Iterator[tuple[str, pl.Series]]:
        """The levers at one place: name, component, amount."""
        is_none = pl.Series(used < 0)
        lever = pl.Series(used.clip(0)).cast(pl.UInt32).set(is_none, None)
        part = pl.Series(moves[np.arange(len(used)), used]).cast(pl.UInt32).set(is_none, None)
        yield "", _words([one.name for one in self._levers]).gather(lever)
        yield "_component", _words(self._components).gather(part)
        yield "_amount", self._amounts(judged, used)

    def _amounts(self, judged: pl.DataFrame, used: np.ndarray) -> pl.Series:
        """What each used lever asks for; NULL where it asks for no amount."""
        found = np.full(len(used), np.nan)
        for number in np.unique(used[used >= 0]):
            rows = np.flatnonzero(used == number)
            amounts = judged[self._names["amount"][self._levers[number].name]].cast(pl.Float64)
            found[rows] = amounts.gather(rows).to_numpy()
        return pl.Series(found, nan_to_null=True)


def _spread(values: pl.Series, where: pl.Series) -> pl.Series:
    """Values at the places where a flag is TRUE, in order; NULL elsewhere."""
    place = pl.select(pl.when(where).then(where.cast(pl.Int32).cum_sum() - 1)).to_series()
    return values.gather(place)


def _words(words: Sequence[str]) -> pl.Series:
    """Words of a list, each kept as its place in it."""
    return pl.Series(words, dtype=pl.Enum(words))
