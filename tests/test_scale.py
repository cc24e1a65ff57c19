"""Numbers by their place: in the same order as before, and beside the same constants."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rules.coding import order_code
from rules.expression import And, Compare, Expression, Literal, Name
from rules.plan import Proposition
from rules.planning import plans_of
from rules.scale import NULL, Scale, places_on
from tests.expressions import EXTREMES

numbers = st.none() | st.sampled_from(EXTREMES) | st.floats(allow_nan=False, allow_infinity=False)
near = st.sampled_from([1.0, 1.0000000000000002, 1.0000000000000004, 0.9999999999999999])


@given(
    st.lists(numbers | near, min_size=1, max_size=5),
    st.lists(near | st.sampled_from(EXTREMES), max_size=3),
)
def test_places_are_in_the_order_of_the_numbers(
    given_numbers: list[float | None], constants: list[float]
) -> None:
    known = {constant: order_code(constant) for constant in constants}
    scale = Scale(tuple(range(len(given_numbers))), known)
    places = places_on(scale)(*given_numbers)
    assert [place == NULL for place in places] == [one is None for one in given_numbers]
    beside = [*zip(given_numbers, places, strict=True), *known.items()]
    pairs = [(number, place) for number, place in beside if number is not None]
    for number, place in pairs:
        for other, its_place in pairs:
            assert (number < other, number == other) == (place < its_place, place == its_place)


def scales(*expressions: Expression) -> list[tuple[set[str], list[float]]]:
    kinds = {"a": float, "b": float, "c": float, "d": float, "day": None}
    rows = [Proposition(f"r{i}", one) for i, one in enumerate(expressions)]
    plan = plans_of({"stage": rows}, None, lambda one: kinds[one.name])["stage"]  # type: ignore[union-attr]
    (phase,) = plan.phases
    return [
        ({plan.slots[slot].key for slot in scale.slots}, [*scale.constants])
        for scale in phase.scales
    ]


def less(left: str, right: str | float) -> Expression:
    return Compare("<", Name(left), Name(right) if isinstance(right, str) else Literal(right))


def test_what_is_compared_through_others_is_on_one_scale() -> None:
    assert scales(less("a", "b"), less("c", "d"), And((less("b", "c"), less("d", 5.0)))) == [
        ({"a", "b", "c", "d"}, [5.0])
    ]
    assert scales(less("a", "b"), less("c", 1.0), less("c", -1.0)) == [
        ({"a", "b"}, []),
        ({"c"}, [-1.0, 1.0]),
    ]


def test_what_may_be_no_number_is_on_no_scale() -> None:
    assert scales(less("a", "day"), less("b", "c")) == [({"b", "c"}, [])]
