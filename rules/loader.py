"""From a folder of YAML files to a ``Book``, with every fault of the whole book at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from rules.binding import bind
from rules.book import BOOK, Book
from rules.canonical import from_json, to_json
from rules.errors import Fault, MalformedBook, UnusableCase
from rules.expression import Expression
from rules.source import Document, parse_document

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
    digest = hashlib.sha256(json.dumps(dict(texts)).encode()).hexdigest()
    path = cache / f"book-{digest[:32]}.json" if cache else None
    kept = _read_cache(path) if path else None
    documents, known = kept or (_documents(texts), {})
    parse = _RememberingParse(known)
    before = len(known)
    book = bind(documents, parse, texts, check=kept is None)
    if path and len(parse.known) > before:  # also where another version of this program wrote it
        _write_cache(path, documents, parse.known)
    return book


class _RememberingParse:
    """``rules.parse.parse`` that keeps what it has read; sqlglot loads with its first text."""

    def __init__(self, known: dict[str, Expression]) -> None:
        self.known = known

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


# --- The cache: documents and expressions as JSON, so that neither YAML nor SQL is read again ---


def _read_cache(path: Path) -> tuple[dict[str, Document], dict[str, Expression]] | None:
    """What was kept; None when nothing usable was, for a cache may always be lost."""
    try:
        kept = json.loads(path.read_text("utf-8"), object_hook=_with_dates)
        documents = {name: Document(value, {}, name) for name, value in kept["documents"].items()}
        return documents, {text: from_json(form) for text, form in kept["expressions"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, MalformedBook):
        return None


def _write_cache(
    path: Path, documents: Mapping[str, Document], expressions: Mapping[str, Expression]
) -> None:
    kept = {
        "documents": {name: document.value for name, document in documents.items()},
        "expressions": {text: to_json(expression) for text, expression in expressions.items()},
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{_process()}")
        aside.write_text(json.dumps(kept, default=_date_out), "utf-8")
        aside.replace(path)
    except OSError:
        return  # a read-only home costs speed, not the decision


def _process() -> int:
    import os

    return os.getpid()


def _date_out(value: Any) -> object:
    return {"$date": value.isoformat()}


def _with_dates(mapping: dict[str, Any]) -> Any:
    return date.fromisoformat(mapping["$date"]) if "$date" in mapping else mapping
