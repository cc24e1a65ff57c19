"""Facts and entries that a case states by their names in the book, instead of in an offer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from rules.book import Book, Fact
from rules.errors import Fault, UnusableCase
from rules.expression import Value

_KINDS: Mapping[str, tuple[type, ...]] = {
    "number": (int, float),
    "flag": (bool,),
    "text": (str,),
    "date": (date,),
}


def stated_facts(facts: Mapping[str, Any], book: Book, place: str) -> dict[str, Value]:
    """Facts as a case holds them: every number is a double; null is a fact that nobody states.

    Raises:
        UnusableCase: ``case-unknown-field`` or ``case-wrong-type``.
    """
    return _stated(facts, book.facts, f"{place}, facts")


def stated_entries(
    entries: Mapping[str, Any], book: Book, place: str
) -> dict[str, list[dict[str, Value]]]:
    """Whole lists; what an entry does not say is unknown.

    Raises:
        UnusableCase: As ``stated_facts``.
    """
    found = {}
    for name, some in entries.items():
        if name not in book.lists or not isinstance(some, list):
            raise UnusableCase(_unknown(f"{place}, entries", name, book.lists))
        known = book.facts_of(book.lists[name])
        blank: dict[str, Value] = dict.fromkeys(known)
        found[name] = [blank | _stated(one, known, f"{place}, {name}") for one in some]
    return found


def _stated(facts: Mapping[str, Any], known: Mapping[str, Fact], place: str) -> dict[str, Value]:
    for name, value in facts.items():
        if name not in known:
            raise UnusableCase(_unknown(place, name, known))
        kind = known[name].type.kind
        is_number_asked = kind == "number" and isinstance(value, bool)
        if value is not None and (is_number_asked or not isinstance(value, _KINDS[kind])):
            raise UnusableCase(
                Fault("case-wrong-type", f"{place}.{name}", f"{value!r}", f"a {kind}")
            )
    return {
        name: float(value) if known[name].type.kind == "number" and value is not None else value
        for name, value in facts.items()
    }


def _unknown(place: str, name: str, known: Mapping[str, Any]) -> Fault:
    near = get_close_matches(name, known, n=1)
    step = f"did you mean `{near[0]}`?" if near else "see facts.yaml of the book"
    return Fault("case-unknown-field", place, f"`{name}`", "the names of facts.yaml", step)
