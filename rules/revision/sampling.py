"""Offers to try two editions of a book on: known ones crossed with each other, and moved a little.

Every offer is a known one in which a share of the facts is taken from others, and some amounts are
moved.  Nothing is left to the clock: the same offers and seed give the same sample.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from rules.case import Case
from rules.frame import Tables
from rules.frame_cases import Reads, frames_of
from rules.sql_book import OFFERS
from rules.sql_lists import OFFER, POSITION

SHARES = (0.0, 0.02, 0.1, 0.3)  # of the facts of an offer that come from others
MOVED = 0.3  # [fraction of the amounts] moved
SPREAD = 0.12  # [fraction of an amount] one standard deviation of how far
LARGE, ROUND = 1_000, 500  # amounts from this on are rounded to that, as people say them


class Sampler:
    """Makes offers like known ones.

    Args:
        reads: What the books that are to judge them read of each table.
        cases: The known offers.
        fixed: Facts that stay as an offer has them, or else few would be offers at all.
        seed: Of everything left to chance.
    """

    def __init__(
        self, reads: Reads, cases: Sequence[Case], fixed: Collection[str], seed: int = 1
    ) -> None:
        self._known = frames_of(cases, reads)
        self._size = len(cases)
        self._fixed = {OFFER, POSITION, "evaluation_date", "currency", *fixed}
        self._draw = np.random.default_rng(seed)

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
        found = {
            name: self._column(offers[name], own, share, spread) for name in sorted(offers.columns)
        }
        found[OFFER] = pl.Series(OFFER, np.arange(size), offers.schema[OFFER])
        tables = {OFFERS: pl.DataFrame(found)}
        for name in sorted(self._known.keys() - {OFFERS}):
            tables[name] = self._entries(name, own, share, spread)
        return tables

    def _column(self, known: pl.Series, own: Any, share: Any, spread: float) -> pl.Series:
        """A column of the known offers, crossed and moved."""
        taken = own
        if known.name not in self._fixed:
            crossed = self._draw.random(len(own)) < share
            taken = np.where(crossed, self._draw.integers(self._size, size=len(own)), own)
        found = known.gather(taken)
        if known.dtype == pl.Float64 and known.name not in self._fixed:
            return self._moved(found, spread)
        return found

    def _moved(self, values: pl.Series, spread: float) -> pl.Series:
        chosen = self._draw.random(len(values)) < MOVED
        factor = np.where(chosen, 1 + spread * self._draw.standard_normal(len(values)), 1.0)
        moved = values * pl.Series(np.maximum(factor, 0.0))
        is_large = pl.Series(chosen) & (moved.abs() >= LARGE)
        rounded = (moved / ROUND).round() * ROUND
        small = pl.select(pl.lit(moved).round(3)).to_series()
        keeps = pl.Series(~chosen)
        return (
            pl.DataFrame({"v": values, "r": rounded, "s": small, "l": is_large, "k": keeps})
            .select(pl.when("k").then("v").when("l").then("r").otherwise("s").alias(values.name))
            .to_series()
        )

    def _entries(self, name: str, own: Any, share: Any, spread: float) -> pl.DataFrame:
        """The entries of a list, whole, of the same offer or of another one."""
        crossed = self._draw.random(len(own)) < share
        whose = np.where(crossed, self._draw.integers(self._size, size=len(own)), own)
        known = self._known[name]
        wanted = pl.DataFrame({OFFER: whose, "number": np.arange(len(own))}).with_columns(
            pl.col(OFFER).cast(known.schema[OFFER])
        )
        found = wanted.join(known, on=OFFER, how="inner").sort("number", POSITION)
        columns = [
            self._moved(found[column], spread)
            if found.schema[column] == pl.Float64 and column not in self._fixed
            else found[column]
            for column in sorted(known.columns)
            if column != OFFER
        ]
        offer = found["number"].cast(known.schema[OFFER]).alias(OFFER)
        return pl.DataFrame([offer, *columns]).select(known.columns)


def cases_of(tables: Tables, numbers: Sequence[int], like: Case) -> list[Case]:
    """Offers of a sample as cases; facts that the tables do not hold are as in another case."""
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
    return [_case(row, listed, like) for row in rows]


def _case(
    row: dict[str, Any], listed: Mapping[str, Mapping[int, list[dict[str, Any]]]], like: Case
) -> Case:
    number = row.pop(OFFER)
    facts = {name: row.get(name) for name in like.facts}
    entries = {name: listed.get(name, {}).get(number, []) for name in like.entries}
    return Case(facts, entries, ())
