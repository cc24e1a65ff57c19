"""Terms made ready for a proof about doubles: narrowed by what is certain, loosened by rounding.

*Narrowed*: a comparison whose outcome the bounds of the open names settle is replaced by it.  One
that hangs on a single component is worked out at each of its amounts, by the interpreter with its
very rounding, and replaced by the amounts at which it holds.  Terms that say the same are one.

*Loosened*: elsewhere two amounts that are equal in exact numbers may differ in the last bit as
doubles, and a comparison of them then comes out otherwise.  Each comparison of what was calculated
is left open wherever its two sides are as near as rounding could bring them: z3 may then take it
either way.  What z3 proves impossible under that freedom is impossible for doubles; what it finds
has still to be tried by the judge.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
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
    Value,
    names,
    tables,
    with_operands,
)
from rules.interpreter import compile as meaning
from rules.proofs import Prover
from rules.reducing import Reducer
from rules.theory import Free, Theory
from rules.unfolding import renamed
from rules.what_if.reach import Reaches

_HOLDS: Mapping[CompareOp, tuple[bool, bool]] = {  # where the left side is less, and greater
    "<": (True, False),
    "<=": (True, False),
    ">": (False, True),
    ">=": (False, True),
    "=": (False, False),
    "<>": (True, True),
}
Terms = Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class Axis:
    """Open names that together take one of a few known combinations of values.

    Attributes:
        points: The combinations, each with the same names.
        where: For a set of their numbers, the condition that one of them holds.
    """

    points: Sequence[Mapping[str, Value]]
    where: Callable[[Collection[int]], Expression]

    @property
    def names(self) -> frozenset[str]:
        """The open names."""
        return frozenset(self.points[0])


def prover_for_doubles(
    terms: Terms, open: Mapping[str, Free], known: Mapping[str, Any], axes: Sequence[Axis] = ()
) -> Prover:
    """A prover whose "impossible" holds for the judge's rounding too.

    Args:
        terms: Each comes after those that it reads.
        open: Bounds of the names that are open.
        known: All other names, and tables.
        axes: Open names of which the values can be listed.
    """
    narrowed = Narrowed(terms, open, known, axes)
    loose = _Loosened(narrowed.terms, open, narrowed.known)
    return Prover(Theory(loose.open, loose.terms, narrowed.known))


class Narrowed:
    """The terms that are left, and the names that turned out to be certain."""

    def __init__(
        self,
        terms: Terms,
        open: Mapping[str, Free],
        known: Mapping[str, Any],
        axes: Sequence[Axis] = (),
    ) -> None:
        self.known = dict(known)
        self.terms: dict[str, Expression] = {}
        self._reaches = Reaches(open, self.known)
        self._reducer = Reducer()
        self._tables = [_Table(axis, self.known) for axis in axes]
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
            for table in self._tables:
                table.define(name, found)

    def _narrow(self, expression: Expression) -> Expression:
        return self._reducer.reduced(self._settled(expression), self.known)

    def _settled(self, node: Expression) -> Expression:
        node = with_operands(node, self._settled)
        match node:
            case Compare():
                holds = self._outcome(node)
                return self._listed(node) if holds is None else Literal(holds)
            case IsNull(operand) if self._reaches.of(operand).is_known:
                return Literal(False)
            case Case(branches, default) if all(then == default for _, then in branches):
                return default
            case _:
                return node

    def _outcome(self, node: Compare) -> bool | None:
        """What a comparison comes to, where bounds or sameness settle it."""
        a, b = self._reaches.of(node.left), self._reaches.of(node.right)
        error = a.error + b.error
        if not (a.is_known and b.is_known):
            return None
        if node.left == node.right and isinstance(node.left, Name):
            return node.op in ("=", "<=", ">=")
        if a.high + error < b.low:
            return _HOLDS[node.op][0]
        return _HOLDS[node.op][1] if b.high + error < a.low else None

    def _listed(self, node: Compare) -> Expression:
        """A comparison of what hangs on one axis alone, said of the points where it holds."""
        for table in self._tables:
            if table.holds_all(names(node)):
                return table.truth(node)
        return node


class _Table:
    """What hangs on one axis alone, worked out at each of its points by the interpreter."""

    def __init__(self, axis: Axis, known: Mapping[str, Any]) -> None:
        self._axis, self._known = axis, known
        self._rows: list[dict[str, Any]] = [dict(point) for point in axis.points]
        self._columns = set(axis.names)

    def holds_all(self, wanted: Collection[str]) -> bool:
        """Whether names have a value at each point, and hang on the axis at all."""
        open_names = [name for name in wanted if name not in self._known]
        return bool(open_names) and self._columns.issuperset(open_names)

    def define(self, name: str, expression: Expression) -> None:
        """Work a term out at each point, if it hangs on nothing else."""
        if self.holds_all(names(expression)):
            for row, value in zip(self._rows, self._values(expression), strict=True):
                row[name] = value
            self._columns.add(name)

    def _values(self, expression: Expression) -> list[Value]:
        value_of = meaning(expression)
        read = names(expression) | tables(expression)
        known = {name: self._known[name] for name in read if name in self._known}
        return [value_of({**known, **row}) for row in self._rows]

    def truth(self, node: Expression) -> Expression:
        """A condition, said of the points where it is TRUE, FALSE and UNKNOWN."""
        found = self._values(node)
        if len(set(found)) == 1:
            return Literal(found[0])
        holds, fails = (
            self._axis.where([place for place, value in enumerate(found) if value is truth])
            for truth in (True, False)
        )
        if None not in found:
            return holds
        return Case(((holds, Literal(True)), (fails, Literal(False))), Literal(None))


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
