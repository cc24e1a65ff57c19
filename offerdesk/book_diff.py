"""What a change to the book does: to its entries, over many offers, and to logged decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from offerdesk.backtest import backtest
from offerdesk.causes import Causes
from offerdesk.editions import Edition
from offerdesk.other_inputs import OtherBook
from offerdesk.replay import recalled
from offerdesk.tried import Tried, is_held
from rules.book import BOOK, Book
from rules.case import Case
from rules.decision import canonical_bytes, facts_of
from rules.errors import OfferdeskError
from rules.judgement import Judge
from rules.revision.changes import DECIDES, Change, changes
from rules.revision.difference import Difference, difference
from rules.revision.edges import Editions
from rules.revision.reach import ASKS, VERDICT, reaches
from rules.worked.reading import WorkedCase, read_cases
from rules.worked.trying import Trial
from warehouse.log import LogRow, rows
from warehouse.verification import verify_redacted

MOST_LOGGED = 2_000  # logged offers that others are made like
Progress = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class BookDiff:
    """Two editions of a book side by side.

    Attributes:
        changes: What differs, and ``reach`` what each can reach.
        difference: Where verdicts differ; None where nothing that could was changed.
        known: How many offers others were made like.
        logged: Logged decisions under both; empty where none were tried.
        redacted: Logged decisions that have no facts left to judge.
    """

    old: Edition
    new: Edition
    changes: Sequence[Change]
    reach: Mapping[str, tuple[str, ...]]
    difference: Difference | None
    known: int
    logged: Sequence[Tried]
    redacted: int = 0

    def is_held(self, level: str) -> bool:
        """Whether something changed that must not: ``verdict``, ``asks`` or ``any`` thing."""
        if level == "any":
            return bool(self.changes)
        found = self.difference
        flips = found.flips if found else 0
        asks = found.asks if found and level == "asks" else 0
        return bool(flips or asks) or is_held(self.logged, level)


def diff(
    old: Edition,
    new: Edition,
    *,
    tried: int,
    with_log: bool = False,
    seed: int = 1,
    progress: Progress = lambda _: None,
) -> BookDiff:
    """Compare two editions.

    Args:
        old: The book as it was.
        new: The book as it is to be.
        tried: How many offers to make, to see where verdicts differ.
        with_log: Whether to try the decisions of the home's log on both.
        seed: Of everything left to chance.
        progress: Is told what is being done.
    """
    found = changes(old.book, new.book)
    reach = reaches(found, old.book, new.book)
    if not any(one.effect == DECIDES for one in found):
        return BookDiff(old, new, found, reach, None, 0, ())
    judge = Judge(old.book)
    known = known_offers(old, new, Trial(old.book, judge), rows() if with_log else ())
    where = None
    if any({VERDICT, ASKS} & set(parts) for parts in reach.values()):
        editions = Editions(old.book, new.book, judge)
        where = difference(editions, found, known, tried=tried, seed=seed, progress=progress)
    if not with_log:
        return BookDiff(old, new, found, reach, where, len(known), ())
    progress("trying the logged decisions")
    again = backtest(partial(OtherBook, new.book, old.book))
    logged = list(Causes(new.book, old.book).traced(again))
    gone = verify_redacted().redacted
    return BookDiff(old, new, found, reach, where, len(known), logged, gone)


def known_offers(old: Edition, new: Edition, trial: Trial, rows: Iterable[LogRow]) -> list[Case]:
    """The offers of the cases beside both books, and logged ones; the plain one comes first."""
    folders = dict.fromkeys(one.folder for one in (old, new) if one.folder)
    found = [case for folder in folders for case in _worked(folder, trial)]
    found = found or list(_worked(BOOK, trial))
    different: dict[bytes, Case] = {}
    for case in found:
        different.setdefault(canonical_bytes(facts_of(case)), case)
    return [*different.values(), *_logged(rows, trial.book)]


def _worked(folder: Path, trial: Trial) -> list[Case]:
    """The starts and the offers of the cases beside a book that it can read."""
    cases = read_cases(folder)
    starts = [
        WorkedCase(name, f"{name}:1", dict(raw), {}) for name, raw in cases.starts.offers.items()
    ]
    found = []
    for one in (*starts, *cases.worked):
        try:
            found.append(trial.case(one))
        except OfferdeskError:
            continue
    return found


def _logged(rows: Iterable[LogRow], book: Book) -> Iterable[Case]:
    return [recalled(row, book)[0] for row in islice(rows, MOST_LOGGED)]
