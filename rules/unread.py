"""What stands in a case and would be lost without a word: no fact reads it, or none can.

A key that no fact reads is told, as is a word that no fact knows; what has another shape than
the facts below it need is refused, for a figure that somebody stated would not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from rules.book import Book, Fact
from rules.keys import root_of
from rules.reading import READINGS

Path = tuple[str, ...]
Tree = Mapping[str, "Tree | None"]  # None where a fact takes all that stands there

NOTHING = (None, False, "none")
READ_AS_WORDS = ("contains", "mentions")
# For people and pages, not for rules.
FOR_READERS: tuple[Path, ...] = (
    ("market", "guide", "benchmark_competitors"),
    ("market", "guide", "premium", "label"),
    *(("market", "oews_wage_levels", key) for key in ("soc", "area", "source", "as_of")),
)


def misshapen(node: Any, path: Sequence[str]) -> tuple[Path, Any, str] | None:
    """Where a path ends early, because what stands there has nothing below it.

    Args:
        node: What stands at the beginning of the path.
        path: Keys, and numbers of entries in lists.

    Returns:
        The place, what stands there and what should; None when the path can be followed, or
        nothing is stated.

    >>> misshapen({"clawback": "24 months"}, ("clawback", "months"))
    (('clawback',), '24 months', 'a mapping such as {months: ...}')
    >>> misshapen({"base": "a lot"}, ("base", "0"))
    (('base',), 'a lot', 'a list such as [..., ...]')
    """
    for index, step in enumerate(path):
        if node in NOTHING:
            return None
        if isinstance(node, Mapping):
            node = node.get(step)
        elif not step.isdigit():
            return tuple(path[:index]), node, f"a mapping such as {{{step}: ...}}"
        elif isinstance(node, list):
            node = node[int(step)] if int(step) < len(node) else None
        else:
            return tuple(path[:index]), node, "a list such as [..., ...]"
    return None


def unread_keys(raw: Mapping[str, Any], book: Book) -> Iterator[tuple[Path, str]]:
    """The keys below the sections' own that no fact reads, each with the nearest that one does.

    Args:
        raw: The sections of a case; keys of the sections themselves are refused elsewhere.
        book: Its facts say what is read.
    """
    tree = _tree(book)
    for section, below in tree.items():
        stated = raw.get(section)
        if isinstance(stated, Mapping) and below is not None:
            for key, node in stated.items():
                yield from _unread(node, below.get(key), (section, key), book.prohibited)


def _unread(
    node: Any, below: Tree | None, path: Path, prohibited: Collection[str]
) -> Iterator[tuple[Path, str]]:
    if below is None or not isinstance(node, Mapping):
        return
    for key, one in node.items():
        if key in below:
            yield from _unread(one, below[key], (*path, key), prohibited)
        elif one is not None and key not in prohibited:
            yield (*path, str(key)), next(iter(get_close_matches(str(key), below, n=1)), "")


def unknown_words(raw: Mapping[str, Any], book: Book) -> Iterator[tuple[Path, Any]]:
    """Entries of a list of words, such as the locked components, that no fact knows."""
    for path, facts in _lists_of_words(book).items():
        listed = raw.get(path[0], {}).get(path[1])
        for word in listed if isinstance(listed, list) else [listed]:
            if word is not None and not any(READINGS[f.read]([word], f.words) for f in facts):
                yield path, word


@lru_cache(maxsize=16)
def _tree(book: Book) -> Tree:
    tree: dict[str, Any] = {}
    paths = [(*map(str, root_of(f.group)), *p) for f in book.facts.values() for p in f.paths]
    paths += [tuple(map(str, one.path)) for one in book.lists.values()]
    for path in sorted([*paths, *FOR_READERS], key=len):
        _plant(tree, path)
    return tree


def _plant(tree: dict[str, Any], path: Path) -> None:
    """Add a path, unless a fact takes all that stands at a part of it."""
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
        if tree is None:
            return
    tree[path[-1]] = None


@lru_cache(maxsize=16)
def _lists_of_words(book: Book) -> Mapping[Path, Sequence[Fact]]:
    """The lists out of which several facts are read; a word that none of them knows is lost."""
    found: dict[Path, list[Fact]] = {}
    for fact in book.facts.values():
        if fact.read in READ_AS_WORDS and len(fact.paths[0]) == 1:
            path = (*map(str, root_of(fact.group)), *fact.paths[0])
            found.setdefault(path, []).append(fact)
    return {path: facts for path, facts in found.items() if len(facts) > 1}
