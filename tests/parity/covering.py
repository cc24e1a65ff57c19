"""The cases that a comparison starts from: those at hand, and those that a search adds to them."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rules.book import Book
from rules.case import Case
from rules.covering.changing import Changes
from rules.covering.conditions import CASE, Decision, decisions
from rules.covering.coverage import DECIDES, EDGE, EQUAL, UNKNOWN, Aim, Coverage
from rules.covering.search import Search
from rules.judgement import Judge
from rules.sql_worlds import WORLDS
from tests.generating import example_cases, generated, is_within_doubles

ALL = (EDGE, EQUAL, DECIDES, UNKNOWN)


@dataclass(frozen=True)
class Covering:
    """Cases, and what they cover.

    Attributes:
        cases: Those that some aim needs, in the order in which they were found.
        covered: For each kind of aim how many are covered, and how many there are.
        together: Conditions that decide, but never without another one that they are bound to.
        missing: Aims that no case covers, by name.
    """

    cases: Sequence[Case]
    covered: dict[str, tuple[int, int]]
    together: Sequence[str]
    missing: Sequence[str]

    def offer(self, book_changes: Changes, number: int, seed: int) -> Case:
        """The case of a number: those that cover first, then such with a share drawn anew."""
        if number < len(self.cases):
            return self.cases[number]
        draw = random.Random(f"{seed} {number}")
        return book_changes.scattered(draw.choice(self.cases), draw)


def covering(
    book: Book,
    judge: Judge,
    seed: int,
    *,
    drawn: int = 300,
    only: Collection[str] = ALL,
    rounds: int = 2,
) -> Covering:
    """Search for cases that cover a book.

    Args:
        book: The book.
        judge: Of the same book.
        seed: Of all that is left to chance.
        drawn: How many cases Hypothesis draws to start from.
        only: What is wanted of each condition.
        rounds: How often the search tries for what is missing.
    """
    first = Coverage(book, decisions(book))
    for case in (*example_cases(), *generated(drawn, seed)):
        _add(first, case, judge)
    Search(first, seed).run(only, rounds)
    return _told(_judged(first, judge, only), only)


def at_ends(book: Book, judge: Judge, cases: Sequence[Case], seed: int) -> list[Case]:
    """Cases on the lines of whatever hangs on an uncertain number, in every other world."""
    some = uncertain(book, judge)
    starts = [case for case in cases if len(judge.judge(case).trials) > 1]
    found: list[Case] = []
    for world in WORLDS[1:]:
        coverage = Coverage(book, some, world)
        for case in starts:
            coverage.add(case)
        Search(coverage, seed).run((EDGE,), 1)
        found += coverage.cases[len(starts) :]
    return found


def uncertain(book: Book, judge: Judge) -> list[Decision]:
    """The decisions of whatever hangs on an uncertain number."""
    hanging = frozenset(judge._hanging)
    return [one for one in decisions(book) if one.place == CASE and one.term.split()[-1] in hanging]


def _add(coverage: Coverage, case: Case, judge: Judge) -> int:
    judgement = judge.judge(case)
    return coverage.add(case, judgement.values if len(judgement.trials) > 1 else None)


def _judged(found: Coverage, judge: Judge, only: Collection[str]) -> Coverage:
    """The coverage of only those cases that some aim needs, as a judge sees them."""
    needed: set[int] = set()
    for aim in found.aims:
        if aim[2] in only:
            needed.update(found.witnesses(aim) or _together(found, aim))
    sure = Coverage(found.book, found.decisions)
    numbers = {
        number: _add(sure, found.cases[number], judge)
        for number in sorted(needed)
        if is_within_doubles(found.cases[number], judge)
    }
    for (one, n), edge in found.edges.items():
        cases = tuple(numbers[case] for case in edge if case in numbers)
        if sure.is_edge(one, n, cases):
            sure.edges[one, n] = cases
    return sure


def _told(sure: Coverage, only: Collection[str]) -> Covering:
    aims = [aim for aim in sure.aims if aim[2] in only]
    open_ones = [aim for aim in aims if not sure.witnesses(aim)]
    return Covering(
        sure.cases,
        {
            what: (
                sum(aim[2] == what and aim not in open_ones for aim in aims),
                sum(aim[2] == what for aim in aims),
            )
            for what in only
        },
        [_with(sure, aim) for aim in open_ones if _together(sure, aim)],
        [sure.name_of(aim) for aim in open_ones if not _together(sure, aim)],
    )


def _with(sure: Coverage, aim: Aim) -> str:
    what = " and ".join(sure.bound(*aim[:2])) or "the whole UNKNOWN"
    return f"{sure.name_of(aim)} | with {what}"


def _together(coverage: Coverage, aim: Aim) -> tuple[int, ...]:
    one, n, what = aim
    return coverage.together(one, n) if what == DECIDES else ()
