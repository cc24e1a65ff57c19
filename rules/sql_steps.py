"""A query as named steps: each is a SELECT over earlier ones, and adds the columns of one level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.sql import quoted


@dataclass(frozen=True, slots=True)
class Column:
    """A column to be worked out.

    Attributes:
        text: SQL over the columns that it reads.
        reads: The names of these columns; those of the tables underneath may be among them.
    """

    name: str
    text: str
    reads: frozenset[str] = frozenset()

    @property
    def named(self) -> str:
        """The text with its name, as it stands in a SELECT."""
        return f"{self.text} AS {quoted(self.name)}"


@dataclass(frozen=True, slots=True)
class Step:
    """One SELECT, and the name under which later steps read it."""

    name: str
    select: str


@dataclass(frozen=True, slots=True)
class Query:
    """Steps in order, the last of which has a row for each offer.

    Attributes:
        reads: Table -> column -> its SQL type: what the query wants to find.
        names: Kind of conclusion -> its name in the book -> the column that holds it.
        first_day: Evaluation dates before this ISO day are before the book; their rows mean
            nothing and must be kept out.
    """

    steps: tuple[Step, ...]
    reads: Mapping[str, Mapping[str, str]]
    names: Mapping[str, Mapping[str, str]]
    first_day: str

    def text(self, columns: Sequence[str] = ("*",)) -> str:
        """The whole query as one SELECT of some columns, already written as SQL."""
        parts = ",\n".join(f"{quoted(step.name)} AS (\n{step.select}\n)" for step in self.steps)
        return f"WITH {parts}\nSELECT {', '.join(columns)}\nFROM {quoted(self.steps[-1].name)}"


def levels(columns: Iterable[Column]) -> list[list[Column]]:
    """Columns by level: each reads only what is underneath and what earlier levels gave.

    >>> a, b = Column("a", "x + 1", frozenset({"x"})), Column("b", "a + 1", frozenset({"a"}))
    >>> c = Column("c", "x + 2", frozenset({"x"}))
    >>> [[column.name for column in level] for level in levels([a, b, c])]
    [['a', 'c'], ['b']]

    Args:
        columns: In an order in which each comes after those that it reads.
    """
    depth: dict[str, int] = {}
    found: list[list[Column]] = []
    for column in columns:
        own = max((depth[name] + 1 for name in column.reads if name in depth), default=0)
        depth[column.name] = own
        if own == len(found):
            found.append([])
        found[own].append(column)
    return found


def ladder(start: Step, columns: Iterable[Column]) -> Iterator[Step]:
    """The steps that add columns to a first step, level by level."""
    yield start
    below = start.name
    for number, level in enumerate(levels(columns), 1):
        step = f"{start.name}_{number}"
        texts = ",\n  ".join(column.named for column in level)
        yield Step(step, f"SELECT *,\n  {texts}\nFROM {quoted(below)}")
        below = step
