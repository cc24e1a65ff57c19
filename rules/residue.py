"""What is left of a verdict when everything about a case is known but a few names.

The judgement is unfolded into terms of the book's own language (``rules/unfolding.py``), and all that
does not hang on the open names is worked out.  A question about the verdict becomes one about a few
dozen terms over a handful of names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rules.book import Book
from rules.case import Case
from rules.expression import Expression, In, Literal, Name, names, tables
from rules.inlining import Inlined
from rules.judgement import Judge
from rules.reducing import Reducer
from rules.unfolding import RIVAL_UNVALUABLE, Unfolding, unfolded

DECIDES = "decides in the end"
Terms = Mapping[str, Expression]


@dataclass(frozen=True)
class Residue:
    """The terms on which a verdict hangs, over open names.

    Attributes:
        terms: Each comes after those that it reads; empty where nothing open matters.
        known: Every other name that they read, with its value, and tables.
        open: The open names on which the verdict hangs.
    """

    terms: Terms
    known: Mapping[str, Any]
    open: frozenset[str]

    def decides(self, values: Mapping[str, Any]) -> str:
        """What is decided when the open names have values; quick."""
        if DECIDES in self.known:
            return str(self.known[DECIDES])
        return str(self._work_out({**self.known, **values})[0])

    @cached_property
    def _work_out(self) -> Inlined:
        renamed = {name: f"t{place}" for place, name in enumerate(self.terms)}
        return Inlined(tuple(self.terms.items()), (Name(DECIDES),), None)


def one_of(decisions: Iterable[str]) -> Expression:
    """The condition that what is decided is one of these."""
    return In(Name(DECIDES), tuple(Literal(one) for one in sorted(decisions)))


class Reader:
    """Reads what is left of verdicts; made once for a judge, used for many cases."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._unfolding: Unfolding = unfolded(judge.book)
        self._reducer = Reducer()
        self._in_lists = _read_in_lists(judge.book)

    def residue(
        self, case: Case, open_names: Collection[str], stated: Terms | None = None
    ) -> Residue:
        """What is left of the verdict on a case.

        Args:
            case: All of its facts count but the open ones.
            open_names: Facts, or numbers of the book, that have no value.
            stated: Facts that are worked out from open names, which no book knows; a name that
                is stated is not read from the case.

        Raises:
            OutsideFragmentError: An open name is read where lists are valued.
        """
        stated = stated or {}
        hidden = self._in_lists & {*open_names, *stated}
        if hidden and any(case.entries.values()):
            raise OutsideFragmentError(sorted(hidden))
        scope = {
            name: value
            for name, value in self._scope(case).items()
            if name not in stated and name not in open_names
        }
        terms = {**stated, **self._unfolding.terms}
        left, values = self._reducer.terms(terms, scope)
        cone = list(_cone(left, DECIDES))
        read = {name for one in cone for name in names(left[one]) | tables(left[one])}
        known = {name: values[name] for name in {*read, DECIDES} if name in values}
        is_open = frozenset(read - known.keys() - left.keys())
        return Residue({name: left[name] for name in left if name in cone}, known, is_open)

    def _scope(self, case: Case) -> dict[str, Any]:
        """Every name that is given before the first term, as ``rules.unfolding`` calls it."""
        drawn = self._judge.drawn(case)
        scope = {**drawn.numbers["point"], **case.facts, **drawn.picks["point"]}
        for end in ("low", "high"):
            for name in self._unfolding.numbers:
                scope[f"{name}@{end}"] = drawn.numbers[end][name]
            for name in self._unfolding.picks:
                scope[f"{name}@{end}"] = drawn.picks[end][name]
        scope[RIVAL_UNVALUABLE] = any(
            entry["equity_unvaluable"] is True and entry["is_usable"] is True
            for entry in drawn.listed["point"]["competing_offers"]
        )
        return scope


class OutsideFragmentError(Exception):
    """What is asked cannot be said in the terms of a verdict.

    Attributes:
        names: The open names that are read where lists are valued.
    """

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def _cone(terms: Terms, wanted: str) -> set[str]:
    """The terms on which one hangs, itself included."""
    found: set[str] = set()
    waiting = [wanted]
    while waiting:
        name = waiting.pop()
        if name in terms and name not in found:
            found.add(name)
            waiting += names(terms[name])
    return found


def _read_in_lists(book: Book) -> frozenset[str]:
    """Facts of the case itself, and numbers, that formulas of list entries read."""
    package = {fact.name for fact in book.facts.values() if fact.group == "package"}
    found: set[str] = set()
    for name, one in book.lists.items():
        formulas = [*(book.package if one.is_package else ()), *book.entries.get(name, ())]
        own = {formula.name for formula in formulas} | {fact.name for fact in one.facts}
        own |= package if one.is_package else set()
        for formula in formulas:
            found |= names(formula.expression) | tables(formula.expression)
        found -= own
    for pick in book.picks:
        found |= names(pick.where)
    return frozenset(found)
