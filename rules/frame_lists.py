"""One list of the cases on frames: its entries valued, and what is drawn out of them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from rules.expression import Literal
from rules.frame_columns import Polars, Rungs, climbed
from rules.frame_parts import ONE, Parts
from rules.frame_stated import Stated
from rules.known import FALSE, NULL, Known
from rules.sql_book import Compiled
from rules.sql_lists import OFFER, POSITION, Draw, SqlList
from rules.sql_steps import read_below

OWNER = "place of the offer"

_MOST = np.int64(np.iinfo(np.int64).max)

Places = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Picked:
    """A pick, by the columns of an entry.

    Attributes:
        where: Says whether an entry can win.
        key: What entries are compared by; None where the first one wins.
        gives: Column of the offer -> column of the entry that wins.
        flags: Columns of the offer that say whether any entry can win.
    """

    where: str
    key: str | None
    is_highest: bool
    gives: Mapping[str, str]
    flags: Sequence[str]

    @property
    def reads(self) -> frozenset[str]:
        """The columns of an entry that are read."""
        return frozenset({self.where, *([self.key] if self.key else ()), *self.gives.values()})

    def drawn(self, entries: pl.DataFrame, offers: int) -> Iterator[pl.Series]:
        """The columns of so many offers.

        Args:
            entries: In order of their offers, whose places are under ``OWNER``.
            offers: How many there are.
        """
        held = entries[self.where].fill_null(value=False).arg_true().to_numpy()
        owners = entries[OWNER].to_numpy()
        if self.flags:
            is_there = np.zeros(offers, bool)
            is_there[owners[held]] = True
            yield from (pl.Series(name, is_there) for name in self.flags)
        if self.gives:
            key = None if self.key is None else entries[self.key]
            won = _winners(held, owners, key, self.is_highest)
            place = pl.repeat(None, offers, dtype=pl.UInt32, eager=True)
            place = place.scatter(owners[won], won.astype(np.uint32))
            given = (pl.col(one).gather(place).alias(name) for name, one in self.gives.items())
            yield from entries.select(given)


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """How a list is read for some columns of its offers.

    Attributes:
        name: Of the list.
        reads: The columns of an entry that are read.
        from_offer: The columns of its offer, the number of it first.
        rungs: What is worked out for an entry.
        picks: What is drawn then.
    """

    name: str
    reads: Sequence[str]
    from_offer: Sequence[str]
    rungs: Rungs
    picks: Sequence[Picked]

    def drawn(self, entries: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
        """The offers with what is drawn of their entries."""
        owners = offers.select(self.from_offer).with_row_index(OWNER)
        placed = _sorted(entries.select(self.reads).join(owners, on=OFFER, maintain_order="left"))
        worked_out = climbed(placed, self.rungs)
        return offers.hstack(
            [one for pick in self.picks for one in pick.drawn(worked_out, offers.height)]
        )


def _sorted(entries: pl.DataFrame) -> pl.DataFrame:
    """Entries in the order of their offers, and of their places in them."""
    order = entries.select(pl.col(OWNER).cast(pl.Int64), POSITION)
    later = pl.col(OWNER) > pl.col(OWNER).shift()
    next_one = (pl.col(OWNER) == pl.col(OWNER).shift()) & (
        pl.col(POSITION) > pl.col(POSITION).shift()
    )
    is_sorted = order.select((later | next_one).slice(1).all()).item()
    return entries if is_sorted else entries.sort(OWNER, POSITION)


def _winners(held: Places, owners: Places, key: pl.Series | None, is_highest: bool) -> Places:
    """The places of the entries that win: of each owner the best key, and of equals the first.

    Args:
        held: The places of those that can win.
        owners: The owner of every entry, in growing order.
        key: What entries are compared by; NULL is the worst.
        is_highest: Whether the highest key is the best, or the lowest.
    """
    starts = np.flatnonzero(np.diff(owners[held], prepend=-1))
    if key is None or len(starts) == len(held):
        return held[starts]
    rivals = np.diff(starts, append=len(held))
    is_contested = np.repeat(rivals > 1, rivals)
    contested = held[is_contested]
    ranks = _ranks(key.gather(contested), is_highest)
    best = np.maximum.reduceat(ranks, np.flatnonzero(np.diff(owners[contested], prepend=-1)))
    is_best = np.ones(len(held), bool)
    is_best[is_contested] = ranks == np.repeat(best, rivals[rivals > 1])
    return _winners(held[is_best], owners, None, is_highest)


def _ranks(keys: pl.Series, is_highest: bool) -> Places:
    """Keys as whole numbers of which the greatest is the best; NULL is the least of all.

    The bits of positive doubles are in the order of the numbers; those of negative ones are the
    other way round.  NaN is above all other numbers.
    """
    if keys.dtype != pl.Float64:
        places = keys.rank("dense", descending=not is_highest)
        return places.cast(pl.Int64).fill_null(-1).to_numpy()
    numbers = keys.fill_null(math.nan).to_numpy() + 0.0  # no zero below zero
    bits = numbers.view(np.int64)
    ranks = np.where(bits < 0, bits ^ _MOST, bits)
    ranks = np.where(np.isnan(numbers), _MOST, ranks)
    return np.where(keys.is_null().to_numpy(), ~_MOST, ranks if is_highest else ~ranks)


class Listed:
    """A list of which something is known.

    Args:
        one: The list.
        compiled: The book.
        stated: What its entries have in common.
        outside: What is known of the columns of the offers.

    Attributes:
        constants: Columns of the offer that are the same for every offer.
        flags: Columns of the offer that say whether there is an entry.
    """

    def __init__(
        self,
        one: SqlList,
        compiled: Compiled,
        stated: Stated,
        outside: Mapping[str, Literal],
        present: Collection[str],
    ) -> None:
        self.name = one.name
        self._places = {column.name: place for place, column in compiled.drawn.items()}
        of_offer = {*one.outside, *compiled.numbers.money_columns}
        values = {name: value for name, value in outside.items() if name in of_offer}
        values |= dict(stated.values)
        there = {name for name in present if name in of_offer} | stated.present
        known = Known(values, there, compiled.numbers.tables)
        self._terms = list(known.shortened(one.terms))
        self._of_offer = of_offer
        self._polars = Polars(
            compiled.numbers.tables, compiled.numbers.dated, one.types, known.is_present
        )
        self._draws = [_shortened(draw, known) for draw in one.draws]
        self.constants: dict[str, Literal] = {}
        self.flags: set[str] = set()
        for draw in self._draws:
            self.constants |= self._same_for_all(draw, never=stated.is_empty)
            if draw.pick.order == "any":
                self.flags |= {self._places[name] for name in draw.gives}

    def _same_for_all(self, draw: Draw, *, never: bool) -> dict[str, Literal]:
        """What a pick gives to every offer: nothing where no entry is ever drawn."""
        never = never or draw.where in (FALSE, NULL)
        nothing = FALSE if draw.pick.order == "any" else NULL
        return {
            self._places[name]: nothing
            for name, given in draw.gives.items()
            if never or given == NULL
        }

    def plan(self, read: Collection[str]) -> EntryPlan:
        """How to draw what is read of an offer."""
        draws = [one for draw in self._draws if (one := self._needed(draw, read)).gives]
        parts = Parts(self._polars.kind)
        terms = parts.cut(self._terms)
        picks = [_picked(draw, parts) for draw in draws]
        terms += parts.taken()
        wanted = {OWNER}.union(*(pick.reads for pick in picks))
        below = read_below(terms, wanted) - {OWNER, ONE}
        from_offer = sorted(below & self._of_offer)
        return EntryPlan(
            self.name,
            sorted(below.difference(from_offer) | {OFFER, POSITION}),
            [OFFER, *from_offer],
            self._polars.rungs(terms, wanted),
            picks,
        )

    def _needed(self, draw: Draw, read: Collection[str]) -> Draw:
        """A pick with the columns that are read of it, under their names in the offer."""
        gives = {self._places[name]: given for name, given in draw.gives.items()}
        kept = {n: one for n, one in gives.items() if n in read and n not in self.constants}
        return replace(draw, gives=kept)


def _picked(draw: Draw, parts: Parts) -> Picked:
    """A pick by the columns of an entry."""
    is_flag = draw.pick.order == "any"
    return Picked(
        parts.column(draw.where),
        None if draw.key is None else parts.column(draw.key),
        draw.pick.order == "highest",
        {} if is_flag else {place: parts.column(one) for place, one in draw.gives.items()},
        list(draw.gives) if is_flag else (),
    )


def _shortened(draw: Draw, known: Known) -> Draw:
    gives = {name: known.short(given) for name, given in draw.gives.items()}
    key = NULL if draw.key is None else known.short(draw.key)
    where = known.short(draw.where)
    # Where no entry has a key, the first wins.
    return replace(draw, gives=gives, where=where, key=None if key == NULL else key)
