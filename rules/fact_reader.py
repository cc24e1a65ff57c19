"""The facts that the keys of a document state, each at the first of its paths where anything is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from rules.book import Book, Fact, ListOf
from rules.expression import Value
from rules.findings import Findings
from rules.keys import Keys, keys_of, root_of
from rules.quoting import quoted
from rules.reading import READINGS
from rules.source import PathInDocument
from rules.typed_value import typed_value
from rules.unread import READ_AS_WORDS, misshapen

_OF_MARKET = frozenset({"vest_registry", "rows", "fx"})  # what no fact is read out of


class FactReader:
    """Reads facts of a book out of mappings.

    Args:
        book: Its facts say what may be stated.
        findings: Takes the faults and notices of what is read.
    """

    def __init__(self, book: Book, findings: Findings) -> None:
        self._book, self._findings = book, findings
        self._keys = keys_of(book)

    def facts(self, raw: Mapping[str, Any], groups: Sequence[str]) -> dict[str, Value]:
        """Every fact of some groups; None where nobody states it."""
        facts: dict[str, Value] = {}
        for group in groups:
            root = root_of(group)
            facts |= self._keys[group].unstated
            facts |= self.stated(self._keys[group], _at(raw, root), root)
        return facts

    def stated(self, keys: Keys, node: Any, root: PathInDocument) -> dict[str, Value]:
        """The facts that the keys of a mapping state; a key without a value states nothing."""
        facts: dict[str, Value] = {}
        for key, value in node.items():
            if value is not None:
                for fact in keys.read_as_they_are.get(key, ()):
                    path = (*root, *fact.paths[0])
                    facts[fact.name] = typed_value(fact, path, value, self._findings)
                for fact in keys.read.get(key, ()):
                    facts[fact.name] = self.fact(fact, node, root)
        return facts

    def fact(self, fact: Fact, node: Any, root: PathInDocument) -> Value:
        """One fact.

        Args:
            fact: The fact.
            node: A mapping in which it may stand, at one of its paths.
            root: Where the mapping stands.
        """
        for path in fact.paths:
            value = _at(node, path)
            if value is not None:
                break
        if fact.read in READ_AS_WORDS and isinstance(value, dict):
            self._findings.fault("wrong-type", (*root, *path), quoted(value), "a list of words")
            return None
        value = READINGS[fact.read](value, fact.words)
        if value is None:
            self._refuse_misshapen(fact, node, root)
            return _absent(fact, node) if fact.read == "entry or zero" else None
        return typed_value(fact, (*root, *path), value, self._findings)

    def _refuse_misshapen(self, fact: Fact, node: Any, root: PathInDocument) -> None:
        """What stands in the way of a fact is refused once, however many facts are below it.

        Where a fact is read in several shapes, any of them will do: a list with a gap is no fault
        because a mapping would be read, too.
        """
        passable = [path for path in fact.paths if misshapen(node, path) is None]
        for found in (misshapen(node, path) for path in fact.paths):
            if found is None:
                continue
            place, value, allowed = found
            if not any(path[: len(place)] == place for path in passable):
                self._findings.fault("wrong-type", (*root, *place), quoted(value), allowed)

    # --- Lists ----------------------------------------------------------------------------------

    def entries(self, raw: Mapping[str, Any], one: ListOf) -> list[dict[str, Value]]:
        """The facts of every entry of a list."""
        listed = _at(raw, one.path)
        if listed is None:
            return []
        if not isinstance(listed, list):
            allowed = "a list of entries, each with `- `"
            self._findings.fault("wrong-type", one.path, quoted(listed), allowed)
            return []
        return [self._entry(one, (*one.path, index), item) for index, item in enumerate(listed)]

    def _entry(self, one: ListOf, path: PathInDocument, item: Any) -> dict[str, Value]:
        if not isinstance(item, dict):
            self._findings.fault("wrong-type", path, quoted(item), "a mapping of facts")
            item = {}
        keys = self._keys[one.name]
        for key in sorted(item.keys() - keys.known - self._book.prohibited):
            if one.is_package and key not in keys_of_section(self._book, "offer"):
                self._findings.unknown_field((*path, key), sorted(keys.known))
            else:
                self._findings.not_used((*path, key))
        return {**keys.unstated, **one.assumed, **self.stated(keys, item, path)}


@lru_cache(maxsize=64)
def keys_of_section(book: Book, section: str) -> frozenset[str]:
    """The keys that may stand in a section of a case."""
    groups = {section, "package"} if section == "offer" else {section}
    known = {p[0] for f in book.facts.values() if f.group in groups for p in f.paths}
    known |= {one.path[1] for one in book.lists.values() if one.path[0] == section}
    return frozenset(known | _OF_MARKET if section == "market" else known)


def _absent(fact: Fact, node: Any) -> Value:
    """Past the end of a list that was stated, a share of it is zero and not unknown."""
    return 0.0 if _at(node, fact.paths[0][:-1]) else None


def _at(node: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and str(step).isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node
