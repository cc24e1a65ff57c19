"""What was last proved of a book: the outcome of the shipped one is recorded, others are kept.

``python -m offerdesk.proved`` proves the shipped book again and records what comes of it, which
takes a minute or two.  Of any other book the last whole run of ``offerdesk book check`` is kept in
the cache of the home.  Either is known by the hash of the book and by that of what the book states
of itself, which decides nothing but is what is proved.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from offerdesk import __version__
from rules.book import BOOK, Book
from rules.proving.claims import Proofs
from rules.proving.statement import FILE
from warehouse.home import home
from warehouse.whole_file import write_whole

Record = Mapping[str, Any]
RECORDED = Path(__file__).with_name("proved.json")


def proved(book: Book, folder: Path = BOOK) -> Record | None:
    """What was last proved of a book, as ``offerdesk book check --format json`` tells it.

    Args:
        book: The book.
        folder: Where it stands, with what it states of itself.

    Returns:
        None for a book of which nothing was proved yet, or only a part.
    """
    stated = _statement(folder)
    for place in (RECORDED, _kept(book, stated)):
        found = _read(place)
        if (found.get("hash"), found.get("statement")) == (book.hash, stated):
            return found
    return None


def keep(book: Book, folder: Path, proofs: Proofs) -> None:
    """Keep what a whole run came to; that it cannot be kept costs nothing but time."""
    stated = _statement(folder)
    with suppress(OSError):
        write_whole(_kept(book, stated), _record(book, stated, proofs))


def main() -> int:
    """Prove the shipped book and record it, whatever comes of it."""
    from offerdesk.book_check import proofs_of
    from rules.loader import load_book

    book = load_book(BOOK)
    proofs = proofs_of(book, BOOK)
    RECORDED.write_bytes(_record(book, _statement(BOOK), proofs))
    return 1 if proofs.failed or proofs.open else 0


def _record(book: Book, stated: str, proofs: Proofs) -> bytes:
    from offerdesk.book_check import record_of

    by = f"offerdesk {__version__}, z3 {version('z3-solver')}"
    found = {"statement": stated, "proved_by": by, **record_of(book, proofs)}
    return f"{json.dumps(found, indent=1, ensure_ascii=False, default=str)}\n".encode()


def _kept(book: Book, stated: str) -> Path:
    return home().cache / f"proved-{book.hash[:16]}-{stated[:16]}.json"


def _statement(folder: Path) -> str:
    """The hash of what a book states of itself; of nothing, where it states nothing."""
    try:
        return sha256((folder / FILE).read_bytes()).hexdigest()
    except OSError:
        return sha256(b"").hexdigest()


def _read(place: Path) -> Record:
    """What lies at a place; empty where nothing does, or something else."""
    try:
        found = json.loads(place.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


if __name__ == "__main__":
    sys.exit(main())
