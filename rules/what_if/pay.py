"""An offer whose pay may be moved: what would be decided at other amounts, and in what terms."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from rules.book import Row
from rules.case import Case
from rules.expression import (
    And,
    Arithmetic,
    Compare,
    Expression,
    Literal,
    Name,
    Not,
    Or,
    Value,
)
from rules.expression import Case as Choice
from rules.judgement import Judge
from rules.theory import Free
from rules.what_if.movable import Movable
from rules.what_if.rounding import Axis
from rules.what_if.stated import Amounts, moved, stated

CENT = 0.01
Steps = tuple[int, ...]  # for each component how far it is along its line; 0 where it stays
NOTHING = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A component with the amounts that it may be given, nearest to the offer first."""

    component: Movable
    multiples: range

    @property
    def name(self) -> str:
        """Of the component."""
        return self.component.name

    def amount(self, steps: int) -> float:
        """So many steps along the line [the offer's currency]; as offered at none."""
        one = self.component
        return self.multiples[steps - 1] * one.step if steps else one.offered

    def cost(self, steps: int) -> float:
        """What that is more, or less, than the offer, in what it costs the employer."""
        one = self.component
        return one.cost * abs(self.amount(steps) - one.offered)

    def steps_within(self, cost: float) -> int:
        """How many steps cost no more than that."""
        return sum(self.cost(steps) <= cost + CENT for steps in range(1, len(self.multiples) + 1))

    def at_cost(self, cost: float) -> Iterator[int]:
        """The steps that cost just so much; there is one number of them at the most."""
        first, more = self.cost(1), self.component.cost * self.component.step
        for steps in {NOTHING, 1 + round((cost - first) / more)}:
            if 0 <= steps <= len(self.multiples) and abs(self.cost(steps) - cost) < CENT / 2:
                yield steps


