"""Levers as columns: whether each applies, with which of its sentences, and how much it weighs."""

from __future__ import annotations

from collections.abc import Iterator

from rules.book import Book, Lever, Say
from rules.components import GAINS, flexibility_of
from rules.expression import (
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    Expression,
    IsNull,
    Literal,
    Lookup,
    Name,
    Not,
    Or,
)
from rules.sql_numbers import SqlNumbers
from rules.sql_terms import Term, Writer
from rules.wording import slots

NULL, NO_SENTENCE = Literal(None), Literal(0)


def applies(lever: str) -> str:
    """The column that says whether a lever applies."""
    return f"{lever}@applies"


def says(lever: str) -> str:
    """The column with the number, from 1, of the sentence that fits; 0 where none does."""
    return f"{lever}@says"


def score(lever: str) -> str:
    """The column by which levers are ranked; NULL where the lever does not apply."""
    return f"{lever}@score"


def amount(lever: str) -> str:
    """The column with the amount that the sentence asks for."""
    return f"{lever}@amount"


class Levers:
    """The columns of all levers, over everything that is known once the asks are."""

    def __init__(self, book: Book, numbers: SqlNumbers) -> None:
        self._book = book
        self._writer = Writer(numbers)
        self._made = self._writer.over_columns
        self._asks = {one.name for layer in book.closing for one in layer.formulas}
        self._signals = {
            one.name for layer in (*book.layers, *book.closing) for one in layer.signals
        }

    def terms(self) -> Iterator[Term]:
        """Each column after those that it reads."""
        components = {_component(say) for lever in self._book.levers for say in lever.says}
        for component in sorted(components):
            yield self._flexibility(component)
            yield self._weight(component)
            yield self._gain(component)
        for lever in self._book.levers:
            yield self._writer.term(applies(lever.name), lever.when, "flag")
            yield self._says(lever)
            yield self._amount(lever)
            if lever.gain is not None:
                yield self._own_gain(lever, lever.gain)
            yield self._score(lever)

    # --- Components -----------------------------------------------------------------------------

    def _flexibility(self, component: str) -> Term:
        found = Lookup(flexibility_of(component), Name("company_type"))
        known = Call("COALESCE", (found, Name("default_flexibility")))
        return self._writer.term(f"flexibility@{component}", known, "number")

    def _weight(self, component: str) -> Term:
        wanted = f"{component}_is_wanted_more"
        weight: Expression = Literal(1.0)
        if wanted in self._signals:
            weight = Case(((Name(wanted), Name("wanted_part_weight")),), weight)
        return self._writer.term(f"weight@{component}", weight, "number")

    def _gain(self, component: str) -> Term:
        """What the asks of a component bring together; the least gain where none is known."""
        asks = [f"ask_{component}{part}_gain" for part in GAINS]
        known = [Name(name) for name in asks if name in self._asks]
        gain: Expression = Name("default_gain")
        if known:
            total = _sum(Call("COALESCE", (name, Literal(0.0))) for name in known)
            is_known = Or(tuple(Not(IsNull(name)) for name in known))
            gain = Case(((is_known, Call("GREATEST", (total, gain))),), gain)
        return self._writer.term(f"gain@{component}", gain, "number")

    # --- One lever ------------------------------------------------------------------------------

    def _says(self, lever: Lever) -> Term:
        """The first sentence whose condition holds and whose slots are all known."""
        fits = [(self._fits(say), Literal(n)) for n, say in enumerate(lever.says, 1)]
        sentence = Case(tuple(fits), NO_SENTENCE)
        used = Case(((Name(applies(lever.name)), sentence),), NULL)
        return Term(says(lever.name), used, "count")

    def _fits(self, say: Say) -> Expression:
        tests = [] if say.when is None else [self._made(say.when)]
        told = dict.fromkeys(slots(say.text))
        tests += [Not(IsNull(self._made(Name(name)))) for name in told]
        return And(tuple(tests)) if tests else Literal(True)

    def _amount(self, lever: Lever) -> Term:
        asked = {
            number: self._made(say.amount)
            for number, say in enumerate(lever.says, 1)
            if say.amount is not None
        }
        return Term(amount(lever.name), self._by_sentence(lever, asked, NULL), "number")

    def _own_gain(self, lever: Lever, gain: Expression) -> Term:
        least = Name("default_gain")
        known = Call("COALESCE", (Call("GREATEST", (gain, least)), least))
        return self._writer.term(f"gain@{lever.name}@lever", known, "number")

    def _score(self, lever: Lever) -> Term:
        """Strength, evidence, flexibility and gain, multiplied in the order of the clerk."""
        components = [_component(say) for say in lever.says]
        last = components[-1]
        scores = {
            number: self._weighed(lever, component)
            for number, component in enumerate(components, 1)
            if component != last
        }
        found = self._by_sentence(lever, scores, self._weighed(lever, last))
        used = Case(((Name(applies(lever.name)), found),), NULL)
        return Term(score(lever.name), used, "number")

    def _weighed(self, lever: Lever, component: str) -> Expression:
        own = lever.name + "@lever" if lever.gain is not None else component
        factor = Literal(lever.strength * self._book.evidence_quality[lever.quality])
        moves = Arithmetic("*", factor, Name(f"flexibility@{component}"))
        gain = Arithmetic("*", Name(f"gain@{own}"), Name(f"weight@{component}"))
        return Arithmetic("*", Arithmetic("/", moves, Literal(3.0)), gain)

    def _by_sentence(
        self, lever: Lever, values: dict[int, Expression], other: Expression
    ) -> Expression:
        """A value for the number of the sentence that fits."""
        sentence = Name(says(lever.name))
        whens = [(Compare("=", sentence, Literal(n)), value) for n, value in values.items()]
        return Case(tuple(whens), other) if whens else other


def _sum(parts: Iterator[Expression]) -> Expression:
    total = next(parts)
    for part in parts:
        total = Arithmetic("+", total, part)
    return total


def _component(say: Say) -> str:
    return say.moves or "terms"
