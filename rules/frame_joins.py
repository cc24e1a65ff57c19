"""Frames of offers brought together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from rules.sql_lists import OFFER


def beside(frame: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """A frame with the columns of another one, which has at most one row for a key.

    Only the keys are joined: a frame of offers is wide, and a join would copy all of it.  A key
    that is NULL on both sides is the same.
    """
    found = frame.select(keys).join(
        other, on=list(keys), how="left", nulls_equal=True, maintain_order="left"
    )
    return frame.hstack(found.drop(keys))


def of_their_offers(entries: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """Entries with the columns of the offer that each belongs to; NULL where it is not there.

    Args:
        entries: With the number of their offer.
        offers: In the order of their numbers.
    """
    numbers, wanted = offers[OFFER].to_numpy(), entries[OFFER].to_numpy()
    place = np.searchsorted(numbers, wanted)
    is_there = np.append(numbers, -1)[place] == wanted
    found = pl.Series(place.astype(np.uint32)).set(pl.Series(~is_there), None)
    return entries.hstack(offers.drop(OFFER).select(pl.all().gather(found)))


def places(some: pl.Series) -> pl.Series:
    """For each row that is TRUE its number among them, from 0; NULL for the others."""
    number = some.cast(pl.UInt32).cum_sum() - 1
    return number.set(~some, None)


def of_offers(frame: pl.DataFrame, offers: pl.Series) -> pl.DataFrame:
    """The rows of a frame that belong to some offers."""
    if frame.is_empty():
        return frame
    return frame.filter(pl.col(OFFER).is_in(offers.implode()))
