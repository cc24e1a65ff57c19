"""Small changes to a case: another value for one fact, of the offer or of an entry of a list."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from rules.book import Book, Fact
from rules.case import Case
from rules.covering.conditions import Decision
from rules.covering.scopes import Scopes, Slot
from rules.expression import Compare, In, Literal, Lookup, Value, names, walk

ALWAYS_KNOWN = ("evaluation_date", "party_without_rate", "rate_was_used")
FACTORS = (0.5, 0.8, 0.9, 0.99, 1.01, 1.1, 1.25, 2.0)


class Changes:
    """Values that are worth trying for each fact.

    Args:
        book: The book.
        found: Its decisions, whose texts and numbers are tried.
    """

    def __init__(self, book: Book, found: Sequence[Decision]) -> None:
        self._book = book
        self.first_day = max(
            min(period.valid_from for period in one.periods) for one in book.parameters.values()
        )
        self._facts: dict[str, Mapping[str, Fact]] = {"": book.facts}
        self._facts |= {name: book.facts_of(one) for name, one in book.lists.items()}
        self._words = _words(book, found)
        self._first = Scopes(book).slots("", [book.rows[0].when])

    def kind(self, slot: Slot) -> str:
        """``number``, ``flag``, ``text`` or ``date``."""
        return self._fact(slot).type.kind

    def bounds(self, slot: Slot) -> tuple[float, float]:
        """What is believable of a number."""
        fact = self._fact(slot)
        return fact.least or 0.0, fact.most if fact.most is not None else 1e9

    def values(self, slot: Slot, case: Case, draw: random.Random, at: int = 0) -> list[Value]:
        """Values to try, other than what is there, in an order of chance."""
        fact, now = self._fact(slot), value_at(case, slot, at)
        found: list[Value]
        match fact.type.kind:
            case "flag":
                found = [True, False, None]
            case "date":
                found = self._dates(slot, case, now, draw)
            case "number":
                found = self._numbers(slot, now, draw)
            case _:
                found = self._texts(slot, fact, case)
        found = [one for one in dict.fromkeys(found) if one != now or type(one) is not type(now)]
        if not slot[0] and slot[1] in ALWAYS_KNOWN:
            found = [one for one in found if one is not None]
        draw.shuffle(found)
        return found

    def changed(self, case: Case, slot: Slot, value: Value, at: int = 0) -> Case:
        """A case with another value; a list without entries is given one."""
        listed, name = slot
        if not listed:
            return replace(case, facts={**case.facts, name: value})
        entries = list(case.entries[listed]) or [self.blank(listed)]
        at = min(at, len(entries) - 1)
        entries[at] = {**entries[at], name: value}
        return replace(case, entries={**case.entries, listed: entries})

    def blank(self, listed: str) -> dict[str, Value]:
        """An entry that states nothing."""
        return dict.fromkeys(self._facts[listed])

    def relisted(self, case: Case, listed: str, draw: random.Random) -> Case:
        """A case with an entry more, or one less, or in another order."""
        entries = list(case.entries[listed])
        match draw.randrange(4):
            case 0:
                entries.append(self.blank(listed))
            case 1 if entries:
                entries.append(dict(draw.choice(entries)))
            case 2 if entries:
                entries.pop(draw.randrange(len(entries)))
            case _:
                draw.shuffle(entries)
        return replace(case, entries={**case.entries, listed: entries[:4]})

    def scattered(self, case: Case, draw: random.Random) -> Case:
        """A case with a share of everything in it, and of its lists, drawn anew.

        What the first row of the book reads mostly stays as it was, or else that row, which asks
        whether there is an offer at all, would decide nearly always.
        """
        share, is_wild = draw.choice((0.01, 0.03, 0.1, 0.3, 0.9)), draw.random() < 0.05
        for listed, facts in self._facts.items():
            if listed and draw.random() < share:
                case = self.relisted(case, listed, draw)
            for at in range(len(case.entries[listed]) if listed else 1):
                for name in facts:
                    if draw.random() < share:
                        slot = (listed, name)
                        case = self._redrawn(
                            case, slot, at, draw, slot in self._first and not is_wild
                        )
        return case

    def crowded(self, case: Case, draw: random.Random) -> Case:
        """A case whose lists have more entries like those that they have, and some equal ones."""
        for listed, entries in case.entries.items():
            case = replace(case, entries={**case.entries, listed: [*entries, *entries][:4]})
            numbers = [
                name for name in self._facts[listed] if self.kind((listed, name)) == "number"
            ]
            for at in range(len(case.entries[listed])):
                for name in draw.sample(numbers, min(len(numbers), draw.randrange(3))):
                    case = self._redrawn(case, (listed, name), at, draw, is_kept=True)
        return case

    def _redrawn(self, case: Case, slot: Slot, at: int, draw: random.Random, is_kept: bool) -> Case:
        values = self.values(slot, case, draw, at)
        if is_kept:
            is_number = self.kind(slot) == "number"
            values = [one for one in values if one is not None and is_number]
        return self.changed(case, slot, draw.choice(values), at) if values else case

    def _fact(self, slot: Slot) -> Fact:
        return self._facts[slot[0]][slot[1]]

    def _dates(self, slot: Slot, case: Case, now: Value, draw: random.Random) -> list[Value]:
        marks = {one for one in case.facts.values() if isinstance(one, date)}
        days = [0, 1, -1, draw.randint(-30, 30), draw.randint(-900, 900)]
        found: list[Value] = [one + timedelta(d) for one in sorted(marks) for d in days]
        if slot == ("", "evaluation_date"):
            found = [one for one in found if isinstance(one, date) and one >= self.first_day]
        return [*found, None]

    def _numbers(self, slot: Slot, now: Value, draw: random.Random) -> list[Value]:
        least, most = self.bounds(slot)
        found: list[float] = [least, most, 0.0, 1.0, least + (most - least) * draw.random() ** 6]
        if isinstance(now, float):
            found += [now * factor for factor in FACTORS] + [now + 1, now - 1]
        else:
            found += [10.0**power * draw.uniform(1, 10) for power in range(-2, 6)]
        return [*(one for one in found if least <= one <= most), None]

    def _texts(self, slot: Slot, fact: Fact, case: Case) -> list[Value]:
        if slot[1] == "currency":
            return ["USD", "GBP", "JPY", "XXX", None]
        others = self._words.get(slot[1], ())
        now = [case.facts[n] for n in ("region", "guide_region", "work_location_region")]
        words: list[Value] = [*sorted(fact.type.choices or ())]
        words = words or [*others, *now, "elsewhere"]
        found: list[Value] = [*words, None]
        return found


def value_at(case: Case, slot: Slot, at: int = 0) -> Value:
    """The value of a fact; None in a list without entries."""
    listed, name = slot
    if not listed:
        return case.facts[name]
    entries = case.entries[listed]
    return entries[min(at, len(entries) - 1)].get(name) if entries else None


def _words(book: Book, found: Sequence[Decision]) -> dict[str, list[str]]:
    """For each text the words that the book compares it with, or has in a table."""
    words: dict[str, dict[str, None]] = defaultdict(dict)
    terms: list[Any] = [one.whole for one in found]
    terms += [one.expression for one in book.package]
    for layer in (*book.layers, *book.closing):
        terms += [one.expression for one in layer.formulas] + [one.when for one in layer.signals]
    for part in (part for term in terms for part in walk(term)):
        if isinstance(part, Compare | In):
            said = [p.value for p in walk(part) if isinstance(p, Literal)]
            _add(words, names(part), said)
        if isinstance(part, Lookup):
            _add(words, names(part.key), _keys(book, part.table))
    return {name: list(known) for name, known in words.items()}


def _add(words: dict[str, dict[str, None]], read: frozenset[str], said: list[Any]) -> None:
    for name in read:
        words[name].update(dict.fromkeys(one for one in said if isinstance(one, str)))


def _keys(book: Book, table: str) -> list[Any]:
    if table in book.law:
        return [row.place for row in book.law[table].rows]
    value = book.parameters[table].periods[-1].value
    return list(value) if isinstance(value, Mapping) else []
