"""Where a verdict turns as one number moves away from what it is: the nearest value, to the bit.

The line from the point to an end is looked at in even steps, and the first step at which something
else is decided is halved until two neighbouring doubles are left.  Then z3 is asked whether
anything turns nearer by, or at all; what it finds is tried by the judge.  Where a number is read
by list entries, z3 is not asked, and only the steps speak.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rules.book import Row
from rules.errors import FailedWorld, UnusableCase
from rules.expression import And, Compare, Expression, Literal, Name, names
from rules.open_case import CaseTheory, OpenCase
from rules.proofs import Prover
from rules.theory import Free
from rules.what_if.doubts import Doubt, Setting
from rules.what_if.rounding import Narrowed, prover_for_doubles
from rules.what_if.smallest import DECIDES, decides_one_of

STEPS = 24  # between the point and an end
MOST_TRIED = 4  # values that z3 takes for possible and the judge refuses
MARGIN = 1e-9  # relative; within it z3 cannot tell rounding from a turn


@dataclass(frozen=True, slots=True)
class Edge:
    """The nearest value on one side at which something else is decided.

    Attributes:
        value: The first one there; ``last``: the one before it, a double apart.
        row: What decides there.
    """

    value: float
    last: float
    row: Row


@dataclass(frozen=True, slots=True)
class Edges:
    """Both sides of a number.

    Attributes:
        down, up: None where nothing turns down, or up, to the end.
        is_proved: Whether z3 proved that nothing turns nearer; else the steps alone say so.
    """

    down: Edge | None
    up: Edge | None
    is_proved: bool

    @property
    def found(self) -> list[Edge]:
        """The edges that there are."""
        return [edge for edge in (self.down, self.up) if edge is not None]


class Turning:
    """Looks for edges around a setting.

    Args:
        theory: Of the book.
        setting: Where every number is what it is.
    """

    def __init__(self, theory: CaseTheory, setting: Setting) -> None:
        self._theory, self._setting = theory, setting
        self.decides = setting.judge.row(setting.case).decides

    def edges(self, doubt: Doubt) -> Edges:
        """Where the verdict turns as one number moves."""
        prover = self._prover([doubt])
        sides = [self._side(doubt, end, prover) for end in (doubt.low, doubt.high)]
        (down, is_down_proved), (up, is_up_proved) = sides
        return Edges(down, up, is_down_proved and is_up_proved)

    def row(self, changes: Iterable[tuple[Doubt, float]]) -> Row | None:
        """What decides with some numbers changed; None where the judge refuses them."""
        setting = self._setting
        for doubt, value in changes:
            setting = doubt.at(setting, value)
        try:
            return setting.judge.row(setting.case)
        except (UnusableCase, FailedWorld):
            return None

    def turns(self, changes: Iterable[tuple[Doubt, float]]) -> bool:
        """Whether something else is decided then."""
        row = self.row(changes)
        return row is not None and row.decides != self.decides

    # --- One side ---------------------------------------------------------------------------------

    def _side(self, doubt: Doubt, end: float, prover: Prover | None) -> tuple[Edge | None, bool]:
        def turned(value: float) -> bool:
            return self.turns([(doubt, value)])

        edge = self._stepped(doubt, end, turned)
        if prover is None:
            return edge, False
        for _ in range(MOST_TRIED):
            last = end if edge is None else edge.last
            found = self._between(doubt, last, prover)
            if found is None:
                return edge, True
            if not turned(found):
                return edge, False
            edge = self._halved(doubt, doubt.point, found, turned)
        return edge, False

    def _stepped(self, doubt: Doubt, end: float, turned: Callable[[float], bool]) -> Edge | None:
        before = doubt.point
        for step in range(1, STEPS + 1):
            value = doubt.point + (end - doubt.point) * step / STEPS
            if turned(value):
                return self._halved(doubt, before, value, turned)
            before = value
        return None

    def _halved(
        self, doubt: Doubt, same: float, other: float, turned: Callable[[float], bool]
    ) -> Edge:
        while math.nextafter(same, other) != other:
            middle = same + (other - same) / 2
            if turned(middle):
                other = middle
            else:
                same = middle
        row = self.row([(doubt, other)])
        assert row is not None
        return Edge(other, same, row)

    # --- z3 ---------------------------------------------------------------------------------------

    def _prover(self, doubts: Iterable[Doubt]) -> Prover | None:
        """A prover with some numbers of the book open; None where it cannot be asked."""
        found = self._open(doubts)
        return prover_for_doubles(found.terms, found.open, found.values) if found else None

    def _open(self, doubts: Iterable[Doubt]) -> OpenCase | None:
        free = {one.name: Free("number", one.low, one.high) for one in doubts}
        if not free.keys() <= self._theory.book.parameters.keys():
            return None
        try:
            return self._theory.open(self._setting.case, free, (DECIDES,))
        except UnusableCase:
            return None

    def _between(self, doubt: Doubt, last: float, prover: Prover) -> float | None:
        """A value from the point to the last one that is the same, at which z3 sees a turn."""
        edge = last - MARGIN * abs(last) * (1 if last > doubt.point else -1)
        low, high = sorted((doubt.point, last if last in (doubt.low, doubt.high) else edge))
        name = Name(doubt.name)
        inside = And((Compare(">=", name, Literal(low)), Compare("<=", name, Literal(high))))
        answer = prover.find(self._otherwise, inside)
        if answer.outcome == "impossible":
            return None
        value = answer.values.get(doubt.name)
        return value if isinstance(value, float) else doubt.point

    @property
    def _otherwise(self) -> Expression:
        others = {row.decides for row in self._theory.book.rows} - {self.decides}
        return decides_one_of(others)

    # --- Together ---------------------------------------------------------------------------------

    def liveliest(self, doubts: Iterable[Doubt]) -> list[Doubt]:
        """Numbers of the book, those first on which the verdict hangs within their ends."""
        given = list(doubts)
        openable = [one for one in given if self._open([one]) is not None]
        found = self._open(openable)
        left = Narrowed(found.terms, found.open, found.values).terms if found else {}
        live = _read_below(left)
        return sorted(given, key=lambda one: one in openable and one.name not in live)

    def nothing_turns_in(self, doubts: Iterable[Doubt]) -> bool:
        """Whether z3 proves that nothing turns wherever numbers of the book are in their ends."""
        prover = self._prover(doubts)
        if prover is None:
            return False
        return prover.find(self._otherwise).outcome == "impossible"


def _read_below(terms: Mapping[str, Expression]) -> set[str]:
    """The names that what is decided hangs on, at any depth."""
    found: set[str] = set()
    waiting = [DECIDES]
    while waiting:
        name = waiting.pop()
        if name in terms:
            new = names(terms[name]) - found
            found |= new
            waiting += new
    return found
