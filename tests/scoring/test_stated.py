"""Columns of a sheet as they are stated, and what belongs to an offer."""

from __future__ import annotations

import gc
import weakref

import polars as pl
import pytest

from pipelines.scoring.stated import MANY, TRIED, Stated
from rules.frame_joins import of_their_offers, places
from rules.sql_lists import OFFER

SPACED = ["  a", "b ", "\tc\n", " \u00a0 ", "", None, "d e"]
BARE = ["a", "b", "c", None, None, None, "d e"]


@pytest.mark.parametrize("before", [0, TRIED])
def test_texts_have_no_space_around_them(before: int) -> None:
    """Also where nearly every text is another one, so that they are not compared first."""
    others = [f"text {number}" for number in range(before)]
    assert not others or len(set(others)) > MANY
    sheet = Stated(pl.DataFrame({"text": others + SPACED}))
    assert sheet.cells("text").to_list() == others + BARE
    assert sheet.is_stated("text").to_list() == [True] * before + [b is not None for b in BARE]


def test_what_is_bare_stays_as_it_is() -> None:
    cells = pl.Series("text", ["a b", None, "c"])
    assert Stated(cells.to_frame()).cells("text").to_list() == cells.to_list()


def test_a_sheet_is_let_go_at_once() -> None:
    """A part takes hundreds of megabytes: it may not wait for the collector of cycles."""
    gc.disable()
    try:
        sheet = Stated(pl.DataFrame({"text": SPACED}))
        sheet.cells("text")
        gone = weakref.ref(sheet)
        del sheet
        assert gone() is None
    finally:
        gc.enable()


def test_an_entry_of_no_offer_gets_nothing() -> None:
    offers = pl.DataFrame({OFFER: [2, 3, 7], "scale": [0.2, None, 0.7]})
    entries = pl.DataFrame({OFFER: [7, 2, 1, 9, 3, 7]})
    found = of_their_offers(entries, offers)
    assert found["scale"].to_list() == [0.7, 0.2, None, None, None, 0.7]
    assert of_their_offers(entries, offers.clear())["scale"].to_list() == [None] * 6


def test_places() -> None:
    some = pl.Series([False, True, True, False, True])
    assert places(some).to_list() == [None, 0, 1, None, 2]
