"""The rule books that logged decisions were made by, kept by hash so that they can be replayed.

A book's hash is over what it means and not over how it is written, so the files are kept as they
were and the hash is held to account when they are read again.
"""

from __future__ import annotations

import json
from pathlib import Path

from rules.book import Book
from rules.errors import FailedWorld, Fault, MalformedBook
from rules.loader import book_from_texts
from warehouse.home import home
from warehouse.log import used_books
from warehouse.whole_file import write_whole


def _place(book_hash: str, folder: Path | None) -> Path:
    return (folder or home().books) / f"{book_hash}.json"


def keep_book(book: Book, folder: Path | None = None) -> Path:
    """Keep the files of a book under its hash; keeping it twice changes nothing.

    Args:
        book: Which; its ``documents`` are what is kept.
        folder: Where to keep it; the home's ``books`` when not given.

    Returns:
        The file that holds the book.

    Raises:
        FailedWorld: ``book-unwritable`` when the disk refuses.
    """
    path = _place(book.hash, folder)
    try:
        if not path.exists():
            texts = json.dumps(dict(book.documents), ensure_ascii=False, indent=0)
            write_whole(path, texts.encode())
    except OSError as error:
        raise FailedWorld(
            Fault("book-unwritable", str(path), str(error), next_step="make the folder writable")
        ) from error
    return path


def read_book(book_hash: str, folder: Path | None = None, *, cache: Path | None = None) -> Book:
    """A kept book, read anew from its files.

    Args:
        book_hash: The hash that the decision names.
        folder: Where books are kept; the home's ``books`` when not given.
        cache: As for ``rules.loader.load_book``.

    Raises:
        FailedWorld: ``book-not-kept`` when there is none of this hash, ``book-hash-mismatch``
            when the file was changed since, ``book-other-version`` when the grammar of books was.
    """
    path = _place(book_hash, folder)
    try:
        content = path.read_bytes()
    except OSError as error:
        step = "restore the folder from a backup"
        raise FailedWorld(
            Fault("book-not-kept", str(path), "no readable file", "", step)
        ) from error
    try:
        book = book_from_texts(json.loads(content), cache=cache)
    except (ValueError, TypeError, AttributeError, KeyError):
        raise _changed(path, "files that are no rule book", book_hash) from None
    except MalformedBook as problem:
        found = f"a book that this version cannot read ({problem.faults[0]})"
        step = "use the version of Offerdesk that logged the decision"
        raise FailedWorld(Fault("book-other-version", str(path), found, "", step)) from problem
    if book.hash != book_hash:
        raise _changed(path, f"a book of hash {book.hash[:12]}", book_hash)
    return book


_LOST = ("book-not-kept", "book-hash-mismatch")


def missing_books(path: Path | None = None, folder: Path | None = None) -> list[Fault]:
    """Books that a logged decision was made by and that are kept no more, or are others now.

    Args:
        path: The log file; the home's when not given.
        folder: Where books are kept; the home's ``books`` when not given.
    """
    faults: list[Fault] = []
    cache = home().cache if home().cache.is_dir() else None
    for book_hash in used_books(path):
        try:
            read_book(book_hash, folder, cache=cache)
        except FailedWorld as problem:
            faults += (one for one in problem.faults if one.code in _LOST)
    return faults


def _changed(path: Path, found: str, book_hash: str) -> FailedWorld:
    step = "restore the file from a backup"
    return FailedWorld(Fault("book-hash-mismatch", str(path), found, book_hash[:12], step))
