"""The offers that worked cases start from, and how a case departs from its start."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.errors import Fault
from rules.page import Page
from rules.source import PathInDocument

Raw = dict[str, Any]
SECTIONS = ("evaluation_date", "offer", "candidate", "market")


@dataclass(frozen=True, slots=True)
class Entry:
    """A short hand for the entries of a list: where they stand, and what each is like."""

    at: str
    like: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Starts:
    """What ``starts.yaml`` defines: whole offers by name, and short hands for lists by name."""

    offers: Mapping[str, Mapping[str, Any]]
    entries: Mapping[str, Entry]


def read_starts(page: Page) -> Starts:
    """The offers and short hands of a file; what is wrong is kept among the faults of the page."""
    entries = {}
    for name, value in page.section("entries").items():
        entry = page.entry(("entries", name), value, {"at": "text", "like": "mapping"})
        if len(entry) == len(("at", "like")):
            entries[name] = Entry(entry["at"], entry["like"])
    return Starts(page.section("offers"), entries)


def merged(common: Any, own: Any) -> Any:
    """What is stated in common, with what is stated of its own; a list is taken whole.

    >>> merged({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}})
    {'a': {'b': 1, 'c': 3}}
    """
    if not (isinstance(common, Mapping) and isinstance(own, Mapping)):
        return copy.deepcopy(own)
    kept = {key: copy.deepcopy(value) for key, value in common.items() if key not in own}
    return kept | {key: merged(common.get(key), value) for key, value in own.items()}


def changed(start: Mapping[str, Any], changes: Mapping[str, Any], starts: Starts) -> Raw:
    """A copy with values put at dotted paths; a number in a path counts the entries of a list.

    >>> none = Starts({}, {})
    >>> changed({"offer": {"base": [1, 2]}}, {"offer.base.1": 3, "market.guide": None}, none)
    {'offer': {'base': [1, 3]}, 'market': {'guide': None}}

    Raises:
        LookupError, TypeError: A path leads nowhere.
    """
    raw: Raw = copy.deepcopy(dict(start))
    for path, value in changes.items():
        short = starts.entries.get(path)
        if short is None:
            _put(raw, path.split("."), copy.deepcopy(value))
        else:
            _put(raw, short.at.split("."), [merged(short.like, one) for one in value])
    return raw


def _put(node: Any, path: list[str], value: Any) -> None:
    *parents, last = path
    for step in parents:
        if isinstance(node, list):
            node = node[int(step)]
        else:
            if node.get(step) is None:
                node[step] = {}
            node = node[step]
    node[int(last) if isinstance(node, list) else last] = value


def start_of(page: Page, path: PathInDocument, value: Any, starts: Starts) -> Mapping[str, Any]:
    """The offer that ``start`` names, or states; an empty one, with a fault, where it does not."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str) and value in starts.offers:
        found: Mapping[str, Any] = starts.offers[value]
        return found
    allowed = f"a whole offer, or one of starts.yaml: {', '.join(starts.offers) or 'there is none'}"
    page.fault("case-start", path, f"`{value}`", allowed)
    return {}


def bad_path(place: str, path: str) -> Fault:
    """A change that leads nowhere."""
    allowed = "section.key, such as offer.base_salary, or a short hand of starts.yaml"
    return Fault("book-case-path", place, f"`{path}`", allowed, "look at the case's start")
