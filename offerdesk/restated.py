"""A logged decision as an offer again: the facts it was made from, under the keys of an offer file.

Amounts of another currency come back in it, to the cent, so that they can be converted again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rules.book import Book, Fact, ListOf
from rules.conversion import is_money
from rules.exchange import Rates, read_rates, usual_rates
from rules.recall import recalled_case
from warehouse.log import LogRow

Raw = dict[str, Any]
Values = Mapping[str, Any]
SCHEDULE_YEARS = 4  # of a vesting schedule whose shares are facts


def restated(row: LogRow, book: Book) -> Raw:
    """The offer behind a logged decision.

    Args:
        row: The decision.
        book: The book that it was made by, or one with the same vocabulary.

    Returns:
        The sections of an offer file.  A market from a snapshot is left out, so that it is looked
        up again; one that the offer brought itself is there as it was brought.
    """
    market = json.loads(row.entry.market)
    case = recalled_case(json.loads(row.entry.facts), book)
    rates = read_rates(market.get("fx"), case.currency, usual_rates(book, case.evaluation_date))
    found: Raw = {"evaluation_date": case.evaluation_date.isoformat()}
    for section, groups in (("offer", ("package", "offer")), ("candidate", ("candidate",))):
        vocabulary = [fact for fact in book.facts.values() if fact.group in groups]
        found[section] = stated(case.facts, vocabulary)
    for name, one in book.lists.items():
        if one.path[0] != "market" and case.entries[name]:
            entries = [
                _entry(entry, one, book, case.currency, rates) for entry in case.entries[name]
            ]
            put(found, one.path, entries)
    return found if row.entry.snapshot or not market else {**found, "market": market}


def stated(facts: Values, vocabulary: Iterable[Fact]) -> Raw:
    """Facts under the keys that state them; what nobody stated is left out."""
    node: Raw = {}
    known = [fact for fact in vocabulary if facts.get(fact.name) is not None]
    for fact in known:
        _WRITTEN.get(fact.read, _nothing)(node, fact, facts[fact.name])
    years = facts.get("vest_schedule_years")
    if years is not None and "vest_schedule" in node:
        node["vest_schedule"] = _schedule(node["vest_schedule"], int(years))
    return node


def put(node: Any, path: Iterable[str], value: Any) -> None:
    """Set what stands at a path; a step that is a number is a place in a list.

    >>> node = {}
    >>> put(node, ("clawback", "months"), 12); put(node, ("priorities", "0"), "time")
    >>> node
    {'clawback': {'months': 12}, 'priorities': ['time']}
    """
    first, *rest = path
    place: Any = first
    if isinstance(node, list):
        place = int(first)
        node += [None] * (place + 1 - len(node))
    if not rest:
        node[place] = value
        return
    inner = node[place] if isinstance(node, list) else node.get(place)
    if inner is None:
        inner = node[place] = [] if rest[0].isdigit() else {}
    put(inner, rest, value)


def _entry(entry: Values, one: ListOf, book: Book, home: str | None, rates: Rates) -> Raw:
    vocabulary = [*book.facts_of(one).values()]
    code = entry.get("currency")
    rate = rates.between(str(code), str(home)) if code and home and code != home else None
    told = {
        fact.name: round(entry[fact.name] / rate, 2)
        for fact in vocabulary
        if rate and is_money(fact) and isinstance(entry.get(fact.name), float)
    }
    return stated({**entry, **told}, vocabulary)


def _schedule(shares: list[Any], years: int) -> list[Any]:
    """The whole schedule: its first years are facts, later ones share what is left.

    >>> _schedule([0.5, 0.33, 0.17, 0.0], 3), _schedule([0.2, 0.2, 0.2, 0.2], 5)
    ([0.5, 0.33, 0.17], [0.2, 0.2, 0.2, 0.2, 0.2])
    """
    later = years - SCHEDULE_YEARS
    if later <= 0:
        return shares[:years]
    left = max(0.0, 1 - sum(share or 0.0 for share in shares))
    return [*shares, *[round(left / later, 6)] * later]


# --- The readings of ``rules.reading``, the other way round -----------------------------------

Write = Callable[[Raw, Fact, Any], None]


def _nothing(_: Raw, __: Fact, ___: Any) -> None:
    """It is worked out from other facts."""


def _itself(node: Raw, fact: Fact, value: Any) -> None:
    put(node, fact.paths[0], value)


def _word_in_list(node: Raw, fact: Fact, value: Any) -> None:
    """A word that is found, or not, in a list."""
    inner: Any = node
    for step in fact.paths[0]:
        inner = inner.get(step) if isinstance(inner, dict) else None
    if isinstance(inner, str):
        return  # a text that is a fact itself, and says it
    words = [*(inner or []), *([fact.words[0]] if value else [])]
    put(node, fact.paths[0], words)


_WRITTEN: Mapping[str, Write] = {
    **dict.fromkeys(("value", "month", "number or base", "entry or zero", "present"), _itself),
    **dict.fromkeys(("contains", "mentions"), _word_in_list),
}
