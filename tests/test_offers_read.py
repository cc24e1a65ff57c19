"""Offers handed in as mappings: the short way gives what the long way through JSON gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offerdesk.offers import _through_json, read_offer
from rules.errors import UnusableCase

PLAIN: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-(10**25), 10**25)
    | st.floats()
    | st.text()
    | st.text(st.characters(categories=["Cs"]), max_size=2)
    | st.dates()
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
    ),
    max_leaves=20,
)


def outcome(read: Any, offer: Any) -> Any:
    try:
        found = read(offer)
    except UnusableCase as refusal:
        return [str(fault) for fault in refusal.faults]
    return repr(found)  # which tells 1 from 1.0 and True


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_a_mapping_is_read_as_its_json_is(offer: dict[str, Any]) -> None:
    assert outcome(read_offer, offer) == outcome(_through_json, offer)


def nested(depth: int) -> dict[str, Any]:
    offer: dict[str, Any] = {"base": 1}
    for _ in range(depth):
        offer = {"offer": offer}
    return offer


@pytest.mark.parametrize("depth", [1, 30, 31, 32, 40])
def test_the_depth_that_is_allowed_is_the_same(depth: int) -> None:
    assert outcome(read_offer, nested(depth)) == outcome(_through_json, nested(depth))


@pytest.mark.parametrize("odd", [datetime(2026, 1, 31, 12), {1, 2}, b"bytes", 1j, object])
def test_odd_values_take_the_long_way(odd: Any) -> None:
    assert outcome(read_offer, {"offer": odd}) == outcome(_through_json, {"offer": odd})


def test_what_is_handed_in_is_not_touched() -> None:
    offer = {"offer": {"start": date(2026, 1, 31), "shares": [0.5, 0.5]}}
    read_offer(offer).value["offer"]["shares"].append(0.0)
    assert offer == {"offer": {"start": date(2026, 1, 31), "shares": [0.5, 0.5]}}
