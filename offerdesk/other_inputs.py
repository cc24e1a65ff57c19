"""Another book, or another market, that judges logged offers again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from offerdesk.market import Search
from offerdesk.replay import judge_and_clerk, judged_again, recalled
from offerdesk.tried import Outcome
from pipelines.gate import cells
from rules.book import Book
from rules.decision import Clerk, canonical_bytes
from rules.errors import OfferdeskError
from rules.judgement import Judge, Judgement
from rules.other_market import with_market
from warehouse.log import LogRow
from warehouse.market import nothing_found

THE_BOOK, THE_MARKET = "the book", "the market"
_OF_THE_RUN = ("book", "parity")  # what no person was told
_OF_THE_MARKET = ("snapshot", "market", "facts_hash", "notices")
_NO_MARKET = nothing_found()
Raw = Mapping[str, Any]


def logged(row: LogRow) -> Raw:
    """What was concluded, as it was logged."""
    found: Raw = orjson.loads(row.entry.decision)
    return found


def _plain(record: Raw) -> Raw:
    """As it would be logged."""
    found: Raw = orjson.loads(canonical_bytes(record))
    return found


class OwnMarket(Exception):
    """The offer brought its own market; a snapshot has nothing to do with it."""


class OtherBook:
    """Judges logged offers by another book, in the market that was logged.

    Args:
        book: The other book.
        old: What it is compared with; the book of each decision when not given.
    """

    ignored = _OF_THE_RUN

    def __init__(self, book: Book, old: Book | None = None) -> None:
        self._now = _ready(book)
        self._before = _ready(old) if old else None

    def before(self, row: LogRow) -> Raw:
        """What it is compared with: what was logged, or what the old book says now."""
        if self._before is None or row.entry.book == self._before[0].book.hash:
            return logged(row)
        return _plain(judged_again(row, *self._before).record)

    def record(self, row: LogRow) -> Raw:
        """What the book concludes."""
        return _plain(judged_again(row, *self._now).record)

    def causes(self, row: LogRow, after: Outcome) -> tuple[str, ...]:
        """Nothing: which of its changes counts is looked for when all are judged."""
        return ()

    def market_rows(self, row: LogRow) -> tuple[str, ...]:
        """Nothing: the market is the same."""
        return ()


class OtherMarket:
    """Judges logged offers with their market looked up anew, in another snapshot.

    Args:
        snapshot: Its id.
        book: Another book as well; that of each decision when not given.
    """

    ignored = (*_OF_THE_RUN, *_OF_THE_MARKET)

    def __init__(self, snapshot: str, book: Book | None = None) -> None:
        self._snapshot = snapshot
        self._own = _ready(book) if book else None
        self._found: tuple[str, Raw] = ("", _NO_MARKET)

    def before(self, row: LogRow) -> Raw:
        """What was logged."""
        return logged(row)

    def record(self, row: LogRow) -> Raw:
        """What is concluded in the other market.

        Raises:
            OwnMarket: The offer brought its own.
        """
        if row.entry.snapshot is None:
            raise OwnMarket
        judge, clerk = self._own or judge_and_clerk(row.entry.book)
        case, known, _ = recalled(row, judge.book)
        search = Search(self._snapshot)
        market = search(case.facts)
        self._found = row.id, market
        record = clerk.record(
            judge.judge(with_market(case, market, judge.book)),
            snapshot=search.found.snapshot,
            market_rows=market.get("rows", ()),
            parity=known.get("parity"),
        )
        return _plain(record)

    def causes(self, row: LogRow, after: Outcome) -> tuple[str, ...]:
        """Whether the book or the market alone gives the same verdict and status."""
        if self._own is None:
            return (THE_MARKET,)
        alone = {THE_BOOK: self._by_the_book, THE_MARKET: self._in_the_market}
        return tuple(name for name, judged in alone.items() if _gives(judged, row, after))

    def _by_the_book(self, row: LogRow) -> Judgement:
        assert self._own is not None
        judge, _ = self._own
        return judge.judge(recalled(row, judge.book)[0])

    def _in_the_market(self, row: LogRow) -> Judgement:
        judge, _ = judge_and_clerk(row.entry.book)
        case = recalled(row, judge.book)[0]
        return judge.judge(with_market(case, self._market_of(row), judge.book))

    def _market_of(self, row: LogRow) -> Raw:
        assert self._found[0] == row.id
        return self._found[1]

    def market_rows(self, row: LogRow) -> tuple[str, ...]:
        """The market rows that differ."""
        before = {**_NO_MARKET, **orjson.loads(row.entry.market)}
        return tuple(cells(before, {**_NO_MARKET, **self._market_of(row)}))


def _ready(book: Book) -> tuple[Judge, Clerk]:
    judge = Judge(book)
    return judge, Clerk(judge)


def _gives(judged: Any, row: LogRow, after: Outcome) -> bool:
    try:
        judgement: Judgement = judged(row)
    except OfferdeskError:
        return False
    return (judgement.verdict, judgement.status) == after[:2]
