"""How far a value can go is never further than interval arithmetic says."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.expression import (
    Arithmetic,
    Call,
    Case,
    Compare,
    Expression,
    Literal,
    Name,
    Negate,
    with_operands,
)
from rules.interpreter import compile as meaning
from rules.theory import Free
from rules.what_if.reach import Reaches

BOUNDS = {"x": (-50.0, 1000.0), "y": (3.0, 4.5), "z": (100_000.0, 300_000.0)}
NUMBERS = st.sampled_from([Literal(n) for n in (0.1, -3.0, 4.4, 7.0, 1e5, 0.0)])
LEAVES = NUMBERS | st.sampled_from([Name(name) for name in BOUNDS])


def _above(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.builds(
            lambda op, pair: Arithmetic(op, *pair), st.sampled_from(["+", "-", "*", "/"]), pairs
        ),
        st.builds(
            lambda function, pair: Call(function, pair),
            st.sampled_from(["LEAST", "GREATEST", "COALESCE"]),
            pairs,
        ),
        st.builds(lambda one: Call("ABS", (one,)), inner),
        st.builds(Negate, inner),
        st.builds(lambda a, b, c: Case(((Compare("<", a, b), b),), c), LEAVES, inner, inner),
    )


def within(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers between two, none of them so small that doubles are no longer dense."""
    return st.integers(0, 10**6).map(lambda n: low + (high - low) * n / 10**6)


def exactly(node: Expression) -> Expression:
    if isinstance(node, Literal):
        return Literal(Fraction(node.value))  # type: ignore[arg-type]
    return with_operands(node, exactly)


@settings(max_examples=400)
@given(st.recursive(LEAVES, _above, max_leaves=8), st.data())
def test_values_stay_within_reach(node: Expression, data: st.DataObject) -> None:
    reach = Reaches({name: Free("number", *ends) for name, ends in BOUNDS.items()}, {}).of(node)
    values = {name: data.draw(within(*ends)) for name, ends in BOUNDS.items()}
    rounded: Any = meaning(node)(values)
    exact: Any = meaning(exactly(node))({n: Fraction(v) for n, v in values.items()})
    if rounded is None or exact is None:
        assert not reach.is_known
        return
    if reach.error < float("inf"):
        assert reach.low - reach.error <= exact <= reach.high + reach.error
        assert abs(Fraction(rounded) - exact) <= Fraction(reach.error)
