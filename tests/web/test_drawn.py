"""The charts: every amount at its place, labels beside each other, and all of it in words."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offerdesk.bars import Bar
from offerdesk.web.drawn import ranking, standing, track, years
from offerdesk.web.drawn.scale import Scale, spread, ticks
from offerdesk.web.drawn.standing import NARROW, WIDE, Standing
from offerdesk.web.drawn.track import Stretch

FULL = Standing(
    Bar("base salary", "USD", (195e3, 248e3), 210e3, floor=220e3, target=240e3, opening=248e3),
    {"p25": 190e3, "p50": 205e3, "p75": 225e3, "p90": 260e3},
)
amounts = st.floats(0, 1e9)


def places(svg: str, kind: str) -> list[float]:
    """Where the marks of a kind stand."""
    found = re.findall(rf'translate\(([\d.]+) \d+\)" class="mark is-{kind}"', svg)
    return [float(one) for one in found]


@given(st.lists(amounts, min_size=2, max_size=5))
def test_a_scale_keeps_the_order_and_the_ends(values: list[float]) -> None:
    scale = Scale(min(values), max(values), 20, 700)
    told = [scale.at(one) for one in sorted(values)]
    assert told == sorted(told)
    assert all(20 <= one <= 700 for one in told)


@given(st.floats(1, 1e12))
def test_ticks_are_few_and_reach_to_the_end(high: float) -> None:
    found = ticks(high)
    assert found[0] == 0
    assert found[-1] >= high * (1 - 1e-9)
    assert 2 <= len(found) <= 6


@given(
    st.lists(st.tuples(st.floats(0, 700), st.floats(10, 90)), min_size=1, max_size=6).map(sorted)
)
def test_labels_never_run_into_each_other_nor_out(labels: list[tuple[float, float]]) -> None:
    wanted, widths = [list(part) for part in zip(*labels, strict=True)]
    found = spread(wanted, widths, 0, 700)
    boxes = [(one - width / 2, one + width / 2) for one, width in zip(found, widths, strict=True)]
    assert all(left[1] <= right[0] + 1e-6 for left, right in pairwise(boxes))
    assert boxes[0][0] >= -1e-6
    assert boxes[-1][1] <= 700 + 1e-6


def test_a_label_with_room_stays_where_it_is() -> None:
    assert spread([100, 400], [50, 50], 0, 700) == [100, 400]


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_every_number_of_a_component_is_at_its_place(width: int) -> None:
    svg = standing.drawn(FULL, width)
    scale = Scale(190e3, 260e3, standing.MARGIN, width - standing.MARGIN)
    for kind, amount in (("offer", 210e3), ("floor", 220e3), ("target", 240e3), ("opening", 248e3)):
        assert places(svg, kind) == [scale.at(amount)]
    assert re.search(rf'<rect x="{scale.at(195e3):g}"[^>]*class="is-band"', svg)
    assert svg.count('class="tick') == 4


def test_a_component_is_told_in_words() -> None:
    assert standing.told(FULL) == (
        "base salary: offer $210,000, sign at $220,000, settle at $240,000, say $248,000; "
        "band $195,000 to $248,000; market p25 $190,000, p50 $205,000, p75 $225,000, p90 $260,000"
    )


@given(amounts, st.lists(st.none() | amounts, min_size=5, max_size=5))
def test_any_component_can_be_drawn(offer: float, others: list[float | None]) -> None:
    low, high, floor, target, opening = others
    bar = Bar("x", None, (low, high), offer, floor=floor, target=target, opening=opening)
    svg = standing.drawn(Standing(bar, {}))
    assert "nan" not in svg
    assert "inf" not in svg


def test_years_are_stacked_by_part_on_one_scale() -> None:
    pay = years.parts_of(
        {
            "base": 200.0,
            "bonus_y1": 10.0,
            "bonus_expected_value": 20.0,
            **{f"equity_y{n}": 50.0 for n in (1, 2, 3)},
            "equity_y4": None,
            "renewed_y4": 30.0,
            "sign_on_y1": 5.0,
        }
    )
    assert [year.total for year in pay] == [265, 270, 270, 250]
    svg = years.drawn(pay, 270, "Thornfield", "USD")
    assert [len(re.findall(f'class="part is-{part}"', svg)) for part in ("base", "sign-on")] == [
        4,
        1,
    ]
    heights = [float(one) for one in re.findall(r'height="([\d.]+)" class="part is-base"', svg)]
    top = Scale(0, ticks(270)[-1], years.FOOT, years.TOP)
    assert heights == pytest.approx([years.FOOT - top.at(200)] * 4, abs=0.2)
    assert 'aria-label="Thornfield: year 1 $265, year 2 $270' in svg


def test_a_track_is_cut_where_the_verdict_flips() -> None:
    parts = [Stretch(100, 150, "counter", "Counter"), Stretch(150, 300, "accept", "Accept")]
    svg = track.drawn(parts, "counter below 150; accept from 150")
    assert re.findall(r'x="([\d.]+)%" y="30%" width="([\d.]+)%"', svg) == [
        ("0.000", "25.000"),
        ("25.000", "75.000"),
    ]
    assert svg.count('class="flip"') == 1


def test_a_ranking_shows_what_is_known() -> None:
    svg = ranking.drawn({"p25": 100.0, "p50": 150.0, "p75": 200.0, "p90": None}, 400)
    assert 'x="25.00%"' in svg
    assert 'width="25.00%"' in svg
    assert ranking.drawn({"p50": None}, 400).count("<rect") == 0
