"""The rule book, shown: its rows in order, or all that it says of one name."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from textwrap import wrap

from offerdesk.glossary import Glossary
from offerdesk.listings import as_json
from rules.book import Book, Lever, Row, Say
from rules.errors import Fault, UnusableCase
from rules.expression import sql_text


def counted(book: Book, form: str = "text") -> str:
    """A book whose names, types and units agree, in one line or as JSON."""
    if form == "json":
        return as_json({"hash": book.hash, **counts_of(book)})
    told = ", ".join(f"{count} {name}" for name, count in counts_of(book).items())
    return f"Names, types and units agree: {told}.\nhash {book.hash}"


def counts_of(book: Book) -> dict[str, int]:
    """How many of each thing a book has."""
    layers = (*book.layers, *book.closing)
    return {
        "facts": len(book.facts),
        "numbers": len(book.parameters),
        "figures": len(book.package) + sum(len(layer.formulas) for layer in layers),
        "signals": sum(len(layer.signals) for layer in layers),
        "rows": len(book.rows),
        "asks": len(book.asks),
        "levers": len(book.levers),
        "law tables": len(book.law),
    }


def contents(book: Book) -> str:
    """The decision rows in the order in which they are tried."""
    lines = [f"book {book.hash}", "", "The first row that holds decides:"]
    for row in book.rows:
        lines += ["", *_row(row)]
    lines += ["", "`offerdesk book show NAME` tells of any signal, figure, fact, number or lever."]
    return "\n".join(lines)


def entry(book: Book, name: str) -> str:
    """All that the book says of a name: a row, lever, signal, figure, fact or number.

    Raises:
        UnusableCase: ``book-unknown-name``.
    """
    rows = {row.name: row for row in book.rows}
    levers = {lever.name: lever for lever in book.levers}
    if name in rows:
        return "\n".join(_row(rows[name]))
    found = list(_lever(levers[name])) if name in levers else []
    glossary = Glossary(book)
    if name in glossary:
        term = glossary[name]
        found += [f"{name} ({term.kind}): {term.told}", *(f"  {told}" for told in term.details)]
        found += _formula(term.formula) if term.formula else []
        found += _readers(book, glossary, name)
    if not found:
        raise UnusableCase(unknown_name(name, [*rows, *levers, *glossary]))
    return "\n".join(found)


def _row(row: Row) -> list[str]:
    when = _formula(sql_text(row.when))
    return [f"{row.name} says {row.decides.replace('_', ' ')}, when", *when, *_says(row.because)]


def _lever(lever: Lever) -> Iterator[str]:
    yield f"{lever.name} (lever of strength {lever.strength:g}, {lever.quality}), when"
    yield from _formula(sql_text(lever.when))
    yield from (f"  have ready: {lever.needs}", f"  mind: {lever.risk}")
    yield from _says(lever.says)


def _says(says: tuple[Say, ...]) -> list[str]:
    return [
        line
        for say in says
        for line in wrap(say.text, 92, initial_indent="  says: ", subsequent_indent="        ")
    ]


def _formula(text: str) -> list[str]:
    return wrap(text, 92, initial_indent="    ", subsequent_indent="    ", break_long_words=False)


def _readers(book: Book, glossary: Glossary, name: str) -> list[str]:
    from rules.expression import names, tables

    found = [
        term.name
        for term in glossary.values()
        if term.expression is not None and name in names(term.expression) | tables(term.expression)
    ]
    found += [row.name for row in book.rows if name in names(row.when)]
    found += [lever.name for lever in book.levers if name in names(lever.when)]
    return (
        wrap(f"read by: {', '.join(found)}", 92, initial_indent="  ", subsequent_indent="    ")
        if found
        else []
    )


def unknown_name(name: str, known: list[str]) -> Fault:
    """What to say to a name that a book does not know."""
    near = get_close_matches(name, known, n=1)
    step = f"did you mean `{near[0]}`?" if near else "`offerdesk book show` lists the rows"
    return Fault("book-unknown-name", "book", f"`{name}`", "a name of the book", step)
