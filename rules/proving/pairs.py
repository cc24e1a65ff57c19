"""Two cases side by side that differ in one fact, as one theory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules.expression import Expression, Name, names
from rules.theory import Theory
from rules.unfolding import renamed

MARK = "'"  # what follows a name of the second case


@dataclass(frozen=True)
class Pair:
    """A case, and the same with other values for some facts.

    Attributes:
        theory: The terms of both; those of the second case have a mark behind their names, unless
            they are those of the first.
        marked: What the names of the second case are called.
    """

    theory: Theory
    marked: Mapping[str, str]

    def second(self, condition: Expression) -> Expression:
        """A condition on the second case."""
        return renamed(condition, self.marked)


def paired(theory: Theory, facts: Iterable[str]) -> Pair:
    """Set a case beside itself, with other values for some facts."""
    hanging = set(facts)
    for name, expression in theory.terms.items():
        if names(expression) & hanging:
            hanging.add(name)
    marked = {name: name + MARK for name in sorted(hanging)}
    terms: dict[str, Expression] = {}
    for name, expression in theory.terms.items():
        terms[name] = expression
        if name in marked:
            terms[marked[name]] = renamed(expression, marked)
    free = {**theory.free, **{marked[name]: theory.free[name] for name in facts}}
    given = [renamed(one, marked) for one in theory.given if names(one) & hanging]
    return Pair(
        Theory(free, terms, theory.known, (*theory.given, *given), marked),
        marked,
    )


def marked_name(pair: Pair, name: str) -> Name:
    """A name of the second case."""
    return Name(pair.marked.get(name, name))
