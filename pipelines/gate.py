"""The last question before a publish: which open offers would the new market decide otherwise?

Every open offer is judged twice, in the market in force and in the draft, by the same book and
for the same day, so that nothing but the market can make a difference.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rules.book import BOOK, Book
from rules.case import Case, read_case
from rules.errors import OfferdeskError
from rules.judgement import Judge
from rules.loader import load_book
from rules.other_market import with_market
from rules.recall import recalled_case
from rules.source import read_document
from warehouse.cards import KeptCards, TableCards
from warehouse.log import rows as logged_rows
from warehouse.market import market_of

BUDGET = 0.05  # [fraction of the open offers] verdicts that may flip before a person has to look
Market = Mapping[str, Any]
DAYS_OPEN = 60  # [days] an offer without a deadline stays open, from when it was asked about


@dataclass(frozen=True, slots=True)
class OpenOffer:
    """An offer that somebody may still answer: its name and its case."""

    name: str
    case: Case


@dataclass(frozen=True, slots=True)
class Flip:
    """An offer that the new market decides otherwise.

    Attributes:
        offer: Id in the decision log, or name of the example.
        before: Verdict and status in the market in force; ``after``: in the new one.
        cells: The market rows that were used and differ, with what stands there.
    """

    offer: str
    company: str
    role: str
    before: str
    after: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate found.

    Attributes:
        rescored: Open offers that a market was found for in force.
        flips: Those that would be decided otherwise.
        allowed: How many may, at most.
    """

    rescored: int = 0
    flips: tuple[Flip, ...] = ()
    allowed: int = 0

    @property
    def holds(self) -> bool:
        """Whether the new market has to wait for a person."""
        return len(self.flips) > self.allowed

    def cells(self) -> list[tuple[str, int]]:
        """The market rows behind the flips, those behind most of them first."""
        return Counter(cell for flip in self.flips for cell in flip.cells).most_common()

    def as_record(self) -> dict[str, Any]:
        """As plain values."""
        return {**asdict(self), "holds": self.holds}


def gate(
    before: KeptCards | TableCards,
    after: KeptCards | TableCards,
    offers: Iterable[OpenOffer],
    *,
    book: Book | None = None,
    budget: float = BUDGET,
) -> GateReport:
    """Judge every open offer in both markets.

    Args:
        before: The market in force.
        after: The draft.
        offers: Which.
        book: The rule book; the standard one when not given.
        budget: Fraction of the offers whose verdict may flip.
    """
    judge = Judge(book or load_book(BOOK))
    flips: list[Flip] = []
    rescored = 0
    for offer in offers:
        old, new = market_of(before, offer.case.facts), market_of(after, offer.case.facts)
        if not old["rows"]:  # what was not in the market before cannot have been spoilt
            continue
        rescored += 1
        flips += _flip(judge, offer, old, new) if old != new else ()
    return GateReport(rescored, tuple(flips), int(budget * rescored))


def _flip(judge: Judge, offer: OpenOffer, old: Market, new: Market) -> Iterator[Flip]:
    before, after = (_decided(judge, offer.case, market) for market in (old, new))
    if before != after:
        company, role = (str(offer.case.facts[name] or "") for name in ("company", "role_title"))
        yield Flip(offer.name, company, role, before, after, tuple(cells(old, new)))


def _decided(judge: Judge, case: Case, market: Market) -> str:
    try:
        judgement = judge.judge(with_market(case, market, judge.book))
    except OfferdeskError as error:
        return error.faults[0].code
    return f"{judgement.verdict} ({judgement.status})"


def cells(old: Market, new: Market) -> Iterator[str]:
    """The parts of the market object that differ, each with the row that it comes from."""
    rows = {row["mart"]: row["row_id"] for market in (old, new) for row in market["rows"]}
    for name in dict.fromkeys([*(old["guide"] or {}), *(new["guide"] or {})]):
        was, now = ((market["guide"] or {}).get(name) for market in (old, new))
        if was != now:
            mart = name if name in rows else "band"
            yield f"{mart} {rows.get(mart, '')}: {name} {_plain(was)} -> {_plain(now)}"
    for name in ("percentiles", "oews_wage_levels", "fx", "vest_registry"):
        if old[name] != new[name]:
            yield f"{name}: {_plain(old[name])} -> {_plain(new[name])}"


def _plain(value: object) -> str:
    return "nothing" if value in (None, [], {}) else json.dumps(value, default=str)


def open_offers(book: Book, today: date, log_file: Path | None = None) -> Iterator[OpenOffer]:
    """The offers of the decision log that are open, each in its latest decision.

    An offer is open until its deadline; one without a deadline for ``DAYS_OPEN`` days from the
    day that it was last asked about.  Offers that brought their own market are left out.
    """
    latest: dict[tuple[object, ...], OpenOffer] = {}
    for row in logged_rows(log_file):
        if row.entry.snapshot is None:
            continue
        try:
            case = recalled_case(json.loads(row.entry.facts), book)
        except (KeyError, TypeError, ValueError):  # of a book with other facts
            continue
        if _is_open(case, today):
            latest[row.entry.company, row.entry.role, *_party(case)] = OpenOffer(row.id, case)
    yield from latest.values()


def _is_open(case: Case, today: date) -> bool:
    deadline = case.facts["response_deadline"]
    if isinstance(deadline, date):
        return deadline >= today
    return (today - case.evaluation_date).days <= DAYS_OPEN


def _party(case: Case) -> tuple[object, ...]:
    """What tells two people with an offer for the same job apart."""
    names = ("level_label", "region", "offer_date", "years_experience", "min_base", "min_tc")
    return tuple(case.facts.get(name) for name in names)


def example_offers(files: Sequence[Path], book: Book, today: date) -> Iterator[OpenOffer]:
    """The example offers, as if they brought no market of their own."""
    for path in files:
        document = read_document(path)
        value = {name: part for name, part in document.value.items() if name != "market"}
        case = read_case(replace(document, value=value), book, today=today)
        yield OpenOffer(path.name, case)
