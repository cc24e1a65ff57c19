"""How firm a verdict is against what it rests on: samples, exchange rate, judgements of the book.

    FIRM          nothing that is in doubt turns it, alone or together with the rest
    FRAGILE       something does; which, to what, and from which value on is said
    UNDECIDABLE   it cannot be said: the verdict is provisional, or a sample on which it hangs does
                  not say on how many people it rests

Together means at every corner: each number at its low end or at its high end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from rules.book import Row
from rules.case import Case
from rules.expression import names, tables
from rules.judgement import Judge
from rules.open_case import CaseTheory
from rules.theory import Free
from rules.what_if.doubts import Doubt, Setting, Undoubtable, parameters, rate, samples
from rules.what_if.edges import Edges, Turning
from rules.what_if.smallest import DECIDES

FIRM, FRAGILE, UNDECIDABLE = "FIRM", "FRAGILE", "UNDECIDABLE"
MOST_TOGETHER = 12  # numbers whose corners are tried: two to the power of it
WIDE = (0.5, 0.8, 0.9, 0.95, 1.05, 1.1, 1.25, 2.0)  # factors on a sample whose doubt has no numbers


@dataclass(frozen=True, slots=True)
class Alone:
    """A number in doubt, and where the verdict turns with it."""

    doubt: Doubt
    edges: Edges

    @property
    def state(self) -> str:
        """FIRM or FRAGILE."""
        return FRAGILE if self.edges.found else FIRM


@dataclass(frozen=True, slots=True)
class Unbounded:
    """A sample whose doubt has no numbers.

    Attributes:
        hangs: Whether the verdict turns with it at all, anywhere from half to twice of it.
    """

    source: Undoubtable
    hangs: bool

    @property
    def state(self) -> str:
        """UNDECIDABLE, or FIRM where the verdict does not hang on it."""
        return UNDECIDABLE if self.hangs else FIRM


@dataclass(frozen=True, slots=True)
class Together:
    """All numbers in doubt at once.

    Attributes:
        state: FRAGILE where some numbers together turn it.
        changes: The fewest that were found to do so, with their values; empty where none do.
        row: What decides there.
        corners: How many were tried.
        left_out: Numbers that were not among them, because there are too many.
        is_proved: Whether z3 proved for the numbers of the book that nothing inside turns it.
    """

    state: str
    changes: Sequence[tuple[Doubt, float]]
    row: Row | None
    corners: int
    left_out: Sequence[Doubt]
    is_proved: bool


@dataclass(frozen=True, slots=True)
class Fragility:
    """How firm a verdict is.

    Attributes:
        row: What decides now.
        rate: None where no rate was used.
        idle: Numbers of grade E on which this verdict does not hang.
        ends_tried: Numbers whose ends are tried in every verdict.
    """

    row: Row
    samples: Sequence[Alone | Unbounded]
    rate: Alone | None
    parameters: Sequence[Alone]
    idle: Sequence[str]
    ends_tried: Sequence[str]
    together: Together

    @property
    def state(self) -> str:
        """Of the verdict as a whole."""
        if self.row.decides == "review":
            return UNDECIDABLE
        every = [*self.samples, *self.parameters, self.together]
        states = {one.state for one in every} | ({self.rate.state} if self.rate else set())
        return next(state for state in (FRAGILE, UNDECIDABLE, FIRM) if state in states)


class Examiner:
    """Examines how firm verdicts are; made once for a judge."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._theory = CaseTheory(judge.book)

    def fragility(self, case: Case, published: Sequence[Mapping[str, Any]] = ()) -> Fragility:
        """How firm the verdict on a case is.

        Args:
            case: As it was stated.
            published: The percentiles of the market that it was judged in, as they were published.
        """
        setting = Setting(self._judge, case)
        turning = Turning(self._theory, setting)
        found = [self._sample(turning, one) for one in samples(setting, published)]
        converted = rate(setting)
        judgements = list(parameters(setting))
        bearing = self._bearing(case, judgements)
        alone = [Alone(one, turning.edges(one)) for one in judgements if one.name in bearing]
        numbers = [one.doubt for one in found if isinstance(one, Alone)]
        numbers += [converted] if converted else []
        return Fragility(
            self._judge.row(case),
            found,
            Alone(converted, turning.edges(converted)) if converted else None,
            alone,
            [one.name for one in judgements if one.name not in bearing],
            [name for name, one in self._judge.book.parameters.items() if one.decides],
            _together(turning, [*numbers, *turning.liveliest(one.doubt for one in alone)]),
        )

    def _sample(self, turning: Turning, one: Doubt | Undoubtable) -> Alone | Unbounded:
        if isinstance(one, Doubt):
            return Alone(one, turning.edges(one))
        wide = (Doubt("sample", one.name, "", "", 1.0, 0.0, 2.0, "", one.at), WIDE)
        return Unbounded(one, any(turning.turns([(wide[0], factor)]) for factor in wide[1]))

    def _bearing(self, case: Case, doubts: Iterable[Doubt]) -> frozenset[str]:
        """Of numbers of the book those that the verdict on this very case reads.

        A number that entries of a list read counts as read.
        """
        by_parameter: dict[str, list[str]] = {}
        for doubt in doubts:
            by_parameter.setdefault(doubt.name.split("(")[0], []).append(doubt.name)
        in_lists = {name for name in by_parameter if self._theory.is_read_in_lists(name, case)}
        free = {name: Free("number") for name in by_parameter if name not in in_lists}
        left = self._theory.open(case, free, (DECIDES,)).terms
        read, waiting = set[str](in_lists), [DECIDES]
        while waiting:
            expression = left.get(waiting.pop())
            for name in (names(expression) | tables(expression)) if expression else ():
                if name not in read:
                    read.add(name)
                    waiting.append(name)
        return frozenset(one for name in by_parameter if name in read for one in by_parameter[name])


def _together(turning: Turning, doubts: Sequence[Doubt]) -> Together:
    tried, left_out = doubts[:MOST_TOGETHER], doubts[MOST_TOGETHER:]
    corners = 0
    for ends in product(*((one.low, one.high) for one in tried)):
        corners += 1
        changes = list(zip(tried, ends, strict=True))
        if changes and turning.turns(changes):
            fewest = _fewest(turning, changes)
            return Together(FRAGILE, fewest, turning.row(fewest), corners, left_out, False)
    of_the_book = [one for one in doubts if one.kind == "parameter"]
    proved = bool(of_the_book) and turning.nothing_turns_in(of_the_book)
    return Together(FIRM, (), None, corners, left_out, proved)


def _fewest(
    turning: Turning, changes: Sequence[tuple[Doubt, float]]
) -> Sequence[tuple[Doubt, float]]:
    """The same changes without those that it does not take."""
    left = list(changes)
    for change in changes:
        rest = [one for one in left if one is not change]
        if rest and turning.turns(rest):
            left = rest
    return left
