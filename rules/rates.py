"""The same case at another exchange rate, to see whether the verdict hangs on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from rules.book import Book, Fact
from rules.case import Case
from rules.conversion import is_money
from rules.expression import Value

SWING = "fx_swing"  # the number of the book that says how far the rate may move


def at_other_rates(case: Case, book: Book) -> Iterator[Case]:
    """The case with every converted amount a little higher, and a little lower.

    Args:
        case: Nothing comes of one in which no rate was used.
        book: Its ``fx_swing`` says how much a little is.
    """
    period = book.parameters[SWING].on(case.evaluation_date) if SWING in book.parameters else None
    swing = getattr(period.value, "point", None) if period else None
    if case.facts["rate_was_used"] is not True or case.is_at_another_rate or swing is None:
        return
    for factor in (1 + swing, 1 - swing):
        yield at_rate(case, book, factor)


def at_rate(case: Case, book: Book, factor: float) -> Case:
    """The case with every converted amount times a factor."""
    facts = dict(case.facts)
    if _is_foreign(facts["guide_currency"], case.currency):
        facts |= _times(facts, _amounts_of_the_market(book), factor)
    entries = {
        name: [_entry(entry, book, name, case.currency, factor) for entry in listed]
        for name, listed in case.entries.items()
    }
    return replace(case, facts=facts, entries=entries, is_at_another_rate=True)


def _entry(
    entry: Mapping[str, Value], book: Book, name: str, home: str | None, factor: float
) -> Mapping[str, Value]:
    if not _is_foreign(entry.get("currency"), home):
        return entry
    return {**entry, **_times(entry, _amounts_of_entries(book, name), factor)}


@lru_cache(maxsize=16)
def _amounts_of_the_market(book: Book) -> frozenset[str]:
    return _amounts(fact for fact in book.facts.values() if fact.group == "market")


@lru_cache(maxsize=64)
def _amounts_of_entries(book: Book, name: str) -> frozenset[str]:
    return _amounts({**book.facts, **{fact.name: fact for fact in book.lists[name].facts}}.values())


def _amounts(facts: Iterable[Fact]) -> frozenset[str]:
    return frozenset(fact.name for fact in facts if is_money(fact))


def _times(values: Mapping[str, Value], amounts: frozenset[str], factor: float) -> dict[str, Value]:
    return {
        name: value * factor
        for name, value in values.items()
        if name in amounts and isinstance(value, float)
    }


def _is_foreign(code: Value, home: str | None) -> bool:
    return code is not None and code != home
