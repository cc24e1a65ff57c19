"""The exact end of a region: two offers that differ in one fact, one inside and one beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rules.book import Book
from rules.case import Case
from rules.covering.boundary import rank, ranked
from rules.covering.changing import value_at
from rules.covering.scopes import Scopes, Slot
from rules.decision import Clerk
from rules.errors import OfferdeskError
from rules.expression import Name
from rules.judgement import Judge
from rules.plausible import check_facts
from rules.source import Document

STEPS = (0.002, 0.01, 0.05, 0.2, 0.5)  # how far a fact is moved to get out of a region
MOST_SLOTS, MOST_STARTS = 10, 3
MONEY = 1_000  # numbers from this on are told in whole units
_NOWHERE = Document({}, {}, "")
Way = tuple[str, ...]  # verdict, status and row before, and after


class Editions:
    """Two editions of a book, each with its judge."""

    def __init__(self, old: Book, new: Book, judge: Judge | None = None) -> None:
        self.old, self.new = old, new
        self.judges = (judge or Judge(old), Judge(new))
        self.clerks = tuple(map(Clerk, self.judges))
        self.scopes = Scopes(old)

    def way(self, case: Case) -> Way | None:
        """What both say of an offer; None where one refuses it, or nobody would believe it."""
        if next(check_facts(case.facts, case.entries, self.old, _NOWHERE), None) is not None:
            return None
        try:
            found = [judge.judge(case) for judge in self.judges]
        except OfferdeskError:
            return None
        return tuple(part for one in found for part in (one.verdict, one.status, one.row.name))

    def slots(self, name: str) -> list[Slot]:
        """The facts that a figure hangs on; those of the offer come first."""
        return sorted(self.scopes.slots("", [Name(name)]))


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a region ends.

    Attributes:
        slot: The fact that was moved, and the number of its entry in a list.
        inside, outside: Neighbouring values of it, and the offers that have them.
    """

    slot: Slot
    at: int
    inside: float | date
    outside: float | date
    inner: Case
    outer: Case


def edges(
    editions: Editions,
    name: str,
    way: Way,
    inside: Sequence[Case],
    is_end: Callable[[Edge], bool],
) -> Iterator[Edge]:
    """Ends of a region, one for each offer, found by moving one fact; large ones are tried first.

    Args:
        editions: Both books.
        name: The figure.
        way: What both say of every offer inside.
        inside: Offers of the region, those near its end first.
        is_end: Whether what was found is the end that is sought.
    """
    for case in inside[:MOST_STARTS]:
        for _, slot, at in _movable(editions, name, case)[:MOST_SLOTS]:
            edge = _edge(editions, way, case, slot, at)
            if edge is not None and is_end(edge):
                yield edge
                break


def _movable(editions: Editions, name: str, case: Case) -> list[tuple[float, Slot, int]]:
    """The numbers of an offer that a figure hangs on, the largest first."""
    found = []
    for slot in editions.slots(name):
        for at in range(len(case.entries[slot[0]]) if slot[0] else 1):
            value = value_at(case, slot, at)
            if isinstance(value, float) and value:
                found.append((-abs(value), slot, at))
    return sorted(found)


def _edge(editions: Editions, way: Way, case: Case, slot: Slot, at: int) -> Edge | None:
    value = value_at(case, slot, at)
    assert isinstance(value, float)

    def is_inside(moved: Any) -> bool:
        return editions.way(put(case, slot, moved, at)) == way

    for outside in (value * (1 + sign * step) for step in STEPS for sign in (1, -1)):
        if not is_inside(outside):
            last, first = neighbours(is_inside, value, outside)
            return Edge(
                slot, at, last, first, put(case, slot, last, at), put(case, slot, first, at)
            )
    return None


def neighbours(
    holds: Callable[[float], bool], inside: float, outside: float
) -> tuple[float, float]:
    """The last value on the way out for which something holds, and the one next to it.

    >>> neighbours(lambda x: x < 3, 1.0, 8.0)
    (2.9999999999999996, 3.0)
    """
    here, there = rank(inside), rank(outside)
    while abs(there - here) > 1:
        middle = (here + there) // 2
        if holds(_number(middle)):
            here = middle
        else:
            there = middle
    return _number(here), _number(there)


def _number(place: int) -> float:
    found = ranked(place, 0.0)
    assert isinstance(found, float)
    return found


def put(case: Case, slot: Slot, value: Any, at: int) -> Case:
    """A case with another value for one fact."""
    listed, name = slot
    if not listed:
        return replace(case, facts={**case.facts, name: value})
    entries = list(case.entries[listed])
    entries[at] = {**entries[at], name: value}
    return replace(case, entries={**case.entries, listed: entries})


def plain_end(inner: float, outer: float) -> float:
    """The shortest number that tells one end from the other, or nearly so.

    >>> plain_end(0.05000000000000004, 0.04999999999999993), plain_end(0.0799999999, 0.08)
    (0.05, 0.08)
    """
    low, high = sorted((inner, outer))
    for digits in range(1, 17):
        for near in (low, high):
            found = float(f"{near:.{digits}g}")
            if low <= found <= high or abs(found - near) <= 1e-12 * abs(near):
                return found
    return outer
