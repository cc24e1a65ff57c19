"""Terms made ready for a proof about doubles: narrowed by what is certain, loosened by rounding.

*Narrowed*: a comparison whose outcome the bounds of the open names settle is replaced by it, and
terms that say the same are one.

*Loosened*: two amounts that are equal in exact numbers may differ in the last bit as doubles, and
a comparison of them then comes out otherwise.  Each comparison of what was calculated is left open
wherever its two sides are as near as rounding could bring them: z3 may then take it either way.
What z3 proves impossible under that freedom is impossible for doubles; what it finds has still to
be tried by the judge.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rules.expression import (
    Arithmetic,
    Case,
    Compare,
    CompareOp,
    Expression,
    IsNull,
    Literal,
    Name,
    Or,
    with_operands,
)
from rules.proofs import Free, Prover
from rules.reach import Reaches
from rules.reducing import Reducer
from rules.unfolding import renamed

_HOLDS: Mapping[CompareOp, tuple[bool, bool]] = {  # where the left side is less, and greater
    "<": (True, False),
    "<=": (True, False),
    ">": (False, True),
    ">=": (False, True),
    "=": (False, False),
    "<>": (True, True),
}
Terms = Mapping[str, Expression]


def prover_for_doubles(terms: Terms, open: Mapping[str, Free], known: Mapping[str, Any]) -> Prover:
    """A prover whose "impossible" holds for the judge's rounding too.

    Args:
        terms: Each comes after those that it reads.
        open: Bounds of the names that are open.
        known: All other names, and tables.
    """
    narrowed = _Narrowed(terms, open, known)
    loose = _Loosened(narrowed.terms, open, narrowed.known)
    return Prover(loose.open, loose.terms, narrowed.known)


class _Narrowed:
    """The terms that are left, and the names that turned out to be certain."""

    def __init__(self, terms: Terms, open: Mapping[str, Free], known: Mapping[str, Any]) -> None:
        self.known = dict(known)
        self.terms: dict[str, Expression] = {}
        self._reaches = Reaches(open, self.known)
        self._reducer = Reducer()
        same: dict[Expression, str] = {}
        called: dict[str, str] = {}
        for name, expression in terms.items():
            found = self._narrow(renamed(expression, called))
            if isinstance(found, Literal):
                self.known[name] = found.value
            elif found in same:
                called[name] = same[found]
                self.terms[name] = Name(same[found])
            else:
                self.terms[name] = found
                same[found] = name
            self._reaches.define(name, found)

    def _narrow(self, expression: Expression) -> Expression:
        return self._reducer.reduced(self._settled(expression), self.known)

    def _settled(self, node: Expression) -> Expression:
        node = with_operands(node, self._settled)
        match node:
            case Compare(op, left, right):
                holds = self._outcome(op, left, right)
                return node if holds is None else Literal(holds)
            case IsNull(operand) if self._reaches.of(operand).is_known:
                return Literal(False)
            case Case(branches, default) if all(then == default for _, then in branches):
                return default
            case _:
                return node

    def _outcome(self, op: CompareOp, left: Expression, right: Expression) -> bool | None:
        a, b = self._reaches.of(left), self._reaches.of(right)
        error = a.error + b.error
        if not (a.is_known and b.is_known):
            return None
        if left == right and isinstance(left, Name):
            return op in ("=", "<=", ">=")
        if a.high + error < b.low - error:
            return _HOLDS[op][0]
        return _HOLDS[op][1] if b.high + error < a.low - error else None


class _Loosened:
    """The same terms, reading further free flags for what rounding may turn."""

    def __init__(self, terms: Terms, open: Mapping[str, Free], known: Mapping[str, Any]) -> None:
        self._reaches = Reaches(open, known)
        self.open = dict(open)
        self.terms: dict[str, Expression] = {}
        self._made: dict[Compare, Expression] = {}
        for name, expression in terms.items():
            self.terms[name] = self._loose(expression)
            self._reaches.define(name, expression)

    def _loose(self, node: Expression) -> Expression:
        if isinstance(node, Compare):
            if node not in self._made:
                self._made[node] = self._compared(node)
            return self._made[node]
        return with_operands(node, self._loose)

    def _compared(self, node: Compare) -> Expression:
        error = self._reaches.of(node.left).error + self._reaches.of(node.right).error
        inside = with_operands(node, self._loose)
        assert isinstance(inside, Compare)
        return inside if error == 0 else self._either_way(inside, error)

    def _either_way(self, node: Compare, error: float) -> Expression:
        flag = f"rounding {len(self.open)}"
        self.open[flag] = Free("flag")
        less, greater = _HOLDS[node.op]
        is_null = Or((IsNull(node.left), IsNull(node.right)))
        branches: list[tuple[Expression, Expression]] = [(is_null, Literal(None))]
        if math.isfinite(error):
            below = Arithmetic("-", node.right, Literal(error))
            above = Arithmetic("+", node.right, Literal(error))
            branches.append((Compare("<", node.left, below), Literal(less)))
            branches.append((Compare(">", node.left, above), Literal(greater)))
        return Case(tuple(branches), Name(flag))
