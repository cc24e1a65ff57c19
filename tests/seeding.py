"""The book with a fault planted in it, by an edit of one of its files."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import yaml

from offerdesk.samples import examples
from rules.binding import bind
from rules.book import BOOK, Book
from rules.loader import _documents, _RememberingParse, read_texts
from rules.proving.claims import Proofs
from rules.proving.proving import prove
from rules.proving.statement import FILE, Statement, statement_of
from rules.source import Document, parse_document, read_document


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


Edit = Callable[[dict[str, Any]], None]


@cache
def _shipped() -> tuple[dict[str, str], dict[str, Document], _RememberingParse]:
    texts = read_texts(BOOK)
    return texts, _documents(texts), _RememberingParse()


def seeded(file: str, edit: Edit) -> Book:
    """The book that comes with Offerdesk, with one of its files edited."""
    texts, documents, parse = _shipped()
    value = copy.deepcopy(documents[file].value)
    edit(value)
    text = yaml.dump(value, Dumper=_NoAliases, sort_keys=False, width=1000, allow_unicode=True)
    texts, documents = {**texts, file: text}, {**documents, file: parse_document(text, file)}
    return bind(documents, parse, texts)


@cache
def offers() -> list[Any]:
    """The example offers."""
    return [read_document(path).value for path in sorted((examples() / "offers").glob("*.yaml"))]


def statement(book: Book) -> Statement:
    """What the book that comes with Offerdesk states of itself, of another book."""
    return statement_of((BOOK / FILE).read_text("utf-8"), book)


def proved(book: Book, chapter: str, *about: str) -> Proofs:
    """What can be proved of one chapter of a book, about some names."""
    return prove(book, statement(book), offers(), only=(chapter,), about=about)