class Pay:
    """Lines of components together: a point takes so many steps on each of them.

    Args:
        judge: Who decides.
        case: As it was stated.
        lines: The components that move; those without any amount to move to are left out.
    """

    def __init__(self, judge: Judge, case: Case, lines: Sequence[Line]) -> None:
        self._judge = judge
        self.case = case
        self.lines = tuple(line for line in lines if line.multiples)

    def within(self, cost: float) -> Pay:
        """The same grid without amounts that cost more by themselves; points are the same."""
        shorter = [
            Line(line.component, line.multiples[: max(1, line.steps_within(cost))])
            for line in self.lines
        ]
        return Pay(self._judge, self.case, shorter)

    @property
    def points(self) -> int:
        """How many there are, the offer itself among them."""
        found = 1
        for line in self.lines:
            found *= len(line.multiples) + 1
        return found

    @property
    def origin(self) -> Steps:
        """The offer as it stands."""
        return (NOTHING,) * len(self.lines)

    def amounts(self, point: Steps) -> Amounts:
        """The components that move, with what they are moved to."""
        pairs = zip(self.lines, point, strict=True)
        return {line.name: line.amount(steps) for line, steps in pairs if steps}

    def cost(self, point: Steps) -> float:
        """What moving to a point costs, to the cent."""
        pairs = zip(self.lines, point, strict=True)
        return round(sum(line.cost(steps) for line, steps in pairs), 2)

    def row(self, point: Steps) -> Row:
        """The row that the judge finds there."""
        return self._judge.row(moved(self.case, self.amounts(point)))

    def at_cost(self, cost: float) -> Iterator[Steps]:
        """Every point that costs just so much."""
        return self._at_cost(cost, len(self.lines))

    def _at_cost(self, cost: float, count: int) -> Iterator[Steps]:
        if count == 0:
            if abs(cost) < CENT / 2:
                yield ()
            return
        line = self.lines[count - 1]
        if count == 1:
            yield from ((steps,) for steps in line.at_cost(cost))
            return
        for steps in range(len(line.multiples) + 1):
            left = cost - line.cost(steps)
            if left < -CENT / 2:
                return
            yield from ((*rest, steps) for rest in self._at_cost(left, count - 1))

    # --- In the terms of the book -------------------------------------------------------------

    @cached_property
    def stated(self) -> Mapping[str, Expression]:
        """The facts of the offer, over what its components move to."""
        found: dict[str, Expression] = {}
        for line in self.lines:
            facts = stated(self.case.facts, line.name, amount_of(line))
            for name, expression in facts.items():
                stays = Literal(self.case.facts[name])
                whether = ((self.moves(line), expression),)
                found[name] = expression if self._is_whole(line) else Choice(whether, stays)
        return found

    @cached_property
    def open(self) -> Mapping[str, Free]:
        """The amounts as free names, and flags that say which of them count."""
        found: dict[str, Free] = {}
        for line in self.lines:
            step = line.component.step
            ends = [line.multiples[0] * step, line.multiples[-1] * step]
            ends += [line.component.offered] if self._is_whole(line) else []
            found[amount_of(line).name] = Free("number", min(ends), max(ends), step)
            if not self._is_whole(line):
                found[_flag_of(line).name] = Free("flag")
        return found

    @cached_property
    def axes(self) -> Sequence[Axis]:
        """Each line with all values that its open names may have."""
        return [self._axis(line) for line in self.lines]

    def _axis(self, line: Line) -> Axis:
        """The points of a line; what an amount is where it does not move counts for nothing."""
        amount, flag = amount_of(line).name, _flag_of(line).name
        steps = range(len(line.multiples) + 1)
        points: list[dict[str, Value]] = [{amount: line.amount(n)} for n in steps]
        if not self._is_whole(line):
            for n, point in enumerate(points):
                point[flag] = n != NOTHING
        return Axis(points, lambda found: self._where(line, found))

    def _where(self, line: Line, steps: Collection[int]) -> Expression:
        """The condition that a component is so many steps from the offer, out of some."""
        found: list[Expression] = []
        rest = set(steps)
        if not self._is_whole(line):
            found += [Not(_flag_of(line))] if NOTHING in rest else []
            rest -= {NOTHING}
        for first, last in _runs(rest):
            low, high = sorted((line.amount(first), line.amount(last)))
            between = [Compare(">=", amount_of(line), Literal(low))]
            between += [Compare("<=", amount_of(line), Literal(high))]
            flag = [] if self._is_whole(line) else [_flag_of(line)]
            found.append(And((*flag, *between)))
        return Or(tuple(found)) if found else Literal(False)

    def moves(self, line: Line) -> Expression:
        """The condition that a component is not as offered."""
        if self._is_whole(line):
            return Compare("<>", amount_of(line), Literal(line.component.offered))
        return _flag_of(line)

    def _is_whole(self, line: Line) -> bool:
        """Whether the offer itself is an amount like the others, on the grid and so stated."""
        return line in self._whole

    @cached_property
    def _whole(self) -> frozenset[Line]:
        return frozenset(filter(self._starts_on_grid, self.lines))

    def _starts_on_grid(self, line: Line) -> bool:
        one = line.component
        if one.offered not in (line.amount(1) - one.step, line.amount(1) + one.step):
            return False
        return moved(self.case, {line.name: one.offered}).facts == self.case.facts

    def costs_less_than(self, cost: float) -> Expression:
        """The condition that a point is cheaper, by a cent at least."""
        total: Expression = Literal(0.0)
        for line in self.lines:
            total = Arithmetic("+", total, self._cost_of(line))
        return Compare("<", total, Literal(cost - CENT / 2))

    def _cost_of(self, line: Line) -> Expression:
        one = line.component
        sides = (amount_of(line), Literal(one.offered))
        more = Arithmetic("-", *(sides if line.amount(1) > one.offered else sides[::-1]))
        cost = Arithmetic("*", Literal(one.cost), more)
        return cost if self._is_whole(line) else Choice(((self.moves(line), cost),), Literal(0.0))

    def is_not(self, point: Steps) -> Expression:
        """The condition that it is another point."""
        differs: list[Expression] = []
        for line, steps in zip(self.lines, point, strict=True):
            if steps:
                other = Compare("<>", amount_of(line), Literal(line.amount(steps)))
                differs += [Not(self.moves(line)), other]
            else:
                differs.append(self.moves(line))
        return Or(tuple(differs))

    def point(self, values: Mapping[str, Value]) -> Steps:
        """The point that open names with these values are; a name without a value stays."""
        return tuple(self._steps(line, values) for line in self.lines)

    def _steps(self, line: Line, values: Mapping[str, Value]) -> int:
        amount = values.get(amount_of(line).name)
        if not isinstance(amount, float) or values.get(_flag_of(line).name) is False:
            return NOTHING
        multiple = round(amount / line.component.step)
        return line.multiples.index(multiple) + 1 if multiple in line.multiples else NOTHING


def _runs(numbers: Collection[int]) -> Iterator[tuple[int, int]]:
    """Consecutive numbers, by the first and the last of each run.

    >>> list(_runs({3, 1, 2, 7}))
    [(1, 3), (7, 7)]
    """
    ordered = sorted(numbers)
    starts = [n for n in ordered if n - 1 not in numbers]
    ends = [n for n in ordered if n + 1 not in numbers]
    yield from zip(starts, ends, strict=True)


def amount_of(line: Line) -> Name:
    """What a component moves to."""
    return Name(f"amount {line.name}")


def _flag_of(line: Line) -> Name:
    """Whether it does, where the offer is no amount like the others."""
    return Name(f"moves {line.name}")
