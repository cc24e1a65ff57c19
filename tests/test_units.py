"""The algebra of units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import MalformedBook
from rules.units import DIMENSIONS, NUMBER, Unit, parse_unit

units = st.dictionaries(st.sampled_from(DIMENSIONS), st.integers(-3, 3)).map(Unit.of)


@pytest.mark.parametrize(
    "text",
    [
        *("currency/year", "currency", "1/year", "year", "month", "day", "week", "hour"),
        *("hour/week", "share", "currency/share", "level", "currency/share/year"),
    ],
)
def test_written_units_are_read_and_written_alike(text: str) -> None:
    assert str(parse_unit(text)) == text


@pytest.mark.parametrize("text", ["fraction", "count", "score", "1", "year/year"])
def test_plain_numbers_have_no_dimension(text: str) -> None:
    assert parse_unit(text) == NUMBER
    assert parse_unit(text).is_dimensionless


def test_level_is_a_dimension_of_its_own() -> None:
    assert not parse_unit("level").is_dimensionless
    assert parse_unit("level") != parse_unit("score")


@pytest.mark.parametrize("text", ["", "euro", "currency per year", "currency/", "/year", "year^0"])
def test_other_units_are_refused(text: str) -> None:
    with pytest.raises(MalformedBook, match=r"book-unit-unknown: facts\.yaml line 3") as refusal:
        parse_unit(text, "facts.yaml line 3")
    assert "currency" in refusal.value.faults[0].allowed


@given(units)
def test_text_round_trip(unit: Unit) -> None:
    assert parse_unit(str(unit)) == unit


@given(units, units, units)
def test_products_form_an_abelian_group(a: Unit, b: Unit, c: Unit) -> None:
    assert a * b == b * a
    assert (a * b) * c == a * (b * c)
    assert a * NUMBER == a
    assert a / a == NUMBER
    assert (a * b) / b == a
