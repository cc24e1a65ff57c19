"""The cheapest move of an offer's pay that gets another decision, and the proof that it is.

z3 is asked for any point of the grid that is cheaper than the best one so far and that decides as
is wanted.  What it finds is tried by the judge, and taken, or excluded; when z3 says that there is
none, that is the proof.  Nothing is taken for monotone: the cheapest point is the cheapest of all.

Where z3 gives up, every point of the grid is judged instead, which proves the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from rules.book import Row
from rules.errors import UnusableCase
from rules.expression import Expression, In, Literal, Name
from rules.open_case import CaseTheory
from rules.proofs import Prover
from rules.what_if.pay import Pay, Steps
from rules.what_if.rounding import prover_for_doubles

DECIDES = "decides in the end"
MOST_REJECTED = 20  # points that z3 proposes and the judge refuses, before all are judged instead
SHORT = 400  # points on a line that are judged one by one

Wanted = Collection[str]  # of accept, counter, walk_away and review
Enumerate = Callable[[Pay, Wanted], Steps | None]


@dataclass(frozen=True, slots=True)
class Smallest:
    """The cheapest point that decides as is wanted.

    Attributes:
        point: None where no point does.
        row: The row that the judge finds there.
        proof: ``z3``; ``judged`` where every nearer point of the line was judged; ``enumerated``
            where every point of the grid was; None where nothing is proved.
        points: Of the grid, the offer itself among them.
        rejected: Points that z3 took for possible within rounding, and the judge refused.
    """

    point: Steps | None
    row: Row | None
    proof: str | None
    points: int
    rejected: int = 0


class Search:
    """Finds the cheapest point, and proves it.

    Args:
        theory: Of the judge's book.
        pay: The grid.
        wanted: The decisions that are looked for.
        enumerate: Judges every point, for the case that z3 gives up.
    """

    def __init__(self, theory: CaseTheory, pay: Pay, wanted: Wanted, enumerate: Enumerate) -> None:
        self._theory, self._pay, self._wanted = theory, pay, frozenset(wanted)
        self._enumerate = enumerate
        self._rejected: list[Steps] = []
        self._best: Steps | None = None

    def smallest(self) -> Smallest:
        """The cheapest point; of several the one that moves fewest components, least far."""
        if len(self._pay.lines) <= 1 and self._pay.points <= SHORT:
            return self._first_on_the_line()
        try:
            return self._by_z3()
        except _GaveUpError:
            return self._by_enumeration()

    def _is_wanted(self, point: Steps) -> bool:
        return self._pay.row(point).decides in self._wanted

    def _found(self, point: Steps | None, proof: str | None) -> Smallest:
        row = None if point is None else self._pay.row(point)
        return Smallest(point, row, proof, self._pay.points, len(self._rejected))

    def _first_on_the_line(self) -> Smallest:
        """One component, its amounts judged one after the other, nearest first."""
        points = ((steps,) for line in self._pay.lines for steps in range(len(line.multiples) + 1))
        return self._found(next(filter(self._is_wanted, points), None), "judged")

    # --- By proof -------------------------------------------------------------------------------

    def _by_z3(self) -> Smallest:
        self._best = self._start()
        while (point := self._cheaper()) is not None:
            if self._is_wanted(point):
                self._best = self._drawn_near(point, range(len(point)))
            else:
                self._reject(point)
        return self._found(None if self._best is None else self._simplest(self._best), "z3")

    def _start(self) -> Steps | None:
        """A point to begin with, found by going back from the far end in one order or another."""
        far = tuple(len(line.multiples) for line in self._pay.lines)
        if not self._is_wanted(far):
            return None
        places = range(len(far))
        orders = [[*places[first:], *places[:first]] for first in places]
        return min((self._drawn_near(far, order) for order in orders), key=self._pay.cost)

    def _cheaper(self) -> Steps | None:
        """A point that z3 takes for possible; None where it proves that there is none."""
        conditions: list[Expression] = [decides_one_of(self._wanted)]
        conditions += [self._pay.is_not(point) for point in self._rejected]
        if self._best is not None:
            conditions.append(self._pay.costs_less_than(self._pay.cost(self._best)))
        answer = self._prover.find(*conditions)
        if answer.outcome == "not_proved":
            raise _GaveUpError
        return self._pay.point(answer.values) if answer.outcome == "found" else None

    @cached_property
    def _prover(self) -> Prover:
        pay = self._pay
        try:
            found = self._theory.open(pay.case, pay.open, (DECIDES,), stated=pay.stated)
        except UnusableCase as problem:
            raise _GaveUpError from problem
        return prover_for_doubles(found.terms, found.open, found.values, pay.axes)

    def _reject(self, point: Steps) -> None:
        self._rejected.append(point)
        if len(self._rejected) > MOST_REJECTED:
            raise _GaveUpError

    def _drawn_near(self, point: Steps, order: Iterable[int]) -> Steps:
        """Back towards the offer, component by component, as far as the decision stays."""
        for place in order:
            nearer = ((*point[:place], steps, *point[place + 1 :]) for steps in range(point[place]))
            point = next(filter(self._is_wanted, nearer), point)
        return point

    def _simplest(self, best: Steps) -> Steps:
        """Of the points that cost the same and decide so, the one that moves least."""
        same = sorted(self._pay.at_cost(self._pay.cost(best)), key=simplicity)
        return next(filter(self._is_wanted, same), best)

    # --- By judging all -------------------------------------------------------------------------

    def _by_enumeration(self) -> Smallest:
        best = self._best
        pay = self._pay if best is None else self._pay.within(self._pay.cost(best))
        try:
            return self._found(self._enumerate(pay, self._wanted), "enumerated")
        except TooManyPointsError:
            return self._found(best, None)


class _GaveUpError(Exception):
    """z3 did not answer, or the case cannot be said in its terms."""


class TooManyPointsError(Exception):
    """There are more points than can be judged one by one."""


def simplicity(point: Steps) -> tuple[int, Steps]:
    """By what points of equal cost are told apart: components that move, then how far they do."""
    return sum(map(bool, point)), point


def decides_one_of(wanted: Collection[str]) -> Expression:
    """The condition that what is decided is among these."""
    return In(Name(DECIDES), tuple(Literal(one) for one in sorted(wanted)))
