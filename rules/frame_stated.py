"""What the rows of a frame have in common."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from rules.expression import Literal, Value
from rules.known import NULL

_OFTEN_THE_SAME = (pl.String, pl.Date, pl.Boolean)


@dataclass(frozen=True)
class Stated:
    """What the rows of a table have in common.

    Attributes:
        values: Column -> the constant that it is in every row, where it is one.
        present: Columns that are NULL in no row.
        is_empty: Whether there is no row at all.
    """

    values: frozenset[tuple[str, Literal]]
    present: frozenset[str]
    is_empty: bool

    @staticmethod
    def by(table: pl.DataFrame) -> Stated:
        """What the rows of a table have in common.

        >>> Stated.by(pl.DataFrame({"state": ["NY", "NY"], "base": [1.0, None]})).present
        frozenset({'state'})
        """
        nulls = table.null_count().row(0, named=True) if table.height else {}
        values = {(name, NULL) for name, count in nulls.items() if count == table.height}
        present = frozenset(name for name, count in nulls.items() if not count)
        values |= {
            (name, Literal(value))
            for name in present
            if (value := _in_every_row(table[name])) is not None
        }
        return Stated(frozenset(values), present, not table.height)

    def holds_for(self, other: Stated) -> bool:
        """Whether all this is so in another table as well; in one without rows it always is."""
        is_so = self.values <= other.values and self.present <= other.present
        return other.is_empty or (is_so and not self.is_empty)


NOTHING = Stated(frozenset(), frozenset(), is_empty=False)  # in common: what holds for any table


def _in_every_row(cells: pl.Series) -> Value:
    """The one value of a column; None where there are several.  Numbers are not asked."""
    if cells.dtype not in _OFTEN_THE_SAME:
        return None
    first: Value = cells[0]
    return first if first == cells[-1] and (cells == first).all() else None
