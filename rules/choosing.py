"""Which few of the levers that apply are used: the strongest, and none against another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rules.book import Book

MOST_LEVERS = 4
MOST_PER_COMPONENT = 2
MOST_MONEY_REASONS = 2  # in one message
MONEY = ("base", "equity_total", "sign_on", "bonus_guaranteed_y1")

Lever = Mapping[str, Any]
Clashes = Mapping[str, frozenset[str]]


def clashes_of(book: Book) -> Clashes:
    """For each lever those that contradict it, whichever of the two says so in the book."""
    pairs = [(one.name, other) for one in book.levers for other in one.not_with]
    pairs += [(other, one) for one, other in pairs]
    return {
        lever.name: frozenset(other for one, other in pairs if one == lever.name)
        for lever in book.levers
    }


def chosen(usable: Iterable[Lever], clashes: Clashes) -> list[Lever]:
    """The few levers to use, each with words, at most two about the same component.

    Args:
        usable: Those that apply, strongest first.
        clashes: Of each lever those that contradict it.
    """
    found: list[Lever] = []
    for lever in usable:
        same = sum(other["component"] == lever["component"] for other in found)
        clash = any(other["id"] in clashes[lever["id"]] for other in found)
        if len(found) < MOST_LEVERS and lever["script"] and same < MOST_PER_COMPONENT and not clash:
            found.append(lever)
    return found


def beaten(names: Iterable[str], clashes: Clashes) -> dict[str, str]:
    """Levers that contradict one that comes before them, each with that one.

    >>> beaten(["wait", "hurry", "rest"], {"wait": {"hurry"}, "hurry": {"wait"}, "rest": {"hurry"}})
    {'hurry': 'wait'}
    """
    standing: dict[str, None] = {}
    found: dict[str, str] = {}
    for name in names:
        first = next((one for one in standing if one in clashes[name]), None)
        if first is None:
            standing[name] = None
        else:
            found[name] = first
    return found


def messages(levers: Sequence[Lever]) -> Iterator[int]:
    """In which message each lever is used: money reasons beyond the second wait for the next."""
    money = 0
    for lever in levers:
        money += lever["component"] in MONEY
        waits = lever["component"] in MONEY and money > MOST_MONEY_REASONS
        yield 2 if waits else 1
