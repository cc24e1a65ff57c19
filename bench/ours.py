"""The rules in the two backends that judge every offer, one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.propositions import Inputs, Ruleset
from rules.book import Book
from rules.certainty import certain_names, is_certain
from rules.engine import Engine, Proposition
from rules.interpreter import compile as meaning

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
    certain = certain_names(book)
    certain |= {name for name, one in ruleset.figures.items() if is_certain(one, certain)}
    made = Engine(stages, lambda expression: is_certain(expression, certain))
    order = [(rule.kind, rule.name) for rule in ruleset.rules]

    def decide(inputs: Inputs) -> Sequence[bool | None]:
        truths = {kind: made.conclude(kind, inputs).truths for kind in kinds}
        return [truths[kind][name] for kind, name in order]

    return decide
