"""Which answer would settle a verdict: each is put into the file, and the whole is judged again.

* *settles*: the share of the answers to a question after which the verdict is decided;
* *turns*: the share after which it is decided and another one than now.

An answer that the door refuses beside the rest of the file is no answer.  A question that asks for
several places may be answered at any of them, and counts by the best.  While a verdict is
provisional, questions are ranked by what they settle, then by what they turn; a verdict that is
decided by what they turn.  Where no question settles anything by itself, all are answered together,
a few hundred times at random, and so are those that the book asks once they are answered, to find
the fewest that settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from random import Random
from typing import Any

from rules.book import Book, Question, Row
from rules.case import Case
from rules.errors import FailedWorld, UnusableCase
from rules.expression import Value
from rules.interpreter import compile as meaning
from rules.judgement import Judge
from rules.source import Document
from rules.what_if.answers import Answers, answers_to

JOINT = 300  # answers to all questions together
HALVINGS = 30
REVIEW = "review"

Given = Mapping[str, tuple[Answers, Any]]  # question -> the place that is answered, and how


@dataclass(frozen=True, slots=True)
class Stretch:
    """Answers that lead to the same.

    Attributes:
        first, last: The same for a single answer; between them lies nothing else.
        share: Of all answers.
        row: None for answers that are refused.
    """

    first: Any
    last: Any
    share: float
    row: Row | None


@dataclass(frozen=True, slots=True)
class Answered:
    """One place of the file, with all that may be answered there."""

    answers: Answers
    stretches: Sequence[Stretch]
    settles: float
    turns: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what its answers lead to.

    Attributes:
        name, text: As in the book.
        places: Those of the file that it asks for and that could be tried.
        untried: Those whose answers cannot be listed.
        settles, turns: Of the best place.
    """

    name: str
    text: str
    places: Sequence[Answered]
    untried: Sequence[str]
    settles: float
    turns: float


@dataclass(frozen=True, slots=True)
class Settling:
    """All questions about a case, most decisive first.

    Attributes:
        together: The fewest questions whose answers, together, were found to settle the verdict;
            empty where one settles it alone, or none do.
        follow_up: Those of them that are not asked yet: they come up once the others are answered.
        share: Of the answers that were tried together, those that settle it.
    """

    row: Row
    asked: Sequence[Asked]
    together: Sequence[str]
    follow_up: Sequence[Question]
    share: float


