"""Which single change of a book brings another outcome about, found by making it alone."""

from __future__ import annotations

from dataclasses import dataclass

from offerdesk.replay import recalled
from rules.book import Book
from rules.errors import OfferdeskError
from rules.judgement import Judge
from rules.revision.alone import with_change
from rules.revision.changes import DECIDES, Change, changes
from warehouse.books import read_book
from warehouse.log import LogRow

MOST_CHANGES = 24  # with more, trying each alone takes too long to be worth it
MOST_ROWS = 500


@dataclass
class _Edition:
    """A book that decisions were made by, and each change to it made alone."""

    deciding: list[tuple[Change, Judge]]


class Causes:
    """Finds causes; a book with one change is made once and kept.

    Args:
        new: The changed book.
        old: The book that was changed; that of each decision when not given.
    """

    def __init__(self, new: Book, old: Book | None = None) -> None:
        self._new, self._old = new, old
        self._editions: dict[str, _Edition] = {}
        self._rows = 0

    def of(self, row: LogRow, after: tuple[str, str, str]) -> tuple[str, ...]:
        """The changes each of which alone leads from a logged decision to an outcome.

        Empty where none does so alone, where there are too many changes to try, or too many
        decisions were asked about.
        """
        self._rows += 1
        if self._rows > MOST_ROWS:
            return ()
        edition = self._edition(self._old.hash if self._old else row.entry.book)
        return tuple(
            change.told for change, judge in edition.deciding if _outcome(row, judge) == after
        )

    def _edition(self, book_hash: str) -> _Edition:
        if book_hash not in self._editions:
            self._editions[book_hash] = _Edition(list(self._alone(book_hash)))
        return self._editions[book_hash]

    def _alone(self, book_hash: str) -> list[tuple[Change, Judge]]:
        try:
            old = self._old or read_book(book_hash)
        except OfferdeskError:
            return []
        deciding = [one for one in changes(old, self._new) if one.effect == DECIDES]
        if len(deciding) > MOST_CHANGES:
            return []
        made = ((one, with_change(old, self._new, one)) for one in deciding)
        return [(one, Judge(book)) for one, book in made if book is not None]


def _outcome(row: LogRow, judge: Judge) -> tuple[str, str, str] | None:
    try:
        judgement = judge.judge(recalled(row, judge.book)[0])
    except OfferdeskError:
        return None
    return judgement.verdict, judgement.status, judgement.row.name
