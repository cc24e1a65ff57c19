"""What a change can reach, by who reads whom: no more than this may come out otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from rules.book import Book
from rules.expression import Expression, names, tables
from rules.revision.changes import DECIDES, Change

VERDICT, ASKS, LEVERS, QUESTIONS, CONDITIONS = (
    "verdict",
    "asks",
    "levers",
    "questions",
    "conditions",
)
EVERYTHING = (VERDICT, ASKS, LEVERS, QUESTIONS, CONDITIONS)
# What the judge itself concludes from the rows, in every world that it tries.
FROM_ROWS = ("verdict", "status", "rule", "ends_disagree", "hinges_on_own_equity",
              "hinges_on_competing_equity", "verdict_hangs_on_rate")  # fmt: skip
_OF_KIND = {"row": VERDICT, "lever": LEVERS, "question": QUESTIONS, "condition": CONDITIONS,
            "ask": ASKS, "quality": LEVERS}  # fmt: skip
_TERMS = frozenset({"number", "law", "fact", "signal", "figure", "end"})
_READ_ELSEWHERE = frozenset({"number", "law", "fact", "list", "setting"})
_OF_ORDER = {"rows": VERDICT, "asks": ASKS}


class Readers:
    """Who reads what in a book."""

    def __init__(self, book: Book) -> None:
        self._terms: dict[str, set[str]] = defaultdict(set)  # name -> names worked out from it
        self._parts: dict[str, set[str]] = defaultdict(set)  # name -> parts of a decision
        for name, expression in _named(book):
            for read in names(expression) | tables(expression):
                self._terms[read].add(name)
        for part, expression in _parts(book):
            for read in names(expression) | tables(expression):
                self._parts[read].add(part)
        for pick in book.picks:
            for given, inner in pick.gives.items():
                self._terms[inner].add(given)
        for name, (figure, _) in book.ends.items():
            self._terms[figure].add(name)

    def of(
        self, changed: Iterable[str], *, past_rows: bool = True
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Every name that hangs on some names, and the parts of a decision that do.

        Args:
            changed: The names.
            past_rows: Whether what hangs on them only through the verdict counts, too.
        """
        seen: set[str] = set()
        parts: set[str] = set()
        waiting = list(changed)
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            parts |= self._parts[name]
            if name.startswith("ask_"):
                parts.add(ASKS)
            waiting += self._terms[name]
            if past_rows and VERDICT in parts:
                waiting += [one for one in FROM_ROWS if one not in seen]
        return frozenset(seen), frozenset(parts)

    def is_read(self, name: str) -> bool:
        """Whether any expression reads a name."""
        return bool(self._terms[name] or self._parts[name])


def reach(change: Change, old: Readers, new: Readers) -> tuple[str, ...]:
    """The parts of a decision that a change can reach; none for words and reasons."""
    if change.effect != DECIDES:
        return ()
    part = _OF_ORDER.get(change.name) if change.kind == "order" else _OF_KIND.get(change.kind)
    found = {part} if part else set()
    starts = {*names_of(change), *(FROM_ROWS if part == VERDICT else ())}
    for readers in (old, new):
        found |= readers.of(starts)[1]
    # What no expression reads may be read where offers come in, or where pay is converted.
    is_open = change.kind in _READ_ELSEWHERE and not any(
        one.is_read(name) for one in (old, new) for name in starts
    )
    return tuple(one for one in EVERYTHING if one in found or is_open)


def names_of(change: Change) -> frozenset[str]:
    """The names by which expressions read what was changed; none for what they cannot read."""
    if change.kind == "pick":
        entries = [one.value for one in (change.before, change.after) if one is not None]
        return frozenset({change.name}.union(*(one.get("gives", ()) for one in entries)))
    if change.kind not in _TERMS:
        return frozenset()
    return frozenset({change.name.rpartition(".")[2]})


def _named(book: Book) -> Iterator[tuple[str, Expression]]:
    yield from ((one.name, one.expression) for one in book.package)
    for entries in book.entries.values():
        yield from ((one.name, one.expression) for one in entries)
    for pick in book.picks:
        for part in (pick.where, pick.key):
            if part is not None:
                yield from ((given, part) for given in (*pick.gives, pick.name))
    for layer in (*book.layers, *book.closing):
        yield from ((one.name, one.expression) for one in layer.formulas)
        yield from ((one.name, one.when) for one in layer.signals)


def _parts(book: Book) -> Iterator[tuple[str, Expression]]:
    yield from ((VERDICT, row.when) for row in book.rows)
    for lever in book.levers:
        some = (lever.when, lever.gain, *(say.amount for say in lever.says))
        yield from ((LEVERS, one) for one in some if one is not None)
    for question in book.questions:
        yield from ((QUESTIONS, one) for one in (question.when, question.decides))
    yield from ((CONDITIONS, one.when) for one in book.conditions)


def reaches(found: Iterable[Change], old: Book, new: Book) -> Mapping[str, tuple[str, ...]]:
    """Each change, by its kind and name, with what it can reach."""
    before, after = Readers(old), Readers(new)
    return {change.told: reach(change, before, after) for change in found}
