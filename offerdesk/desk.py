"""The desk: a rule book at hand, offers in, decisions out, each logged before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from offerdesk.decision import Decision
from offerdesk.market import Found, Search
from offerdesk.offers import Offer, on_day, own_market, read_offer
from rules.book import BOOK, Book
from rules.case import Case, read_case
from rules.decision import Clerk, canonical_bytes, facts_of
from rules.errors import FailedWorld
from rules.judgement import Judge, judge_of
from rules.loader import book_from_texts, read_texts
from rules.parity import parity_run
from rules.source import Document
from warehouse.home import home
from warehouse.whole_file import write_whole

Texts = Mapping[str, str]
WITHOUT_LOG = "or decide without logging: --no-log (in Python: log=False)"


def decide(
    offer: Offer,
    *,
    market: str | None = None,
    book: Path | None = None,
    as_of: date | None = None,
    log: bool = True,
) -> Decision:
    """Decide one offer: accept, counter or walk away.

    Args:
        offer: Path of a YAML or JSON file, ``-`` for standard input, or the same as a mapping.
        market: Id of the market snapshot to use, when the offer brings no market of its own;
            the one in force when not given.
        book: Folder of another rule book.
        as_of: The day for which the question is asked, instead of the offer's own.
        log: Whether to remember the decision.

    Raises:
        UnusableCase: The offer cannot be judged as it stands; every fault is named.
        MalformedBook: The rule book cannot be used.
        FailedWorld: The market or the log cannot be relied on.
    """
    desk = Desk(book) if book else _standing_desk(home().root)
    return desk.decide(offer, market=market, as_of=as_of, log=log)


@lru_cache(maxsize=4)
def _standing_desk(_: Path) -> Desk:
    """The desk with the standard book, kept for the next call, once for each home."""
    return Desk()


class Desk:
    """A rule book made ready: make it once, decide many; safe from several threads.

    Args:
        book: Folder of the rule book, or the texts of its files by name; the one that comes with
            Offerdesk when not given.
        market_folder: Another market than the home's.

    Raises:
        MalformedBook: With every fault of the book.
    """

    def __init__(
        self, book: Path | Texts | None = None, *, market_folder: Path | None = None
    ) -> None:
        """Read and check the book."""
        self._judge, self._unkept = _load(BOOK if book is None else book)
        self._clerk = Clerk(self._judge)
        self._parity = parity_run(self._judge.book)
        self._market_folder = market_folder
        self._kept_in: set[Path] = set()

    @property
    def book(self) -> Book:
        """The rule book in use."""
        return self._judge.book

    def decide(
        self,
        offer: Offer,
        *,
        market: str | None = None,
        as_of: date | None = None,
        log: bool = True,
    ) -> Decision:
        """Decide one offer; see ``offerdesk.decide``."""
        case, found = self.read(offer, market=market, as_of=as_of)
        facts = facts_of(case)
        stated = canonical_bytes(facts)
        record = self._clerk.record(
            self._judge.judge(case),
            snapshot=found.snapshot,
            market_rows=found.market.get("rows", ()) if found.snapshot else (),
            facts=stated,
            parity=self._parity,
        )
        self._keep_cache()
        row_id = self._log(record, stated, found.market) if log else None
        return Decision(record, facts["facts"], row_id)

    @property
    def judge(self) -> Judge:
        """Who judges by the book."""
        return self._judge

    @property
    def clerk(self) -> Clerk:
        """Who writes the records."""
        return self._clerk

    def read(
        self, offer: Offer, *, market: str | None = None, as_of: date | None = None
    ) -> tuple[Case, Found]:
        """An offer as a case, and the market that was found for it; see ``offerdesk.decide``."""
        return self.case_of(on_day(read_offer(offer), as_of), market)

    def case_of(self, document: Document, snapshot: str | None = None) -> tuple[Case, Found]:
        """The same from a document that was read."""
        today, own = date.today(), own_market(document)
        search = Search(snapshot, self._market_folder)
        case = read_case(document, self.book, today=today, market=search if own is None else None)
        found = search.found
        if own is not None:
            unused = f"The offer brings its own market; snapshot {snapshot} was not used."
            found = Found(own, notice=unused if snapshot else None)
        undated = document.value.get("evaluation_date") is None
        said = [f"No evaluation_date is given; decided as of {today}."] if undated else []
        said += [found.notice] if found.notice else []
        return replace(case, notices=(*case.notices, *said)), found

    def _log(self, record: Mapping[str, Any], facts: bytes, market: Mapping[str, Any]) -> str:
        from warehouse.books import keep_book
        from warehouse.log import LogEntry, append
        from warehouse.retention import keep_to, retention

        entry = LogEntry(
            decision=canonical_bytes(record),
            facts=facts,
            market=canonical_bytes(market),
            **{name: record[name] for name in _PINNED},
        )
        try:
            if home().books not in self._kept_in:
                keep_book(self.book)
                self._kept_in.add(home().books)
            rule = retention()
            row_id = append(entry)
            if rule:
                keep_to(rule)
            return row_id
        except FailedWorld as problem:
            raise FailedWorld(
                [replace(f, next_step=_or_without(f.next_step)) for f in problem.faults]
            ) from problem

    def _keep_cache(self) -> None:
        """Keep the checked book for the next start; a home is never made by a refused offer."""
        while self._unkept:
            name, content = self._unkept.popitem()
            try:
                write_whole(home().cache / name, content)
            except OSError:
                return  # costs speed, not the decision


_PINNED = ("book", "snapshot", "facts_hash", "verdict", "status", "rule", "company", "role")


def _or_without(step: str) -> str:
    return f"{step}, {WITHOUT_LOG}" if step else WITHOUT_LOG


def _load(book: Path | Texts) -> tuple[Judge, dict[str, bytes]]:
    """The book made ready, and what is still to be kept in a cache that does not exist yet."""
    cache = home().cache
    if cache.is_dir():
        return _ready(book, cache), {}
    try:
        with TemporaryDirectory() as aside:
            judge = _ready(book, Path(aside))
            return judge, {path.name: path.read_bytes() for path in Path(aside).iterdir()}
    except OSError:
        return _ready(book, None), {}


def _ready(book: Path | Texts, cache: Path | None) -> Judge:
    texts = read_texts(book) if isinstance(book, Path) else book
    return judge_of(book_from_texts(texts, cache=cache), cache=cache)
