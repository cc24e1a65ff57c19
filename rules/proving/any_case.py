"""Any case at all, as terms over everything that it may state.

Two theories answer every question.

``wide`` covers every case: what is drawn out of a list may be anything, and so may be what one
unit of money buys.  What is impossible in it is impossible; what it finds may be no case.

``close`` covers offers in US dollars with at most one entry in each list.  What it finds is an
offer that can be written down and judged; what is impossible in it may be possible with a longer
list.

``calm`` is ``close`` as if nothing were uncertain.  It is small, so that most offers are found in
it; the judge, who tries the ends, has the last word on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

from rules.book import Book, Fact, ListOf, Pick
from rules.conversion import is_money
from rules.expression import (
    And,
    Call,
    Case,
    Expression,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
    names,
)
from rules.ordering import affected
from rules.proving.dated import HOME, DatedNumbers, dated_numbers, first_day
from rules.proving.stated import AT_LEAST, CURRENCY, DAY, free_facts, taken_for_granted
from rules.theory import Free, Theory
from rules.unfolding import ENDS, HANGS_ON_RATE, RIVAL_UNVALUABLE, Unfolding, renamed, unfolded

_SUFFIXES = {"": "point", "@low": "low", "@high": "high"}


class AnyCase:
    """The two theories of a book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.unfolding: Unfolding = unfolded(book)
        self._numbers = dated_numbers(book, _SUFFIXES)  # type: ignore[arg-type]
        facts = free_facts(book.facts.values())
        facts[DAY] = replace(facts[DAY], least=first_day(book))
        self._facts = facts
        self._given = taken_for_granted(book.facts)

    @cached_property
    def wide(self) -> Theory:
        """Every case."""
        free = {
            name: _in_any_currency(one, self.book.facts[name]) for name, one in self._facts.items()
        }
        money = {name for name, one in self.book.parameters.items() if one.currency is not None}
        free |= {name: Free("number", 0.0, is_known=False) for name in money}
        free |= {name: one for pick in self.book.picks for name, one in self._drawn(pick)}
        free |= _OUTSIDE
        known = DatedNumbers(
            {name: one for name, one in self._numbers.known.items() if name not in money},
            {name: one for name, one in self._numbers.terms.items() if name not in money},
            self._numbers.tables,
        )
        return self._theory(free, {}, known, (*self._given, *self._of_picks()))

    @cached_property
    def close(self) -> Theory:
        """Offers in US dollars with at most one entry in each list."""
        free = {**self._facts, HANGS_ON_RATE: _OUTSIDE[HANGS_ON_RATE]}
        free[CURRENCY] = replace(free[CURRENCY], choices=(HOME,))
        given = taken_for_granted(self.book.facts, apart=AT_LEAST)
        terms: dict[str, Expression] = {}
        for one in self.book.lists.values():
            entry = _Entry(self.book, one, self.unfolding)
            free |= entry.free
            given += entry.given
            terms |= entry.terms
        return self._theory(free, terms, self._numbers, tuple(given))

    @cached_property
    def calm(self) -> Theory:
        """The same, with every number at its point."""
        close, known = self.close, self.close.known
        points = {
            f"{name}@{end}": known[name]
            for name in self.unfolding.numbers & known.keys()
            for end in ENDS
        }
        return replace(close, known={**known, **points})

    def _theory(
        self,
        free: Mapping[str, Free],
        terms: Mapping[str, Expression],
        known: DatedNumbers,
        given: tuple[Expression, ...],
    ) -> Theory:
        every = {**known.terms, **terms, **self.unfolding.terms}
        dated = {name: known.on_the_day(one) for name, one in every.items()}
        return Theory(free, dated, known.known, given)

    def is_factor(self, name: str) -> bool:
        """Whether a free name of ``close`` is a number, and no amount of money."""
        listed, _, inside = name.rpartition(".")
        facts = self.book.lists[listed].facts if listed else ()
        known = {fact.name: fact for fact in (*self.book.facts.values(), *facts)}
        return (
            inside in known and known[inside].type.kind == "number" and not is_money(known[inside])
        )

    # --- Lists of any length ------------------------------------------------------------------

    def _drawn(self, pick: Pick) -> Iterator[tuple[str, Free]]:
        """What a pick gives, as free names: here and at each end of what is uncertain."""
        if pick.order == "any":
            yield pick.name, Free("flag")
            return
        for name in pick.gives:
            kind = self.book.types[name]
            words = None if kind.choices is None else tuple(sorted(kind.choices))
            first, last = (date.min, date.max) if kind.kind == "date" else (None, None)
            free = Free(kind.kind, first, last, None, words, is_known=False)  # type: ignore[arg-type]
            for suffix in _SUFFIXES if name in self.unfolding.picks else ("",):
                yield name + suffix, free

    def _of_picks(self) -> Iterator[Expression]:
        """Where there is no entry that a pick may draw, it draws nothing."""
        flags = [pick for pick in self.book.picks if pick.order == "any"]
        for pick in self.book.picks:
            for flag in flags:
                if flag.source == pick.source and pick.where == flag.where and pick is not flag:
                    yield from self._nothing_without(flag, pick)
                elif flag.source == pick.source and _implies(pick, flag) and pick.order == "any":
                    yield Or((Not(Name(pick.name)), Name(flag.name)))

    def _nothing_without(self, flag: Pick, pick: Pick) -> Iterator[Expression]:
        for name in pick.gives:
            for suffix in _SUFFIXES if name in self._at_ends(pick) else ("",):
                yield Or((Name(flag.name), IsNull(Name(name + suffix))))

    def _at_ends(self, pick: Pick) -> frozenset[str]:
        """What a pick gives at the ends, if it draws the same entries there."""
        formulas = self.book.formulas_of(self.book.lists[pick.source])
        hanging = affected(formulas, self.unfolding.numbers) | self.unfolding.numbers
        return frozenset() if names(pick.where) & hanging else self.unfolding.picks


