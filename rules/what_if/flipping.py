"""What would flip the verdict on an offer: the smallest asks, and how much worse it may get.

All of it is about one offer, one day and one market; only the components of the pay move.

* *cheapest*: of all combinations of amounts on the grid, up to the caps, the one that makes the
  verdict ``accept``, decided, at the least cost to the employer;
* *alone*: for each component, the smallest raise that does so while all others stay;
* *worse*: for each component the nearest lower amount at which the verdict is no longer what it is,
  and the combination of losses that does so at the least sum;
* *walk-away point*: for each component the highest amount under the offer at which the verdict is
  to walk away; where it is that already, the lowest amount over the offer at which it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from rules.book import Decides, Row
from rules.case import Case
from rules.judgement import Judge, Judgement
from rules.open_case import CaseTheory
from rules.what_if.blocking import Blocked, blocked
from rules.what_if.grid import Grid
from rules.what_if.movable import Fixed, Movable, Wishes, components, lowerable
from rules.what_if.pay import Line, Pay
from rules.what_if.smallest import Search, Smallest
from rules.what_if.stated import Amounts, moved

ACCEPT, WALK_AWAY = "accept", "walk_away"
NEAR = 1e-6  # of a step
STUCK = "The book does not see what another amount would be, as the offer states it."


@dataclass(frozen=True, slots=True)
class Flip:
    """Where the verdict is another one.

    Attributes:
        amounts: The components that move, with what they move to [the offer's currency].
        cost: What that is more, or less, for the employer over four years.
        row: The row that decides there.
        last: For one component, the last amount before it; None where several move.
    """

    amounts: Amounts
    cost: float
    row: Row
    last: float | None


@dataclass(frozen=True, slots=True)
class Sought:
    """A flip that was looked for.

    Attributes:
        flip: None where there is none.
        proof, points, rejected: As in ``rules.what_if.smallest``.
    """

    flip: Flip | None
    proof: str | None
    points: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Flips:
    """All that would flip the verdict on an offer.

    Attributes:
        cheapest, alone, blocked: None and empty where the verdict is ``accept`` already.
        worse: By component; ``nearest``: for all together.
        walk_away: By component.
    """

    judgement: Judgement
    movable: Sequence[Movable]
    fixed: Sequence[Fixed]
    cheapest: Sought | None
    alone: Sequence[tuple[Movable, Sought]]
    blocked: Blocked | None
    beyond: Sought | None
    worse: Sequence[tuple[Movable, Sought]]
    nearest: Sought
    walk_away: Sequence[tuple[Movable, Sought]]


class Asker:
    """Finds what would flip verdicts; made once for a judge.

    Attributes:
        judge: Who decides.
        theory: Of the judge's book.
    """

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.theory = CaseTheory(judge.book)
        self._grid = Grid(judge.book)

    def flips(self, case: Case, wishes: Wishes) -> Flips:
        """What would flip the verdict on a case.

        Args:
            case: As it was stated.
            wishes: What the candidate wants otherwise than the book has it.
        """
        return _Asking(self, self.judge.judge(case), wishes).flips()

    def sought(self, case: Case, lines: Iterable[Line], wanted: Collection[str]) -> Sought:
        """The cheapest point of some lines at which something wanted is decided."""
        pay = Pay(self.judge, case, tuple(lines))
        return _sought(pay, Search(self.theory, pay, wanted, self._grid.smallest).smallest())


class _Asking:
    """One offer that is asked about."""

    def __init__(self, asker: Asker, judgement: Judgement, wishes: Wishes) -> None:
        self._asker, self._judgement = asker, judgement
        book = asker.judge.book
        movable, fixed = components(judgement, book, wishes)
        self._movable = [one for one in movable if self._follows(one, one.raised)]
        stuck = [one for one in movable if one not in self._movable]
        self._fixed = [*fixed, *(Fixed(s.name, s.label, s.offered, STUCK, False) for s in stuck)]
        self._lowerable = [
            one for one in lowerable(judgement, book, wishes) if self._follows(one, one.lowered)
        ]
        self._decides = judgement.row.decides

    def flips(self) -> Flips:
        is_accepted = self._decides == ACCEPT
        cheapest = None if is_accepted else self._together(_raised, self._movable, {ACCEPT})
        is_impossible = cheapest is not None and cheapest.flip is None
        return Flips(
            self._judgement,
            self._movable,
            self._fixed,
            cheapest,
            () if is_accepted else self._alone(_raised, self._movable, {ACCEPT}),
            self._blocked() if is_impossible else None,
            self._together(_beyond, self._movable, {ACCEPT}) if is_impossible else None,
            self._alone(_lowered, self._lowerable, self._others),
            self._together(_lowered, self._lowerable, self._others),
            self._walk_away(),
        )

    def _follows(self, one: Movable, multiples: range) -> bool:
        """Whether the book sees the amounts that the offer would state."""
        judge, case = self._asker.judge, self._judgement.case
        for multiple in multiples[:1]:
            amount = multiple * one.step
            seen = judge.judge(moved(case, {one.name: amount})).values[f"ask_{one.name}_offered"]
            return seen is not None and abs(seen - amount) < NEAR * one.step
        return True

    @property
    def _others(self) -> frozenset[str]:
        """Everything but what is decided now."""
        return frozenset(get_args(Decides)) - {self._decides}

    def _walk_away(self) -> Sequence[tuple[Movable, Sought]]:
        if self._decides == WALK_AWAY:
            return self._alone(_raised, self._movable, self._others)
        return self._alone(_lowered, self._lowerable, {WALK_AWAY})

    def _together(
        self, along: Along, movable: Iterable[Movable], wanted: Collection[str]
    ) -> Sought:
        return self._asker.sought(self._judgement.case, map(along, movable), wanted)

    def _alone(
        self, along: Along, movable: Iterable[Movable], wanted: Collection[str]
    ) -> Sequence[tuple[Movable, Sought]]:
        return [(one, self._together(along, (one,), wanted)) for one in movable]

    def _blocked(self) -> Blocked:
        """Why it is not accepted even where every component is at its cap."""
        lines = [line for line in map(_raised, self._movable) if line.multiples]
        most = {line.name: line.amount(len(line.multiples)) for line in lines}
        judge = self._asker.judge
        at_most = judge.judge(moved(self._judgement.case, most))
        pay = Pay(judge, self._judgement.case, lines)
        return blocked(at_most, judge.book, self._asker.theory, pay)


Along = Callable[[Movable], Line]


def _raised(one: Movable) -> Line:
    return Line(one, one.raised)


def _beyond(one: Movable) -> Line:
    return Line(one, one.raised_beyond)


def _lowered(one: Movable) -> Line:
    return Line(one, one.lowered)


def _sought(pay: Pay, found: Smallest) -> Sought:
    if found.point is None or found.row is None:
        return Sought(None, found.proof, found.points, found.rejected)
    point = found.point
    last = pay.lines[0].amount(point[0] - 1) if len(point) == 1 else None
    flip = Flip(pay.amounts(point), pay.cost(point), found.row, last)
    return Sought(flip, found.proof, found.points, found.rejected)