class Settler:
    """Tries answers to the questions about one file.

    Args:
        judge: Who decides.
        document: The file, with the market that it is judged in.
        read: Reads a file as a case.
    """

    def __init__(self, judge: Judge, document: Document, read: Callable[[Document], Case]) -> None:
        self._judge, self._document, self._read = judge, document, read
        case = read(document)
        self._judgement = judge.judge(case)
        self._known: Mapping[str, Any] = {**case.facts, **self._judgement.values}

    @property
    def _book(self) -> Book:
        return self._judge.book

    def settling(self, names: Sequence[str]) -> Settling:
        """The questions that are open, ranked.

        Args:
            names: Of the questions, in the order of the book.
        """
        by_name = {one.name: one for one in self._book.questions}
        asked = [self._asked(name, by_name[name].text, by_name[name].asks_for) for name in names]
        is_open = self._judgement.row.decides == REVIEW
        ranked = sorted(asked, key=lambda one: _decisive(one, is_open))
        is_stuck = is_open and all(one.settles == 0 for one in asked)
        together, share = self._together(asked) if is_stuck else ((), 0.0)
        follow_up = [by_name[name] for name in together if name not in names]
        return Settling(self._judgement.row, ranked, together, follow_up, share)

    def _asked(self, name: str, text: str, places: Sequence[str]) -> Asked:
        found = {
            place: answers_to(place, self._book, self._known, self._document.value)
            for place in places
        }
        tried = [self._answered(answers) for answers in found.values() if answers]
        untried = [place for place, answers in found.items() if answers is None]
        settles = max((one.settles for one in tried), default=0.0)
        turns = max((one.turns for one in tried), default=0.0)
        return Asked(name, text, tried, untried, settles, turns)

    # --- One place --------------------------------------------------------------------------------

    def _answered(self, answers: Answers) -> Answered:
        rows = [self._row([(answers, value)]) for value in answers.values]
        accepted = [row for row in rows if row is not None]
        count = max(1, len(accepted))
        settled = [row for row in accepted if row.decides != REVIEW]
        now = self._judgement.verdict
        turned = [row for row in settled if row.decides != now]
        stretches = tuple(self._stretches(answers, rows))
        return Answered(answers, stretches, len(settled) / count, len(turned) / count)

    def _row(self, given: Sequence[tuple[Answers, Any]]) -> Row | None:
        """What decides once answers stand in the file; None where they are refused."""
        try:
            return self._judge.row(self._case(given))
        except (UnusableCase, FailedWorld):
            return None

    def _case(self, given: Sequence[tuple[Answers, Any]]) -> Case:
        return self._read(replace(self._document, value=self._value(given)))

    def _value(self, given: Sequence[tuple[Answers, Any]]) -> Mapping[str, Any]:
        """What stands in the file with the answers."""
        value: Mapping[str, Any] = self._document.value
        for answers, answer in given:
            value = _with(value, answers.path, partial(answers.put, answer))
        return value

    def _stretches(self, answers: Answers, rows: Sequence[Row | None]) -> Iterator[Stretch]:
        """Runs of answers that lead to the same, with their ends as exact as they can be told."""
        firsts = [0, *(n for n in range(1, len(rows)) if _differ(rows[n - 1], rows[n]))]
        ends = [*firsts[1:], len(rows)]
        edges = {
            n: self._edge(answers, answers.values[n - 1], answers.values[n], rows[n - 1])
            for n in firsts[1:]
            if answers.has_order
        }
        for first, end in zip(firsts, ends, strict=True):
            low = edges[first][1] if first in edges else answers.values[first]
            high = edges[end][0] if end in edges else answers.values[end - 1]
            yield Stretch(low, high, (end - first) / len(rows), rows[first])

    def _edge(
        self, answers: Answers, same: float, other: float, row: Row | None
    ) -> tuple[float, float]:
        """Between two answers, the last that leads to the same and the first that does not.

        Money is told apart by whole units, all else by a millionth.
        """
        step = 1.0 if answers.unit == "currency/year" else 1e-6 * max(abs(same), abs(other))
        if step == 1.0:
            same, other = float(round(same)), float(round(other))
        for _ in range(HALVINGS):
            if other - same <= step:
                break
            middle = same + (other - same) / 2
            middle = float(round(middle)) if step == 1.0 else middle
            if _differ(row, self._row([(answers, middle)])):
                other = middle
            else:
                same = middle
        return same, other

    # --- Together ---------------------------------------------------------------------------------

    def _together(self, asked: Sequence[Asked]) -> tuple[Sequence[str], float]:
        """The fewest questions that settle it together, and how often all of them do."""
        draw = Random(0)
        open_questions = [one for one in asked if one.places]
        if not open_questions:
            return (), 0.0
        drawn = (self._drawn_out(open_questions, draw) for _ in range(JOINT))
        settling = [given for given in drawn if given is not None]
        if not settling:
            return (), 0.0
        found = settling[0]
        first = {one.name for one in asked}
        for name in sorted(found, key=lambda name: name in first):  # what comes up later goes first
            rest = {other: answer for other, answer in found.items() if other != name}
            found = rest if self._settles(rest) else found
        return tuple(found), len(settling) / JOINT

    def _drawn_out(self, asked: Sequence[Asked], draw: Random) -> Given | None:
        """Answers to all questions, and to those that come up then; None where none settle it."""
        given: Given = {
            one.name: _drawn([place.answers for place in one.places], draw) for one in asked
        }
        more = given
        while more:
            try:
                case = self._case(list(given.values()))
                judgement = self._judge.judge(case)
            except (UnusableCase, FailedWorld):
                return None
            if judgement.row.decides != REVIEW:
                return given
            more = self._coming_up({**case.facts, **judgement.values}, given, draw)
            given = {**given, **more}
        return None

    def _coming_up(self, known: Mapping[str, Any], given: Given, draw: Random) -> Given:
        """Answers to what the book asks besides, once answers stand in the file."""
        value = self._value(list(given.values()))
        found: dict[str, tuple[Answers, Any]] = {}
        for one, is_asked in self._questions:
            if one.name not in given and is_asked(known) is True:
                places = [answers_to(at, self._book, known, value) for at in one.asks_for]
                listed = [answers for answers in places if answers]
                found |= {one.name: _drawn(listed, draw)} if listed else {}
        return found

    @cached_property
    def _questions(self) -> Sequence[tuple[Question, Callable[[Mapping[str, Any]], Value]]]:
        return [(one, meaning(one.when)) for one in self._book.questions]

    def _settles(self, given: Given) -> bool:
        row = self._row(list(given.values()))
        return row is not None and row.decides != REVIEW


def _drawn(places: Sequence[Answers], draw: Random) -> tuple[Answers, Any]:
    answers = draw.choice(places)
    return answers, draw.choice(answers.values)


def _differ(one: Row | None, other: Row | None) -> bool:
    return (one and one.decides) != (other and other.decides)


def _decisive(asked: Asked, is_open: bool) -> tuple[float, ...]:
    return (-asked.settles, -asked.turns) if is_open else (-asked.turns,)


def _with(node: Any, path: Sequence[str], put: Callable[[Any], Any]) -> Any:
    """A copy of a tree of mappings with something else at a place."""
    if not path:
        return put(node)
    inside = node if isinstance(node, Mapping) else {}
    return {**inside, path[0]: _with(inside.get(path[0]), path[1:], put)}
