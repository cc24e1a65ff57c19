"""Where two editions differ is found, and described with its exact ends."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from rules.book import Book
from rules.covering.boundary import rank
from rules.revision.changes import changes
from rules.revision.difference import Difference, difference
from rules.revision.edges import Editions, neighbours
from rules.revision.features import Features
from rules.revision.flips import flipping, pair_of
from rules.revision.regions import boxes
from rules.revision.sampling import Sampler, cases_of
from rules.worked.trying import Trial
from tests.offers import CASES, PLAIN, book, case, judge
from tests.revision.test_changes import MATERIAL, Edit, edited

KNOWN = [case(PLAIN), *(one.case for one in Trial(book(), judge()).run(CASES.worked) if one.case)]
BASE_FLOOR: Edit = ("parameters/asks.yaml", "value: 0.50, grade: D", "value: 0.40, grade: D")


def differing(new: Book, tried: int = 10_000) -> Difference:
    return difference(
        Editions(book(), new, judge()), changes(book(), new), KNOWN, tried=tried, seed=1
    )


@pytest.fixture(scope="module")
def material() -> Difference:
    return differing(edited(MATERIAL))


def test_the_region_of_a_threshold_has_the_threshold_for_its_ends(material: Difference) -> None:
    region = next(one for one in material.regions if one.way[0] == "counter" and
                  one.way[3] == "accept" and one.way[2] == "D9")  # fmt: skip
    lead = next(one for one in region.ranges if one.name == "competing_tc_gap")
    assert lead.low is not None
    assert lead.high is not None
    assert (lead.low.value, lead.low.is_exact, lead.low.included) == (0.05, True, True)
    assert (lead.high.value, lead.high.is_exact, lead.high.included) == (0.08, True, False)
    assert region.purity > 0.8
    assert 0 < region.share < 0.05


def test_every_region_has_a_witness_that_both_judges_confirm(material: Difference) -> None:
    editions = Editions(book(), edited(MATERIAL), judge())
    assert 1 <= len(material.regions) <= 10
    for region in material.regions:
        assert editions.way(region.witness) == region.way
        for one in region.ranges:
            for end in (one.low, one.high):
                if end is not None and end.edge is not None:
                    assert editions.way(end.edge.inner) == region.way
                    assert editions.way(end.edge.outer) != region.way
                    assert abs(rank(end.edge.inside) - rank(end.edge.outside)) == 1


def test_the_counts_of_the_ways_add_up(material: Difference) -> None:
    assert material.flips == sum(count for _, count in material.ways) > 0
    assert material.tried == 10_000


@pytest.mark.slow
def test_a_floor_in_the_band_moves_the_line_of_the_band() -> None:
    found = differing(edited(BASE_FLOOR))
    ends = {
        one.high.value
        for region in found.regions
        for one in region.ranges
        if one.name == "base_range_penetration" and one.high and one.high.is_exact
    }
    assert ends == {0.5}
    ways = {region.way[2::3] for region in found.regions}
    assert ("D9", "D10") in ways


def test_books_that_conclude_the_same_differ_nowhere() -> None:
    other = edited(
        ("signals.yaml", "competing_tc_gap >= material_gap", "NOT competing_tc_gap < material_gap")
    )
    found = differing(other)
    assert (found.flips, found.asks, found.regions) == (0, 0, ())


# --- What it rests on -----------------------------------------------------------------------


def test_the_same_sample_every_time() -> None:
    pair = pair_of(book(), book())
    once, again = (Sampler(pair.reads, KNOWN, (book(),), (), 7).sample(500) for _ in range(2))
    assert all(once[name].equals(again[name]) for name in once)
    other = Sampler(pair.reads, KNOWN, (book(),), (), 8).sample(500)
    assert not other["offers"].equals(once["offers"])


def test_a_sample_is_judged_as_its_cases_are() -> None:
    pair = pair_of(book(), edited(MATERIAL))
    tables = Sampler(pair.reads, KNOWN, (book(),), ("base_salary",), 3).sample(60)
    judged = pair.judged(tables).to_dicts()
    editions = Editions(book(), edited(MATERIAL), judge())
    seen = 0
    for row, one in zip(judged, cases_of(tables, range(60), book()), strict=True):
        way = editions.way(one)
        if way is not None:
            seen += 1
            names = ("verdict", "status", "rule")
            assert way == tuple(row[n] for n in (*names, *(f"new {n}" for n in names)))
    assert seen > 20


def test_two_sampled_books_differ_only_in_what_was_changed() -> None:
    found = flipping(book(), book(), KNOWN, tried=2_000)
    assert found.ways.height == found.asks == 0


def test_boxes_find_a_box() -> None:
    draw = np.random.default_rng(1)
    values = pl.DataFrame({"x": draw.random(4_000), "noise": draw.random(4_000)}).with_columns(
        word=pl.Series(draw.choice(["a", "b", "c"], 4_000))
    )
    x, word = values["x"].to_numpy(), values["word"].to_numpy()
    differs = (x > 0.2) & (x < 0.3) & (word == "b")
    (one,) = boxes(Features(values, {}, frozenset()), differs, ~differs)
    bounds = {bound.name: bound for bound in one.bounds}
    assert set(bounds) == {"x", "word"}
    assert bounds["word"].words == ("b",)
    assert bounds["x"].low == pytest.approx(0.2, abs=0.01)
    assert bounds["x"].high == pytest.approx(0.3, abs=0.01)
    assert one.purity > 0.95
    assert len(one.inside) == differs.sum()


def test_neighbours_are_found_on_the_way_down_as_well() -> None:
    assert neighbours(lambda x: x > 3, 8.0, 1.0) == (3.0000000000000004, 3.0)
