"""The book of a job, the same in every process and on every machine that scores a part of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from rules.book import BOOK, Book
from rules.errors import FailedWorld, Fault
from rules.loader import load_book
from warehouse.home import home

if TYPE_CHECKING:
    from pipelines.scoring.job import Job


@lru_cache(maxsize=2)
def book_of(folder: Path | None) -> Book:
    """The book in a folder, read once in each process; the one of Offerdesk when not given."""
    return load_book(folder or BOOK, cache=home().cache)


def book_as_sent(job: Job) -> Book:
    """The book of a job, as it was where the job was made.

    Raises:
        FailedWorld: ``score-other-book``; a worker that has been running for days, or another
            version of Offerdesk, would answer by other rules.
    """
    if book_of(job.book).hash != job.edition:
        book_of.cache_clear()  # it may have been changed since it was read
    book = book_of(job.book)
    if book.hash != job.edition:
        step = "bring every machine to the same version and book, and score again"
        raise FailedWorld(
            Fault("score-other-book", str(job.book or BOOK), book.hash, job.edition, step)
        )
    return book
