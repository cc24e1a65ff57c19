"""Frames of offers brought together."""

from __future__ import annotations

from collections.abc import Sequence

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


def of_offers(frame: pl.DataFrame, offers: pl.Series) -> pl.DataFrame:
    """The rows of a frame that belong to some offers."""
    return frame.filter(pl.col(OFFER).is_in(offers.implode()))
