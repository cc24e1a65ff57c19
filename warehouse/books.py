"""The rule books that logged decisions were made by, kept by hash so that they can be replayed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from rules.errors import FailedWorld, Fault
from warehouse.home import home
from warehouse.whole_file import write_whole


def _is_content_of(book_hash: str, content: bytes) -> bool:
    return bool(book_hash) and hashlib.sha256(content).hexdigest().startswith(book_hash)


def keep_book(book_hash: str, canonical: bytes, folder: Path | None = None) -> Path:
    """Keep a book under its hash; keeping it twice changes nothing.

    Args:
        book_hash: SHA-256 of ``canonical`` in hex, or the beginning of it.
        canonical: The book's canonical form.
        folder: Where to keep it; the home's ``books`` when not given.

    Returns:
        The file that holds the book.

    Raises:
        FailedWorld: ``book-hash-mismatch`` when the hash is not of these bytes,
            ``book-unwritable`` when the disk refuses.
    """
    path = (folder or home().books) / f"{book_hash}.book"
    if not _is_content_of(book_hash, canonical):
        raise FailedWorld(
            Fault("book-hash-mismatch", str(path), "content of another hash", book_hash)
        )
    try:
        if not path.exists():
            write_whole(path, canonical)
    except OSError as error:
        raise FailedWorld(
            Fault("book-unwritable", str(path), str(error), next_step="make the folder writable")
        ) from error
    return path


def read_book(book_hash: str, folder: Path | None = None) -> bytes:
    """The canonical form of a kept book.

    Raises:
        FailedWorld: ``book-not-kept`` when there is none of this hash, ``book-hash-mismatch``
            when the file was changed since.
    """
    path = (folder or home().books) / f"{book_hash}.book"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FailedWorld(Fault("book-not-kept", str(path), "no readable file")) from error
    if not _is_content_of(book_hash, content):
        raise FailedWorld(
            Fault("book-hash-mismatch", str(path), "content of another hash", book_hash)
        )
    return content
