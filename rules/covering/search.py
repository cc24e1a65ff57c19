"""A search for the cases that a coverage still lacks, by changing facts that a condition hangs on.

Nothing here is left to the clock: the same book, starts and seed give the same cases.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from rules.case import Case
from rules.covering.boundary import turns
from rules.covering.changing import ALWAYS_KNOWN, Changes, value_at
from rules.covering.conditions import CASE, END, Decision, Vector
from rules.covering.coverage import (
    DECIDES,
    EDGE,
    EQUAL,
    UNKNOWN,
    Coverage,
    distance,
    flipped,
    sign_of,
)
from rules.covering.scopes import Slot
from rules.expression import names

STARTS, TRIES, STEPS = 8, 250, 400  # cases to start from for an aim; changes to each; a long way
MOST_TARGETS = 100


class Search:
    """Fills the gaps of a coverage.

    Args:
        coverage: With the cases to start from.
        seed: Of every choice that is left to chance.
    """

    def __init__(self, coverage: Coverage, seed: int) -> None:
        self.coverage, self._seed = coverage, seed
        self._changes = Changes(coverage.book, coverage.decisions)
        self._slots: dict[tuple[Decision, int], list[Slot]] = {}

    def run(
        self, only: Collection[str], rounds: int, among: Collection[Decision] | None = None
    ) -> None:
        """Try for everything that is missing; what one aim brings may serve another.

        Args:
            only: What is wanted of a condition.
            rounds: How often to try.
            among: Of which decisions; of all when not given.
        """
        tries = {EDGE: self._edge, EQUAL: self._line, DECIDES: self._decide, UNKNOWN: self._unknow}
        for number, what in itertools.product(range(rounds), only):
            for one, n, _ in [aim for aim in self.coverage.aims if aim[2] == what]:
                if (among is None or one in among) and not self._is_met(one, n, what, number > 0):
                    draw = random.Random(f"{self._seed} {number} {one.name} {n} {what}")
                    tries[what](one, n, draw)

    def _is_met(self, one: Decision, n: int, what: str, is_content: bool) -> bool:
        found = self.coverage.witnesses((one, n, what))
        if what == EQUAL:
            return self.coverage.is_told(one, n)
        return bool(found or (is_content and what == DECIDES and self.coverage.together(one, n)))

    # --- Values of one decision -----------------------------------------------------------------

    def _scope(self, one: Decision, case: Case) -> Mapping[str, Any] | None:
        wanted = frozenset(names(one.whole))
        if one.place in (CASE, END):
            return self.coverage.scopes.of(case, wanted)
        found = self.coverage.scopes.entries(case, one.place, wanted)
        return found[0] if found else None

    def _vector(self, one: Decision, case: Case) -> Vector | None:
        scope = self._scope(one, case)
        return None if scope is None else one.vector(scope)

    def _hangs_on(self, one: Decision, n: int) -> list[Slot]:
        if (one, n) not in self._slots:
            place = "" if one.place in (CASE, END) else one.place
            found = self.coverage.scopes.slots(place, [one.conditions[n]])
            self._slots[one, n] = sorted(found)
        return self._slots[one, n]

    def _own_first(self, one: Decision, n: int, draw: random.Random) -> list[Slot]:
        """The facts of a condition, those that no other one reads first."""
        others = set[Slot]().union(
            *(self._hangs_on(one, k) for k in range(len(one.conditions)) if k != n)
        )
        slots = self._hangs_on(one, n)
        own = [slot for slot in slots if slot not in others]
        shared = [slot for slot in slots if slot in others]
        return draw.sample(own, len(own)) + draw.sample(shared, len(shared))

    def _starts(self, found: Iterable[int], draw: random.Random) -> list[Case]:
        some = sorted(set(found))
        return [self.coverage.cases[k] for k in draw.sample(some, min(len(some), STARTS))]

    # --- Boundaries -----------------------------------------------------------------------------

    def _edge(self, one: Decision, n: int, draw: random.Random) -> None:
        self._crossed(one, n, draw, lambda: bool(self.coverage.witnesses((one, n, EDGE))))

    def _line(self, one: Decision, n: int, draw: random.Random) -> None:
        self._crossed(one, n, draw, lambda: self.coverage.is_told(one, n))

    def _crossed(
        self, one: Decision, n: int, draw: random.Random, is_done: Callable[[], bool]
    ) -> None:
        known = [k for v, k in self.coverage.seen[one].vectors.items() if v[n] is not None]
        matter = [k for k, _ in self.coverage.halves(one, n)]
        starts = [*self._starts(matter, draw), *self._starts(known, draw)]
        for case in [*starts, *self._compared(one, n, draw)]:
            slots = [s for s in self._own_first(one, n, draw) if self._is_measured(s)]
            for slot in slots[:12]:
                self._cross(one, n, case, slot, draw)
                if is_done():
                    return

    def _compared(self, one: Decision, n: int, draw: random.Random) -> Iterator[Case]:
        """Further cases in which both sides of a comparison are known."""
        slots, of = self._hangs_on(one, n), sign_of(one.conditions[n])
        some = self._starts(self.coverage.seen[one].vectors.values(), draw)
        for case in itertools.chain.from_iterable(itertools.repeat(some, 8)):
            found = self._moved(case, slots, draw)
            scope = self._scope(one, found)
            if scope is not None and of(scope) is not None:
                yield found

    def _is_measured(self, slot: Slot) -> bool:
        return self._changes.kind(slot) in ("number", "date")

    def _cross(self, one: Decision, n: int, case: Case, slot: Slot, draw: random.Random) -> None:
        """Cases on both sides of a comparison, and on it, as one fact moves."""
        of = sign_of(one.conditions[n])

        def sign(value: Any) -> int | None:
            if slot == ("", "evaluation_date") and value < self._changes.first_day:
                return None
            scope = self._scope(one, self._changes.changed(case, slot, value))
            return None if scope is None else of(scope)

        now: Any = value_at(case, slot)
        tried = [v for v in self._changes.values(slot, case, draw) if v is not None]
        known: list[tuple[Any, int]] = [(v, s) for v in tried if (s := sign(v)) is not None]
        if not known:
            return
        here = sign(now) if isinstance(now, float | date) else None
        first = (now, here) if here is not None else known[0]
        others = [v for v, s in known if s != first[1] and s != 0] or [
            v for v, s in known if s != first[1]
        ]
        if not others:
            return
        self._keep_turns(one, n, case, slot, turns(sign, first[0], others[0]))

    def _keep_turns(
        self, one: Decision, n: int, case: Case, slot: Slot, pairs: Sequence[tuple[Any, ...]]
    ) -> None:
        values = list(dict.fromkeys(value for pair in pairs for value in pair))
        cases = [self._changes.changed(case, slot, value) for value in values]
        scopes = [scope for one_case in cases if (scope := self._scope(one, one_case)) is not None]
        of = sign_of(one.conditions[n])
        equal = [scope for scope in scopes if of(scope) == 0]
        tells = any(self.coverage.tells(one, one.vector(scope), n) for scope in equal)
        has_edge, has_equal = (self.coverage.witnesses((one, n, what)) for what in (EDGE, EQUAL))
        is_told = self.coverage.is_told(one, n)
        if values and (not has_edge or (equal and not has_equal) or (tells and not is_told)):
            self.coverage.edges[one, n] = tuple(map(self.coverage.add, cases))

    # --- Pairs ----------------------------------------------------------------------------------

    def _decide(self, one: Decision, n: int, draw: random.Random) -> None:
        for _ in range(3):
            halves = self.coverage.halves(one, n)
            for start, target in draw.sample(halves, min(len(halves), STARTS)):
                case = self.coverage.cases[start]
                found = self._flipped(one, n, case, target, draw)
                if found is not None:
                    self.coverage.add(found)
                if self.coverage.witnesses((one, n, DECIDES)):
                    return
            self._approach(one, n, draw)
            if self.coverage.witnesses((one, n, DECIDES)):
                return

    def _flipped(
        self, one: Decision, n: int, case: Case, target: Vector, draw: random.Random
    ) -> Case | None:
        """A case near another one, with a given vector."""
        slots = self._own_first(one, n, draw)
        single = [(s, v) for s in slots for v in self._changes.values(s, case, draw)[:6]]
        for slot, value in single[:TRIES]:
            found = self._changes.changed(case, slot, value)
            if self._vector(one, found) == target:
                return found
        for _ in range(TRIES):
            found = self._moved(case, slots, draw)
            if self._vector(one, found) == target:
                return found
        return None

    def _moved(self, case: Case, slots: Sequence[Slot], draw: random.Random) -> Case:
        """A case with a few facts changed, or one of the lists that they stand in."""
        for _ in range(draw.choice((1, 2, 2, 3))):
            slot = draw.choice(slots)
            if slot[0] and draw.random() < 0.2:
                case = self._changes.relisted(case, slot[0], draw)
                continue
            values = self._changes.values(slot, case, draw)
            if values:
                case = self._changes.changed(case, slot, values[0], draw.randrange(2))
        return case

    def _approach(self, one: Decision, n: int, draw: random.Random) -> None:
        """Walk towards any vector in which the condition decides."""
        halves = [
            vector
            for vector in itertools.product((True, False), repeat=len(one.conditions))
            if {one.outcome(vector), one.outcome(flipped(vector, n))} == {True, False}
        ]
        halves = draw.sample(halves, min(len(halves), MOST_TARGETS))
        seen = self.coverage.seen[one].vectors
        if not halves or not seen:
            return
        # Those already seen lead nowhere new.
        targets = [vector for vector in halves if vector not in seen] or halves
        for start in sorted((_apart(v, targets), k) for v, k in seen.items())[:6]:
            found = self._walk(one, self.coverage.cases[start[1]], targets, draw)
            if found is not None:
                self.coverage.add(found)
                return

    def _walk(
        self, one: Decision, case: Case, targets: Sequence[Vector], draw: random.Random
    ) -> Case | None:
        """A case with one of some vectors, reached by steps none of which leads away."""
        vector = self._vector(one, case)
        for _ in range(STEPS):
            if vector is None:
                return None
            nearest = _nearest(vector, targets)
            apart = [k for k, (a, b) in enumerate(zip(vector, nearest, strict=True)) if a is not b]
            if not apart:
                return case
            slots = self._hangs_on(one, draw.choice(apart))
            if not slots:
                return None
            found = self._moved(case, slots, draw)
            there = self._vector(one, found)
            if there is not None and _apart(there, targets) <= len(apart):
                case, vector = found, there
        return None

    # --- Unknowns -------------------------------------------------------------------------------

    def _unknow(self, one: Decision, n: int, draw: random.Random) -> None:
        slots = self._hangs_on(one, n)
        if not slots:
            return
        starts = self._starts(self.coverage.seen[one].vectors.values(), draw)
        for case in starts[:4]:
            for slot in slots:
                if slot[1] in ALWAYS_KNOWN:
                    continue
                found = self._changes.changed(case, slot, None)
                vector = self._vector(one, found)
                if vector is not None and vector[n] is None:
                    self.coverage.add(found)
                    return
            for _ in range(TRIES):
                found = self._moved(case, slots, draw)
                vector = self._vector(one, found)
                if vector is not None and vector[n] is None:
                    self.coverage.add(found)
                    return


def _nearest(one: Vector, others: Sequence[Vector]) -> Vector:
    return min(others, key=lambda other: distance(one, other))


def _apart(one: Vector, others: Sequence[Vector]) -> int:
    return min(distance(one, other) for other in others)
