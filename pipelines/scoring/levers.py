"""The few levers to use of each offer, out of all that apply; as the clerk of one offer does it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from rules.book import Book, Lever
from rules.decision import MOST_LEVERS, MOST_PER_COMPONENT
from rules.frame import Frame

PLACES = range(1, MOST_LEVERS + 1)


class Levers:
    """Chooses the levers of offers by a book.

    Args:
        book: The book.
        frame: Where its columns are.
    """

    def __init__(self, book: Book, frame: Frame) -> None:
        self._levers: Sequence[Lever] = sorted(book.levers, key=lambda lever: lever.name)
        self._names = frame.names
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
        candidates = pl.concat(self._candidates(judged)).sort(
            "row", "score", "lever", descending=[False, True, False]
        )
        used = candidates.filter(pl.Series(self._kept(candidates, judged.height)))
        used = used.with_columns(pl.int_range(1, pl.len() + 1).over("row").alias("place"))
        return pl.DataFrame({"row": range(judged.height)}).select(
            column
            for place in PLACES
            for column in self._place(used.filter(pl.col("place") == place), judged.height, place)
        )

    def _candidates(self, judged: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Levers that apply and have words."""
        for number, lever in enumerate(self._levers):
            says, score, amount = (
                self._names[kind][lever.name] for kind in ("says", "score", "amount")
            )
            moves = pl.Series(self._moves[number], dtype=pl.Int16)
            yield (
                judged.select(
                    pl.int_range(pl.len()).alias("row"),
                    pl.col(says).cast(pl.Int16).alias("says"),
                    pl.col(score).alias("score"),
                    pl.col(amount).alias("amount"),
                )
                .filter(pl.col("says") > 0)
                .with_columns(
                    pl.lit(number, pl.Int16).alias("lever"),
                    pl.lit(moves).gather(pl.col("says") - 1).alias("component"),
                )
            )

    def _kept(self, candidates: pl.DataFrame, height: int) -> np.ndarray:
        """Which candidates are used: the strongest, unless too many or at odds with stronger ones.

        All offers go on together: first the strongest candidate of each, then the second.
        """
        rows, levers = candidates["row"].to_numpy(), candidates["lever"].to_numpy()
        parts = candidates["component"].to_numpy()
        kept = np.zeros(len(rows), bool)
        used = np.zeros((height, len(self._levers)), bool)
        moved = np.zeros((height, len(self._components)), np.int8)
        turn = candidates.select(pl.int_range(pl.len()).over("row")).to_series().to_numpy()
        for number in range(int(turn.max(initial=-1)) + 1):
            at = np.flatnonzero(turn == number)
            row, lever, part = rows[at], levers[at], parts[at]
            fits = moved[row, part] < MOST_PER_COMPONENT
            fits &= used[row].sum(axis=1) < MOST_LEVERS
            fits &= ~(used[row] & self._clashes[lever]).any(axis=1)
            kept[at] = fits
            used[row[fits], lever[fits]] = True
            moved[row[fits], part[fits]] += 1
        return kept

    def _place(self, used: pl.DataFrame, height: int, place: int) -> Iterator[pl.Series]:
        """The levers at one place, spread over all offers."""
        whole = pl.DataFrame({"row": pl.int_range(height, eager=True)})
        spread = whole.join(used, on="row", how="left", maintain_order="left")
        names = pl.Series([lever.name for lever in self._levers])
        parts = pl.Series(self._components)
        yield names.gather(spread["lever"]).alias(f"lever_{place}")
        yield parts.gather(spread["component"]).alias(f"lever_{place}_component")
        yield spread["amount"].alias(f"lever_{place}_amount")
