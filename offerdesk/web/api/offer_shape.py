"""What an offer may state, as JSON Schema, written from the vocabulary of the book.

Whatever the shape refuses the desk refuses, too.  The desk also refuses what no shape can tell:
words that it does not know, and amounts that are hard to believe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rules.book import Book, Fact, ListOf
from rules.case import SECTIONS
from rules.keys import Keys, keys_of

Shape = dict[str, Any]
_DAY: Shape = {"type": ["string", "null"], "format": "date"}
_WORD: Shape = {"type": ["string", "number", "null"]}  # a number is taken for a text
_KINDS: Mapping[str, Shape] = {
    "number": {"type": ["number", "null"]},
    "flag": {"type": ["boolean", "null"]},
    "date": _DAY,
}
_GROUPS = {"offer": ("package", "offer"), "candidate": ("candidate",), "market": ("market",)}
_ANYTHING = ("fx", "rows", "vest_registry")  # of the market, read as they stand


def offer_shape(book: Book) -> Shape:
    """The shape of an offer file."""
    needed = [name for name, is_needed in SECTIONS.items() if is_needed]
    sections = {name: _section(book, name, name in needed) for name in _GROUPS}
    return _mapping({**sections, "evaluation_date": _DAY}) | {"required": needed}


def _section(book: Book, name: str, is_needed: bool) -> Shape:
    known: dict[str, Shape] = {}
    for group in _GROUPS[name]:
        known |= _keys(keys_of(book)[group])
    for one in book.lists.values():
        if one.path[0] == name:
            known[one.path[1]] = _list(book, one)
    if name == "market":
        known |= {key: {"type": ["object", "array", "null"]} for key in _ANYTHING}
    shape = _mapping(known)
    return shape if is_needed else shape | {"type": ["object", "null"]}


def _list(book: Book, one: ListOf) -> Shape:
    entry = _mapping(_keys(keys_of(book)[one.name]))
    if not one.is_package:
        del entry["additionalProperties"]  # told as not used
    return {"type": ["array", "null"], "items": entry}


def _mapping(known: Mapping[str, Shape]) -> Shape:
    return {
        "type": "object",
        "properties": dict(sorted(known.items())),
        "additionalProperties": False,
    }


def _keys(keys: Keys) -> dict[str, Shape]:
    """The shape of each key; of one that is read in a way of its own only what it means."""
    plain = {name: _fact(facts) for name, facts in keys.read_as_they_are.items()}
    return {name: {"description": _told(facts)} for name, facts in keys.read.items()} | plain


def _fact(facts: Sequence[Fact]) -> Shape:
    kind = facts[0].type.kind
    return {**_KINDS.get(kind, _WORD), "description": _told(facts)}


def _told(facts: Iterable[Fact]) -> str:
    return " ".join(f"{_sentence(fact.meaning)}{_words(fact)}" for fact in facts)


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}."


def _words(fact: Fact) -> str:
    return f" One of {', '.join(sorted(fact.type.choices))}." if fact.type.choices else ""
