"""The sentence that says why, for many offers: the book's own words with their slots filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from rules.book import Book
from rules.expression import Expression, Literal
from rules.wording import filled, slots

BECAUSE = "because"
FITS = "fits because"


class Told(NamedTuple):
    """What is said of many offers.

    Attributes:
        sentences: A sentence for each offer; the name of its row where none fits.
        counts: Row and place of a sentence in it, from 0 -> offers that it is said of.
    """

    sentences: pl.Series
    counts: Counter[str]


class Reasons:
    """Fills in the reasons of a book.

    Attributes:
        also: The conditions of sentences, as columns to be worked out.
        values: The names whose values stand in sentences.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        said = [(row.name, n, say) for row in book.rows for n, say in enumerate(row.because)]
        self.also: dict[str, Expression] = {
            f"{FITS} {row} {number}": say.when or Literal(True) for row, number, say in said
        }
        self.values = sorted(
            {name for _, _, say in said for name in slots(say.text)} | {"currency"}
        )

    def told(self, judged: pl.DataFrame) -> Told:
        """What is said of each judged offer."""
        numbered = judged.with_row_index("place")
        found: dict[int, str] = {}
        counts: Counter[str] = Counter()
        for row in self._book.rows:
            rest = numbered.filter(pl.col("rule") == row.name)
            for number, say in enumerate(row.because):
                told = slots(say.text)
                fits = pl.col(f"{FITS} {row.name} {number}").fill_null(value=False)
                known = pl.all_horizontal(
                    pl.lit(value=True), *(pl.col(t).is_not_null() for t in told)
                )
                here = rest.filter(fits & known)
                found.update(self._filled(here, say.text, told))
                counts[f"{row.name} {number}"] = here.height
                rest = rest.filter(~(fits & known))
            found.update(dict.fromkeys(rest["place"].to_list(), row.name))
        sentences = [found[place] for place in range(judged.height)]
        return Told(pl.Series(BECAUSE, sentences, pl.String), counts)

    def _filled(self, rows: pl.DataFrame, text: str, told: list[str]) -> Iterator[tuple[int, str]]:
        for row in rows.select("place", "currency", *dict.fromkeys(told)).iter_rows(named=True):
            sentence = filled(text, row, self._book.types, row["currency"])
            yield row["place"], sentence or ""
