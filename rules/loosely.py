"""Calculation on formulas of which products of unknowns are known by their sign and growth alone.

A product of two unknown numbers is any number with the sign of such a product, which grows with its
factors; what is rounded is any number near by.  Questions become linear, and z3 is quick with them.
What is impossible so is impossible; what is found so may be nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, combinations, permutations
from typing import Any

from rules.formulas import (
    HALF,
    ONE,
    TRUE,
    addends,
    all_of,
    any_of,
    arguments,
    branches,
    chosen,
    factors,
    function,
    implied,
    is_constant,
    is_same,
    of_parts,
)
from rules.three_valued import Numbers, Scalar

_MOST = 8  # products with one factor in common that are compared


class LooseNumbers(Numbers):
    """The same, with products and roundings of which only a little is known."""

    def __init__(self) -> None:
        self._times = function("times", 2)
        self._over = function("over", 2)
        self._whole = function("whole", 1)
        self._told: dict[str, list[Any]] = {"": []}
        self._products: dict[str, list[tuple[Any, Any, Any]]] = {"": []}
        self._quotients: dict[str, list[tuple[Any, Any, Any]]] = {"": []}
        self._name = ""

    def begin(self, name: str) -> None:
        """What follows belongs to a term."""
        self._name = name
        self._told.setdefault(name, [])
        self._products.setdefault(name, [])
        self._quotients.setdefault(name, [])

    def so_far(self, cone: Sequence[str], twins: Mapping[str, str]) -> list[Any]:
        """What is known of the products and roundings behind some terms."""
        found = [*self._told[""], *self._side_by_side(cone)]
        for name in cone:
            found += self._told.get(name, ())
            if name in twins:
                for all_of, follow in ((self._products, _grown), (self._quotients, _shrunk)):
                    pairs = zip(all_of.get(name, ()), all_of.get(twins[name], ()), strict=False)
                    found += chain.from_iterable(follow(one, other) for one, other in pairs)
        return found

    def _side_by_side(self, cone: Sequence[str]) -> Iterator[Any]:
        """Of two products with one factor in common the other factors tell which is greater."""
        by_factor: dict[int, dict[int, tuple[Any, Any, Any]]] = {}
        for name in ("", *cone):
            for a, b, product in self._products.get(name, ()):
                for one, other in ((a, b), (b, a)):
                    shared = by_factor.setdefault(one.get_id(), {})
                    shared[product.get_id()] = (one, other, product)
        for together in by_factor.values():
            for (factor, a, p), (_, b, q) in combinations(list(together.values())[:_MOST], 2):
                yield implied(factor >= 0, all_of(*_follows(a, b, p, q)))

    def product(self, a: Any, b: Any) -> Any:
        """A number with the sign that a product has."""
        one, two = (a, b) if a.get_id() <= b.get_id() else (b, a)
        found = self._times(one, two)
        self._products[self._name].append((a, b, found))
        same, zero = any_of(all_of(a > 0, b > 0), all_of(a < 0, b < 0)), any_of(a == 0, b == 0)
        self._told[self._name] += [same == (found > 0), zero == (found == 0)]
        self._told[self._name] += [*self._on_grid(a, b, found), *self._on_grid(b, a, found)]
        return found

    def _on_grid(self, whole: Any, step: Any, product: Any) -> list[Any]:
        """``ROUND(a / step) * step`` is within half a step of ``a``."""
        rounded = [*arguments(whole, self._whole)]
        divided = [*arguments(rounded[0], self._over)] if rounded else []
        if not divided or not is_same(divided[1], step):
            return []
        number = divided[0]
        near = all_of(2 * product >= 2 * number - step, 2 * product <= 2 * number + step)
        return [implied(step > 0, near)]

    def _cancelled(self, value: Any, under: Any) -> Any:
        """A quotient without the factor that both its sides have; None where they have none."""
        if is_same(value, under):
            return ONE
        multiple = [*factors(under, self._times)]
        if multiple and is_constant(multiple[0]):
            found = self._cancelled(value, multiple[1])
            return None if found is None else found / multiple[0]
        if parts := addends(value):
            found = [self._cancelled(part, under) for part in parts]
            return None if any(one is None for one in found) else of_parts(value, found)
        for one, other in permutations(factors(value, self._times), 2):
            found = self._cancelled(one, under)
            if found is not None:
                return self.times(found, other)
        return self._cancelled_by_branch(value, under)

    def _cancelled_by_branch(self, value: Any, under: Any) -> Any:
        """The same for a choice of which one branch has the factor."""
        if not branches(value):
            return None
        condition, *both = branches(value)
        found = [self._cancelled(one, under) for one in both]
        if all(one is None for one in found):
            return None
        then, otherwise = (
            self.plain(Scalar("number", whole, TRUE, under)).value if one is None else one
            for whole, one in zip(both, found, strict=True)
        )
        return chosen(condition, then, otherwise)

    def plain(self, one: Scalar) -> Scalar:
        """The same number over one, without a factor that cancels."""
        if is_same(one.under, ONE):
            return one
        cancelled = self._cancelled(one.value, one.under)
        if cancelled is not None:
            return replace(one, value=cancelled, under=ONE)
        found = self._over(one.value, one.under)
        self._quotients[self._name].append((one.value, one.under, found))
        is_so = self.product(found, one.under) == one.value
        self._told[self._name].append(any_of(one.under == 0, is_so))
        return replace(one, value=found, under=ONE)

    def rounded(self, one: Scalar) -> Any:
        """Any number that is within a half."""
        number = self.plain(one).value
        whole = self._whole(number)
        self._told[self._name] += [whole >= number - HALF, whole <= number + HALF]
        return whole


def _grown(one: tuple[Any, Any, Any], other: tuple[Any, Any, Any]) -> list[Any]:
    """A product does not fall when its factors do not, and the like."""
    (a, b, p), (c, d, q) = one, other
    return [
        implied(all_of(c >= a, d >= b, a >= 0, b >= 0), q >= p),
        implied(all_of(c <= a, d <= b, c >= 0, d >= 0), q <= p),
        *(
            implied(all_of(same == also, same >= 0), all_of(*_follows(x, y, p, q)))
            for same, also, x, y in ((a, c, b, d), (b, d, a, c))
        ),
    ]


def _shrunk(one: tuple[Any, Any, Any], other: tuple[Any, Any, Any]) -> list[Any]:
    """A quotient grows with what is divided, and falls when it is divided by more."""
    (a, b, p), (c, d, q) = one, other
    by_more, by_less = all_of(d >= b, b > 0), all_of(d <= b, d > 0)
    return [
        implied(all_of(b == d, b > 0), all_of(*_follows(a, c, p, q))),
        implied(all_of(by_more, a >= c, a >= 0), q <= p),
        implied(all_of(by_less, c >= a, c >= 0), q >= p),
    ]


def _follows(x: Any, y: Any, p: Any, q: Any) -> list[Any]:
    return [implied(y >= x, q >= p), implied(y <= x, q <= p)]
