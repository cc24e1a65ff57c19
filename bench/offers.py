"""Offers to decide: each different from every other, so that nothing is remembered by accident."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rules.book import Book, Fact
from rules.case import Case, Facts
from rules.expression import Value

Raw = Mapping[str, Any]
KEPT = {"evaluation_date", "currency", "company", "party_without_rate", "rate_was_used"}
DAY = date(2026, 3, 2)


def varied(
    example: Raw, count: int, *, start: int = 0, same_job: bool = False, throughout: bool = False
) -> Iterator[dict[str, Any]]:
    """An example with other amounts, other rivals and another opening each time.

    The amounts stay within 3 % of the example's, so that the same rules are at stake.

    Args:
        example: Sections of an offer file.
        count: How many to make; bases and grants repeat after some 100,000.
        start: How many were made before.
        same_job: Keep the job title, so that a market once looked up is remembered.
        throughout: Move every other amount and share as well, the market's too, and turn flags
            over, so that hardly any fact of an offer is that of another.
    """
    for number in range(start, start + count):
        one = _moved_throughout(example, number) if throughout else copy.deepcopy(dict(example))
        _move(one["offer"], number)
        if not same_job:
            title = one["offer"].get("role_title", "Role")
            one["offer"]["role_title"] = f"{title}, opening {number}"
        for other in one.get("candidate", {}).get("competing_offers", ()):
            other["company"] = f"{other['company']} {number}"
            _move(other, number + 1)
        yield one


def _moved_throughout(example: Raw, number: int) -> dict[str, Any]:
    """Every amount and share on its own way, each flag the other way round one time in four.

    The two ends of a band move together.  Whole numbers up to 100 are years, months, levels and
    counts; they and the shares of a vesting schedule, which must add up, stay.
    """
    draw = random.Random(number)

    def moved(value: Any, key: str, factor: float) -> Any:
        if isinstance(value, Mapping):
            return {name: moved(one, name, draw.uniform(0.97, 1.03)) for name, one in value.items()}
        if isinstance(value, list):
            return value if key == "vest_schedule" else [moved(one, key, factor) for one in value]
        if isinstance(value, bool):
            return value is not (draw.random() < 0.25)
        if isinstance(value, int | float) and (value > 100 or 0 < value < 1):
            return round(value * factor, 2 if value > 100 else 8)
        return value

    return {
        name: moved(section, name, 1.0) if isinstance(section, Mapping) else section
        for name, section in example.items()
    }


def _move(package: dict[str, Any], number: int) -> None:
    """Move the amounts to a place of their own: the steps are prime, so no pair repeats."""
    for key, places in (("base_salary", 100_003), ("equity_grant_value", 99_991)):
        if package.get(key):
            share = (number * 7919 % places) / places - 0.5
            package[key] = round(package[key] * (1 + 0.06 * share), 2)


def scattered(cases: Sequence[Case], book: Book, *, seed: int = 7) -> Iterator[Case]:
    """Cases in turn, with facts dropped, changed and invented, to try the rules all ways.

    What comes out need not be plausible: it has the right types, and unknowns everywhere.  It
    never ends.
    """
    draw = random.Random(seed)
    package = {name: one for name, one in book.facts.items() if one.group == "package"}
    of_list = {
        name: {**(package if one.is_package else {}), **{fact.name: fact for fact in one.facts}}
        for name, one in book.lists.items()
    }
    for case in itertools.cycle(cases):
        share = draw.choice((0.2, 0.5, 0.9))
        yield replace(
            case,
            facts=_redrawn(case.facts, book.facts, share, draw),
            entries={
                name: [
                    _redrawn(entry, facts, share, draw)
                    for entry in case.entries[name] or _invented(facts, draw)
                ]
                for name, facts in of_list.items()
            },
        )


def _invented(facts: Mapping[str, Fact], draw: random.Random) -> list[Facts]:
    return [dict.fromkeys(facts)] if draw.random() < 0.5 else []


def _redrawn(values: Facts, facts: Mapping[str, Fact], share: float, draw: random.Random) -> Facts:
    """A share of the values is drawn anew or becomes unknown."""
    return {
        name: value
        if name in KEPT or name not in facts or draw.random() >= share
        else _drawn(value, facts[name], draw)
        for name, value in values.items()
    }


def _drawn(value: Value, fact: Fact, draw: random.Random) -> Value:
    if draw.random() < 0.3:
        return None
    match fact.type.kind:
        case "flag":
            return draw.random() < 0.5
        case "date":
            day = value if isinstance(value, date) else DAY
            return day + timedelta(days=draw.randint(-60, 60))
        case "number":
            return _number(value, fact, draw)
        case _:
            choices = sorted(fact.type.choices or ())
            return draw.choice(choices or [value, "elsewhere"])


def _number(value: Value, fact: Fact, draw: random.Random) -> float:
    if isinstance(value, float) and value:
        return value * draw.choice((0.5, 1.0, 2.0, draw.uniform(0.5, 2.0), draw.uniform(0.9, 1.1)))
    least, most = fact.least or 0.0, min(fact.most or 10.0, 1e6)
    return round(least + (most - least) * draw.random() ** 4, 2)
