"""Offers to try two editions of a book on: known ones crossed with each other, and moved a little.

Every offer is a known one in which a share of the facts is taken from others, and some values are
moved.  Nothing is left to the clock: the same offers and seed give the same sample.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from rules.book import Book, Fact
from rules.case import Case
from rules.frame import Tables
from rules.frame_cases import Reads, frames_of
from rules.revision.moving import in_order, moved
from rules.sql_book import OFFERS
from rules.sql_lists import OFFER, POSITION

SHARES = (0.0, 0.02, 0.1, 0.3)  # of the facts of an offer that come from others
SPREAD = 0.12  # [fraction of an amount] one standard deviation of how far it is moved
ALWAYS = frozenset({OFFER, POSITION, "evaluation_date", "currency"})  # as the offer has them

Vocabulary = Mapping[str, Fact]


class Sampler:
    """Makes offers like known ones.

    Args:
        reads: What the books that are to judge them read of each table.
        cases: The known offers.
        books: Whose facts say of what kind each value is.
        needed: Facts that an offer keeps known, or else few would be offers at all.
        seed: Of everything left to chance.
    """

    def __init__(
        self,
        reads: Reads,
        cases: Sequence[Case],
        books: Sequence[Book],
        needed: Collection[str],
        seed: int = 1,
    ) -> None:
        self._known = frames_of(cases, reads)
        self._size = len(cases)
        self._needed = needed
        self._draw = np.random.default_rng(seed)
        self._facts: dict[str, Vocabulary] = {
            table: {
                name: fact
                for book in books
                for name, fact in (
                    book.facts_of(book.lists[table]) if table in book.lists else book.facts
                ).items()
            }
            for table in reads
        }

    def sample(
        self, size: int, shares: Sequence[float] = SHARES, spread: float = SPREAD
    ) -> dict[str, pl.DataFrame]:
        """So many offers, as the tables that a book made ready reads.

        Args:
            size: How many.
            shares: Of the facts that come from other offers, one of them for each offer.
            spread: How far an amount is moved, as a fraction of it.
        """
        own = self._draw.integers(self._size, size=size)
        share = self._draw.choice(shares, size=size)
        offers = self._known[OFFERS]
        found = [
            self._column(offers[name], own, share, spread)
            for name in sorted(offers.columns)
            if name != OFFER
        ]
        number = pl.Series(OFFER, np.arange(size), offers.schema[OFFER])
        tables = {OFFERS: in_order(pl.DataFrame([number, *found]))}
        for name in sorted(self._known.keys() - {OFFERS}):
            tables[name] = self._entries(name, own, share, spread)
        return tables

    def _column(self, known: pl.Series, own: Any, share: Any, spread: float) -> pl.Series:
        """A fact of the known offers, crossed and moved."""
        name, kept = known.name, known.gather(own)
        fact = self._facts[OFFERS].get(name)
        is_needed = name in self._needed
        if name in ALWAYS or fact is None or (is_needed and fact.type.kind != "number"):
            return kept
        crossed = self._draw.random(len(own)) < share
        found = known.gather(np.where(crossed, self._draw.integers(self._size, size=len(own)), own))
        found = found.zip_with(found.is_not_null(), kept) if is_needed else found
        return moved(found, fact, crossed, spread, self._draw)

    def _entries(self, name: str, own: Any, share: Any, spread: float) -> pl.DataFrame:
        """The entries of a list, whole, of the same offer or of another one; then moved."""
        crossed = self._draw.random(len(own)) < share
        whose = np.where(crossed, self._draw.integers(self._size, size=len(own)), own)
        known = self._known[name]
        wanted = pl.DataFrame({OFFER: whose, "number": np.arange(len(own))}).with_columns(
            pl.col(OFFER).cast(known.schema[OFFER])
        )
        found = wanted.join(known, on=OFFER, how="inner").sort("number", POSITION)
        share_of = np.asarray(share)[found["number"].to_numpy()]
        columns = [
            self._moved(found[column], self._facts[name].get(column), share_of, spread)
            for column in sorted(known.columns)
            if column != OFFER
        ]
        offer = found["number"].cast(known.schema[OFFER]).alias(OFFER)
        return pl.DataFrame([offer, *columns]).select(known.columns)

    def _moved(self, found: pl.Series, fact: Fact | None, share: Any, spread: float) -> pl.Series:
        if fact is None or found.name in ALWAYS:
            return found
        crossed = self._draw.random(len(found)) < share
        return moved(found, fact, crossed, spread, self._draw)


def cases_of(tables: Tables, numbers: Sequence[int], book: Book) -> list[Case]:
    """Offers of a sample as cases; what no book reads of them is unknown."""
    wanted = pl.DataFrame({OFFER: list(numbers)}).with_columns(
        pl.col(OFFER).cast(tables[OFFERS].schema[OFFER])
    )
    rows = wanted.join(tables[OFFERS], on=OFFER, how="left", maintain_order="left").to_dicts()
    listed: dict[str, dict[int, list[dict[str, Any]]]] = {}
    for name in tables.keys() - {OFFERS}:
        some = wanted.join(tables[name], on=OFFER, how="inner").sort(OFFER, POSITION)
        for row in some.to_dicts():
            number = row.pop(OFFER)
            row.pop(POSITION)
            listed.setdefault(name, {}).setdefault(number, []).append(row)
    blank = {name: dict.fromkeys(book.facts_of(one)) for name, one in book.lists.items()}
    return [_case(row, listed, book, blank) for row in rows]


def _case(
    row: dict[str, Any],
    listed: Mapping[str, Mapping[int, list[dict[str, Any]]]],
    book: Book,
    blank: Mapping[str, Mapping[str, None]],
) -> Case:
    number = row.pop(OFFER)
    entries = {
        name: [{**blank[name], **one} for one in listed.get(name, {}).get(number, ())]
        for name in book.lists
    }
    return Case({name: row.get(name) for name in book.facts}, entries, ())
