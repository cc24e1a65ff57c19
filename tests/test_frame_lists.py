"""Which entries win on frames: of each offer the best key, and of equals the first."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.frame_lists import Picked

KEYS = st.one_of(
    st.none(),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, 1.5, -1.5, math.inf, -math.inf, math.nan, 5e-324]),
    st.floats(),
)
ENTRIES = st.lists(st.tuples(st.integers(0, 5), st.booleans() | st.none(), KEYS), max_size=24)


def drawn(rows: list[Any], dtype: type[pl.DataType], *, is_highest: bool) -> list[int | None]:
    """For each of six offers the place of the entry that wins."""
    entries = pl.DataFrame(
        {
            "place of the offer": pl.Series([row[0] for row in rows], dtype=pl.UInt32),
            "can_win": pl.Series([row[1] for row in rows], dtype=pl.Boolean),
            "key": pl.Series([row[2] for row in rows], dtype=dtype),
        }
    ).with_row_index("entry")
    pick = Picked("can_win", "key", is_highest, {"won": "entry"}, ())
    return next(iter(pick.drawn(entries, 6))).to_list()


def expected(rows: list[Any], *, is_highest: bool) -> list[int | None]:
    """The same, entry by entry."""
    found: list[int | None] = [None] * 6
    for place, (offer, can_win, key) in enumerate(rows):
        best = found[offer]
        if can_win and (best is None or _beats(key, rows[best][2], is_highest=is_highest)):
            found[offer] = place
    return found


def _beats(key: Any, other: Any, *, is_highest: bool) -> bool:
    """NaN is above all numbers, and no key is below all keys."""
    if key is None or other is None:
        return key is not None
    ours, theirs = ((math.isnan(k), 0.0 if math.isnan(k) else k) for k in (key, other))
    return ours > theirs if is_highest else ours < theirs


@given(rows=ENTRIES, is_highest=st.booleans())
@settings(max_examples=300, deadline=None)
def test_the_best_key_wins(rows: list[Any], is_highest: bool) -> None:
    rows.sort(key=lambda row: row[0])
    assert drawn(rows, pl.Float64, is_highest=is_highest) == expected(rows, is_highest=is_highest)


def test_dates_are_keys_as_well() -> None:
    early, late = date(2026, 1, 1), date(2026, 2, 1)
    rows = [(0, True, None), (0, True, late), (0, True, early), (3, True, late), (3, False, early)]
    assert drawn(rows, pl.Date, is_highest=False) == [2, None, None, 3, None, None]
    assert drawn(rows, pl.Date, is_highest=True) == [1, None, None, 3, None, None]


def test_without_a_key_the_first_wins_and_a_flag_says_whether_any_does() -> None:
    entries = pl.DataFrame(
        {"place of the offer": [0, 0, 2], "can_win": [None, True, False], "entry": [7, 8, 9]}
    )
    first, is_there = (
        Picked("can_win", None, False, {"won": "entry"}, ()),
        Picked("can_win", None, False, {}, ("is_there",)),
    )
    assert [one.to_list() for one in first.drawn(entries, 3)] == [[8, None, None]]
    assert np.array_equal(next(iter(is_there.drawn(entries, 3))), [True, False, False])
