"""A query as named steps: each is a SELECT over earlier ones, and adds the columns of one level."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from rules.sql import quoted


class Reader(Protocol):
    """Something that reads columns and makes one."""

    @property
    def name(self) -> str:
        """The column that is made."""

    @property
    def reads(self) -> frozenset[str]:
        """The columns that are read."""


Readers = TypeVar("Readers", bound=Reader)


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
        columns: The columns of the last step.
        reads: Table -> column -> its SQL type: what the query wants to find.
        names: Kind of conclusion -> its name in the book -> the column that holds it.
        first_day: Evaluation dates before this ISO day are before the book; their rows mean
            nothing and must be kept out.
    """

    steps: tuple[Step, ...]
    columns: tuple[str, ...]
    reads: Mapping[str, Mapping[str, str]]
    names: Mapping[str, Mapping[str, str]]
    first_day: str

    @property
    def text(self) -> str:
        """The whole query as one SELECT.

        Store what it gives before filtering by it: a filter that DuckDB pushes down through the
        steps is written out over the facts, and its length doubles from level to level.
        """
        parts = ",\n".join(f"{quoted(step.name)} AS (\n{step.select}\n)" for step in self.steps)
        return f"WITH {parts}\nSELECT * FROM {quoted(self.steps[-1].name)}"


def needed(columns: Sequence[Readers], wanted: Iterable[str]) -> list[Readers]:
    """The columns that are wanted, and those that they are worked out from, in the same order."""
    waiting, found = set(wanted), []
    for column in reversed(columns):
        if column.name in waiting:
            found.append(column)
            waiting |= column.reads
    return found[::-1]


def read_below(columns: Sequence[Reader], wanted: Iterable[str]) -> frozenset[str]:
    """What wanted columns read, in the end, that is none of the columns."""
    some = needed(columns, wanted)
    read = frozenset(wanted).union(*(column.reads for column in some))
    return read - {column.name for column in some}


def levels(columns: Iterable[Readers]) -> list[list[Readers]]:
    """Columns by level: each reads only what is underneath and what earlier levels gave.

    >>> a, b = Column("a", "x + 1", frozenset({"x"})), Column("b", "a + 1", frozenset({"a"}))
    >>> c = Column("c", "x + 2", frozenset({"x"}))
    >>> [[column.name for column in level] for level in levels([a, b, c])]
    [['a', 'c'], ['b']]

    Args:
        columns: In an order in which each comes after those that it reads.
    """
    depth: dict[str, int] = {}
    found: list[list[Readers]] = []
    for column in columns:
        own = max((depth[name] + 1 for name in column.reads if name in depth), default=0)
        depth[column.name] = own
        if own == len(found):
            found.append([])
        found[own].append(column)
    return found


def with_carried(
    rungs: Sequence[Sequence[Readers]], wanted: Iterable[str]
) -> list[tuple[Sequence[Readers], frozenset[str]]]:
    """Each level with what is still read above it, its own columns among that."""
    above, found = frozenset(wanted), []
    for rung in reversed(rungs):
        found.append((rung, above))
        made = {column.name for column in rung}
        above = (above - made).union(*(column.reads for column in rung))
    return found[::-1]


def ladder(start: str, columns: Sequence[Column], wanted: Collection[str]) -> Iterator[Step]:
    """The steps that add the wanted columns to those of a step, level by level.

    A column is carried along only as far as somebody reads it.
    """
    rungs = with_carried(levels(needed(columns, wanted)), wanted)
    below = start
    for number, (rung, above) in enumerate(rungs, 1):
        made = {column.name for column in rung}
        carried = ", ".join(quoted(name) for name in sorted(above - made))
        texts = ",\n  ".join(filter(None, (carried, *(column.named for column in rung))))
        step = f"{start}_{number}"
        yield Step(step, f"SELECT {texts}\nFROM {quoted(below)}")
        below = step
