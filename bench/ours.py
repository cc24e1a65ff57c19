"""The rules in the two backends that judge every offer, one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from bench.propositions import Inputs, Ruleset
from rules.book import Book, Formula, Signal
from rules.certainty import certain_names, is_certain
from rules.checker import Kind, Type
from rules.engine import Engine, Proposition
from rules.interpreter import compile as meaning
from rules.kinds import kind_of
from rules.ordering import affected

Decide = Callable[[Inputs], Sequence[bool | None]]


def interpreter(ruleset: Ruleset) -> Decide:
    """The reference interpreter: a truth per rule, None for UNKNOWN."""
    meanings = [meaning(rule.when) for rule in ruleset.rules]
    return lambda inputs: [truth(inputs) for truth in meanings]  # type: ignore[misc]


def engine(ruleset: Ruleset, book: Book) -> Decide:
    """The durable-rules engine, with its trace of what fired: a stage per kind of rule."""
    kinds = dict.fromkeys(rule.kind for rule in ruleset.rules)
    stages = {
        kind: [Proposition(rule.name, rule.when) for rule in ruleset.rules if rule.kind == kind]
        for kind in kinds
    }
    certain = certain_names(book) - _withdrawn(book)
    certain |= {name for name, one in ruleset.figures.items() if is_certain(one, certain)}
    types = _types(ruleset, book)
    made = Engine(
        stages,
        lambda expression: is_certain(expression, certain),
        lambda expression: kind_of(expression, types),
    )
    order = [(rule.kind, rule.name) for rule in ruleset.rules]

    def decide(inputs: Inputs) -> Sequence[bool | None]:
        truths = {kind: made.conclude(kind, inputs).truths for kind in kinds}
        return [truths[kind][name] for kind, name in order]

    return decide


def _types(ruleset: Ruleset, book: Book) -> dict[str, Type]:
    """Of the inputs: a date is the number of its day."""
    number = Type("number")
    types = {name: number if one.kind == "date" else one for name, one in book.types.items()}
    kinds: dict[type, Kind] = {float: "number", bool: "flag", str: "text", date: "number"}
    for name, figure in ruleset.figures.items():
        kind = kind_of(figure, book.types, book.law)
        if kind is not None:
            types[name] = Type(kinds[kind])
    return types


def _withdrawn(book: Book) -> frozenset[str]:
    """What may be open in the values of a judgement although it is known in each of its worlds.

    A flag that differs between the ends of something uncertain is kept as UNKNOWN.
    """
    terms: list[Formula | Signal] = list(book.package)
    for layer in book.layers:
        terms += (*layer.formulas, *layer.signals)
    changed = {name for name, one in book.parameters.items() if one.decides}
    changed |= {name for pick in book.picks for name in pick.gives}
    return affected(terms, changed)
