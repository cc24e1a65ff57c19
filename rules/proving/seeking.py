"""Settles whether a condition can hold: with an offer that shows it, or with a proof that none can.

Quick ways first: an offer that is known already; a change of one; z3 over all offers that can be
written down; and, for the proof that there is none, z3 over every case at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.book import Book
from rules.expression import And, Expression, Name, Value, names
from rules.judgement import Judge
from rules.open_case import CaseTheory
from rules.proofs import Prover
from rules.proving.any_case import AnyCase
from rules.proving.shortening import plain_offer, shortened
from rules.proving.witness import Witness, Witnesses, showing
from rules.reducing import Reducer
from rules.theory import Answer, Outcome, Theory

_CLOSE_BY = 2  # openings that are tried before it is asked whether there is no offer at all
MOST_FACTORS = 4
NEIGHBOURS = 2  # offers that are changed before all offers are searched
QUICK, LONG = 15_000_000, 60_000_000  # effort for one question to z3


@dataclass(frozen=True)
class Settled:
    """What is known of a condition.

    Attributes:
        outcome: ``found``, with a witness; ``impossible``, proved of every case; ``not_proved``.
        remark: Where nothing is proved, how far it came.
        condition: What was asked.
    """

    outcome: Outcome
    condition: Expression
    witness: Witness | None = None
    remark: str = ""


class Seeker:
    """Settles conditions over the terms of one book, and keeps every offer that it finds.

    Args:
        book: The book.
        judge: Of the same book; it has the last word on every offer.
        offers: To start from; what they have in common with people's offers stays in what is found.
    """

    def __init__(self, book: Book, judge: Judge, offers: Iterable[Mapping[str, Any]] = ()) -> None:
        self.book = book
        self.any_case = AnyCase(book)
        self.witnesses = Witnesses(book, judge, CaseTheory(book))
        judged = (self.witnesses.judged(offer) for offer in offers)
        self.found: list[Witness] = [one for one in judged if one is not None]
        self._reducer = Reducer()
        self._widely = Prover(self.any_case.wide, loosely=True)

    def settle(
        self, condition: Expression, focus: Expression | None = None, *, is_likely: bool = False
    ) -> Settled:
        """Settle whether any case makes a condition TRUE.

        Args:
            condition: Over terms of ``rules.unfolding``.
            focus: The part of it on which it hangs; the facts behind it are changed first.
            is_likely: Whether an offer is looked for before a proof.
        """
        witness = self.known(condition)
        openings = list(self._openings(condition, focus or condition))
        if witness is None and is_likely:
            witness = self._beside(condition, openings[:_CLOSE_BY])
            openings = openings[_CLOSE_BY:]
        if witness is None and self.is_impossible(condition):
            return Settled("impossible", condition)
        witness = witness or self._beside(condition, openings)
        if witness is not None:
            return Settled("found", condition, witness)
        return self._written_down(condition)

    def _written_down(self, condition: Expression) -> Settled:
        """Search all offers that can be written down."""
        answer = Answer("not_proved", {})
        for theory in (self.any_case.calm, self.any_case.close):
            answer = Prover(theory).find(condition, effort=LONG)
            witness = self._kept(answer, condition)
            if witness is not None:
                return Settled("found", condition, witness)
        return Settled("not_proved", condition, remark=_remark(answer))

    def is_impossible(self, condition: Expression, effort: int = LONG) -> bool:
        """Whether no case at all makes a condition TRUE; False where that is not proved."""
        return self._widely.find(condition, effort=effort).outcome == "impossible"

    def known(self, condition: Expression) -> Witness | None:
        """An offer found before that shows a condition."""
        return next(filter(showing(condition), self.found), None)

    def shortest(self, settled: Settled) -> Mapping[str, Any] | None:
        """The offer that settled a condition, cut down to what shows it."""
        if settled.witness is None:
            return None
        found = shortened(settled.witness, self.witnesses, showing(settled.condition))
        return plain_offer(found.offer)

    def keep(self, witness: Witness) -> None:
        """Remember an offer."""
        self.found.append(witness)

    # --- Offers near those that are known -----------------------------------------------------

    def _beside(
        self, condition: Expression, openings: Iterable[tuple[frozenset[str], Theory]]
    ) -> Witness | None:
        """An offer that is found by changing one that is known."""
        starts = self._nearest(condition)
        for opened, theory in openings:
            for start in starts:
                near = self.near(start, opened, names(condition), theory)
                answer = Prover(near).find(condition, effort=QUICK)
                witness = self._kept(answer, condition, start)
                if witness is not None:
                    return witness
        return None

    def _openings(
        self, condition: Expression, focus: Expression
    ) -> Iterator[tuple[frozenset[str], Theory]]:
        """Which facts to change and in which theory, from the narrowest choice on.

        A product of two free numbers is hard, so amounts are changed first while shares, years and
        counts stay as they are.
        """
        calm, close = self.any_case.calm, self.any_case.close
        # What is read out of one place changes together.
        near, all_of_them = (calm.joined(calm.roots(names(one))) for one in (focus, condition))
        factors = frozenset(name for name in near if self.any_case.is_factor(name))
        amounts = frozenset(name for name in all_of_them if not self.any_case.is_factor(name))
        for opened in dict.fromkeys((near - factors, amounts)):
            yield opened, calm
        yield amounts, close
        yield near, calm
        for name in sorted(factors)[:MOST_FACTORS]:
            yield near - factors | {name}, calm

    def _nearest(self, condition: Expression) -> list[Witness]:
        """The offers of which the most parts of a condition hold."""
        parts = [showing(part) for part in self._parts(condition)]
        score = {id(one): sum(part(one) for part in parts) for one in self.found}
        return sorted(self.found, key=lambda one: -score[id(one)])[:NEIGHBOURS]

    def _parts(self, condition: Expression) -> Iterator[Expression]:
        """Its conjuncts, and those of the terms that it names."""
        terms = self.any_case.unfolding.terms
        if isinstance(condition, Name) and isinstance(terms.get(condition.name), And):
            condition = terms[condition.name]
        yield from condition.operands if isinstance(condition, And) else (condition,)

    def near(
        self, start: Witness, opened: Collection[str], wanted: Iterable[str], theory: Theory
    ) -> Theory:
        """The offers that differ from a known one in some facts only, as a theory.

        Args:
            start: The known offer.
            opened: The free names that may change.
            wanted: The terms that will be asked about.
            theory: Of all offers.
        """
        scope = dict(theory.known)
        scope |= {name: start.facts.get(name) for name in theory.free if name not in opened}
        cone = {name: theory.terms[name] for name in theory.cone(wanted) if name in theory.terms}
        terms, values = self._reducer.terms(cone, scope)
        free = {name: theory.free[name] for name in sorted(opened)}
        return Theory(free, terms, values, theory.given)

    def _kept(
        self, answer: Answer, condition: Expression, start: Witness | None = None
    ) -> Witness | None:
        """What was found as a witness, if the judge sees it as z3 does."""
        if answer.outcome != "found":
            return None
        values: Mapping[str, Value] = {**(start.facts if start else {}), **answer.values}
        witness = self.witnesses.made(values)
        if witness is None or not witness.shows(condition):
            return None
        self.keep(witness)
        return witness


def _remark(answer: Answer) -> str:
    match answer.outcome:
        case "found":
            return "z3 finds an offer, of which the engine says otherwise: it rounds, z3 does not"
        case "impossible":
            return (
                "no offer in US dollars with at most one entry in each list; longer lists are open"
            )
        case _:
            return "z3 gave up"
