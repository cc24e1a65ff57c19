"""What was changed between two editions of a book, and of what kind each change is.

``decides``: a condition, formula, number or order that the judge works with.  ``words``: what is
said to somebody.  ``reasons``: meanings, sources and grades, which no judgement reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.book import Book
from rules.errors import MalformedBook
from rules.parse import parse
from rules.revision.entries import Entry, Key, documents_of, entries_of
from rules.source import Document

DECIDES, WORDS, REASONS = "decides", "words", "reasons"
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
NOTHING = "nothing"
_REASONS = frozenset({"meaning", "source", "note", "grade", "checked", "needs", "risk"})
_WORDS = frozenset({"say", "label", "because"})
_ORDERED: Mapping[str, tuple[str, ...]] = {
    "rows": ("verdict.yaml", "rows"),
    "asks": ("asks.yaml", "asks"),
}
_FORMULAS = frozenset(
    {"formula", "when", "unknown_when", "where", "any", "highest", "lowest", "open", "offered"}
    | {"minimum", "floor", "target", "cap", "grid", "worth", "gain", "amount", "decides"}
    | {"applies_when", "beside_yes_when"}
)


@dataclass(frozen=True, slots=True)
class Detail:
    """One value that differs: where in the entry, and both sides in words."""

    at: str
    before: str
    after: str
    effect: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a book that differs.

    Attributes:
        what: ``added``, ``removed`` or ``changed``.
        effect: The strongest of its details: ``decides``, ``words`` or ``reasons``.
        place: File and line, in the new book; in the old one for what was removed.
        before, after: The entry in both books; None where it is not there.
    """

    kind: str
    name: str
    what: str
    effect: str
    place: str
    details: tuple[Detail, ...]
    before: Entry | None
    after: Entry | None

    @property
    def told(self) -> str:
        """Kind and name."""
        return f"{self.kind} {self.name}"


def changes(old: Book, new: Book) -> list[Change]:
    """Every entry that differs, those that decide first."""
    before, after = documents_of(old), documents_of(new)
    was, now = entries_of(before), entries_of(after)
    found = [
        change
        for key in dict.fromkeys((*was, *now))
        if (change := _change(key, was.get(key), now.get(key))) is not None
    ]
    found += _orders(before, after)
    rank = (DECIDES, WORDS, REASONS)
    return sorted(found, key=lambda change: rank.index(change.effect))


def _change(key: Key, was: Entry | None, now: Entry | None) -> Change | None:
    if was is None or now is None:
        here = now or was
        assert here is not None
        what = ADDED if was is None else REMOVED
        return Change(*key, what, DECIDES, here.place, (), was, now)
    details = tuple(_details(now.kind, was.value, now.value, ()))
    if not details:
        return None
    effects = {one.effect for one in details}
    effect = next(one for one in (DECIDES, WORDS, REASONS) if one in effects)
    return Change(*key, CHANGED, effect, now.place, details, was, now)


def _details(kind: str, was: Any, now: Any, path: tuple[str, ...]) -> Iterator[Detail]:
    was, now = _keyed(was), _keyed(now)
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for name in dict.fromkeys((*was, *now)):
            yield from _details(kind, was.get(name), now.get(name), (*path, str(name)))
    elif _plain(was) != _plain(now):
        effect = _effect(kind, path, was, now)
        yield Detail(" ".join(path), told(was), told(now), effect)


def _keyed(value: Any) -> Any:
    """Lists of mappings by what tells their entries apart: their date, or their place in order."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        named = [str(one.get("from", number)) for number, one in enumerate(value, 1)]
        if len(set(named)) == len(named):
            return dict(zip(named, value, strict=True))
    return value


def _plain(value: Any) -> Any:
    """Texts without regard to their layout, numbers without regard to how they are written."""
    match value:
        case bool() | None:
            return ("flag", value)
        case str():
            return " ".join(value.split())
        case int():
            return float(value)
        case list():
            return [_plain(one) for one in value]
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case _:
            return value


def _effect(kind: str, path: Sequence[str], was: Any, now: Any) -> str:
    if _REASONS & set(path) or (kind == "fact" and path[-1:] == ("missing",)):
        return REASONS
    if _WORDS & set(path):
        return WORDS
    if (path[-1:] and path[-1] in _FORMULAS) or not path:
        return REASONS if _is_same_formula(was, now) else DECIDES
    return DECIDES


def _is_same_formula(was: Any, now: Any) -> bool:
    """Whether two texts are one expression: brackets and spelling that change nothing."""
    if not (isinstance(was, str) and isinstance(now, str)):
        return False
    try:
        return parse(was) == parse(now)
    except MalformedBook:
        return False


def _orders(before: Mapping[str, Document], after: Mapping[str, Document]) -> Iterator[Change]:
    """Where the order decides: the first row that holds wins."""
    for name, (file, section) in _ORDERED.items():
        was, now = (list(one[file].value[section]) for one in (before, after))
        kept = [one for one in was if one in now], [one for one in now if one in was]
        if kept[0] != kept[1]:
            line = after[file].lines.get((section,), 1)
            detail = Detail("order", ", ".join(kept[0]), ", ".join(kept[1]), DECIDES)
            yield Change("order", name, CHANGED, DECIDES, f"{file}:{line}", (detail,), None, None)


def told(value: Any) -> str:
    """A value as it stands in the book, in one line.

    >>> told(None), told(0.05), told(True), told([1, 2])
    ('nothing', '0.05', 'true', '1, 2')
    """
    match value:
        case None:
            return NOTHING
        case bool():
            return str(value).lower()
        case list():
            return ", ".join(map(told, value))
        case Mapping():
            return ", ".join(f"{name} {told(one)}" for name, one in value.items())
        case _:
            return " ".join(str(value).split())
