"""Every name of a book: what kind of thing it is, what it means and where its value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.book import Amount, Book, Fact, LawTable, ListOf, Parameter, Period, Pick
from rules.expression import Expression, sql_text
from rules.judgement import Judgement

_ROOTS = {"package": "offer.", "case": ""}
_JUDGED = {
    "verdict": "what the deciding row says",
    "status": "decided or needs_review",
    "rule": "the row that decided",
    "ends_disagree": "the verdict differs between the ends of what is uncertain",
    "hinges_on_own_equity": "the worth of the offer's own equity decides",
    "hinges_on_competing_equity": "the worth of another offer's equity decides",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A name of the book.

    Attributes:
        kind: signal, figure, fact, parameter, law, pick or judged.
        told: Its meaning and origin, in one line.
        expression: How it is defined; None where the value was stated or looked up.
        details: What else there is to say where nothing is defined.
    """

    name: str
    kind: str
    told: str
    expression: Expression | None = None
    details: tuple[str, ...] = ()

    @property
    def formula(self) -> str:
        """The definition as the book writes it; empty where there is none."""
        return "" if self.expression is None else sql_text(self.expression)


class Glossary(Mapping[str, Term]):
    """The terms of a book, told in the light of a judgement where one is given."""

    def __init__(self, book: Book, judgement: Judgement | None = None) -> None:
        """Collect the terms."""
        self._book = book
        self._judgement = judgement
        self._terms = {term.name: term for term in self._all()}

    def __getitem__(self, name: str) -> Term:
        """The term of a name."""
        return self._terms[name]

    def __iter__(self) -> Iterator[str]:
        """The names."""
        return iter(self._terms)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._terms)

    def _all(self) -> Iterator[Term]:
        book = self._book
        yield from (Term(name, "judged", told) for name, told in _JUDGED.items())
        for name, (figure, end) in book.ends.items():
            yield Term(name, "judged", f"{figure} at the {end} end of what is uncertain")
        yield from map(self._parameter, book.parameters.values())
        yield from map(_law, book.law.values())
        for one in book.lists.values():
            yield from (_listed(fact, one) for fact in one.facts)
        yield from map(self._fact, book.facts.values())
        for formula in (f for entry in book.entries.values() for f in entry):
            yield Term(formula.name, "figure", formula.meaning, formula.expression)
        for pick in book.picks:
            yield from (self._pick(pick, name) for name in pick.gives)
        for formula in book.package:
            yield Term(formula.name, "figure", formula.meaning, formula.expression)
        for layer in (*book.layers, *book.closing):
            for formula in layer.formulas:
                yield Term(formula.name, "figure", formula.meaning, formula.expression)
            for signal in layer.signals:
                yield Term(signal.name, "signal", signal.meaning, signal.when)

    def _fact(self, fact: Fact) -> Term:
        place = f"{_ROOTS.get(fact.group, f'{fact.group}.')}{'.'.join(fact.paths[0])}"
        private = ", private" if fact.private else ""
        told = self._stated(fact, place) if self._judgement else f"fact, {place}; {fact.meaning}"
        return Term(fact.name, "fact", f"{told}{private}")

    def _stated(self, fact: Fact, place: str) -> str:
        assert self._judgement is not None
        if self._judgement.case.facts[fact.name] is not None:
            source = self._judgement.values["guide_source"] if fact.group == "market" else None
            return f"as stated in {place}" + (f", from {source}" if source else "")
        return f"not stated ({place}: {fact.missing})"

    def _parameter(self, one: Parameter) -> Term:
        if self._judgement is None:
            details = tuple(
                f"{_amounts(period)} {one.unit}; {_origin(period)}" for period in one.periods
            )
            return Term(one.name, "parameter", f"number of the book; {one.meaning}", None, details)
        period = one.on(self._judgement.case.evaluation_date)
        if period is None:
            return Term(one.name, "parameter", one.meaning)
        told = f"number of the book [{one.unit}], {_origin(period)}"
        return Term(one.name, "parameter", told)

    def _pick(self, pick: Pick, name: str) -> Term:
        book = self._book
        place = ".".join(book.lists[pick.source].path)
        told = f"picked from {place} ({pick.order}); {pick.meaning}"
        details = tuple(self._entries(pick)) if self._judgement and pick.key else ()
        return Term(name, "pick", told, None, details)

    def _entries(self, pick: Pick) -> Iterator[str]:
        """The entries that a pick chose among, each with what was compared."""
        assert self._judgement is not None
        assert pick.key is not None
        from rules.interpreter import explain
        from rules.wording import shown

        key = sql_text(pick.key)
        for number, entry in enumerate(self._judgement.listed[pick.source], 1):
            value = explain(pick.key, entry).value
            kind = self._book.types.get(key)
            told = shown(value, kind, self._judgement.case.currency) if kind else str(value)
            fits = "" if explain(pick.where, entry).value is True else ", not eligible"
            label = entry.get("company") if "company" in _names(self._book, pick) else None
            yield f"{number}. {label or entry.get('source') or pick.source}: {key} {told}{fits}"


def _names(book: Book, pick: Pick) -> set[str]:
    return {fact.name for fact in book.lists[pick.source].facts}


def _listed(fact: Fact, one: ListOf) -> Term:
    return Term(fact.name, "fact", f"fact, {'.'.join(one.path)}[].{fact.name}; {fact.meaning}")


def _law(table: LawTable) -> Term:
    told = f"law, checked {table.checked}; {table.meaning}"
    return Term(table.name, "law", f"{told} Source: {table.source}")


def _origin(period: Period) -> str:
    return f"grade {period.grade}, valid from {period.valid_from}, source: {period.source}"


def _amounts(period: Period) -> str:
    if isinstance(period.value, Amount):
        return _amount(period.value)
    return ", ".join(f"{key} {_amount(value)}" for key, value in period.value.items())


def _amount(amount: Amount) -> str:
    parts: list[Any] = [amount.low, amount.point, amount.high]
    if not amount.is_uncertain:
        parts = [amount.point]
    return "/".join("unknown" if part is None else f"{part:g}" for part in parts)
