"""Cases that were read before, from the facts that were logged of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
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
    own, listed = _words_of(book)
    entries = logged["entries"]
    return Case(
        own.read(logged["facts"]),
        {
            name: [words.read(one) for one in entries.get(name, ())]
            for name, words in listed.items()
        },
        tuple(notices),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The facts of a case, or of an entry: each unknown, and which of them are days."""

    unstated: Raw
    days: frozenset[str]

    def read(self, stated: Raw) -> dict[str, Value]:
        """Every fact with its value; JSON knows no dates and states no gaps."""
        known = self.unstated.keys() & stated.keys()
        read = {
            name: date.fromisoformat(stated[name]) if name in self.days else stated[name]
            for name in known
        }
        return {**self.unstated, **read}


@lru_cache(maxsize=16)
def _words_of(book: Book) -> tuple[_Words, Mapping[str, _Words]]:
    """The words of the case, and of the entries of each list."""
    listed = {name: _words(book.facts_of(one).values()) for name, one in book.lists.items()}
    return _words(book.facts.values()), listed


def _words(facts: Iterable[Fact]) -> _Words:
    known = list(facts)
    days = frozenset(fact.name for fact in known if fact.type.kind == "date")
    return _Words(dict.fromkeys(fact.name for fact in known), days)
