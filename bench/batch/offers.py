"""Offers for the slice: with a band of their own, no rivals, and equity that can be sold.

Nothing about them is uncertain, so that each is decided the same way at every end.  They are
spread over what the slice decides: accept, counter, walk away, and what a person must look at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import sqrt
from pathlib import Path

import polars as pl

from pipelines.scoring.parquet_files import put_in_a_row
from rules.book import Book
from rules.frame import TYPES
from rules.sql_book import OFFERS, Compiled
from rules.sql_lists import OFFER

DAY = date(2026, 3, 2)
PRIMES = [number for number in range(2, 100) if all(number % one for one in range(2, number))]
ROW_GROUP = 50_000
STRETCH = 500_000  # rows made at once

CONSTANT: Mapping[str, object] = {
    "currency": "USD",
    "company": "Acme",
    "equity_stage": "public",
    "evaluation_date": DAY,
    "guide_as_of": date(2026, 1, 15),
    "guide_level_match": True,
    "said_sign_on_locked": True,
    "said_bonus_locked": True,
}


def write_offers(folder: Path, rows: int, book: Book) -> None:
    """Write a file with every fact of the book, and an empty one for each of its lists.

    Grain: one row for each offer.

    Args:
        folder: For the files, which are called as the tables of the batch query.
        rows: How many offers.
        book: Its facts are the columns; what no offer states is NULL.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in Compiled(book).tables().items():
        schema = {column: TYPES[kind] for column, kind in columns.items()}
        if name != OFFERS:
            pl.DataFrame(schema=schema).write_parquet(folder / f"{name}.parquet")
            continue
        parts = []
        for number, start in enumerate(range(0, rows, STRETCH)):
            stretch = _with_every_fact(made(start, min(STRETCH, rows - start)), schema)
            parts.append(folder / f"{name} {number:04}.part")
            stretch.write_parquet(parts[-1], row_group_size=ROW_GROUP)
        put_in_a_row(parts, folder / f"{name}.parquet")
        for part in parts:
            part.unlink()


def made(start: int, rows: int) -> pl.DataFrame:
    """Offers by their number; the same number is always the same offer."""
    draw = _Draw(start, rows)
    level = draw.between(110_000, 260_000, 1)
    low, high = level * draw.between(0.85, 0.95, 2), level * draw.between(1.05, 1.25, 3)
    grant_low = level * draw.between(0.2, 0.9, 4)
    grant_high = grant_low * draw.between(1.4, 2.2, 5)
    base = low + (high - low) * draw.between(-0.15, 1.15, 6)
    grant = grant_low + (grant_high - grant_low) * draw.between(-0.2, 1.4, 7)
    has_grant, kind = draw.share(8) < 0.9, draw.share(9)
    is_scheduled, is_short = kind < 0.3, kind > 0.9
    years = pl.when(is_short).then(2.0).when(kind > 0.4).then(4.0)
    bonus = draw.share(10)
    minimum, total = draw.share(11), draw.share(12)
    columns = {
        "base_salary": base.round(2),
        "bonus_type": pl.when(bonus < 0.5)
        .then(pl.lit("target"))
        .when(bonus < 0.7)
        .then(pl.lit("discretionary"))
        .when(bonus < 0.9)
        .then(pl.lit("none")),
        "bonus_target_pct": pl.when(bonus < 0.65).then(draw.between(0.05, 0.25, 13).round(3)),
        "sign_on_y1": pl.when(draw.share(14) < 0.5).then(draw.between(5_000, 60_000, 15).round(0)),
        "equity_type": pl.when(has_grant).then(pl.lit("rsu")).otherwise(pl.lit("none")),
        "equity_grant_value": pl.when(has_grant).then(grant.round(2)),
        "equity_grant_years": pl.when(has_grant & ~is_scheduled).then(years),
        **{
            f"vest_schedule_y{year}": pl.when(has_grant & is_scheduled).then(pl.lit(share))
            for year, share in enumerate((0.4, 0.3, 0.2, 0.1), 1)
        },
        "vest_schedule_years": pl.when(has_grant & is_scheduled).then(4.0),
        "refresher_policy": pl.when(draw.share(16) < 0.5).then(pl.lit("documented_annual_grant")),
        "stock_volatility_1y": pl.when(draw.share(17) < 0.8).then(draw.between(0.2, 0.8, 18)),
        "risk_tolerance": pl.when(draw.share(19) < 0.3)
        .then(pl.lit("low"))
        .when(draw.share(19) < 0.6)
        .then(pl.lit("medium")),
        "min_base": pl.when(minimum < 0.6).then((level * draw.between(0.75, 1.2, 20)).round(0)),
        "min_tc": pl.when(total < 0.6).then(
            ((base + grant_low / 4) * draw.between(0.8, 1.25, 21)).round(0)
        ),
        "said_final": pl.when(draw.share(22) < 0.8).then(draw.share(22) < 0.25),
        "guide_base_min": low.round(2),
        "guide_base_max": high.round(2),
        "guide_equity_min": grant_low.round(2),
        "guide_equity_max": grant_high.round(2),
        "guide_equity_years": pl.when(draw.share(23) < 0.5).then(4.0),
    }
    return draw.numbers.select(OFFER, **columns).with_columns(
        pl.lit(value).alias(name) for name, value in CONSTANT.items()
    )


def _with_every_fact(offers: pl.DataFrame, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return offers.select(
        (pl.col(name) if name in offers.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


class _Draw:
    """Numbers that look drawn, each from the number of its offer and the place of the draw.

    Multiples of the roots of different primes, without their whole part, are spread evenly and
    have nothing to do with each other.
    """

    def __init__(self, start: int, rows: int) -> None:
        self.numbers = pl.DataFrame({OFFER: pl.int_range(start, start + rows, eager=True)})

    def share(self, place: int) -> pl.Expr:
        """From 0 up to 1."""
        return (pl.col(OFFER) + 1).cast(pl.Float64) * sqrt(PRIMES[place]) % 1.0

    def between(self, least: float, most: float, place: int) -> pl.Expr:
        """From the least up to the most."""
        return least + (most - least) * self.share(place)
