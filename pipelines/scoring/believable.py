"""Which rows the door might find hard to believe: every one that it would refuse, and a few more.

The limits are those of ``rules.plausible``, which alone says what is wrong with a row and where.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

import polars as pl

from rules.book import Book, Fact
from rules.conversion import is_money
from rules.exchange import usual_rates
from rules.frame_joins import beside
from rules.plausible import (
    BESIDE_BASE,
    FIRST_DAY,
    IN_THOUSANDS,
    LAST_DAY,
    LATER,
    RANGES,
    SHARES_NOT_MONEY,
    WEAKEST,
    WHOLE_GRANT,
)

SCALE = "units for a dollar"
_NOISE = 1e-9  # a sum of shares may come out a little differently here
_UNDATED = frozenset({"clawback_contract_date"})


def doubtful_offers(facts: pl.DataFrame, book: Book) -> pl.Series:
    """Whether each offer has to go through the door itself.

    Args:
        facts: A column for each fact of the book that is stated anywhere, and the scale of each
            offer's money.
        book: Its facts say what is believable.
    """
    checks = [*_bounds(facts, book.facts.values()), *_order(facts), *_package(facts)]
    checks += _thousands(facts)
    return facts.select(_any(checks)).to_series()


def doubtful_entries(entries: pl.DataFrame, facts: Sequence[Fact]) -> pl.Series:
    """The same for the entries of a list, which bring the scale of their offer."""
    return entries.select(_any([*_bounds(entries, facts), *_package(entries)])).to_series()


def with_scale(facts: pl.DataFrame, book: Book) -> pl.DataFrame:
    """Offers with what a dollar is in their currency; NULL where no rate is known.

    Args:
        facts: Of the offers; ``evaluation_date`` without NULLs.
        book: Its rates.
    """
    pairs = facts.select("currency", "evaluation_date").unique()
    scales = [
        usual_rates(book, day).get(code) if code is not None else None for code, day in pairs.rows()
    ]
    return beside(facts, pairs.with_columns(pl.Series(SCALE, scales, pl.Float64)), pairs.columns)


def _any(checks: Sequence[pl.Expr]) -> pl.Expr:
    whole = reduce(or_, (check.fill_null(value=False) for check in checks), pl.lit(value=False))
    return whole.alias("doubt")


def _stated(frame: pl.DataFrame, name: str) -> bool:
    return name in frame.columns and frame[name].null_count() < frame.height


def _bounds(frame: pl.DataFrame, facts: Iterable[Fact]) -> Iterator[pl.Expr]:
    for fact in facts:
        if not _stated(frame, fact.name):
            continue
        value = pl.col(fact.name)
        if fact.type.kind == "date" and fact.name not in _UNDATED:
            yield (value < FIRST_DAY) | (value >= LAST_DAY)
        elif fact.type.kind == "number":
            low, high = _limits(fact)
            yield from ([] if low is None else [value < low])
            yield from ([] if high is None else [value > high])


def _limits(fact: Fact) -> tuple[pl.Expr | None, pl.Expr | None]:
    """The least and the most of a number; those of money in the offer's currency."""
    least, most = (None if one is None else pl.lit(one) for one in (fact.least, fact.most))
    if not is_money(fact):
        return least, most
    low = None if least is None else least * pl.col(SCALE).fill_null(0.0)
    return low, None if most is None else most * pl.col(SCALE).fill_null(WEAKEST)


def _order(frame: pl.DataFrame) -> Iterator[pl.Expr]:
    """Dates and ranges the wrong way round, and a start that is past."""
    pairs = [(later, earlier) for later, earlier, _ in LATER]
    pairs += [("start_date", "evaluation_date"), *((high, low) for low, high, _ in RANGES)]
    for later, earlier in pairs:
        if _stated(frame, later) and _stated(frame, earlier):
            yield pl.col(later) < pl.col(earlier)


def _thousands(frame: pl.DataFrame) -> Iterator[pl.Expr]:
    """Amounts that are nothing beside the base, as those in thousands are."""
    least, share = IN_THOUSANDS
    for name in BESIDE_BASE if _stated(frame, "base_salary") else ():
        if _stated(frame, name):
            value = pl.col(name)
            yield (value >= least) & (value < share * pl.col("base_salary"))


def _package(frame: pl.DataFrame) -> Iterator[pl.Expr]:
    """A vesting schedule that is no whole, and shares that stand where money belongs."""
    if _stated(frame, "vest_schedule_years"):
        years = [f"vest_schedule_y{year}" for year in range(1, 5)]
        total = pl.sum_horizontal(pl.col(name).fill_null(0.0) for name in years)
        is_short = (pl.col("vest_schedule_years") <= 4) & (total < 1 - WHOLE_GRANT + _NOISE)
        is_stated = pl.col("vest_schedule_years").is_not_null()
        yield is_stated & ((total > 1 + WHOLE_GRANT - _NOISE) | is_short)
    if _stated(frame, "equity_grant_value") and _stated(frame, "base_salary"):
        grant, base = pl.col("equity_grant_value"), pl.col("base_salary")
        yield (grant > 0) & (grant < SHARES_NOT_MONEY * base)
