"""Every point of a grid of pay judged, by the batch backend: a proof that needs no z3."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, reduce

import polars as pl

from rules.book import Book
from rules.expression import Name, Value
from rules.frame import TYPES, Frame
from rules.sql_book import OFFERS
from rules.sql_lists import OFFER, POSITION
from rules.what_if.pay import CENT, Line, Pay, Steps
from rules.what_if.smallest import TooManyPointsError, Wanted, simplicity
from rules.what_if.stated import moved, stated

MOST_POINTS = 4_000_000
AT_ONCE = 250_000  # points in one frame
COST = "cost of the point"


class Grid:
    """Judges all points of a grid; made once for a book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @cached_property
    def _frame(self) -> Frame:
        return Frame(self._book, ("rule",))

    def smallest(self, pay: Pay, wanted: Wanted) -> Steps | None:
        """The cheapest point that decides as is wanted; None where none does.

        Raises:
            TooManyPointsError: There are more than ``MOST_POINTS``.
        """
        if pay.points > MOST_POINTS:
            raise TooManyPointsError
        rows = [row.name for row in self._book.rows if row.decides in wanted]
        cheapest = [
            self._cheapest(points, self._rules(pay, points).is_in(rows)) for points in _slices(pay)
        ]
        at = [_at(line) for line in pay.lines]
        found = [point for some in cheapest for point in some.select(at).iter_rows()]
        return min(found, key=lambda point: (pay.cost(point), simplicity(point)), default=None)

    def _cheapest(self, points: pl.DataFrame, holds: pl.Series) -> pl.DataFrame:
        """Of some points those that hold, and cost no more than a cent over the cheapest."""
        holding = points.filter(holds)
        return holding.filter(pl.col(COST) <= pl.col(COST).min() + CENT)

    def _rules(self, pay: Pay, points: pl.DataFrame) -> pl.Series:
        """The rule that decides at each point."""
        offers = [
            (pl.col(name) if name in points.columns else pl.lit(pay.case.facts[name]))
            .cast(TYPES[kind])
            .alias(name)
            for name, kind in self._frame.reads[OFFERS].items()
        ]
        tables = {OFFERS: points.select(*offers)}
        for one in self._frame.reads.keys() - {OFFERS}:
            tables[one] = self._entries(pay, one).join(points.select(OFFER), how="cross")
            tables[one] = tables[one].select(*self._frame.reads[one])
        return self._frame.judge(tables).sort(OFFER)["rule"]

    def _entries(self, pay: Pay, name: str) -> pl.DataFrame:
        """The entries of a list, as every point has them."""
        kinds = {n: TYPES[kind] for n, kind in self._frame.reads[name].items() if n != OFFER}
        rows = [{**entry, POSITION: place} for place, entry in enumerate(pay.case.entries[name])]
        return pl.DataFrame([{n: row[n] for n in kinds} for row in rows], kinds)


def _slices(pay: Pay) -> Iterator[pl.DataFrame]:
    """All points, so many at once: where they are, what they cost and what they state."""
    if not pay.lines:
        yield pl.DataFrame({OFFER: [0], COST: [0.0]}, {OFFER: pl.Int64, COST: pl.Float64})
        return
    first, *others = (_axis(pay, line) for line in pay.lines)
    rest = reduce(lambda one, two: one.join(two, how="cross"), others, pl.DataFrame({"": [0]}))
    rows = max(1, AT_ONCE // len(rest))
    costs = pl.sum_horizontal(_cost(line) for line in pay.lines).alias(COST)
    for one in first.iter_slices(rows):
        points = one.join(rest, how="cross").with_columns(costs)
        yield points.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(OFFER))


def _axis(pay: Pay, line: Line) -> pl.DataFrame:
    """The points of one line: a row for each number of steps."""
    steps = range(len(line.multiples) + 1)
    facts = stated(pay.case.facts, line.name, Name(""))
    cases = [moved(pay.case, {line.name: line.amount(n)} if n else {}) for n in steps]
    columns: dict[str, list[Value]] = {
        _at(line): list(steps),
        _cost(line): [line.cost(n) for n in steps],
        **{name: [case.facts[name] for case in cases] for name in facts},
    }
    return pl.DataFrame(columns, strict=False)


def _at(line: Line) -> str:
    return f"steps of {line.name}"


def _cost(line: Line) -> str:
    return f"cost of {line.name}"
