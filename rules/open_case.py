"""A case in which some facts are left open, ready for questions about what may come of it.

Everything that does not hang on an open fact is worked out as for any other case, by the
interpreter; what is left is a handful of terms, and z3 answers for all values of the open facts.

    theory = CaseTheory(book)
    case = theory.open(case, {"base_salary": Free("number", 91_000, 300_000, step=1_000)})
    case.prover.find(equals("verdict", "accept"))

Outside of this: facts that the entries of a list read, such as the share of a full week; and
whether a verdict hangs on an exchange rate, which changes a remark and neither row nor ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from rules.book import Book
from rules.case import Case
from rules.errors import Fault, UnusableCase
from rules.expression import Compare, Expression, Literal, Name, Value, names, tables
from rules.inlining import Inliner
from rules.numbers import Almanac
from rules.proofs import Prover
from rules.reducing import Reducer
from rules.theory import Free, Theory
from rules.unfolding import ENDS, HANGS_ON_RATE, RIVAL_UNVALUABLE, unfolded
from rules.valuing import Valuation


def equals(name: str, value: Value) -> Expression:
    """The condition that a name has a value.

    >>> equals("verdict", "accept")
    Compare(op='=', left=Name(name='verdict'), right=Literal(value='accept'))
    """
    return Compare("=", Name(name), Literal(value))


@dataclass(frozen=True)
class OpenCase:
    """A case with open facts.

    Attributes:
        case: As it was stated.
        open: The open facts, and what each of them may be.
        terms: What hangs on them, reduced; each comes after those that it reads.
        values: Everything else, by name.
    """

    case: Case
    open: Mapping[str, Free]
    terms: Mapping[str, Expression]
    values: Mapping[str, Any]
    given: Sequence[Expression] = ()

    @cached_property
    def prover(self) -> Prover:
        """Answers questions about the open facts and all that hangs on them."""
        return Prover(Theory(self.open, self.terms, self.values, self.given))

    def closed(self, values: Mapping[str, Value]) -> Case:
        """The case with values for the open facts, such as an answer's; the rest stays."""
        return replace(self.case, facts={**self.case.facts, **values})


class CaseTheory:
    """A book made ready for open cases; build once, open many."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.unfolding = unfolded(book)
        self._almanac = Almanac(book)
        self._valuation = Valuation(book, Inliner())
        self._reducer = Reducer()

    def open(
        self,
        case: Case,
        open: Mapping[str, Free],
        wanted: Iterable[str] = ("rule", "verdict"),
        given: Sequence[Expression] = (),
        stated: Mapping[str, Expression] = MappingProxyType({}),
    ) -> OpenCase:
        """A case with some of its facts left open.

        Args:
            case: Its other facts stay as they are.
            open: What each open fact may be, or number of the book, or name that only ``stated``
                reads; whatever the case states of it does not count.
            wanted: The names of ``rules.unfolding`` that will be asked about.
            given: What is taken for granted of the open facts.
            stated: Facts that are worked out from open ones.

        Raises:
            UnusableCase: ``case-cannot-be-open`` for a fact on which the entries of a list hang.
        """
        self._refuse(case, {*open, *stated})
        scope = self._scope(case)
        for name in {*open, *stated} & scope.keys():
            del scope[name]
        terms, values = self._reducer.terms({**stated, **self._needed(wanted)}, scope)
        return OpenCase(case, open, terms, values, given)

    def is_read_in_lists(self, name: str, case: Case) -> bool:
        """Whether entries that a case lists hang on a fact or a number of the book."""
        return any(case.entries[listed] for listed in self._hanging.get(name, ()))

    def _needed(self, wanted: Iterable[str]) -> dict[str, Expression]:
        """The terms on which some names hang, in their order."""
        terms = self.unfolding.terms
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name in terms and name not in found:
                found.add(name)
                waiting += self._reads[name]
        return {name: one for name, one in terms.items() if name in found}

    @cached_property
    def _reads(self) -> dict[str, frozenset[str]]:
        return {name: names(one) for name, one in self.unfolding.terms.items()}

    def _scope(self, case: Case) -> dict[str, Any]:
        """Everything that the terms read from outside."""
        numbers = self._almanac.numbers(case.evaluation_date, case.currency)
        listed = self._valuation.listed(case, numbers["point"])
        picks = self._valuation.picked(listed)
        scope: dict[str, Any] = {**numbers["point"], **case.facts, **picks, HANGS_ON_RATE: False}
        scope[RIVAL_UNVALUABLE] = any(
            entry["equity_unvaluable"] is True and entry["is_usable"] is True
            for entry in listed["competing_offers"]
        )
        for end in ENDS:
            at_end = self._valuation.listed_at(listed, numbers[end])
            drawn = self._valuation.picked_at(picks, at_end)
            scope |= {f"{name}@{end}": drawn[name] for name in self.unfolding.picks}
            scope |= {f"{name}@{end}": numbers[end][name] for name in self.unfolding.numbers}
        return scope

    def _refuse(self, case: Case, open: Iterable[str]) -> None:
        faults = [
            Fault(
                "case-cannot-be-open",
                name,
                f"a fact on which the entries of `{listed}` hang",
                "a fact of the offer alone",
                "state it",
            )
            for name in sorted(open)
            for listed in self._hanging.get(name, ())
            if case.entries[listed]
        ]
        if faults:
            raise UnusableCase(faults)

    @cached_property
    def _hanging(self) -> dict[str, list[str]]:
        """For each fact of a case, and number of the book, the lists whose entries read it."""
        found: dict[str, list[str]] = {}
        for name, listed in self.book.lists.items():
            each = [formula.expression for formula in self.book.formulas_of(listed)]
            each += [pick.where for pick in self.book.picks if pick.source == name]
            read = frozenset[str]().union(*(names(one) | tables(one) for one in each))
            given = self.book.facts.keys() | self.book.parameters.keys()
            for fact in (read & given) - self.book.facts_of(listed).keys():
                found.setdefault(fact, []).append(name)
        return found
