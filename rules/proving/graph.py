"""What hangs on what in a book, as far as its texts say."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping

from rules.book import Book, Formula, Signal
from rules.expression import Expression, names


def terms_of(book: Book) -> Iterator[tuple[str, Expression]]:
    """Every name that a book defines, with its definition."""
    layers = (*book.layers, *book.closing)
    defined: list[Formula | Signal] = [*book.package]
    for layer in layers:
        defined += (*layer.formulas, *layer.signals)
    for one in defined:
        yield one.name, one.expression if isinstance(one, Formula) else one.when
    for row in book.rows:
        yield f"row {row.name}", row.when
    for lever in book.levers:
        yield f"lever {lever.name}", lever.when


def expressions(book: Book) -> Iterator[Expression]:
    """Every expression of a book."""
    yield from (expression for _, expression in terms_of(book))
    for formulas in book.entries.values():
        yield from (one.expression for one in formulas)
    for pick in book.picks:
        yield from (one for one in (pick.where, pick.key) if one is not None)
    for lever in book.levers:
        for say in lever.says:
            yield from (one for one in (say.when, say.amount) if one is not None)


def shortest_path(
    terms: Mapping[str, Expression], start: str, ends: Collection[str], cut: Collection[str] = ()
) -> list[str] | None:
    """The shortest way from a name to one that hangs on it; None where there is none.

    Args:
        terms: Definitions by name.
        start: Where the way begins.
        ends: Where it may end.
        cut: Names that may not be its second step.

    >>> from rules.expression import Name, Not
    >>> shortest_path({"b": Not(Name("a")), "c": Name("b")}, "a", ["c"])
    ['a', 'b', 'c']
    """
    readers: dict[str, list[str]] = {}
    for name, expression in terms.items():
        for read in sorted(names(expression)):
            readers.setdefault(read, []).append(name)
    ways = deque([[start]])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] in ends:
            return way
        for name in readers.get(way[-1], ()):
            if name not in seen and not (len(way) == 1 and name in cut):
                seen.add(name)
                ways.append([*way, name])
    return None
