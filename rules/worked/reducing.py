"""A case made as plain as it can be while it still shows what it is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from rules.case import Case

Shows = Callable[[Case], bool]
DIGITS = range(1, 7)  # a number is written with as few as will do
TOGETHER = 8  # departures taken back at once, before one at a time


def reduced(case: Case, plain: Case, shows: Shows) -> Case:
    """The case with as little of it as possible other than in a plain one.

    Args:
        case: One that shows something.
        plain: What it is brought near to.
        shows: Whether a case still does.
    """
    for size in (TOGETHER, 1, 1):  # what could not go at first may go once others have gone
        names = departures(case, plain)
        for start in range(0, len(names), size):
            some = {name: plain.facts[name] for name in names[start : start + size]}
            case = _first(shows, case, [replace(case, facts={**case.facts, **some})])
    for name in departures(case, plain):
        case = _first(shows, case, (_with_fact(case, name, v) for v in _rounder(case.facts[name])))
    for listed in case.entries:
        case = _with_few_entries(case, plain, listed, shows)
    return case


def departures(case: Case, plain: Case) -> list[str]:
    """The facts in which a case departs from another one."""
    return [name for name, value in case.facts.items() if value != plain.facts[name]]


def _first(shows: Shows, case: Case, others: Iterator[Case] | Sequence[Case]) -> Case:
    return next((other for other in others if shows(other)), case)


def _with_fact(case: Case, name: str, value: Any) -> Case:
    return replace(case, facts={**case.facts, name: value})


def _with_few_entries(case: Case, plain: Case, listed: str, shows: Shows) -> Case:
    def having(entries: Sequence[Any]) -> Case:
        return replace(case, entries={**case.entries, listed: entries})

    case = _first(shows, case, [having(plain.entries[listed])])
    if case.entries[listed] == plain.entries[listed]:
        return case
    for at in reversed(range(len(case.entries[listed]))):
        entries = list(case.entries[listed])
        case = _first(shows, case, [having([*entries[:at], *entries[at + 1 :]])])
    for at in range(len(case.entries[listed])):
        for name in case.entries[listed][at]:
            case = _first(shows, case, map(having, _plainer(case.entries[listed], at, name)))
    return case


def _plainer(entries: Sequence[Any], at: int, name: str) -> Iterator[Sequence[Any]]:
    """The entries with less said by one of them: nothing, or a rounder number."""
    value = entries[at][name]
    for other in () if value is None else (None, *_rounder(value)):
        yield [*entries[:at], {**entries[at], name: other}, *entries[at + 1 :]]


def _rounder(value: Any) -> Iterator[float]:
    """Numbers near a number, the roundest first."""
    if isinstance(value, float):
        yield from dict.fromkeys(float(f"{value:.{digits}g}") for digits in DIGITS)
