"""From a folder of YAML files to a ``Book``, with every fault of the whole book at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rules.binding import bind
from rules.book import BOOK, Book
from rules.canonical import from_json, to_json
from rules.errors import Fault, MalformedBook, UnusableCase
from rules.expression import Expression
from rules.keeping import keep, kept, place
from rules.source import Document, PathInDocument, parse_document

FILES = ("facts", "valuation", "signals", "verdict", "asks", "levers", "law")

Parse = Callable[[str], Expression]


def load_book(folder: Path = BOOK, *, cache: Path | None = None) -> Book:
    """Read, check and order the book in a folder.

    Args:
        folder: Holds ``facts.yaml`` and its siblings, and ``parameters/*.yaml``.
        cache: Where a book that has passed all checks may be kept in a form that is quick to
            read; a book is found there by the content of its files, never by their names.

    Raises:
        MalformedBook: With every fault of the book, each with file, line and code.
    """
    return book_from_texts(read_texts(folder), cache=cache)


def read_texts(folder: Path) -> dict[str, str]:
    """The files of a book as text, by name relative to its folder.

    Raises:
        MalformedBook: ``book-file-missing`` or ``book-file-unreadable``.
    """
    paths = [folder / f"{name}.yaml" for name in FILES]
    paths += sorted((folder / "parameters").glob("*.yaml"))
    faults = [_missing(path) for path in paths if not path.is_file()]
    if faults:
        raise MalformedBook(faults)
    try:
        return {str(path.relative_to(folder)): path.read_text("utf-8") for path in paths}
    except (OSError, UnicodeDecodeError) as problem:
        raise MalformedBook(
            Fault("book-file-unreadable", str(folder), str(problem), "UTF-8 text")
        ) from None


def book_from_texts(texts: Mapping[str, str], *, cache: Path | None = None) -> Book:
    """The same from texts that were kept, such as those of a logged decision.

    Raises:
        MalformedBook: With every fault of the book.
    """
    path = place(cache, "book", texts)
    known = _kept_book(path, texts) if path else None
    if known is not None:
        return known
    parse = _RememberingParse()
    documents = _documents(texts)
    book = bind(documents, parse, texts)
    if path:
        _keep_book(path, book, documents, parse.known)
    return book


class _RememberingParse:
    """``rules.parse.parse`` that keeps what it has read; sqlglot loads with its first text."""

    def __init__(self) -> None:
        self.known: dict[str, Expression] = {}

    def __call__(self, text: str) -> Expression:
        from rules.parse import parse

        if text not in self.known:
            self.known[text] = parse(text)
        return self.known[text]


def _documents(texts: Mapping[str, str]) -> dict[str, Document]:
    documents, faults = {}, []
    for name, text in texts.items():
        try:
            documents[name] = parse_document(text, name)
        except UnusableCase as problem:
            faults += [
                Fault(f"book-{f.code}", f.place, f.found, f.allowed, f.next_step)
                for f in problem.faults
            ]
    if faults:
        raise MalformedBook(faults)
    return documents


def _missing(path: Path) -> Fault:
    return Fault("book-file-missing", str(path), "no such file", ", ".join(FILES), "add the file")


# --- The cache: documents and expressions, so that neither YAML nor SQL is read again -------------


def _kept_book(path: Path, texts: Mapping[str, str]) -> Book | None:
    """The book that was kept; None when nothing usable was."""
    try:
        found = kept(path)
        if found is None:
            return None
        _restore_dates(found["documents"], found["dates"])
        documents = {name: Document(value, {}, name) for name, value in found["documents"].items()}
        expressions = {text: from_json(form) for text, form in found["expressions"].items()}
        return bind(documents, expressions.__getitem__, texts, passed=found["hash"])
    except (ValueError, LookupError, TypeError, AttributeError, MalformedBook):
        return None


def _keep_book(
    path: Path,
    book: Book,
    documents: Mapping[str, Document],
    expressions: Mapping[str, Expression],
) -> None:
    values = {name: document.value for name, document in documents.items()}
    keep(
        path,
        {
            "hash": book.hash,
            "documents": values,
            "dates": list(_dates(values, ())),
            "expressions": {text: to_json(expression) for text, expression in expressions.items()},
        },
    )


def _dates(value: Any, path: PathInDocument) -> Iterator[PathInDocument]:
    """Where dates stand, which JSON makes texts of."""
    if isinstance(value, date):
        yield path
    members = value.items() if isinstance(value, dict) else ()
    for key, one in enumerate(value) if isinstance(value, list) else members:
        yield from _dates(one, (*path, key))


def _restore_dates(documents: Any, dates: Iterable[Sequence[str | int]]) -> None:
    for *path, last in dates:
        parent = documents
        for step in path:
            parent = parent[step]
        parent[last] = date.fromisoformat(parent[last])
