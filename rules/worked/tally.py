"""What worked cases cover of a book: by row, signal, lever and the like, and by condition.

A signal counts as tried only where a case says what it must be; that it happened to be TRUE in a
case about something else would let it change unseen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.book import Book
from rules.certainty import certain_names, is_certain
from rules.covering.conditions import Decision, decisions
from rules.covering.coverage import DECIDES, Aim, Coverage
from rules.decision import Record
from rules.expression import sql_text
from rules.worked.expecting import UNKNOWN
from rules.worked.reading import Cases, Unreachable
from rules.worked.trying import Tried

FIRES, FAILS, OPEN = "fires", "does not fire", "is unknown"
TRUE, FALSE, ALONE, TOGETHER = "true", "false", "alone", "together"
KINDS = ("row", "signal", "lever", "ask", "question", "condition")
_KEYS = {"signal": "signals", "lever": "levers", "ask": "asks"}
_KEYS |= {"question": "questions", "condition": "conditions"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One way in which one thing of a book is to be tried, and whether a case does."""

    kind: str
    name: str
    way: str
    is_tried: bool


@dataclass(frozen=True, slots=True)
class ConditionSeen:
    """What the cases showed of one condition of one term.

    Attributes:
        term: Where it stands, such as ``signal lowball_offer``, with the whole proposition.
        seen: Which of TRUE and FALSE, and ``alone`` where it turned the whole by itself in two
            cases, ``together`` where it did so only along with conditions that it is bound to.
        bound: Those conditions.
        reason: Why what is missing is out of reach; empty where nobody has said so.
    """

    term: str
    text: str
    seen: frozenset[str]
    bound: tuple[str, ...] = ()
    reason: str = ""

    @property
    def is_covered(self) -> bool:
        """Whether it was TRUE, FALSE and decided."""
        return ALONE in self.seen or TOGETHER in self.seen

    @property
    def is_missing(self) -> bool:
        """Whether something is missing, and nobody has said why."""
        return not (self.is_covered or self.reason)


@dataclass(frozen=True, slots=True)
class Tally:
    """What is tried of a book."""

    wanted: Sequence[Wanted]
    conditions: Sequence[ConditionSeen]

    @property
    def share(self) -> float:
        """Of all that is wanted and can be reached, the fraction that is tried."""
        reachable = [one for one in self.conditions if not one.reason or one.is_covered]
        done = sum(one.is_tried for one in self.wanted) + sum(one.is_covered for one in reachable)
        return done / (len(self.wanted) + len(reachable) or 1)

    def missing(self) -> list[Wanted]:
        """What no case tries."""
        return [one for one in self.wanted if not one.is_tried]

    def missing_conditions(self) -> list[ConditionSeen]:
        """Conditions that do not decide in any case, without a reason."""
        return [one for one in self.conditions if one.is_missing]


def tally(book: Book, cases: Cases, tried: Iterable[Tried]) -> Tally:
    """Count what cases try.

    Args:
        book: The book that they were tried on.
        cases: All cases; they say what is out of reach.
        tried: What came of them; a case that failed shows nothing.
    """
    passed = [one for one in tried if one.passed]
    ways = _ways(book, passed)
    known = [
        Wanted(kind, name, way, way in ways[kind, name])
        for kind, names in _wanted(book, cases).items()
        for name, some in names.items()
        for way in some
    ]
    return Tally(known, conditions_seen(coverage_of(book, passed), cases.unreachable))


def _wanted(book: Book, cases: Cases) -> dict[str, dict[str, tuple[str, ...]]]:
    """Kind -> name -> the ways in which it is to be tried."""
    both, certain = (FIRES, FAILS), certain_names(book)
    signals = [one for layer in book.layers for one in layer.signals]
    closed = {one.name for one in signals if is_certain(one.when, certain)} | cases.never
    found: dict[str, dict[str, tuple[str, ...]]] = {
        "row": {one.name: (FIRES, FAILS) for one in book.rows[:-1]}
        | {one.name: (FIRES,) for one in book.rows[-1:]},  # the last one always holds
        "signal": {o.name: both if o.name in closed else (*both, OPEN) for o in signals},
        "lever": {one.name: both for one in book.levers},
        "ask": {one.name: both for one in book.asks},
        "question": {one.name: both for one in book.questions},
        "condition": {one.name: both for one in book.conditions},
    }
    return found


def _ways(book: Book, passed: Iterable[Tried]) -> Mapping[tuple[str, str], set[str]]:
    """Kind and name -> how cases that passed have tried it.

    A case that says which questions are open says of all others that they are not; so with asks
    and conditions, and with rows.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in passed:
        for kind, key in _KEYS.items():
            for name, value in one.worked.expect.get(key, {}).items():
                found[kind, name].add(_way(kind, value))
        if one.record is not None:
            for kind, name in _not_fired(book, one.record, one.worked.expect):
                found[kind, name].add(FAILS)
        if "row" in one.worked.expect:
            found["row", one.worked.expect["row"]].add(FIRES)
    return found


def _not_fired(book: Book, record: Record, expect: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "row" in expect:
        yield from (("row", name) for name, truth in record["rows"].items() if truth is not True)
    for kind, known in (("question", book.questions), ("condition", book.conditions)):
        if _KEYS[kind] in expect:
            is_open = {one["id"] for one in record[_KEYS[kind]]}
            yield from ((kind, one.name) for one in known if one.name not in is_open)
    if "asks" in expect:
        yield from (("ask", one.name) for one in book.asks if one.name not in record["ask"])


def _way(kind: str, value: Any) -> str:
    """How a thing is tried that must be of some value; an unknown lever is not pulled either."""
    if value == UNKNOWN:
        return FAILS if kind == "lever" else OPEN
    return FAILS if value is False else FIRES


# --- By condition ---------------------------------------------------------------------------


def coverage_of(book: Book, tried: Iterable[Tried]) -> Coverage:
    """Which conditions cases try."""
    found = Coverage(book, decisions(book))
    for one in tried:
        if one.case is not None and one.judgement is not None:
            judged = one.judgement
            found.add(one.case, judged.values if len(judged.trials) > 1 else None)
    return found


def conditions_seen(coverage: Coverage, unreachable: Sequence[Unreachable]) -> list[ConditionSeen]:
    """Every condition of every decision, with what was seen of it."""
    return [_seen(coverage, aim, unreachable) for aim in coverage.aims if aim[2] == DECIDES]


def _seen(coverage: Coverage, aim: Aim, unreachable: Sequence[Unreachable]) -> ConditionSeen:
    one, n, _ = aim
    values = {vector[n] for vector in coverage.seen[one].vectors}
    seen = {name for name, value in ((TRUE, True), (FALSE, False)) if value in values}
    bound: Sequence[str] = ()
    if coverage.witnesses(aim):
        seen.add(ALONE)
    elif coverage.together(one, n):
        seen.add(TOGETHER)
        bound = coverage.bound(one, n)
    text = sql_text(one.conditions[n])
    return ConditionSeen(
        one.name, text, frozenset(seen), tuple(bound), _reason(one, text, unreachable)
    )


def _reason(one: Decision, text: str, unreachable: Sequence[Unreachable]) -> str:
    fitting = (r.why for r in unreachable if r.condition == text and r.within in ("", one.term))
    return next(fitting, "")
