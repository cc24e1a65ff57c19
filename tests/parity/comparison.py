"""Many cases through every backend, a stretch at a time, on several processes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

from rules.case import Case
from rules.covering.changing import Changes
from rules.covering.conditions import decisions
from rules.decision import Clerk
from rules.errors import FailedWorld
from rules.judgement import Judge
from rules.loader import load_book
from rules.sql_book import query_of
from tests.parity.backends import Backend, Other, Row, by_judge, others
from tests.parity.covering import Covering

STRETCH = 4_000  # cases; planning the batch query takes seconds, running it next to nothing
MOST_TOLD = 20


@dataclass
class Outcome:
    """What came of a comparison.

    Attributes:
        cases: How many were compared.
        differences: How many columns differed, or were refused; ``told`` are the first of them.
        rules: How often each row of the book decided.
        digest: SHA-256 of every column of every case, in order.
    """

    cases: int = 0
    differences: int = 0
    told: list[str] = field(default_factory=list)
    rules: Counter[str] = field(default_factory=Counter)
    digest: str = ""


class Comparison:
    """Backends that are made once and compared stretch by stretch.

    Args:
        judge: The backend that all others are held against.
        others: By name.
    """

    def __init__(self, judge: Backend, others: Mapping[str, Other]) -> None:
        self.judge, self.others = judge, others

    def run(self, cases: Sequence[Case], first: int = 0) -> Outcome:
        """Compare cases; ``first`` is the number of the first of them."""
        found = Outcome(len(cases))
        rows = list(self._judged(cases, first, found))
        for name, other in self.others.items():
            for number, (ours, theirs) in enumerate(zip(rows, other.run(cases), strict=True)):
                for column in (c for c, v in ours.items() if not other.same(v, theirs[c])):
                    found.differences += 1
                    pair = f"{ours[column]!r} by the judge, {theirs[column]!r} by {name}"
                    found.told.append(f"case {first + number}, {column}: {pair}")
        found.told = found.told[:MOST_TOLD]
        found.rules.update(row["rule"] for row in rows if row)
        found.digest = digest(rows)
        return found

    def _judged(self, cases: Sequence[Case], first: int, found: Outcome) -> Iterator[Row]:
        """The judge's rows; an empty one where its two backends disagree, or one refuses."""
        for number, case in enumerate(cases, first):
            try:
                (row,) = self.judge([case])
            except FailedWorld as failed:
                found.differences += 1
                found.told.append(f"case {number}: {failed}")
                row = {}
            yield row


def digest(rows: Sequence[Row]) -> str:
    """SHA-256 over the columns of rows in order; a number counts by its bits."""
    found = hashlib.sha256()
    for row in rows:
        told = [one.hex() if isinstance(one, float) else repr(one) for one in row.values()]
        found.update("\x1f".join(told).encode() + b"\x1e")
    return found.hexdigest()


def compared(covering: Covering, cases: int, seed: int, processes: int) -> Outcome:
    """Compare all backends on a number of offers, which covering ones begin."""
    starts = range(0, cases, STRETCH)
    stretches = [(start, min(start + STRETCH, cases)) for start in starts]
    with ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=_prepare, initargs=(covering, seed)
    ) as pool:
        return _summed(list(pool.map(_compare, stretches)))


def _summed(parts: Sequence[Outcome]) -> Outcome:
    found = Outcome()
    for part in parts:
        found.cases += part.cases
        found.differences += part.differences
        found.told += part.told[: MOST_TOLD - len(found.told)]
        found.rules += part.rules
    found.digest = hashlib.sha256("".join(part.digest for part in parts).encode()).hexdigest()
    return found


_WORK: dict[str, Any] = {}  # of this process


def _prepare(covering: Covering, seed: int) -> None:
    book = load_book()
    judge, query = Judge(book), query_of(book)
    comparison = Comparison(by_judge(query, judge, Clerk(judge)), others(book, query))
    changes = Changes(book, decisions(book))
    _WORK.update(comparison=comparison, changes=changes, covering=covering, seed=seed)


def _compare(stretch: tuple[int, int]) -> Outcome:
    covering, changes, seed = _WORK["covering"], _WORK["changes"], _WORK["seed"]
    cases = [covering.offer(changes, number, seed) for number in range(*stretch)]
    found: Outcome = _WORK["comparison"].run(cases, stretch[0])
    return found
