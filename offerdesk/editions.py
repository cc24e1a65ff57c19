"""An edition of the book as somebody names it: a folder, the shipped one, or one kept by hash."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rules.book import BOOK, Book
from rules.errors import Fault, MalformedBook
from rules.loader import load_book
from warehouse.books import read_book
from warehouse.home import home

SHIPPED = "shipped"
LEAST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Edition:
    """A book, what it was called, and its folder; None where only its files are kept."""

    name: str
    book: Book
    folder: Path | None


def edition(name: str) -> Edition:
    """The book of a name.

    Args:
        name: A folder; ``shipped`` for the book that comes with Offerdesk; or the hash, or its
            first digits, of a book that made a logged decision.

    Raises:
        MalformedBook: ``book-edition-unknown``, or what is wrong with the book.
        FailedWorld: As ``warehouse.books.read_book``.
    """
    if name == SHIPPED:
        return Edition(name, load_book(BOOK), BOOK)
    path = Path(name)
    if path.is_dir():
        return Edition(name, load_book(path), path)
    kept = _kept(name)
    if len(kept) == 1:
        return Edition(name, read_book(kept[0]), None)
    raise MalformedBook(_unknown(name, len(kept)))


def _kept(name: str) -> list[str]:
    """The hashes of kept books that begin so."""
    is_hash = len(name) >= LEAST_DIGITS and set(name) <= set("0123456789abcdef")
    return [path.stem for path in home().books.glob(f"{name}*.json")] if is_hash else []


def _unknown(name: str, kept: int) -> Fault:
    found = f"{kept} kept books that begin so" if kept else "neither a folder nor a kept book"
    allowed = f"a folder, `{SHIPPED}`, or the hash of the book of a logged decision"
    return Fault("book-edition-unknown", name, found, allowed, "check the path")
