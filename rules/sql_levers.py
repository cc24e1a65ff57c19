"""Levers as SQL: whether each applies, with which of its sentences, and how much it weighs."""

from __future__ import annotations

from collections.abc import Iterator

from rules.book import Book, Lever, Say
from rules.components import GAINS, flexibility_of
from rules.expression import Name
from rules.sql import constant, quoted
from rules.sql_numbers import SqlNumbers
from rules.sql_steps import Column
from rules.sql_terms import Writer
from rules.wording import slots

Parts = tuple[str, frozenset[str]]  # a text and the columns that it reads


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
        self._writer = Writer(book, numbers, book.types)
        self._numbers = numbers
        self._asks = {one.name for layer in book.closing for one in layer.formulas}
        self._signals = {
            one.name for layer in (*book.layers, *book.closing) for one in layer.signals
        }

    def columns(self) -> Iterator[Column]:
        """Each column after those that it reads."""
        components = {_component(say) for lever in self._book.levers for say in lever.says}
        for component in sorted(components):
            yield self._flexibility(component)
            yield self._weight(component)
            yield self._gain(component)
        for lever in self._book.levers:
            yield self._writer.column(applies(lever.name), lever.when, "flag")
            yield self._says(lever)
            yield self._amount(lever)
            if lever.gain is not None:
                yield self._own_gain(lever)
            yield self._score(lever)

    # --- Components -----------------------------------------------------------------------------

    def _flexibility(self, component: str) -> Column:
        table = flexibility_of(component)
        found = self._numbers.lookup(table, quoted("company_type"), "point")
        text = f"COALESCE({found}, {self._number('default_flexibility')})"
        reads = self._numbers.reads(table, "point") | self._reads("default_flexibility")
        return Column(f"flexibility@{component}", text, reads | {"company_type"})

    def _weight(self, component: str) -> Column:
        wanted = f"{component}_is_wanted_more"
        if wanted not in self._signals:
            return Column(f"weight@{component}", constant(1.0))
        weight = self._number("wanted_part_weight")
        text = f"CASE WHEN {quoted(wanted)} THEN {weight} ELSE {constant(1.0)} END"
        reads = self._reads("wanted_part_weight")
        return Column(f"weight@{component}", text, reads | {wanted})

    def _gain(self, component: str) -> Column:
        """What the asks of a component bring together; the least gain where none is known."""
        asks = [f"ask_{component}{part}_gain" for part in GAINS]
        known = [name for name in asks if name in self._asks]
        least = self._number("default_gain")
        if not known:
            return Column(f"gain@{component}", least, self._reads("default_gain"))
        sums = " + ".join(f"COALESCE({quoted(name)}, {constant(0.0)})" for name in known)
        is_known = " OR ".join(f"{quoted(name)} IS NOT NULL" for name in known)
        text = f"CASE WHEN {is_known} THEN GREATEST({sums}, {least}) ELSE {least} END"
        return Column(f"gain@{component}", text, self._reads("default_gain").union(known))

    def _number(self, name: str) -> str:
        return self._numbers.number(name, "point")

    def _reads(self, name: str) -> frozenset[str]:
        return self._numbers.reads(name, "point")

    # --- One lever ------------------------------------------------------------------------------

    def _says(self, lever: Lever) -> Column:
        """The first sentence whose condition holds and whose slots are all known."""
        fits = [self._fits(say) for say in lever.says]
        whens = " ".join(f"WHEN {text} THEN {n}" for n, (text, _) in enumerate(fits, 1))
        reads = frozenset().union(*(reads for _, reads in fits), {applies(lever.name)})
        guard = f"CASE WHEN {quoted(applies(lever.name))} THEN"
        return Column(says(lever.name), f"{guard} CASE {whens} ELSE 0 END END", reads)

    def _fits(self, say: Say) -> Parts:
        told = [Name(name) for name in dict.fromkeys(slots(say.text))]
        tests = [f"{self._writer.text(name)} IS NOT NULL" for name in told]
        reads = self._writer.reads(*told)
        if say.when is not None:
            tests.insert(0, self._writer.text(say.when))
            reads |= self._writer.reads(say.when)
        return " AND ".join(tests) or "TRUE", reads

    def _amount(self, lever: Lever) -> Column:
        whens, reads = [], frozenset({says(lever.name)})
        for number, say in enumerate(lever.says, 1):
            if say.amount is not None:
                whens.append(f"WHEN {number} THEN {self._writer.text(say.amount)}")
                reads |= self._writer.reads(say.amount)
        text = f"CASE {quoted(says(lever.name))} {' '.join(whens)} END"
        return Column(amount(lever.name), text if whens else "CAST(NULL AS DOUBLE)", reads)

    def _own_gain(self, lever: Lever) -> Column:
        assert lever.gain is not None
        least = self._number("default_gain")
        text = f"COALESCE(GREATEST({self._writer.text(lever.gain)}, {least}), {least})"
        reads = self._writer.reads(lever.gain) | self._reads("default_gain")
        return Column(f"gain@{lever.name}@lever", text, reads)

    def _score(self, lever: Lever) -> Column:
        """Strength, evidence, flexibility and gain, multiplied in the order of the clerk."""
        components = [_component(say) for say in lever.says]
        factor = constant(lever.strength * self._book.evidence_quality[lever.quality])
        scores = {}
        reads = frozenset({says(lever.name), applies(lever.name)})
        for component in dict.fromkeys(components):
            gain = f"gain@{lever.name}@lever" if lever.gain is not None else f"gain@{component}"
            moves, weight = f"flexibility@{component}", f"weight@{component}"
            reads |= {gain, moves, weight}
            thirds = self._numbers.dialect.quotient(f"({factor} * {quoted(moves)})", constant(3.0))
            scores[component] = f"{thirds} * ({quoted(gain)} * {quoted(weight)})"
        whens = " ".join(
            f"WHEN {number} THEN {scores[component]}"
            for number, component in enumerate(components, 1)
            if component != components[-1]
        )
        last = scores[components[-1]]
        text = f"CASE {quoted(says(lever.name))} {whens} ELSE {last} END" if whens else last
        guarded = f"CASE WHEN {quoted(applies(lever.name))} THEN {text} END"
        return Column(score(lever.name), guarded, reads)


def _component(say: Say) -> str:
    return say.moves or "terms"
