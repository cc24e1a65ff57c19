"""Terms of the book as columns: which column a name stands for, here and at each end."""

from __future__ import annotations

from collections.abc import Mapping

from rules.book import Book, End, Formula, Signal
from rules.checker import Type
from rules.expression import Expression, names, tables
from rules.kinds import kind_of
from rules.sql import KINDS, Words, quoted, sql
from rules.sql_numbers import SqlNumbers
from rules.sql_steps import Column


class Writer:
    """Writes expressions as columns, at one end of what is uncertain.

    Args:
        book: Whose numbers and law are read.
        numbers: The same as SQL.
        types: The types of the names that are read.
        end: At which end the numbers of the book are taken.
        renamed: Name -> the column that stands for it, where that is not its own.
    """

    def __init__(
        self,
        book: Book,
        numbers: SqlNumbers,
        types: Mapping[str, Type],
        end: End = "point",
        renamed: Mapping[str, str] | None = None,
    ) -> None:
        self._law, self._numbers, self._end = book.law, numbers, end
        self._types, self._renamed = types, renamed or {}
        self._words = Words(self._name, self._lookup, self._is_date, numbers.dialect)

    def text(self, expression: Expression) -> str:
        """The SQL text of an expression."""
        return sql(expression, self._words)

    def reads(self, *expressions: Expression) -> frozenset[str]:
        """The columns that expressions read."""
        read = {name for one in expressions for name in names(one) | tables(one)}
        return frozenset[str]().union(*(self._read(name) for name in read))

    def column(self, name: str, expression: Expression, kind: str) -> Column:
        """A column with the value of an expression."""
        text = self.text(expression)
        if kind_of(expression, self._types, self._law) is None:
            text = f"CAST({text} AS {KINDS[kind]})"  # NULL alone has no type
        return Column(name, text, self.reads(expression))

    def formula(self, term: Formula | Signal, name: str | None = None) -> Column:
        """A formula or a signal as a column."""
        if isinstance(term, Formula):
            return self.column(name or term.name, term.expression, term.type.kind)
        return self.column(name or term.name, term.when, "flag")

    def place(self, name: str) -> str:
        """The column that stands for a name."""
        return self._renamed.get(name, name)

    def _read(self, name: str) -> frozenset[str]:
        if self._numbers.is_known(name):
            return self._numbers.reads(name, self._end)
        return frozenset({self.place(name)})

    def _name(self, name: str) -> str:
        if self._numbers.is_number(name):
            return self._numbers.number(name, self._end)
        return quoted(self.place(name))

    def _lookup(self, table: str, key: str) -> str:
        return self._numbers.lookup(table, key, self._end)

    def _is_date(self, node: Expression) -> bool:
        kind = kind_of(node, self._types, self._law)
        return kind is not None and kind.__name__ == "date"
