"""Offers that show something: found by z3, written down, read and judged like any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.book import Book
from rules.case import Case, read_case
from rules.errors import FailedWorld, UnusableCase
from rules.expression import Expression, Value
from rules.interpreter import compile as meaning
from rules.judgement import Judge, Judgement
from rules.open_case import CaseTheory
from rules.proving.any_case import has_entry
from rules.proving.dated import first_day
from rules.proving.writing import offer_of
from rules.source import Document
from rules.unfolding import Unfolding, suffix_of


@dataclass(frozen=True)
class Witness:
    """A case that the judge has judged.

    Attributes:
        offer: As ``offerdesk decide`` reads it.
        facts: Free names of ``rules.proving.any_case`` with their values.
        truths: Every term of ``rules.unfolding``, with the value that the judge gives it.
    """

    offer: Mapping[str, Any]
    case: Case
    facts: Mapping[str, Value]
    truths: Mapping[str, Any]

    @property
    def verdict(self) -> str:
        """What the judge decides."""
        return str(self.truths["verdict"])

    @property
    def rule(self) -> str:
        """The row that decides."""
        return str(self.truths["rule"])

    def shows(self, condition: Expression) -> bool:
        """Whether a condition over terms is TRUE of it."""
        return showing(condition)(self)


def showing(condition: Expression) -> Callable[[Witness], bool]:
    """What tells whether a condition over terms is TRUE of a witness."""
    truth_of = meaning(condition)
    return lambda witness: truth_of(witness.truths) is True


class Witnesses:
    """Makes witnesses for one book."""

    def __init__(self, book: Book, judge: Judge, theory: CaseTheory) -> None:
        self.book = book
        self._judge = judge
        self._theory = theory
        self._today = first_day(book)

    def made(self, values: Mapping[str, Value]) -> Witness | None:
        """A witness out of values for free names; None where no such offer is judged."""
        entries = {
            name: [_inside(name, values)] if values.get(has_entry(name)) is True else []
            for name in self.book.lists
        }
        return self.judged(offer_of(self.book, values, entries))

    def judged(self, offer: Mapping[str, Any]) -> Witness | None:
        """A witness out of an offer; None where the door or the engine refuses it."""
        try:
            case = read_case(Document(dict(offer), {}, "witness"), self.book, today=self._today)
            judgement = self._judge.judge(case)
        except (UnusableCase, FailedWorld):
            return None
        return Witness(offer, case, self._free_values(case), self._truths(case, judgement))

    def _free_values(self, case: Case) -> dict[str, Value]:
        found = dict(case.facts)
        for name, entries in case.entries.items():
            found[has_entry(name)] = bool(entries)
            found |= {f"{name}.{key}": value for key, value in (entries or [{}])[0].items()}
        return found

    def _truths(self, case: Case, judgement: Judgement) -> dict[str, Any]:
        worked_out = self._theory.open(case, {}, self._theory.unfolding.terms).values
        return {**worked_out, **told(judgement, self._theory.unfolding, self.book)}


def told(judgement: Judgement, unfolding: Unfolding, book: Book) -> dict[str, Any]:
    """What a judgement says of the terms of an unfolding."""
    found = {unfolding.merged.get(name, name): value for name, value in judgement.values.items()}
    found |= {f"lever {name}": truth for name, truth in judgement.levers.items()}
    shown = suffix_of(next(iter(judgement.trials)))
    trial = {row.name for row in book.rows if row.looks_at_ends}
    for name, truth in judgement.rows.items():
        found[f"row {name}" if name in trial else f"row {name}{shown}"] = truth
    return {name: value for name, value in found.items() if name in unfolding.terms}


def _inside(listed: str, values: Mapping[str, Value]) -> dict[str, Value]:
    start = f"{listed}."
    return {name[len(start) :]: one for name, one in values.items() if name.startswith(start)}
