"""Which single change of a book brings another verdict about, found by making it alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from offerdesk.log_parts import Tell
from offerdesk.replay import recalled
from offerdesk.tried import Outcome, Tried
from rules.book import Book
from rules.errors import OfferdeskError
from rules.judgement import Judge
from rules.revision.alone import with_change
from rules.revision.changes import DECIDES, Change, changes
from warehouse.books import read_book
from warehouse.log import LogRow, read

MOST_CHANGES = 24  # with more, trying each alone takes too long to be worth it
MOST_FLIPS = 500


@dataclass(frozen=True, slots=True)
class _Edition:
    """The changes from a book that decisions were made by.

    Attributes:
        alone: Each change that can be made alone, with a judge by whom it is.
        untried: Why some were not, or none; empty where each was.
    """

    alone: Sequence[tuple[Change, Judge]]
    untried: str = ""


class Causes:
    """Finds causes; a book with one change is made once and kept.

    Args:
        new: The changed book.
        old: The book that was changed; that of each decision when not given.
    """

    def __init__(self, new: Book, old: Book | None = None) -> None:
        self._new, self._old = new, old
        self._editions: dict[str, _Edition] = {}

    def traced(
        self, tried: Sequence[Tried], tell: Tell = lambda _, __, ___: None
    ) -> Iterator[Tried]:
        """The same decisions, those of which the verdict flips with what brings that about.

        The first flips are traced, as many as are worth it; the others say that they are not.

        Args:
            tried: What came of a backtest of the home's log by the changed book.
            tell: Is told how far it is.
        """
        flips = min(MOST_FLIPS, sum(one.kind == "verdict" for one in tried))
        done = 0
        for one in tried:
            if one.kind != "verdict":
                yield one
            elif done == flips:
                yield replace(one, untried=f"only the first {MOST_FLIPS:,} are traced")
            else:
                yield self._traced(one)
                done += 1
                tell("causes", done, flips)

    def _traced(self, one: Tried) -> Tried:
        row, after = read(one.id), one.after
        edition = self._edition(self._old.hash if self._old else row.entry.book)
        causes = [change.told for change, judge in edition.alone if _gives(row, judge, after)]
        return replace(one, causes=tuple(causes), untried=edition.untried)

    def _edition(self, book_hash: str) -> _Edition:
        if book_hash not in self._editions:
            self._editions[book_hash] = self._made(book_hash)
        return self._editions[book_hash]

    def _made(self, book_hash: str) -> _Edition:
        try:
            old = self._old or read_book(book_hash)
        except OfferdeskError:
            return _Edition((), "the book that decided is not kept")
        deciding = [one for one in changes(old, self._new) if one.effect == DECIDES]
        if len(deciding) > MOST_CHANGES:
            told = (
                f"{len(deciding)} changes decide; of more than {MOST_CHANGES} none is tried alone"
            )
            return _Edition((), told)
        books = [(one, with_change(old, self._new, one)) for one in deciding]
        alone = [(one, Judge(book)) for one, book in books if book is not None]
        left = len(books) - len(alone)
        return _Edition(alone, f"{left} of {len(books)} changes cannot be made alone" * bool(left))


def _gives(row: LogRow, judge: Judge, after: Outcome | None) -> Any:
    try:
        judgement = judge.judge(recalled(row, judge.book)[0])
    except OfferdeskError:
        return False
    return after is not None and (judgement.verdict, judgement.status) == after[:2]
