"""Terms of the book as columns: which column a name stands for, here and at each end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from rules.book import End, Formula, Signal
from rules.checker import Kind, Type
from rules.expression import Expression, Literal, Lookup, Name, names, with_operands
from rules.kinds import kind_of
from rules.sql import KINDS, Words, quoted, sql
from rules.sql_numbers import SqlNumbers
from rules.sql_steps import Column

TermKind = Kind | OneOf["count"]


@dataclass(frozen=True, slots=True)
class Term:
    """A column that is not written in the words of an engine yet.

    Attributes:
        expression: Over columns; a table that is looked up is one of ``SqlNumbers.tables``.
        kind: Of its values; a ``count`` is the number of a row or of a sentence.
    """

    name: str
    expression: Expression
    kind: TermKind

    @property
    def reads(self) -> frozenset[str]:
        """The columns that it reads."""
        return names(self.expression)


class Writer:
    """Makes terms of the book's expressions, at one end of what is uncertain.

    Args:
        numbers: The numbers of the book.
        end: At which end they are taken.
        renamed: Name -> the column that stands for it, where that is not its own.
    """

    def __init__(
        self, numbers: SqlNumbers, end: End = "point", renamed: Mapping[str, str] | None = None
    ) -> None:
        self._numbers, self._end = numbers, end
        self._renamed = renamed or {}

    def over_columns(self, node: Expression) -> Expression:
        """An expression of the book as one over columns."""
        match node:
            case Literal():
                return node
            case Name(name) if self._numbers.is_number(name):
                return self._numbers.number(name, self._end)
            case Name(name):
                return Name(self.place(name))
            case Lookup(table, key):
                return self._numbers.lookup(table, self.over_columns(key), self._end)
            case _:
                return with_operands(node, self.over_columns)

    def term(self, name: str, expression: Expression, kind: Kind) -> Term:
        """A column with the value of an expression."""
        return Term(name, self.over_columns(expression), kind)

    def formula(self, term: Formula | Signal, name: str | None = None) -> Term:
        """A formula or a signal as a column."""
        if isinstance(term, Formula):
            return self.term(name or term.name, term.expression, term.type.kind)
        return self.term(name or term.name, term.when, "flag")

    def place(self, name: str) -> str:
        """The column that stands for a name."""
        return self._renamed.get(name, name)


class Script:
    """Writes terms as SQL.

    Args:
        numbers: The numbers of the book.
        types: Those of the columns that the terms read.
    """

    def __init__(self, numbers: SqlNumbers, types: Mapping[str, Type]) -> None:
        self._numbers, self._types = numbers, types
        self._words = Words(quoted, numbers.chosen, self._is_date)

    def text(self, expression: Expression) -> str:
        """The SQL text of an expression over columns."""
        return sql(expression, self._words)

    def column(self, term: Term) -> Column:
        """A term as a column."""
        text = self.text(term.expression)
        if term.kind != "count" and self._kind(term.expression) is None:
            text = f"CAST({text} AS {KINDS[term.kind]})"  # NULL alone has no type
        return Column(term.name, text, term.reads)

    def _kind(self, node: Expression) -> type | None:
        return kind_of(node, self._types, self._numbers.dated)

    def _is_date(self, node: Expression) -> bool:
        kind = self._kind(node)
        return kind is not None and kind.__name__ == "date"


def types_of(terms: Iterable[Term]) -> dict[str, Type]:
    """The types of the columns that terms make; numbers of rows have none."""
    return {term.name: Type(term.kind) for term in terms if term.kind != "count"}
