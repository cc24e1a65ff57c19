"""An edition of a book in which one change is made, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rules.binding import bind
from rules.book import Book
from rules.errors import MalformedBook
from rules.parse import parse
from rules.revision.changes import Change
from rules.revision.entries import documents_of
from rules.source import Document


def with_change(old: Book, new: Book, change: Change) -> Book | None:
    """The old book with one change of the new one; None where it cannot stand by itself."""
    documents, target = documents_of(old), documents_of(new)
    try:
        made = _made(documents, target, change)
        return bind(made, parse, old.documents)
    except (MalformedBook, LookupError, TypeError):
        return None


def _made(
    documents: Mapping[str, Document], target: Mapping[str, Document], change: Change
) -> dict[str, Document]:
    entry = change.after or change.before
    if entry is None:  # an order
        file = change.place.partition(":")[0]
        value = copy.deepcopy(documents[file].value)
        value[change.name] = _in_order(value[change.name], target[file].value[change.name])
        return {**documents, file: replace(documents[file], value=value)}
    file, *keys = entry.path
    value = copy.deepcopy(documents[file].value if file in documents else {})
    _put(value, keys, change, target.get(file))
    lines = documents[file] if file in documents else target[file]
    return {**documents, file: replace(lines, value=value)}


def _put(value: Any, keys: list[str], change: Change, target: Document | None) -> None:
    parent, like = value, target.value if target else {}
    for key in keys[:-1]:
        parent, like = parent[key], like.get(key, {})
    if change.after is None:
        del parent[keys[-1]]
        return
    is_new = keys[-1] not in parent
    parent[keys[-1]] = copy.deepcopy(change.after.value)
    if is_new:
        ordered = _in_order(parent, like)
        parent.clear()
        parent.update(ordered)


def _in_order(value: Mapping[str, Any], like: Mapping[str, Any]) -> dict[str, Any]:
    """Keys in the order of another mapping; those that it does not have keep their neighbours."""
    names = list(value)
    ranked = {name: rank for rank, name in enumerate(like)}
    place = -1.0
    order: dict[str, float] = {}
    for name in names:
        place = float(ranked.get(name, place + 0.001))
        order[name] = place
    return {name: value[name] for name in sorted(names, key=order.__getitem__)}
