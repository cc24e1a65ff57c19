"""What another book, or another market, would have said of the decisions that are in the log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from offerdesk.causes import Causes
from offerdesk.market import Search
from offerdesk.replay import judge_and_clerk, judged_again, recalled
from pipelines.gate import cells
from rules.book import Book
from rules.decision import ASKED_PARTS, Clerk, canonical_bytes
from rules.errors import OfferdeskError
from rules.judgement import Judge
from rules.other_market import with_market
from warehouse.log import LogRow

KINDS = ("verdict", "asks", "words", "same", "refused", "own_market")
_OF_THE_RUN = ("book", "parity")  # what no person was told
_OF_THE_MARKET = ("snapshot", "market", "facts_hash", "notices")
Outcome = tuple[str, str, str]
Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tried:
    """A logged decision beside what another book or market makes of it.

    Attributes:
        kind: What differs: ``verdict`` (or its status), ``asks``, only the ``words`` and reasons,
            nothing (``same``); or the facts are ``refused`` by the other book, or brought their
            ``own_market``, so that no snapshot changes them.
        before, after: Verdict, status and row; None where nothing was decided.
        asked, asks: What is asked for over four years, before and after [the offer's currency].
        causes: For another verdict the changes each of which alone brings it about; for another
            market the market rows that differ.
    """

    id: str
    company: str | None
    role: str | None
    currency: str | None
    kind: str
    before: Outcome
    after: Outcome | None
    asked: float | None
    asks: float | None
    found: str = ""
    causes: tuple[str, ...] = ()


class _Again:
    """A book that judges logged offers again."""

    def __init__(self, book: Book) -> None:
        self._judge = Judge(book)
        self._clerk = Clerk(self._judge)

    def record(self, row: LogRow) -> Raw:
        """What it concludes, as it would be logged."""
        found: Raw = json.loads(canonical_bytes(judged_again(row, self._judge, self._clerk).record))
        return found


def _logged(row: LogRow) -> Raw:
    found: Raw = json.loads(row.entry.decision)
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
        self._now = _Again(book)
        self._causes = Causes(book, old)
        self._old = old
        self._before = _Again(old) if old else None

    def before(self, row: LogRow) -> Raw:
        """What it is compared with: what was logged, or what the old book says now."""
        if self._old is None or self._before is None or row.entry.book == self._old.hash:
            return _logged(row)
        return self._before.record(row)

    def record(self, row: LogRow) -> Raw:
        """What the book concludes."""
        return self._now.record(row)

    def causes(self, row: LogRow, after: Outcome) -> tuple[str, ...]:
        """The changes each of which alone gives the same outcome."""
        return self._causes.of(row, after)


class OtherMarket:
    """Judges logged offers with their market looked up anew, in another snapshot.

    Args:
        snapshot: Its id.
        book: Another book as well; that of each decision when not given.
    """

    ignored = (*_OF_THE_RUN, *_OF_THE_MARKET)

    def __init__(self, snapshot: str, book: Book | None = None) -> None:
        self._snapshot = snapshot
        judge = Judge(book) if book else None
        self._own = (judge, Clerk(judge)) if judge else None
        self._found: tuple[str, Raw] = ("", {})

    def before(self, row: LogRow) -> Raw:
        """What was logged."""
        return _logged(row)

    def record(self, row: LogRow) -> Raw:
        """What is concluded in the other market.

        Raises:
            OwnMarket: The offer brought its own.
        """
        if row.entry.snapshot is None:
            raise OwnMarket
        judge, clerk = self._own or judge_and_clerk(row.entry.book)
        case, logged, _ = recalled(row, judge.book)
        search = Search(self._snapshot)
        market = search(case.facts)
        self._found = row.id, market
        judgement = judge.judge(with_market(case, market, judge.book))
        record = clerk.record(
            judgement,
            snapshot=search.found.snapshot,
            market_rows=market.get("rows", ()),
            parity=logged.get("parity"),
        )
        found: Raw = json.loads(canonical_bytes(record))
        return found

    def causes(self, row: LogRow, after: Outcome) -> tuple[str, ...]:
        """The market rows that differ."""
        id, market = self._found
        empty: dict[str, Any] = {
            "guide": None,
            "percentiles": [],
            "oews_wage_levels": None,
            "fx": {},
            "rows": [],
        }
        empty["vest_registry"] = None
        if id != row.id:
            return ()
        return tuple(cells({**empty, **json.loads(row.entry.market)}, {**empty, **market}))


def backtest(
    rows: Iterable[LogRow],
    by: OtherBook | OtherMarket,
    progress: Callable[[int], Any] = lambda _: None,
) -> Iterator[Tried]:
    """Judge every logged decision again.

    Args:
        rows: Of the log; the facts are those that were logged.
        by: What is other than it was.
        progress: Is told how many are done.

    Raises:
        FailedWorld: ``log-row-unreadable``.
    """
    for done, row in enumerate(rows, 1):
        yield _tried(row, by)
        progress(done)


def _tried(row: LogRow, by: OtherBook | OtherMarket) -> Tried:
    logged, entry = _logged(row), row.entry
    base = Tried(
        id=row.id,
        company=entry.company,
        role=entry.role,
        currency=logged.get("currency"),
        kind="refused",
        before=(entry.verdict, entry.status, entry.rule),
        after=None,
        asked=None,
        asks=None,
    )
    try:
        before, again = by.before(row), by.record(row)
    except OwnMarket:
        return replace(base, kind="own_market")
    except OfferdeskError as problem:
        return replace(base, found=str(problem.faults[0]))
    kind, after = _kind(before, again, by.ignored), _outcome(again)
    return replace(
        base,
        kind=kind,
        before=_outcome(before),
        after=after,
        asked=before["derived"].get("ask_value_4y"),
        asks=again["derived"].get("ask_value_4y"),
        causes=by.causes(row, after) if kind == "verdict" else (),
    )


def _outcome(record: Raw) -> Outcome:
    return record["verdict"], record["status"], record["rule"]


def _kind(logged: Raw, now: Raw, ignored: Iterable[str]) -> str:
    if _outcome(logged)[:2] != _outcome(now)[:2]:
        return "verdict"
    if _asks(logged) != _asks(now):
        return "asks"
    aside = dict.fromkeys(ignored)
    return "same" if {**logged, **aside} == {**now, **aside} else "words"


def _asks(record: Raw) -> dict[str, list[Any]]:
    return {name: [ask[part] for part in ASKED_PARTS] for name, ask in record["ask"].items()}


def counted(tried: Iterable[Tried]) -> Counter[str]:
    """How many decisions of each kind."""
    return Counter(one.kind for one in tried)


def is_held(tried: Iterable[Tried], level: str) -> bool:
    """Whether anything changed that must not: a verdict, an ask, or anything at all."""
    counts = counted(tried)
    levels = {"verdict": ("verdict", "refused"), "asks": ("verdict", "refused", "asks")}
    return any(counts[kind] for kind in levels.get(level, ("verdict", "refused", "asks", "words")))
