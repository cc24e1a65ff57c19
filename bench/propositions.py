"""The book's rules as every engine gets them: the same conditions over the same figures.

Engines differ in what they can compute: one has no arithmetic, others work in decimals instead
of doubles.  So whatever a condition compares that is not a name or a constant becomes a figure
with a name of its own, worked out once by the interpreter, and each date becomes its day number.
What is left is rules alone: AND, OR, NOT, comparisons, null tests and membership.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from typing import Any

from rules.book import Book
from rules.expression import (
    And,
    Call,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
    Value,
    names,
    sql_text,
)
from rules.interpreter import compile as meaning

Inputs = dict[str, float | bool | str | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A signal, verdict row or lever over the common inputs."""

    kind: str
    name: str
    when: Expression


class Ruleset:
    """Every signal, verdict row and lever of a book, and the inputs that they read.

    Attributes:
        rules: In the order of the book.
        figures: What is worked out for all engines, by its made-up name.
        inputs: The names that the rules read, figures included.
    """

    def __init__(self, book: Book) -> None:
        self._figure_of: dict[str, str] = {}
        self.figures: dict[str, Expression] = {}
        self.rules = tuple(
            Rule(kind, name, self._reduced(when)) for kind, name, when in _stated(book)
        )
        found = reduce(frozenset.union, (names(rule.when) for rule in self.rules))
        self.inputs = tuple(sorted(found))
        self._steps = {name: meaning(one) for name, one in self.figures.items()}

    def read(self, values: Mapping[str, Any]) -> Inputs:
        """The inputs of one case, out of everything that was worked out about it."""
        figures = {name: work_out(values) for name, work_out in self._steps.items()}
        return {
            name: _plain(figures[name] if name in figures else values[name]) for name in self.inputs
        }

    def _reduced(self, node: Expression) -> Expression:
        match node:
            case Not(operand):
                return Not(self._reduced(operand))
            case And(operands):
                return And(tuple(map(self._reduced, operands)))
            case Or(operands):
                return Or(tuple(map(self._reduced, operands)))
            case Compare(op, left, right):
                return Compare(op, self._operand(left), self._operand(right))
            case IsNull(operand):
                return IsNull(self._operand(operand))
            case In(operand, choices):
                return In(self._operand(operand), choices)
            case Call("COALESCE", arguments):
                return Call("COALESCE", tuple(map(self._reduced, arguments)))
            case _:
                return self._operand(node)

    def _operand(self, node: Expression) -> Expression:
        if isinstance(node, Literal):
            return Literal(_plain(node.value))
        if isinstance(node, Name):
            return node
        if _is_rule(node):
            return self._reduced(node)
        text = sql_text(node)
        name = self._figure_of.setdefault(text, f"figure_{len(self.figures) + 1}")
        self.figures[name] = node
        return Name(name)


def _is_rule(node: Expression) -> bool:
    return isinstance(node, Not | And | Or | Compare | IsNull | In)


def _stated(book: Book) -> Iterable[tuple[str, str, Expression]]:
    for layer in (*book.layers, *book.closing):
        yield from (("signal", signal.name, signal.when) for signal in layer.signals)
    yield from (("row", row.name, row.when) for row in book.rows)
    yield from (("lever", lever.name, lever.when) for lever in book.levers)


def _plain(value: Value) -> float | bool | str | None:
    return float(value.toordinal()) if isinstance(value, date) else value
