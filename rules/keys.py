"""Which facts the keys of a section or of a list's entry may state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rules.book import Book, Fact
from rules.source import PathInDocument

_ROOTS: Mapping[str, PathInDocument] = {"package": ("offer",), "case": ()}


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one mapping.

    Attributes:
        known: All of them.
        read_as_they_are: Key -> facts whose value is what stands there.
        read: Key -> facts that are read out of it in another way, or from other keys as well.
        unstated: Every fact, without a value.
    """

    known: frozenset[str]
    read_as_they_are: Mapping[str, Sequence[Fact]]
    read: Mapping[str, Sequence[Fact]]
    unstated: Mapping[str, None]


def root_of(group: str) -> PathInDocument:
    """Where in an offer file the facts of a group stand.

    >>> root_of("candidate"), root_of("package")
    (('candidate',), ('offer',))
    """
    return _ROOTS.get(group, (group,))


@lru_cache(maxsize=16)
def keys_of(book: Book) -> Mapping[str, Keys]:
    """The keys of each group of facts, and of the entries of each list."""
    groups = dict.fromkeys(fact.group for fact in book.facts.values())
    found = {name: _keys(f for f in book.facts.values() if f.group == name) for name in groups}
    for one in book.lists.values():
        found[one.name] = _keys(book.facts_of(one).values())
    return found


def _keys(facts: Iterable[Fact]) -> Keys:
    as_they_are: dict[str, list[Fact]] = {}
    otherwise: dict[str, list[Fact]] = {}
    unstated: dict[str, None] = {}
    for fact in facts:
        kind = as_they_are if _is_read_as_it_is(fact) else otherwise
        for key in dict.fromkeys(path[0] for path in fact.paths):
            kind.setdefault(key, []).append(fact)
            unstated[fact.name] = None
    known = frozenset(as_they_are.keys() | otherwise.keys())
    return Keys(known, as_they_are, otherwise, unstated)


def _is_read_as_it_is(fact: Fact) -> bool:
    return fact.read == "value" and len(fact.paths) == 1 and len(fact.paths[0]) == 1
