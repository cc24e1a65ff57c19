"""How a fact is taken from what stands in a file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reading import READINGS
from tests.offers import book


@pytest.mark.parametrize(
    ("reading", "raw", "words", "value"),
    [
        ("value", 5, (), 5),
        ("length", [1, 2], (), 2.0),
        ("length", [], (), None),
        ("length", 4, (), None),
        ("contains", ["Sign-On"], ("sign_on",), True),
        ("contains", ["sign_on_y1"], ("sign_on",), False),
        ("contains", "base", ("base",), True),
        ("contains", [], ("base",), False),
        ("contains", None, ("base",), None),
        ("mentions", ["recruiter_requested_salary_history"], ("salary_history",), True),
        ("mentions", ["Requested SALARY history"], ("salary_history",), True),
        ("mentions", "any termination", ("any",), True),
        ("mentions", ["many things"], ("any",), False),
        ("mentions", [], ("any",), False),
        ("mentions", None, ("any",), None),
        ("present", {}, (), False),
        ("present", {"a": 1}, (), True),
        ("present", None, (), None),
        ("month", "2026-03", (), date(2026, 3, 1)),
        ("month", "2026", (), date(2026, 1, 1)),
        ("month", 2026, (), date(2026, 1, 1)),
        ("month", "2026-13", (), "2026-13"),
        ("month", "2026-03-05", (), "2026-03-05"),
        ("month", date(2026, 3, 5), (), date(2026, 3, 5)),
        ("number or base", {"base": 5}, (), 5),
        ("number or base", {"equity": 5}, (), None),
        ("number or base", 7, (), 7),
        ("vesting years", "4-year vest, 1-year cliff", (), 4.0),
        ("vesting years", "three years", (), None),
        ("vesting years", "1-year cliff", (), None),
        ("vesting years", None, (), None),
        ("cliff months", "4 yrs, 6-month cliff", (), 6.0),
        ("cliff months", "4 years, no cliff", (), 0.0),
        ("cliff months", "4 years", (), None),
        ("cliff months", 12, (), None),
        ("jurisdiction", "TX", (), None),
        ("rate date", "2026-01-01", (), None),
    ],
)
def test_reading(reading: str, raw: Any, words: tuple[str, ...], value: Any) -> None:
    assert READINGS[reading](raw, words) == value


def test_no_reading_is_without_a_fact_and_none_is_missing() -> None:
    used = {fact.read for fact in book().facts.values()}
    used |= {fact.read for listed in book().lists.values() for fact in listed.facts}
    assert used == READINGS.keys()


@given(st.sampled_from(sorted(READINGS)),
       st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
                    lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(st.text(max_size=4), inner, max_size=3)))  # fmt: skip
def test_no_reading_trips_over_anything(reading: str, raw: Any) -> None:
    READINGS[reading](raw, ("any", "layoff"))
