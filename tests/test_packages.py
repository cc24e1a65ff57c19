"""Packages of equal worth: within floor, cap and grid, without what is locked, and told apart."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.decision import Record
from rules.errors import UnusableCase
from rules.packages import Part, equal_packages
from tests.offers import Changes, Raw, case, clerk, judge, raw_cases, recorded, rival

LOW: Changes = {"offer.base_salary": 188_000}


def packages(changes: Changes) -> dict[str, dict[str, float]]:
    return {one["name"]: one["components"] for one in recorded({**LOW, **changes})["meso_packages"]}


def test_three_packages_worked_out_by_hand() -> None:
    """Openings are 220, 200 and 60 thousand; the lowest that may be said 208, 180 and 20.

    The targets bring 28 times 4.4, 20 and 40, that is 183.2 thousand over four years.  Beside a
    base of 220, which brings 140.8, the grant may bring 15 and the sign-on the last 27.5.
    """
    assert packages({}) == {
        "base-heavy": {"base": 220_000, "equity_total": 185_000, "sign_on": 27_500},
        "equity-heavy": {"base": 214_000, "equity_total": 200_000, "sign_on": 40_000},
        "sign-on-heavy": {"base": 213_000, "equity_total": 185_000, "sign_on": 60_000},
    }


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"offer.components_locked": ["base"]}, ["equity-heavy", "sign-on-heavy"]),
        ({"offer.components_locked": ["base", "equity"]}, []),
        ({"offer.equity_grant_value": 190_000}, ["base-heavy", "sign-on-heavy"]),
        ({"offer.employer_final": True}, []),
        ({"offer.no_negotiation_policy": True}, []),
    ],
)
def test_what_is_locked_or_in_order_is_in_no_package(changes: Changes, names: list[str]) -> None:
    found = packages(changes)
    assert list(found) == names
    opened = recorded({**LOW, **changes})["ask"].keys()
    assert all(parts.keys() == opened for parts in found.values())


def test_a_sign_on_of_two_years_is_heavy_in_both() -> None:
    split = {"market.guide.target": {"sign_on_y1": 60_000, "sign_on_y2": 40_000}}
    guide = {"market.guide.sign_on": [20_000, 90_000]}
    found = packages({**split, **guide})["sign-on-heavy"]
    asked = recorded({**LOW, **split, **guide})["ask"]
    for name in ("sign_on_y1", "sign_on_y2"):
        assert found[name] == asked[name]["opening"]


def test_no_package_says_a_floor_or_a_minimum() -> None:
    told = json.dumps(packages({"candidate.min_base": 207_000, "candidate.min_tc": 251_000}))
    for private in ("207000", "251000", "160000"):
        assert private not in told


def test_with_a_verified_offer_the_ceiling_is_gone() -> None:
    low = {"offer.base_salary": 181_000, "offer.equity_grant_value": 100_000}
    without, backed = (
        recorded({**low, "candidate.competing_offers": offers}) for offers in ([], [rival()])
    )
    worth = [max(p["value_4y"] for p in found["meso_packages"]) for found in (without, backed)]
    assert worth[0] < worth[1]


@settings(max_examples=200)
@given(raw_cases())
def test_of_any_case(raw: Raw) -> None:
    try:
        found = clerk().record(judge().judge(case(raw)))
    except UnusableCase:
        assume(False)
    check(found)


def check(record: Record) -> None:
    asks, given_packages = record["ask"], record["meso_packages"]
    assert len(given_packages) != 1
    told = [tuple(sorted(package["components"].items())) for package in given_packages]
    assert len(set(told)) == len(told)
    for package in given_packages:
        assert package["components"].keys() == asks.keys()
        for name, amount in package["components"].items():
            ask = asks[name]
            assert amount >= ask["offered"]
            assert ask["cap"] is None or amount <= ask["cap"]
            assert amount <= ask["opening"]


# --- The arithmetic -----------------------------------------------------------------------------


def _parts(draw: Any) -> list[Part]:
    found = []
    for name in ("base", "equity_total", "sign_on"):
        step, worth = draw(st.sampled_from([1.0, 2.5, 5.0])), draw(st.sampled_from([1.0, 2.0, 4.4]))
        offered = step * draw(st.integers(0, 100))
        least = offered + step * draw(st.integers(0, 10))
        target = least + step * draw(st.integers(0, 10))
        most = target + step * draw(st.integers(0, 10))
        found.append(Part(name, offered, least, target, most, step, worth))
    return found


@settings(max_examples=400)
@given(st.data())
def test_all_are_worth_the_same_within_a_step(data: st.DataObject) -> None:
    parts = _parts(data.draw)
    found = equal_packages(parts)
    gains = [sum(p.gain(amounts[p.name]) for p in parts) for _, amounts in found]
    coarsest = max(part.step * part.worth for part in parts)
    assert not gains or max(gains) - min(gains) <= coarsest + 1e-6
    assert len({tuple(amounts.values()) for _, amounts in found}) == len(found)
    for _, amounts in found:
        assert all(part.least <= amounts[part.name] <= part.most for part in parts)
        assert all((amounts[p.name] / p.step).is_integer() for p in parts)
