"""Propositions concluded by both backends: the engine's answer counts, if the interpreter agrees.

A stage has up to two parts.  What a *steady* proposition reads are flags, texts, dates and whether
a number is known at all, so that the same inputs come again from offer to offer, and between the
ends of one offer; the latest of them are remembered with what was concluded.  All others read
numbers, and are concluded anew each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import is_
from typing import Any

from rules.book import Book
from rules.coding import picker
from rules.engine import Conclusions, Engine
from rules.errors import FailedWorld, Fault
from rules.expression import Expression, IsNull, Lookup, Name, children, names
from rules.inlining import Inliner, Values
from rules.plan import Plans, Proposition

MOST_REMEMBERED = 64  # conclusions of each steady part
_STEADY = ("flag", "text", "date")


class Stage:
    """Propositions of one stage, in the order of the book."""

    def __init__(self, rows: Sequence[Proposition], parts: Sequence[Part | SteadyPart]) -> None:
        self._names = [row.name for row in rows]
        self._in_order = picker(self._names)
        self._parts = parts

    def conclude(self, values: Values) -> tuple[dict[str, bool | None], list[Conclusions]]:
        """A truth for each proposition, and what each part concluded.

        Args:
            values: Every name that the stage reads.

        Raises:
            FailedWorld: ``engines-disagree``, or what the engine refuses.
        """
        found = [part.conclude(values) for part in self._parts]
        if len(found) == 1:
            return dict(found[0].truths), found
        known: dict[str, bool | None] = {}
        for one in found:
            known.update(one.truths)
        return dict(zip(self._names, self._in_order(known), strict=True)), found


class Part:
    """Propositions that the engine is shown together."""

    def __init__(
        self, name: str, rows: Sequence[Proposition], engine: Engine, inliner: Inliner
    ) -> None:
        self.name = name
        self._engine = engine
        self._rows = rows
        # The engine's columns are put among the values on the way.
        self._truths = inliner.function(
            f"truths of {name}", engine.columns(name).items(), [row.when for row in rows]
        )

    def conclude(self, values: Values) -> Conclusions:
        """What the engine concludes, if the interpreter agrees."""
        expected = self._truths(values)
        concluded = self._engine.conclude(self.name, values)
        # Both list the propositions in the order of the book.
        if not all(map(is_, concluded.truths.values(), expected)):
            raise FailedWorld(self._disagreement(expected, concluded.truths, values))
        return concluded

    def _disagreement(
        self, expected: Sequence[Any], concluded: Mapping[str, bool | None], values: Values
    ) -> Fault:
        told = {row.name: truth for row, truth in zip(self._rows, expected, strict=True)}
        given = {name: values[name] for name in sorted(_reads(self._rows))}
        return _disagreement(self.name, told, concluded, given)


class SteadyPart(Part):
    """A part whose conclusions are remembered by all that it reads."""

    def __init__(
        self, name: str, rows: Sequence[Proposition], engine: Engine, inliner: Inliner
    ) -> None:
        super().__init__(name, rows, engine, inliner)
        self._compared = sorted({one for row in rows for one in _compared(row.when)})
        self._tested = sorted(_reads(rows).difference(self._compared))
        self._pick, self._pick_tested = picker(self._compared), picker(self._tested)
        self._remembered = lru_cache(maxsize=MOST_REMEMBERED)(self._concluded)

    def conclude(self, values: Values) -> Conclusions:
        """What was concluded from the same inputs, or is now."""
        tested = tuple([value is None for value in self._pick_tested(values)])
        return self._remembered(self._pick(values), tested)

    def _concluded(self, compared: tuple[Any, ...], tested: tuple[bool, ...]) -> Conclusions:
        values = dict(zip(self._compared, compared, strict=True))
        # Of these it only matters whether they are NULL.
        values |= {
            name: None if is_null else True
            for name, is_null in zip(self._tested, tested, strict=True)
        }
        return super().conclude(values)


class Concluding:
    """The stages of a book, sorted into parts, before they are compiled.

    Args:
        stages: The propositions of each stage.
        certain: Gives the names that can never be NULL.
        book: The types of all names.
    """

    def __init__(
        self,
        stages: Mapping[str, Sequence[Proposition]],
        certain: Callable[[], frozenset[str]],
        book: Book,
    ) -> None:
        self._stages, self._certain, self._book = stages, certain, book
        self._steady: dict[str, list[Proposition]] = {name: [] for name in stages}
        self._others: dict[str, list[Proposition]] = {name: [] for name in stages}
        for name, rows in stages.items():
            for row in rows:
                kind = self._steady if _is_steady(row.when, book) else self._others
                kind[name].append(row)

    def plans(self) -> Plans:
        """Compile every part."""
        from rules.certainty import is_certain
        from rules.kinds import kind_of
        from rules.planning import plans_of

        certain, book = self._certain(), self._book
        return plans_of(
            {_steady_name(name): rows for name, rows in self._steady.items()} | self._others,
            lambda expression: is_certain(expression, certain),
            lambda expression: kind_of(expression, book.types, book.law),
        )

    def stages(self, plans: Plans, inliner: Inliner) -> dict[str, Stage]:
        """Stages ready to conclude, out of what ``plans`` gave now or at another time."""
        engine = Engine.of(plans)
        return {
            name: Stage(rows, self._parts(name, engine, inliner))
            for name, rows in self._stages.items()
        }

    def _parts(self, name: str, engine: Engine, inliner: Inliner) -> list[Part | SteadyPart]:
        steady, others = self._steady[name], self._others[name]
        found: list[Part | SteadyPart] = []
        found += [SteadyPart(_steady_name(name), steady, engine, inliner)] if steady else []
        return found + ([Part(name, others, engine, inliner)] if others else [])


def _reads(rows: Sequence[Proposition]) -> frozenset[str]:
    return frozenset().union(*(names(row.when) for row in rows))


def _steady_name(name: str) -> str:
    return f"{name}, steady"


def _is_steady(when: Expression, book: Book) -> bool:
    return all(name in book.types and book.types[name].kind in _STEADY for name in _compared(when))


def _compared(node: Expression) -> Iterator[str]:
    """The names, and tables, of which more than whether they are NULL matters."""
    match node:
        case Name(name):
            yield name
        case IsNull(Name()):
            return
        case Lookup(table, key):
            yield table
            yield from _compared(key)
        case _:
            for part in children(node):
                yield from _compared(part)


def _disagreement(
    stage: str,
    expected: Mapping[str, bool | None],
    concluded: Mapping[str, bool | None],
    given: Mapping[str, Any],
) -> Fault:
    differing = [name for name in expected if expected[name] != concluded.get(name)]
    first = differing[0] if differing else "?"
    found = (
        f"{first}: interpreter {expected.get(first)}, engine {concluded.get(first)} "
        f"({len(differing)} differ), given {dict(given)}"
    )
    return Fault("engines-disagree", stage, found, "one answer", "report this; nothing was decided")
