"""A logged decision made again: the same book, facts and market must give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

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
    return judged_again(row, *ready(row))


def judged_again(row: LogRow, judge: Judge, clerk: Clerk) -> Replayed:
    """The facts of a logged decision, judged by any book.

    Raises:
        FailedWorld: ``log-row-unreadable``.
        OfferdeskError: That book refuses the facts.
    """
    case, logged = recalled(row, judge.book)
    market = json.loads(row.entry.market)
    judgement = judge.judge(case)
    record = clerk.record(
        judgement,
        snapshot=row.entry.snapshot,
        market_rows=market.get("rows", ()) if row.entry.snapshot else (),
        parity=logged.get("parity"),
    )
    return Replayed(row, record, judgement, judge.book)


def recalled(row: LogRow, book: Book) -> tuple[Case, Raw]:
    """The case of a logged decision as a book reads it, and the record that was logged.

    Raises:
        FailedWorld: ``log-row-unreadable``.
    """
    try:
        logged = json.loads(row.entry.decision)
        json.loads(row.entry.market)
        return recalled_case(json.loads(row.entry.facts), book, logged["notices"]), logged
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise FailedWorld(_unreadable(row, problem)) from problem


def ready(row: LogRow) -> tuple[Judge, Clerk]:
    """The judge and clerk of the book that a decision was made by."""
    return _ready(row.entry.book, str(home().root))


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


def replay_all(rows: Iterable[LogRow], show: Callable[[str], Any]) -> None:
    """Replay one decision after the other, a line for each.

    Raises:
        FailedWorld: When all are done, with a fault for each that differs or cannot be replayed.
    """
    faults: list[Fault] = []
    count = 0
    for row in rows:
        found = list(_faults(row))
        told = _outcome(found)
        show(f"{row.id}  {row.entry.verdict:<9}  {row.entry.rule:<4}  {told}")
        faults += found
        count += 1
    if faults:
        raise FailedWorld(faults)
    show(f"{count} replayed, every one the same byte for byte." if count else "Nothing is logged.")


def _outcome(faults: Sequence[Fault]) -> str:
    if not faults:
        return "same bytes"
    return "DIFFERS" if faults[0].code == "replay-differs" else "cannot be replayed"


def _faults(row: LogRow) -> Iterator[Fault]:
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
