"""Values of a fact moved a little, each as its kind allows: pay by a part of it, years by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from rules.book import Fact
from rules.conversion import is_money

OFTEN = 0.5  # [fraction of the values] of pay that is moved
SELDOM = 0.05  # of other numbers
LARGE, ROUND = 1_000, 500  # pay from this on is rounded to that, as people say it
CENTS = 2  # [decimals] of smaller amounts


def moved(values: pl.Series, fact: Fact, crossed: Any, spread: float, draw: Any) -> pl.Series:
    """Some values of a fact moved, and some words and flags drawn anew.

    Args:
        values: Of many offers.
        fact: What they are.
        crossed: The offers of which facts are drawn anew.
        spread: How far pay is moved, as a fraction of it.
        draw: Numpy's generator.
    """
    match fact.type.kind:
        case "number" if is_money(fact):
            return _pay(values, spread, draw)
        case "number":
            return _by_one(values, fact, draw)
        case "flag":
            return _drawn(values, (True, False), crossed, draw)
        case "text" if fact.type.choices:
            return _drawn(values, tuple(sorted(fact.type.choices)), crossed, draw)
        case _:
            return values


def in_order(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with the bottom of each range under its top, as whoever states a range means it."""
    pairs = [(c, f"{c[:-4]}_max") for c in frame.columns if c.endswith("_min")]
    ends = [pair for pair in pairs if pair[1] in frame.columns]
    return frame.with_columns(
        *(pl.when(pl.col(a) > pl.col(b)).then(b).otherwise(a).alias(a) for a, b in ends),
        *(pl.when(pl.col(a) > pl.col(b)).then(a).otherwise(b).alias(b) for a, b in ends),
    )


def _pay(values: pl.Series, spread: float, draw: Any) -> pl.Series:
    known = values.to_numpy()  # NULL is NaN
    found = known * np.maximum(1 + spread * draw.standard_normal(len(known)), 0.0)
    large = np.abs(found) >= LARGE
    found = np.where(large, np.round(found / ROUND) * ROUND, np.round(found, CENTS))
    return _where(draw.random(len(known)) < OFTEN, found, values)


def _by_one(values: pl.Series, fact: Fact, draw: Any) -> pl.Series:
    """Whole numbers by one; what is a share of something stays as it is."""
    known = values.to_numpy()
    step = draw.choice((-1.0, 1.0), size=len(known))
    least, most = fact.least or 0.0, np.inf if fact.most is None else fact.most
    found = np.clip(known + step, least, most)
    is_whole = np.floor(known) == known
    may = (draw.random(len(known)) < SELDOM) & is_whole & (np.abs(known) > 1)
    return _where(may, found, values)


def _drawn(values: pl.Series, words: tuple[Any, ...], crossed: Any, draw: Any) -> pl.Series:
    """A share of the values drawn among all that are allowed."""
    some = pl.Series(values.name, words, values.dtype).gather(
        draw.integers(len(words), size=len(values))
    )
    again = crossed & (draw.random(len(values)) < OFTEN)
    return some.zip_with(pl.Series(again), values)


def _where(chosen: Any, found: Any, values: pl.Series) -> pl.Series:
    moved_ones = pl.Series(values.name, found).fill_nan(None)
    return moved_ones.zip_with(pl.Series(chosen), values)
