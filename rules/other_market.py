"""A case in another market: what the offer and the candidate state stays, all else is read anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from rules.book import Book
from rules.case import (
    VESTING_TAKEN,
    Case,
    known_vesting,
    read_market,
    read_vesting,
)
from rules.conversion import Converter
from rules.exchange import read_rates, usual_rates
from rules.expression import Value

Facts = Mapping[str, Value]


def with_market(case: Case, market: Mapping[str, Any], book: Book) -> Case:
    """The same case, judged in another market.

    Competing offers in another currency keep the amounts into which they were converted, because
    a case holds no others.

    Args:
        case: A case that was read before.
        market: The market section that takes the place of its own.
        book: Its facts say what may be stated.

    Raises:
        UnusableCase: The market section cannot be read.
    """
    facts, lists = read_market(market, book)
    usual = usual_rates(book, case.evaluation_date)
    rates = read_rates(market.get("fx"), case.currency, usual)
    converter = Converter(case.currency, rates)
    told, listed = converter.market(facts, book), converter.lists(lists, book)
    for code in filter(converter.is_foreign, _other_currencies(case, listed)):
        is_known = rates.between(str(code), str(case.currency)) is not None
        (converter.used if is_known else converter.without_rate).add(str(code))
    vesting = _vesting(case, market, book)
    return replace(
        case,
        facts={**case.facts, **told, **vesting, **converter.met()},
        entries={**case.entries, **listed},
    )


def _other_currencies(case: Case, read_anew: Mapping[str, Any]) -> Iterator[Value]:
    for name, entries in case.entries.items():
        if name not in read_anew:
            yield from (entry.get("currency") for entry in entries)


def _vesting(case: Case, market: Mapping[str, Any], book: Book) -> Facts:
    """What the market knows of the vesting, where the letter is silent on it."""
    was_taken = any(notice.startswith(VESTING_TAKEN) for notice in case.notices)
    if not was_taken and case.facts.get("vest_schedule_years") is not None:
        return {}
    schedule = known_vesting(market)
    if schedule is not None and not _may_take(case.facts, schedule):
        schedule = None
    return read_vesting(schedule, book)


def _may_take(facts: Facts, schedule: list[float]) -> bool:
    years = facts["equity_grant_years"]
    return facts["equity_grant_value"] is not None and years in (None, len(schedule))
