"""A change divided among its causes: the parts add up, and they are Shapley's."""

from __future__ import annotations

from fractions import Fraction
from math import factorial

from hypothesis import given
from hypothesis import strategies as st

from offerdesk.changed_told import in_whole
from offerdesk.shapley import Causes, coalitions, enough, needed, shares

CAUSES = ("offer", "book", "market", "date")
ALL = list(coalitions(CAUSES))
NUMBERS = st.floats(-1e12, 1e12, allow_nan=False).map(Fraction)
GAMES = st.fixed_dictionaries(dict.fromkeys(ALL, NUMBERS))
HOLES = st.fixed_dictionaries(dict.fromkeys(ALL, st.none() | NUMBERS))


def by_the_formula(values: dict[Causes, Fraction], cause: str) -> Fraction:
    """Shapley's value as it is usually written."""
    others = [some for some in ALL if cause not in some]
    n = len(CAUSES)
    return sum(
        (
            Fraction(factorial(len(some)) * factorial(n - len(some) - 1), factorial(n))
            * (values[some | {cause}] - values[some])
            for some in others
        ),
        Fraction(0),
    )


@given(GAMES)
def test_the_parts_are_shapley_s_and_add_up_exactly(values: dict[Causes, Fraction]) -> None:
    found = shares(values, CAUSES)
    assert found.parts == {cause: by_the_formula(values, cause) for cause in CAUSES}
    assert found.orders == found.of == 24
    assert sum(found.parts.values()) == values[frozenset(CAUSES)] - values[frozenset()]


@given(HOLES)
def test_what_is_unknown_is_passed_by_and_the_parts_still_add_up(
    values: dict[Causes, Fraction | None],
) -> None:
    found = shares(values, CAUSES)
    first, last = values[frozenset()], values[frozenset(CAUSES)]
    if found.parts is None:
        assert found.orders == 0
        return
    assert first is not None
    assert last is not None
    assert sum(found.parts.values()) == last - first
    assert 0 < found.orders <= 24


def test_a_cause_that_changes_nothing_has_no_part() -> None:
    values = {some: Fraction(10 * ("offer" in some) + 3 * ("date" in some)) for some in ALL}
    parts = shares(values, CAUSES).parts
    assert parts == {"offer": 10, "book": 0, "market": 0, "date": 3}


def test_two_that_need_each_other_share_equally() -> None:
    values = {some: Fraction({"offer", "date"} <= some) for some in ALL}
    assert shares(values, CAUSES).parts == {
        "offer": Fraction(1, 2),
        "book": 0,
        "market": 0,
        "date": Fraction(1, 2),
    }
    outcomes = {some: "accept" if value else "counter" for some, value in values.items()}
    assert enough(outcomes, CAUSES) == [frozenset({"offer", "date"})]
    assert needed(outcomes, CAUSES) == ["offer", "date"]


def test_either_of_two_is_enough_and_neither_is_needed() -> None:
    outcomes = {some: bool({"book", "market"} & some) for some in ALL}
    assert enough(outcomes, CAUSES) == [frozenset({"book"}), frozenset({"market"})]
    assert needed(outcomes, CAUSES) == []


def test_without_causes_there_is_nothing_to_divide() -> None:
    found = shares({frozenset(): Fraction(4)}, ())
    assert (found.parts, found.orders) == ({}, 1)


@given(st.lists(NUMBERS, min_size=1, max_size=4))
def test_whole_parts_add_up_to_the_whole_sum(parts: list[Fraction]) -> None:
    found = in_whole(parts)
    assert sum(found) == round(sum(parts, Fraction(0)))
    assert all(abs(one - part) <= 1 for one, part in zip(found, parts, strict=True))
