"""How the logged decisions came out, in counts that name nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

import orjson

from offerdesk.listings import as_json, columns
from offerdesk.suppression import LEAST, Line, Published, published
from rules.book import Book
from rules.errors import Fault, UnusableCase
from warehouse.log import LogRow

KINDS = ("accept", "counter", "walk_away", "needs_review")
# One offer is decided many times; what changes in between is not among these.
_OFFER = ("company", "role_title", "level_label", "region", "offer_date", "years_experience")
NOT_STATED = "(not stated)"


def outcomes(rows: Iterable[LogRow], fact: str | None, book: Book) -> Published:
    """How many offers came out how, each counted once, by its latest decision.

    Args:
        rows: Of the log.
        fact: What to group them by; None puts all of them together.
        book: Its facts say what may be grouped by.

    Raises:
        UnusableCase: ``stats-unknown-fact`` or ``stats-private-fact``.
    """
    if fact is not None:
        _check(fact, book)
    latest: dict[tuple[Any, ...], tuple[str, str]] = {}
    for row in rows:
        facts = orjson.loads(row.entry.facts)["facts"]
        status = row.entry.status
        kind = status if status == "needs_review" else row.entry.verdict
        group = "all" if fact is None else _group(facts.get(fact))
        latest[tuple(facts.get(name) for name in _OFFER)] = group, kind
    table: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for group, kind in latest.values():
        table[group][kind] += 1
    return published(table, KINDS)


def _group(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return NOT_STATED if value is None else str(value)


def _check(name: str, book: Book) -> None:
    fact = book.facts.get(name)
    if fact is None:
        near = get_close_matches(name, book.facts, n=1)
        step = f"did you mean `{near[0]}`?" if near else "see rules/book/facts.yaml"
        found = f"`{name}`"
        raise UnusableCase(Fault("stats-unknown-fact", "--by", found, "a fact of the book", step))
    if fact.private:
        allowed = "a fact that is not private"
        step = "choose another; `offerdesk book show NAME` tells"
        raise UnusableCase(Fault("stats-private-fact", "--by", f"`{name}`", allowed, step))


def as_form(found: Published, fact: str | None, form: str) -> str:
    """The counts as text or JSON."""
    if form == "json":
        return as_json({"by": fact, "least": LEAST, **asdict(found)})
    if found.whole.total is None:
        return f"Fewer than {LEAST} offers are logged; that is too few to tell of."
    head = (fact or "", *(kind.replace("_", " ") for kind in KINDS), "offers")
    lines: list[Sequence[str]] = [head]
    lines += [_cells(name, line) for name, line in _sorted(found.groups)] if fact else []
    lines.append(_cells("all", found.whole))
    return f"{columns(lines)}\n\n{_NOTE}"


_NOTE = (
    "An offer counts once, by its latest decision; redacted ones are left out. `*` withholds what "
    f"would tell of\nfewer than {LEAST} offers, by itself or by subtraction; groups of fewer are "
    "put together."
)


def _sorted(groups: Mapping[str, Line]) -> list[tuple[str, Line]]:
    return sorted(groups.items(), key=lambda item: (-(item[1].total or 0), item[0]))


def _cells(name: str, line: Line) -> tuple[str, ...]:
    told = ("*" if count is None else f"{count:,}" for count in line.cells.values())
    return name, *told, f"{line.total:,}"
