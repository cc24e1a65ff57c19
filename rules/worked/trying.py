"""Worked cases tried on a book: what each gives, and where that is not what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rules.book import Book
from rules.case import Case, read_case
from rules.decision import Clerk, Record
from rules.errors import OfferdeskError
from rules.judgement import Judge, Judgement
from rules.source import Document
from rules.worked.expecting import Miss, misses
from rules.worked.reading import WorkedCase
from rules.worked.stating import stated_entries, stated_facts

DAY = date(2026, 3, 2)  # of a case that names none


@dataclass(frozen=True, slots=True)
class Tried:
    """A worked case and what came of it.

    Attributes:
        case: What the book read of it; None where the offer was refused.
        judgement, record: What was concluded; None where it was refused.
        refusal: Why, in one sentence.
    """

    worked: WorkedCase
    case: Case | None
    judgement: Judgement | None
    record: Record | None
    misses: tuple[Miss, ...]
    refusal: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything came out as the case expects."""
        return not self.misses


class Trial:
    """A book made ready to try cases on."""

    def __init__(self, book: Book, judge: Judge | None = None) -> None:
        self.book = book
        self.judge = judge or Judge(book)
        self.clerk = Clerk(self.judge)

    def run(
        self, worked: Iterable[WorkedCase], progress: Callable[[int], Any] = lambda _: None
    ) -> Iterator[Tried]:
        """Try each case; ``progress`` is told how many are done."""
        for done, one in enumerate(worked, 1):
            yield self.tried(one)
            progress(done)

    def tried(self, worked: WorkedCase) -> Tried:
        """Try one case."""
        try:
            case = self.case(worked)
            judgement = self.judge.judge(case)
        except OfferdeskError as problem:
            return _refused(worked, problem)
        record = self.clerk.record(judgement)
        found = tuple(misses(record, worked.expect, self.book))
        return Tried(worked, case, judgement, record, found)

    def case(self, worked: WorkedCase) -> Case:
        """The case as the book reads it.

        Raises:
            UnusableCase: As ``rules.case.read_case``.
        """
        place = worked.place.rpartition(":")[0]
        case = read_case(Document(worked.raw, {}, place), self.book, today=DAY)
        if not (worked.facts or worked.entries):
            return case
        facts = stated_facts(worked.facts, self.book, worked.place)
        entries = stated_entries(worked.entries, self.book, worked.place)
        return replace(case, facts={**case.facts, **facts}, entries={**case.entries, **entries})


def _refused(worked: WorkedCase, problem: OfferdeskError) -> Tried:
    fault = problem.faults[0]
    wanted = worked.expect.get("refused")
    said = f"refused: {fault}"
    path = ("refused",) if wanted else ()
    miss = Miss(path, f"refused: {wanted}" if wanted else "a decision", said)
    found = () if wanted == fault.code else (miss,)
    return Tried(worked, None, None, None, found, said)
