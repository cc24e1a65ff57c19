"""Which conditions a set of cases tries both ways, each on its own, and on its boundary.

For each condition of a decision three things are wanted:

* ``decides``: two cases in which it differs, TRUE in one and FALSE in the other, and with it the
  whole, while the other conditions keep theirs (unique-cause MC/DC).  Conditions that are bound to
  each other cannot be told apart so; of them two cases are shown in which both change;
* ``unknown``: a case in which it is UNKNOWN, where it can be;
* for a comparison of numbers or days ``equal``, a case with both sides equal, in which it decides
  where there is one; and ``edge``, two cases that differ by the smallest step of one fact and lie
  on either side, or on the line and beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from rules.book import Book, Fact
from rules.case import Case
from rules.certainty import certain_names, is_certain
from rules.covering.conditions import CASE, END, Decision, Vector
from rules.covering.scopes import AGREED, Scopes, Slot
from rules.expression import Compare, sql_text
from rules.interpreter import compile as meaning
from rules.judgement import POINT, World
from rules.kinds import kind_of

Evaluate = Callable[[Mapping[str, Any]], Any]
Aim = tuple[Decision, int, str]  # a decision, the number of its condition, and what is wanted
ALWAYS_CONCLUDED = {*AGREED, "verdict", "status", "rule"}
DECIDES, UNKNOWN, EQUAL, EDGE = "decides", "unknown", "equal", "edge"


@dataclass
class Seen:
    """What was seen of a decision.

    Attributes:
        vectors: The first case with each vector.
        signs: For each condition all cases with each sign.
        telling: For each condition a case with both sides equal in which it decides.
    """

    vectors: dict[Vector, int] = field(default_factory=dict)
    signs: list[dict[int, list[int]]] = field(default_factory=list)
    telling: dict[int, int] = field(default_factory=dict)


class Coverage:
    """What cases cover; knows each case by its number.

    Args:
        book: The book.
        found: The decisions that count.
        world: In which it looks at them.
    """

    def __init__(self, book: Book, found: Sequence[Decision], world: World = POINT) -> None:
        self.book, self.decisions = book, found
        self.scopes = Scopes(book, world)
        self.cases: list[Case] = []
        self._certain_names: dict[str, frozenset[str]] = {}
        self.edges: dict[tuple[Decision, int], tuple[int, ...]] = {}
        self.seen = {one: Seen(signs=[{} for _ in one.conditions]) for one in self.decisions}
        self._signs = {
            (one, n): sign_of(condition)
            for one in self.decisions
            for n, condition in enumerate(one.conditions)
            if self.has_boundary(one, n)
        }
        self._places: dict[str, list[Decision]] = {}
        for one in self.decisions:
            self._places.setdefault(one.place, []).append(one)

    def add(self, case: Case, at_end: Mapping[str, Any] | None = None) -> int:
        """Note what a case tries; its number.

        Args:
            case: The case.
            at_end: What a judge made of it, where the worlds do not agree.
        """
        number = len(self.cases)
        self.cases.append(case)
        values = self.scopes.of(case)
        self._note(CASE, values, number)
        self._note(END, values if at_end is None else at_end, number)
        for name in self.book.lists:
            for entry in self.scopes.entries(case, name):
                self._note(name, entry, number)
        return number

    def _note(self, place: str, values: Mapping[str, Any], number: int) -> None:
        for one in self._places.get(place, ()):
            vector = one.vector(values)
            self.seen[one].vectors.setdefault(vector, number)
            for n in range(len(one.conditions)):
                sign = self._signs.get((one, n))
                if sign is not None and (found := sign(values)) is not None:
                    self.seen[one].signs[n].setdefault(found, []).append(number)
                    if found == 0 and self.tells(one, vector, n):
                        self.seen[one].telling[n] = number

    @cached_property
    def aims(self) -> tuple[Aim, ...]:
        """Everything that is wanted."""
        found: list[Aim] = []
        for one in self.decisions:
            certain = self._certain(one.place)
            for n, condition in enumerate(one.conditions):
                found.append((one, n, DECIDES))
                if not is_certain(condition, certain):
                    found.append((one, n, UNKNOWN))
                if self.has_boundary(one, n):
                    found.append((one, n, EQUAL))
                if self.has_boundary(one, n) and self._is_measured(one, n):
                    found.append((one, n, EDGE))
        return tuple(found)

    def name_of(self, aim: Aim) -> str:
        """An aim in words: what is wanted of which condition, and where."""
        one, n, what = aim
        return f"{what} | {sql_text(one.conditions[n])} | {one.name}"

    def witnesses(self, aim: Aim) -> tuple[int, ...]:
        """The cases that fulfil an aim; none where it is not fulfilled."""
        one, n, what = aim
        seen = self.seen[one]
        match what:
            case "decides":
                return next(self._pairs(one, n), ())
            case "unknown":
                known = (case for v, case in seen.vectors.items() if v[n] is None)
                return tuple(sorted(known)[:1])
            case "equal":
                equal = seen.signs[n].get(0, ())[:1]
                return (seen.telling[n],) if n in seen.telling else tuple(equal)
            case _:
                return self.edges.get((one, n), ())

    def together(self, one: Decision, n: int) -> tuple[int, ...]:
        """Two cases that differ in a condition and in the whole; in the first one it decides.

        What a condition is bound to changes with it, as little of it as was seen; or the whole
        becomes UNKNOWN.
        """
        vectors = self.seen[one].vectors
        pairs = [
            (distance(vector, other), case, second)
            for vector, case in vectors.items()
            if vector[n] is not None and one.outcome(vector) is not one.outcome(flipped(vector, n))
            for other, second in vectors.items()
            if other[n] is (not vector[n]) and one.outcome(other) is not one.outcome(vector)
        ]
        return min(pairs)[1:] if pairs else ()

    def bound(self, one: Decision, n: int) -> list[str]:
        """What changes together with a condition in such a pair."""
        numbers = {case: vector for vector, case in self.seen[one].vectors.items()}
        vector, other = (numbers[case] for case in self.together(one, n))
        apart = [k for k in range(len(vector)) if k != n and vector[k] is not other[k]]
        return [sql_text(one.conditions[k]) for k in apart]

    def is_told(self, one: Decision, n: int) -> bool:
        """Whether a comparison decides in a case with both sides equal."""
        return n in self.seen[one].telling

    def is_edge(self, one: Decision, n: int, cases: Sequence[int]) -> bool:
        """Whether a comparison turns over among some cases."""
        signs = self.seen[one].signs[n].values()
        return sum(not set(found).isdisjoint(cases) for found in signs) > 1

    def tells(self, one: Decision, vector: Vector, n: int) -> bool:
        """Whether the whole would be another one if a condition were the other way round."""
        return one.outcome(vector) is not one.outcome(flipped(vector, n))

    def _matters(self, one: Decision, vector: Vector, n: int) -> bool:
        if vector[n] is None:
            return False
        return {one.outcome(vector), one.outcome(flipped(vector, n))} == {True, False}

    def _pairs(self, one: Decision, n: int) -> Iterator[tuple[int, int]]:
        vectors = self.seen[one].vectors
        for vector, case in vectors.items():
            other = flipped(vector, n)
            if vector[n] is True and other in vectors:
                both = {one.outcome(vector), one.outcome(other)}
                if both == {True, False}:
                    yield case, vectors[other]

    def halves(self, one: Decision, n: int) -> list[tuple[int, Vector]]:
        """Cases of which only the other one of a pair is missing, and how that one looks."""
        found = []
        for vector, case in self.seen[one].vectors.items():
            if self._matters(one, vector, n):
                found.append((case, flipped(vector, n)))
        return found

    def has_boundary(self, one: Decision, n: int) -> bool:
        """Whether a condition compares numbers or days."""
        condition = one.conditions[n]
        if not isinstance(condition, Compare):
            return False
        kinds = {self._kind(one, condition.left), self._kind(one, condition.right)}
        return bool(kinds & {"float", "date"})

    def _is_measured(self, one: Decision, n: int) -> bool:
        """Whether a condition hangs on a number or a day that a case states."""
        place = "" if one.place in (CASE, END) else one.place
        return any(
            self._fact(slot).type.kind in ("number", "date")
            for slot in self.scopes.slots(place, [one.conditions[n]])
        )

    def _fact(self, slot: Slot) -> Fact:
        listed, name = slot
        own = {f.name: f for f in self.book.lists[listed].facts} if listed else {}
        return own.get(name) or self.book.facts[name]

    def _kind(self, one: Decision, node: Any) -> str | None:
        types = dict(self.book.types)
        if one.place in self.book.lists:
            types |= {f.name: f.type for f in self.book.lists[one.place].facts}
            types |= {f.name: f.type for f in self.book.entries.get(one.place, ())}
        kind = kind_of(node, types, self.book.law)
        return None if kind is None else kind.__name__

    def _certain(self, place: str) -> frozenset[str]:
        """The names that have a value wherever decisions of a place look."""
        if place not in self._certain_names:
            certain = set(certain_names(self.book)) | ALWAYS_CONCLUDED
            if place in self.book.lists:
                certain -= {fact.name for fact in self.book.lists[place].facts}
                for formula in self.book.entries.get(place, ()):
                    if is_certain(formula.expression, certain):
                        certain.add(formula.name)
            self._certain_names[place] = frozenset(certain)
        return self._certain_names[place]


def flipped(vector: Vector, n: int) -> Vector:
    """The vector with the other truth of one condition."""
    return (*vector[:n], not vector[n], *vector[n + 1 :])


def distance(one: Vector, other: Vector) -> int:
    """In how many conditions two vectors differ."""
    return sum(a is not b for a, b in zip(one, other, strict=True))


def sign_of(condition: Any) -> Any:
    """For a comparison -1, 0 or 1 as its left side is less than, equal to or above its right."""
    left: Evaluate = meaning(condition.left)
    right: Evaluate = meaning(condition.right)

    def sign(scope: Mapping[str, Any]) -> int | None:
        a, b = left(scope), right(scope)
        if a is None or b is None:
            return None
        return int(a > b) - int(a < b)

    return sign
