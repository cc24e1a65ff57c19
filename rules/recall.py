"""Cases that were read before, from the facts that were logged of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rules.book import Book, Fact
from rules.case import Case
from rules.expression import Value

Raw = Mapping[str, Any]


def recalled_case(logged: Raw, book: Book, notices: Iterable[str] = ()) -> Case:
    """The case that ``rules.decision.facts_of`` made a record of.

    Args:
        logged: That record, read back from JSON.
        book: The book whose facts it states; facts of another book that this one does not know
            are left out.
        notices: What the door said when the case came in.

    Raises:
        KeyError, TypeError, ValueError: The record is none of a case.
    """
    facts = _typed(logged["facts"], book.facts)
    package = {name: fact for name, fact in book.facts.items() if fact.group == "package"}
    entries = {
        name: [
            _typed(entry, _vocabulary(one.facts, package if one.is_package else {}))
            for entry in logged["entries"].get(name, ())
        ]
        for name, one in book.lists.items()
    }
    return Case(facts, entries, tuple(notices))


def _vocabulary(facts: Iterable[Fact], package: Mapping[str, Fact]) -> dict[str, Fact]:
    return {fact.name: fact for fact in facts} | dict(package)


def _typed(stated: Raw, facts: Mapping[str, Fact]) -> dict[str, Value]:
    """Every fact with its value; JSON knows no dates and states no gaps."""
    return {
        name: date.fromisoformat(stated[name])
        if fact.type.kind == "date" and name in stated
        else stated.get(name)
        for name, fact in facts.items()
    }
