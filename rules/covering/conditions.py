"""Where a book decides something: propositions, and the conditions that they are made of.

A decision is a proposition that is no part of another AND, OR or NOT: the whole of a signal, row or
lever, and every test inside a figure.  Its conditions are the leaves below AND, OR and NOT.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from rules.book import Book
from rules.checker import Type
from rules.expression import (
    And,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
    children,
    sql_text,
)
from rules.interpreter import compile as meaning

CASE, END = "case", "end"  # before and after it is known which worlds agree; else a list
Vector = tuple[bool | None, ...]


@dataclass(frozen=True)
class Decision:
    """A proposition of a term.

    Attributes:
        place: Whose values it reads: ``CASE``, ``END``, or the list of an entry.
        term: Where it stands in the book, such as ``signal lowball_offer``.
        whole: The proposition.
        conditions: Its leaves, each once, constants left out.
    """

    place: str
    term: str
    whole: Expression
    conditions: tuple[Expression, ...]

    @property
    def name(self) -> str:
        """The term with the text of the proposition."""
        return f"{self.term}: {sql_text(self.whole)}"

    @cached_property
    def truths(self) -> list[Any]:
        """For each condition what works it out."""
        return [meaning(one) for one in self.conditions]

    @cached_property
    def _of_conditions(self) -> Any:
        names = {one: Name(str(number)) for number, one in enumerate(self.conditions)}
        return meaning(_replaced(self.whole, names))

    def vector(self, scope: Mapping[str, Any]) -> Vector:
        """The truth of each condition."""
        return tuple([truth(scope) for truth in self.truths])

    def outcome(self, vector: Vector) -> bool | None:
        """The truth of the whole, from those of its conditions."""
        found: bool | None = self._of_conditions({str(n): v for n, v in enumerate(vector)})
        return found

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def decisions(book: Book) -> list[Decision]:
    """Every decision of a book that SQL works out, in the order of the book."""
    found: dict[tuple[str, str], Decision] = {}
    for place, term, expression in _terms(book):
        for one in _inside(place, term, expression, _types(book, place)):
            found.setdefault((one.place, one.name), one)
    return list(found.values())


def _terms(book: Book) -> Iterator[tuple[str, str, Expression]]:
    for name, entries in book.entries.items():
        yield from ((name, f"{name} {one.name}", one.expression) for one in entries)
    for pick in book.picks:
        yield pick.source, f"pick {pick.name}", pick.where
    yield from ((CASE, f"figure {one.name}", one.expression) for one in book.package)
    for place, layers in ((CASE, book.layers), (END, book.closing)):
        for layer in layers:
            yield from ((place, f"figure {one.name}", one.expression) for one in layer.formulas)
            yield from ((place, f"signal {one.name}", one.when) for one in layer.signals)
    for row in book.rows:
        yield END if row.looks_at_ends else CASE, f"row {row.name}", row.when
    for lever in book.levers:
        yield END, f"lever {lever.name}", lever.when
        more = [lever.gain, *(e for say in lever.says for e in (say.when, say.amount))]
        yield from ((END, f"lever {lever.name}", one) for one in more if one is not None)


def _types(book: Book, place: str) -> Mapping[str, Type]:
    if place in (CASE, END):
        return book.types
    facts = {fact.name: fact.type for fact in book.lists[place].facts}
    return {**book.types, **facts, **{one.name: one.type for one in book.entries.get(place, ())}}


def _inside(
    place: str, term: str, node: Expression, types: Mapping[str, Type]
) -> Iterator[Decision]:
    is_flag = isinstance(node, Name) and node.name in types and types[node.name].kind == "flag"
    if is_flag or isinstance(node, And | Or | Not | Compare | In | IsNull):
        leaves = tuple(dict.fromkeys(_leaves(node)))
        if leaves:
            yield Decision(place, term, node, leaves)
        inner = [part for leaf in leaves for part in children(leaf)]
    else:
        inner = list(children(node))
    for part in inner:
        yield from _inside(place, term, part, types)


def _leaves(node: Expression) -> Iterator[Expression]:
    match node:
        case And() | Or() | Not():
            for part in children(node):
                yield from _leaves(part)
        case Literal():
            return
        case _:
            yield node


def _replaced(node: Expression, names: Mapping[Expression, Name]) -> Expression:
    match node:
        case And(operands):
            return And(tuple(_replaced(one, names) for one in operands))
        case Or(operands):
            return Or(tuple(_replaced(one, names) for one in operands))
        case Not(operand):
            return Not(_replaced(operand, names))
        case _:
            return names.get(node, node)
