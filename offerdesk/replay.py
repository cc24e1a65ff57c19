"""A logged decision made again: the same book, facts and market must give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson

from offerdesk.decision import Decision
from rules.book import Book
from rules.case import Case
from rules.decision import Clerk, canonical_bytes
from rules.errors import FailedWorld, Fault, OfferdeskError
from rules.judgement import Judge, Judgement
from rules.recall import recalled_case
from warehouse.books import read_book
from warehouse.home import home
from warehouse.log import LogRow

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Replayed:
    """A decision beside what the same inputs give now.

    Attributes:
        row: What was logged.
        record: What is concluded now.
        judgement: How it is concluded.
    """

    row: LogRow
    record: Raw
    judgement: Judgement
    book: Book

    @property
    def is_same(self) -> bool:
        """Whether both are the same, byte for byte."""
        return canonical_bytes(self.record) == self.row.entry.decision

    def check(self) -> None:
        """Insist on it.

        Raises:
            FailedWorld: ``replay-differs``, with the first place that does.
        """
        if not self.is_same:
            raise FailedWorld(_difference(self))


def replay_row(row: LogRow) -> Replayed:
    """Judge the facts of a logged decision again, by the book that it was made by.

    What the door said (the notices), the ids of market rows and that of the run which compared the
    backends are taken as logged; every figure, signal, row, ask and sentence is worked out anew.

    Raises:
        FailedWorld: ``book-not-kept``, ``book-hash-mismatch`` or ``log-row-unreadable``.
    """
    judge, clerk = judge_and_clerk(row.entry.book)
    return judged_again(row, judge, clerk)


def judged_again(row: LogRow, judge: Judge, clerk: Clerk) -> Replayed:
    """The facts of a logged decision, judged by any book.

    Raises:
        FailedWorld: ``log-row-unreadable``.
        OfferdeskError: That book refuses the facts.
    """
    case, logged, market = recalled(row, judge.book)
    judgement = judge.judge(case)
    record = clerk.record(
        judgement,
        snapshot=row.entry.snapshot,
        market_rows=market.get("rows", ()) if row.entry.snapshot else (),
        # Another book may not know all of the facts, and then judges others.
        facts=row.entry.facts if judge.book.hash == row.entry.book else None,
        parity=logged.get("parity"),
    )
    return Replayed(row, record, judgement, judge.book)


def recalled(row: LogRow, book: Book) -> tuple[Case, Raw, Raw]:
    """The case of a logged decision as a book reads it; the record and the market that were logged.

    Raises:
        FailedWorld: ``log-row-unreadable``.
    """
    try:
        logged, market = orjson.loads(row.entry.decision), orjson.loads(row.entry.market)
        return recalled_case(orjson.loads(row.entry.facts), book, logged["notices"]), logged, market
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise FailedWorld(_unreadable(row, problem)) from problem


def judge_and_clerk(book_hash: str) -> tuple[Judge, Clerk]:
    """Those of a kept book; made once.

    Raises:
        FailedWorld: ``book-not-kept``, ``book-hash-mismatch`` or ``book-other-version``.
    """
    return _ready(book_hash, str(home().root))


@lru_cache(maxsize=8)
def _ready(book_hash: str, _: str) -> tuple[Judge, Clerk]:
    """The judge and clerk of a kept book, once for each book and home."""
    cache = home().cache
    judge = Judge(read_book(book_hash, cache=cache if cache.is_dir() else None))
    return judge, Clerk(judge)


def _unreadable(row: LogRow, problem: Exception) -> Fault:
    step = "`offerdesk log verify` tells whether the log was altered"
    found = f"{type(problem).__name__}: {problem}"
    return Fault("log-row-unreadable", f"decision {row.id}", found, "", step)


def _difference(replayed: Replayed) -> Fault:
    logged = json.loads(replayed.row.entry.decision)
    now = json.loads(canonical_bytes(replayed.record))
    path, before, after = next(_differences(logged, now, ()), ((), "other bytes", "these bytes"))
    place = f"decision {replayed.row.id}, {'.'.join(map(str, path)) or 'the record'}"
    step = "another version of Offerdesk may have logged it; `offerdesk log verify` checks the log"
    return Fault("replay-differs", place, f"{after}", f"{before}, as logged", step)


def _differences(a: Any, b: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, Any, Any]]:
    if isinstance(a, dict) and isinstance(b, dict):
        for key in [*a, *(key for key in b if key not in a)]:
            yield from _differences(a.get(key, "nothing"), b.get(key, "nothing"), (*path, key))
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for index, (one, other) in enumerate(zip(a, b, strict=True)):
            yield from _differences(one, other, (*path, index))
    elif a != b:
        yield path, a, b


def faults_of(row: LogRow) -> Iterator[Fault]:
    """What is wrong with a logged decision, each fault with its id."""
    try:
        replay_row(row).check()
    except OfferdeskError as problem:
        for fault in problem.faults:
            named = row.id in fault.place
            yield fault if named else replace(fault, place=f"decision {row.id}, {fault.place}")


def as_logged(row: LogRow) -> Decision:
    """A logged decision as it was given, without judging anything.

    Raises:
        FailedWorld: ``log-row-unreadable``.
    """
    try:
        record = json.loads(row.entry.decision)
        return Decision(record, json.loads(row.entry.facts)["facts"], row.id)
    except (ValueError, TypeError, KeyError) as problem:
        raise FailedWorld(_unreadable(row, problem)) from problem
