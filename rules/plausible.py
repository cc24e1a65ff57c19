"""What cannot be true of an offer, however it was typed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from rules.book import Book, Fact
from rules.errors import Fault
from rules.exchange import usual_rates
from rules.expression import Value
from rules.keys import root_of
from rules.source import Document, PathInDocument

Facts = Mapping[str, Value]

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
ANY_DAY = ("clawback_contract_date",)  # dates that may be as old as they are
WHOLE_GRANT = 0.011  # thirds and sevenths are written as 0.33 or 0.14
SHARES_NOT_MONEY = 0.02
# What is stated by the year and of about the size of the base; in thousands it would be nothing.
BESIDE_BASE = (
    "min_base",
    "min_tc",
    "min_cash_y1",
    "posted_range_min",
    "posted_range_max",
    "guide_base_min",
    "guide_base_max",
    "guide_floor_base",
    "guide_target_base",
)
IN_THOUSANDS = (10.0, 0.005)  # from this amount up to this share of base; less is meant as nothing
WEAKEST = 1e6  # units for a dollar that no currency exceeds; where no rate is known
RANGES = (
    ("posted_range_min", "posted_range_max", ("offer", "posted_range")),
    ("guide_base_min", "guide_base_max", ("market", "guide", "base")),
    ("guide_equity_min", "guide_equity_max", ("market", "guide", "equity_total")),
    ("guide_bonus_pct_min", "guide_bonus_pct_max", ("market", "guide", "bonus_pct")),
    ("guide_bonus_amount_min", "guide_bonus_amount_max", ("market", "guide", "bonus_amount")),
    ("guide_sign_on_min", "guide_sign_on_max", ("market", "guide", "sign_on")),
)
LATER = (
    ("response_deadline", "offer_date", "the deadline before the offer"),
    ("start_date", "offer_date", "a start before the offer"),
)


def check_facts(
    facts: Facts, entries: Mapping[str, Sequence[Facts]], book: Book, document: Document
) -> Iterator[Fault]:
    """Every implausible fact of a case.

    Codes: ``case-out-of-range``, ``case-date-out-of-range``, ``case-dates-reversed``,
    ``case-range-reversed``, ``case-vesting-sum``, ``case-shares-as-money``, ``case-in-thousands``.
    """
    scale = _dollar_scale(book, facts)
    for root, fact, value in _beyond(facts, entries, book, scale):
        yield _out_of_bounds(fact, value, scale, document.place((*root, *fact.paths[0])))
    yield from _dates(facts, document)
    yield from _ranges(facts, document)
    yield from _thousands(facts, book, document)
    packages = [(facts, ("offer",))]
    packages += [
        (entry, ("candidate", "competing_offers", index))  # type: ignore[misc]
        for index, entry in enumerate(entries.get("competing_offers", ()))
    ]
    for package, path in packages:
        yield from _package(package, path, document)


def _beyond(
    facts: Facts, entries: Mapping[str, Sequence[Facts]], book: Book, scale: float | None
) -> Iterator[tuple[PathInDocument, Fact, Value]]:
    """Every value that is out of its bounds, with its fact and the root of its path."""
    own, *listed = _bounds(book, scale)
    for fact, value in _outside(facts, own):
        yield root_of(fact.group), fact, value
    for one, bounds in zip(book.lists.values(), listed, strict=True):
        for index, entry in enumerate(entries.get(one.name, ())):
            for fact, value in _outside(entry, bounds):
                yield (*one.path, index), fact, value


def _outside(facts: Facts, bounds: Iterable[_Bound]) -> Iterator[tuple[Fact, Value]]:
    for name, low, high, fact in bounds:
        value = facts[name]
        if value is not None and not low <= value <= high:  # type: ignore[operator]
            yield fact, value


class _Bound(NamedTuple):
    """The least and the most that a fact may be."""

    name: str
    low: float | date
    high: float | date
    fact: Fact


@lru_cache(maxsize=64)
def _bounds(book: Book, scale: float | None) -> list[list[_Bound]]:
    """The bounds of all facts of a case, then of all facts of an entry, list by list."""
    found = [[*_bounded(book.facts, scale)]]
    found += ([*_bounded(book.facts_of(one), scale)] for one in book.lists.values())
    return found


def _bounded(facts: Mapping[str, Fact], scale: float | None) -> Iterator[_Bound]:
    for name, fact in facts.items():
        if fact.type.kind == "number":
            low, high = _limits(fact, scale)
            low, high = -math.inf if low is None else low, math.inf if high is None else high
            yield _Bound(name, low, high, fact)
        elif fact.type.kind == "date" and name not in ANY_DAY:
            yield _Bound(name, FIRST_DAY, LAST_DAY - timedelta(days=1), fact)


def _dollar_scale(book: Book, facts: Facts) -> float | None:
    """Units of the offer's currency for a dollar; None where no rate is known."""
    day, code = facts["evaluation_date"], facts["currency"]
    return usual_rates(book, day).get(code) if isinstance(code, str) else None