_OUTSIDE = {HANGS_ON_RATE: Free("flag"), RIVAL_UNVALUABLE: Free("flag")}


_LEAST = 1e-6  # of an amount that is above nothing in every currency


def _in_any_currency(free: Free, fact: Fact) -> Free:
    """Bounds of money are stated in dollars and say nothing of another currency; lists are long."""
    if fact.read == "length":
        return replace(free, most=None, step=None)
    if not is_money(fact):
        return free
    least = free.least and _LEAST
    return replace(free, least=least, most=None)


def _implies(pick: Pick, flag: Pick) -> bool:
    """Whether every entry of a pick is one of a flag, as their text has it."""
    parts = pick.where.operands if isinstance(pick.where, And) else (pick.where,)
    whole = flag.where.operands if isinstance(flag.where, And) else (flag.where,)
    return pick is not flag and set(whole) <= set(parts)


class _Entry:
    """The one entry that a list may have, and what the picks draw out of it."""

    def __init__(self, book: Book, one: ListOf, unfolding: Unfolding) -> None:
        self._book, self._one, self._unfolding = book, one, unfolding
        self._is_there = Name(has_entry(one.name))
        self._facts = book.facts_of(one)
        self._formulas = book.formulas_of(one)
        own = (*self._facts, *(formula.name for formula in self._formulas))
        self._inside = {name: entry_name(one.name, name) for name in own}

    @cached_property
    def free(self) -> dict[str, Free]:
        found = free_facts(self._facts.values(), self._one.assumed)
        if CURRENCY in found:
            found[CURRENCY] = replace(found[CURRENCY], choices=(HOME,))
        named = {self._inside[name]: free for name, free in found.items()}
        return {self._is_there.name: Free("flag"), **named}

    @cached_property
    def given(self) -> list[Expression]:
        return [
            renamed(one, self._inside) for one in taken_for_granted(self._facts, apart=AT_LEAST)
        ]

    @cached_property
    def terms(self) -> dict[str, Expression]:
        found: dict[str, Expression] = {}
        for suffix in _SUFFIXES:
            inside = self._at(suffix)
            for formula in self._formulas:
                found.setdefault(inside[formula.name], renamed(formula.expression, inside))
            for pick in self._book.picks:
                if pick.source == self._one.name:
                    found |= self._drawn(pick, suffix, inside)
        if self._one.is_package:
            parts = [Name(self._inside[name]) for name in ("is_usable", "equity_unvaluable")]
            found[RIVAL_UNVALUABLE] = _known(And((self._is_there, *parts)))
        return found

    def _at(self, suffix: str) -> dict[str, str]:
        """What the names of the entry are called at an end."""
        if not suffix:
            return self._inside
        hanging = self._unfolding.numbers | self._touched
        numbers = {name: name + suffix for name in self._unfolding.numbers}
        inside = {n: own + suffix if n in hanging else own for n, own in self._inside.items()}
        return {**inside, **numbers}

    @cached_property
    def _touched(self) -> frozenset[str]:
        return affected(self._formulas, self._unfolding.numbers)

    def _drawn(self, pick: Pick, suffix: str, inside: Mapping[str, str]) -> dict[str, Expression]:
        holds = And((self._is_there, renamed(pick.where, inside)))
        if pick.order == "any":
            return {} if suffix else {pick.name: _known(holds)}
        return {
            outer + suffix: Case(((holds, Name(inside[inner])),), Literal(None))
            for outer, inner in pick.gives.items()
            if not suffix or outer in self._unfolding.picks
        }


def has_entry(listed: str) -> str:
    """Whether a list has its one entry, as a free name."""
    return f"{listed} has an entry"


def entry_name(listed: str, name: str) -> str:
    """What a fact of the one entry of a list is called among the free names."""
    return f"{listed}.{name}"


def _known(flag: Expression) -> Expression:
    return Call("COALESCE", (flag, Literal(False)))
