"""Values as integers, many at once: the same as one by one, and strict about kinds."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.book import Formula
from rules.coding import PRESENCE, Coder, Slot, code, order_code
from rules.errors import FailedWorld
from rules.expression import Literal
from rules.kinds import kind_of
from tests.offers import PERCENTILE, book, judged, rival

NAMED = {"north": 0, "south": 1}
KINDS: dict[str, tuple[type | None, st.SearchStrategy[Any]]] = {
    "number": (float, st.floats(allow_nan=False, allow_infinity=False)),
    "flag": (bool, st.booleans()),
    "day": (date, st.dates()),
    "text": (str, st.sampled_from(["north", "south", "elsewhere"])),
    "there": (PRESENCE, st.floats(allow_nan=False, allow_infinity=False) | st.booleans()),
    "any": (None, st.floats(allow_nan=False, allow_infinity=False) | st.dates()),
}


def encoded(made: Coder, values: dict[str, Any]) -> list[Any]:
    """The codes of values in the order of the slots."""
    codes = dict(zip(made.order, made.codes(made.picked(values)), strict=True))
    return [codes[slot] for slot in sorted(codes)]


def coder(*names: str) -> Coder:
    return Coder([Slot(name, KINDS[name][0]) for name in names], [], NAMED)


@given(
    st.permutations(sorted(KINDS)),
    st.fixed_dictionaries({name: st.none() | some for name, (_, some) in KINDS.items()}),
)
def test_all_at_once_is_the_same_as_one_by_one(order: list[str], values: dict[str, Any]) -> None:
    found = encoded(coder(*order), values)
    for slot, name in enumerate(order):
        value = values[name]
        alone = "null" if value is None else 1 if name == "there" else code(value, dict(NAMED))
        assert found[slot] == alone, name


@given(st.lists(st.none() | st.floats(allow_nan=False, allow_infinity=False), max_size=30))
def test_numbers_keep_their_order_and_their_gaps(numbers: list[float | None]) -> None:
    made = Coder([Slot(f"n{i}", float) for i in range(len(numbers))], [], {})
    found = encoded(made, {f"n{i}": number for i, number in enumerate(numbers)})
    assert found == ["null" if one is None else order_code(one) for one in numbers]


def test_texts_that_no_rule_names_stay_apart() -> None:
    slots = [Slot(name, str) for name in "abc"]
    a, b, c = encoded(Coder(slots, [(0, 1)], NAMED), {"a": "x", "b": "y", "c": "north"})
    assert len({a, b, c}) == 3
    assert c == NAMED["north"]


@pytest.mark.parametrize("name", sorted(KINDS))
@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_a_number_that_is_not_finite_is_refused_wherever_it_stands(
    name: str, number: float
) -> None:
    with pytest.raises(FailedWorld, match=r"engine-(number-not-finite|kind-mismatch)"):
        encoded(coder(name), {name: number})


@pytest.mark.parametrize(
    ("name", "value"),
    [("number", 5), ("number", True), ("flag", 1.0), ("flag", 1), ("day", 5.0), ("text", 5.0)],
)
def test_a_value_of_another_kind_is_refused(name: str, value: Any) -> None:
    with pytest.raises(FailedWorld, match="engine-kind-mismatch"):
        encoded(coder(name), {name: value})


def test_a_missing_value_is_refused() -> None:
    with pytest.raises(FailedWorld, match="engine-value-missing"):
        encoded(coder("number", "flag"), {"number": 1.0})


# --- Kinds ----------------------------------------------------------------------------------


def test_every_value_of_a_judgement_is_of_the_kind_that_its_definition_says() -> None:
    rivals = [rival(base_salary=230_000), rival(company="Ashgrove", equity_type="ppu")]
    found = judged(
        {"candidate.competing_offers": rivals, "market.percentiles": [PERCENTILE]}
    ).values
    formulas: list[Formula] = list(book().package)
    for layer in (*book().layers, *book().closing):
        formulas += layer.formulas
    known = 0
    for formula in formulas:
        kind, value = kind_of(formula.expression, book().types, book().law), found[formula.name]
        if kind is not None and value is not None:
            assert type(value) is kind, formula.name
            known += 1
    assert known > 100
    assert kind_of(Literal(None), {}) is None