def _limits(fact: Fact, scale: float | None) -> tuple[float | None, float | None]:
    """The least and the most that a number may be; those of money are stated in dollars."""
    low, high = fact.least, fact.most
    if fact.type.unit is not None and ("currency", 1) in fact.type.unit.powers:
        low = None if low is None else low * (scale or 0)
        high = None if high is None else high * (scale or WEAKEST)
    return low, high


def _out_of_bounds(fact: Fact, value: Value, scale: float | None, place: str) -> Fault:
    if not isinstance(value, float):
        return Fault(
            "case-date-out-of-range", place, f"{value}", "a day from 2000 to 2099", "check it"
        )
    low, high = _limits(fact, scale)
    is_range = low is not None and high is not None
    return Fault(
        "case-out-of-range",
        place,
        f"{value:g}",
        f"{low:,.10g} to {high:,.10g}" if is_range else "a plain number",
        _hint(fact, value, low),
    )


def _hint(fact: Fact, value: float, low: float | None) -> str:
    if value < 0:
        return "amounts are never negative"
    if fact.type.unit is not None and not fact.type.unit.powers and 1 < value <= 100:
        return f"a percentage is written as a fraction: {value / 100:g}"
    if low is not None and value < low and value * 1000 >= low:
        return f"amounts are absolute, not in thousands: write {value * 1000:.0f}?"
    return "check the number and its unit"


def _dates(facts: Facts, document: Document) -> Iterator[Fault]:
    for later, earlier, found in LATER:
        a, b = facts[later], facts[earlier]
        if isinstance(a, date) and isinstance(b, date) and a < b:
            yield Fault(
                "case-dates-reversed",
                document.place(("offer", later)),
                f"{found} ({a} before {b})",
                f"a day from {b} on",
                "check both dates",
            )
    start, today = facts["start_date"], facts["evaluation_date"]
    if isinstance(start, date) and isinstance(today, date) and start < today:
        yield Fault(
            "case-date-past",
            document.place(("offer", "start_date")),
            f"{start}, before the evaluation date {today}",
            "a start that is still to come",
            "correct the date, or give the evaluation_date for which you ask",
        )


def _ranges(facts: Facts, document: Document) -> Iterator[Fault]:
    for low, high, path in RANGES:
        a, b = facts[low], facts[high]
        if isinstance(a, float) and isinstance(b, float) and a > b:
            place = document.place(path)
            yield Fault("case-range-reversed", place, f"{a:g} to {b:g}", "low <= high")


def _thousands(facts: Facts, book: Book, document: Document) -> Iterator[Fault]:
    base, (least, share) = facts.get("base_salary"), IN_THOUSANDS
    if not isinstance(base, float):
        return
    for name in BESIDE_BASE:
        value = facts.get(name)
        if isinstance(value, float) and least <= value < share * base:
            fact = book.facts[name]
            yield Fault(
                "case-in-thousands",
                document.place((*root_of(fact.group), *fact.paths[0])),
                f"{value:g} beside a base of {base:g}",
                "amounts in the same unit as the base",
                f"amounts are absolute, not in thousands: write {value * 1000:.0f}?",
            )


def _package(facts: Facts, path: PathInDocument, document: Document) -> Iterator[Fault]:
    shares = [facts.get(f"vest_schedule_y{year}") for year in range(1, 5)]
    known: Iterable[float] = [share for share in shares if isinstance(share, float)]
    length = facts.get("vest_schedule_years")
    total = sum(known)
    if isinstance(length, float) and (
        total > 1 + WHOLE_GRANT or (length <= 4 and total < 1 - WHOLE_GRANT)
    ):
        yield Fault(
            "case-vesting-sum",
            document.place((*path, "vest_schedule")),
            f"shares that add up to {total:g}",
            "shares of the grant, year by year, that add up to 1",
        )
    grant, base = facts.get("equity_grant_value"), facts.get("base_salary")
    if (
        isinstance(grant, float)
        and isinstance(base, float)
        and 0 < grant < SHARES_NOT_MONEY * base
        and facts.get("equity_type") not in ("none", None)
    ):
        yield Fault(
            "case-shares-as-money",
            document.place((*path, "equity_grant_value")),
            f"{grant:g} beside a base of {base:g}, which reads like a number of shares",
            "the value of the whole grant in money",
            "put a number of shares into equity_shares, and its value here",
        )
