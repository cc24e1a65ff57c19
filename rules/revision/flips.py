"""Offers of which two editions of a book do not say the same, found by trying many on both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from rules.book import Book
from rules.case import Case
from rules.covering.scopes import Scopes
from rules.frame import Frame, Tables
from rules.frame_cases import Reads
from rules.revision.sampling import Sampler, cases_of
from rules.sql_lists import OFFER

OUTCOME = ("verdict", "status", "rule")
NEW = "new "
ASKED = "ask_value_4y"
TRIED, NEAR = 48_000, 24_000  # offers
SEEDS = 60  # offers of each way to differ, that others are made near to
CLOSE = (0.0, 0.0, 0.03)  # shares of facts taken from others, for offers near known ones
STEP = 0.03  # and how far their amounts are moved


@dataclass(frozen=True, slots=True)
class Pair:
    """Two editions of a book, made ready to judge tables of offers.

    Attributes:
        reads: What either of them may read of each table.
    """

    old: Frame
    new: Frame
    reads: Reads

    def judged(self, tables: Tables) -> pl.DataFrame:
        """Both outcomes of each offer: ``verdict``, ``new verdict`` and so on.

        Grain: one row for each offer, in the order of its number.
        """
        was, now = (one.judge(one.of(tables)).sort(OFFER) for one in (self.old, self.new))
        return was.hstack(now.drop(OFFER).rename(lambda name: f"{NEW}{name}"))


def pair_of(old: Book, new: Book) -> Pair:
    """Both made ready for their outcome and the sum of their asks."""
    reads: dict[str, dict[str, str]] = {}
    for book in (old, new):
        for table, columns in Frame(book).reads.items():
            reads.setdefault(table, {}).update(columns)
    was, now = (Frame(book, (*OUTCOME, ASKED)) for book in (old, new))
    return Pair(was, now, reads)


@dataclass(frozen=True, slots=True)
class Flipping:
    """What came of trying offers on both editions.

    Attributes:
        tried: How many were tried.
        ways: Outcome before and after -> how many offers; a row for each way to differ.
        asks: How many have the same verdict and other asks.
        tables: Offers near those that differ, and near known ones, to tell the two apart by.
        judged: What both editions say of them.
        reads: What is read of each table.
    """

    tried: int
    ways: pl.DataFrame
    asks: int
    tables: Tables
    judged: pl.DataFrame
    reads: Reads


def flipping(
    old: Book, new: Book, known: Sequence[Case], *, tried: int = TRIED, seed: int = 1
) -> Flipping:
    """Try offers on both editions.

    Args:
        old: The book as it was.
        new: The book as it is to be.
        known: Offers to begin with.
        tried: How many offers to make of them.
        seed: Of everything left to chance.
    """
    pair, needed = pair_of(old, new), _asked_first(old)
    tables = Sampler(pair.reads, known, (old, new), needed, seed).sample(tried)
    judged = pair.judged(tables)
    seeds = _seeds(judged, tables, old, seed)
    near = Sampler(pair.reads, [*seeds, *known], (old, new), needed, seed + 1).sample(
        NEAR, CLOSE, STEP
    )
    told = judged.filter(is_flip())
    asks = judged.filter(~is_flip() & pl.col(ASKED).ne_missing(pl.col(f"{NEW}{ASKED}")))
    return Flipping(tried, _ways(told), asks.height, near, pair.judged(near), pair.reads)


def is_flip() -> pl.Expr:
    """Whether verdict or status differ."""
    return pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{NEW}{name}")) for name in ("verdict", "status")
    )


WAY = [*OUTCOME, *(f"{NEW}{name}" for name in OUTCOME)]


def _ways(flips: pl.DataFrame) -> pl.DataFrame:
    return flips.group_by(WAY).len("count").sort(["count", *WAY], descending=[True] + [False] * 6)


def _asked_first(book: Book) -> frozenset[str]:
    """What the first row reads: whether there is an offer at all."""
    slots = Scopes(book).slots("", [book.rows[0].when])
    return frozenset(name for listed, name in slots if not listed)


def _seeds(judged: pl.DataFrame, tables: Tables, book: Book, seed: int) -> list[Case]:
    """Some offers of each way to differ."""
    some = (
        judged.filter(is_flip())
        .filter(pl.int_range(pl.len()).shuffle(seed).over(WAY) < SEEDS)
        .sort(OFFER)
    )
    return cases_of(tables, some[OFFER].to_list(), book)
