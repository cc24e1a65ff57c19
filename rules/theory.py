"""Terms over free names, as a question to a prover is asked of them, and what can come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal as OneOf

from rules.expression import Expression, Value, names

Outcome = OneOf["found", "impossible", "not_proved"]
Table = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Free:
    """What a free name may be.

    Attributes:
        kind: What its values are.
        least, most: Bounds of a number [its unit] or of a date; None where there is none.
        step: A number is a whole multiple of it; None where any number may come.
        choices: The words that a text may be; None where any text may come.
        is_known: Whether it has a value in every case.
    """

    kind: OneOf["number", "text", "flag", "date"]
    least: float | date | None = None
    most: float | date | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a question.

    Attributes:
        outcome: ``found``, ``impossible`` (proved), or ``not_proved``: z3 gave up.
        values: Where something was found, the free names on which the question hangs.
    """

    outcome: Outcome
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Theory:
    """Terms over free names.

    Attributes:
        free: What each free name may be.
        terms: Definitions; each comes after those that it reads.
        known: Constants, and the tables of parameters and law.
        given: What is taken for granted of the free names, such as that a minimum is no more than
            its maximum.  Each holds unless it is FALSE.
        twins: Terms of a second case beside the first, by the name that they have in the first.
    """

    free: Mapping[str, Free]
    terms: Mapping[str, Expression]
    known: Mapping[str, Value | Table]
    given: Sequence[Expression] = ()
    twins: Mapping[str, str] = field(default_factory=dict)

    def cone(self, wanted: Iterable[str]) -> list[str]:
        """Names with all those on which they hang, in order; free names and constants first."""
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self._reads.get(name, ())
        return sorted(found, key=lambda name: (self._order.get(name, -1), name))

    def roots(self, wanted: Iterable[str]) -> frozenset[str]:
        """The free names on which some names hang."""
        return frozenset(name for name in self.cone(wanted) if name in self.free)

    def joined(self, roots: frozenset[str]) -> frozenset[str]:
        """Some free names, and those that what is taken for granted ties to them."""
        while tied := [of for _, of in self.granted if of & roots and not of <= roots]:
            roots = roots.union(*tied)
        return roots

    @cached_property
    def granted(self) -> list[tuple[Expression, frozenset[str]]]:
        """What is taken for granted, with the free names of which it tells."""
        return [(one, self.roots(names(one))) for one in self.given]

    @cached_property
    def _order(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.terms)}

    @cached_property
    def _reads(self) -> dict[str, frozenset[str]]:
        return {name: names(one) for name, one in self.terms.items()}
