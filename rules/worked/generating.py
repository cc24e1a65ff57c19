"""The cases that a book's own ones lack, found by a search; what they give is left to a person.

What such a case expects is what the book gives today.  It is no proof that the book is right, only
that from now on nobody changes it unseen; so each is marked until a person has confirmed it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rules.book import Book
from rules.case import Case
from rules.covering.conditions import CASE, END, Decision, Vector
from rules.covering.coverage import DECIDES, UNKNOWN, Coverage
from rules.covering.search import Search
from rules.decision import Record
from rules.errors import OfferdeskError
from rules.expression import names, sql_text
from rules.worked.expecting import NAMED
from rules.worked.reading import Cases, WorkedCase
from rules.worked.reducing import Shows, departures, reduced
from rules.worked.tally import FIRES, OPEN, Tally, Wanted, coverage_of
from rules.worked.trying import Trial, Tried

ROUNDS = 2
SHORT = 60  # [characters] of a condition in the name of its case
PLACES = 6  # of a figure that is written down


@dataclass(frozen=True, slots=True)
class Goal:
    """What a case is to show, in a few words, and the term of the book that it is about."""

    told: str
    term: str
    shows: Shows


def generated(
    trial: Trial, cases: Cases, tried: Sequence[Tried], known: Tally, seed: int = 1
) -> list[WorkedCase]:
    """Cases for what is missing.

    Args:
        trial: The book.
        cases: Its cases; new ones depart from the first of its starts.
        tried: What came of them; what they show already is not sought.
        known: What they cover.
        seed: Of everything that is left to chance.
    """
    plain = _plain(trial, cases)
    if plain is None:
        return []
    base, start = plain
    passed = [one for one in tried if one.passed]
    coverage = coverage_of(trial.book, passed)
    has_case = len(coverage.cases)
    search = Search(coverage, seed)
    search.run((DECIDES,), ROUNDS)
    search.run((UNKNOWN,), 1, _open_signals(coverage, known.missing()))
    writer = _Writer(trial, base, start, {one.worked.name for one in tried})
    for number, goals in _needed(coverage, trial, has_case).items():
        writer.write(coverage.cases[number], goals)
    for wanted in known.missing():
        writer.write_first(coverage.cases, wanted)
    return writer.written


def _plain(trial: Trial, cases: Cases) -> tuple[Case, str] | None:
    """The case that new ones depart from, and its name."""
    for name, raw in cases.starts.offers.items():
        return trial.case(WorkedCase(name, f"{name}:1", dict(raw), {})), name
    return None


def _open_signals(coverage: Coverage, missing: Sequence[Wanted]) -> list[Decision]:
    terms = {f"signal {one.name}" for one in missing if one.way == OPEN}
    return [one for one in coverage.decisions if one.term in terms]


def _needed(coverage: Coverage, trial: Trial, has_case: int) -> dict[int, list[Goal]]:
    """The cases that the search has added and some condition needs, with what each has to show."""
    found: dict[int, list[Goal]] = defaultdict(list)
    for aim in coverage.aims:
        one, n, what = aim
        if what != DECIDES:
            continue
        for number in coverage.witnesses(aim) or coverage.together(one, n):
            if number >= has_case:
                found[number].append(_goal(coverage, trial, one, n, number))
    return dict(sorted(found.items()))


def _goal(coverage: Coverage, trial: Trial, one: Decision, n: int, number: int) -> Goal:
    here = [v for v, case in coverage.seen[one].vectors.items() if case == number]
    vector = next((v for v in here if coverage.tells(one, v, n)), here[0])
    condition = sql_text(one.conditions[n])
    short = condition if len(condition) <= SHORT else f"{condition[:SHORT]}..."
    truth = {True: "true", False: "false", None: "unknown"}[vector[n]]

    def shows(case: Case) -> bool:
        return vector in _vectors(coverage, trial, one, case)

    return Goal(f"{one.term}, {short} is {truth}", one.term, shows)


def _vectors(coverage: Coverage, trial: Trial, one: Decision, case: Case) -> list[Vector]:
    """What a case shows of a decision; of one about the entries of a list, once for each."""
    wanted = frozenset(names(one.whole))
    if one.place == END:
        return [one.vector(_at_end(coverage, trial, case, wanted))]
    if one.place == CASE:
        return [one.vector(coverage.scopes.of(case, wanted))]
    return [one.vector(scope) for scope in coverage.scopes.entries(case, one.place, wanted)]


def _at_end(
    coverage: Coverage, trial: Trial, case: Case, wanted: frozenset[str]
) -> Mapping[str, Any]:
    """The values once it is known which worlds agree, which only the judge can say."""
    judged = trial.judge.judge(case)
    return judged.values if len(judged.trials) > 1 else coverage.scopes.of(case, wanted)


class _Writer:
    """Turns cases of a search into worked ones, plain and with what the book gives."""

    def __init__(self, trial: Trial, base: Case, start: str, taken: set[str]) -> None:
        self._trial, self._base, self._start = trial, base, start
        self._taken = taken
        self.written: list[WorkedCase] = []

    def write(self, case: Case, goals: Sequence[Goal]) -> None:
        """Write a case that shows some things, if the book judges it."""
        goals = [goal for goal in goals if self._does(goal.shows, case)]
        if not goals:
            return

        def shows(one: Case) -> bool:
            return all(self._does(goal.shows, one) for goal in goals)

        plain = reduced(case, self._base, shows)
        record = self._record(plain)
        if record is not None:
            name, term = self._name(goals[0].told), goals[0].term
            expect = _expected(record, term, self._trial.book)
            self.written.append(self._worked(name, plain, expect))

    def write_first(self, cases: Sequence[Case], wanted: Wanted) -> None:
        """Write the first case that tries a thing in the way that is wanted."""

        def shows(case: Case) -> bool:
            record = self._record(case)
            return record is not None and tries(record, wanted, self._trial.book)

        found = next(filter(shows, cases), None)
        if found is not None:
            told = f"{wanted.kind} {wanted.name} {wanted.way}"
            self.write(found, [Goal(told, f"{wanted.kind} {wanted.name}", shows)])

    def _does(self, shows: Shows, case: Case) -> bool:
        try:
            return shows(case)
        except OfferdeskError:  # a figure that overflows: the book refuses it, by design
            return False

    def _record(self, case: Case) -> Record | None:
        try:
            return self._trial.clerk.record(self._trial.judge.judge(case))
        except OfferdeskError:
            return None

    def _name(self, told: str) -> str:
        name, number = told, 1
        while name in self._taken:
            number += 1
            name = f"{told} ({number})"
        self._taken.add(name)
        return name

    def _worked(self, name: str, case: Case, expect: dict[str, Any]) -> WorkedCase:
        facts = {fact: case.facts[fact] for fact in departures(case, self._base)}
        entries = {
            listed: [{k: v for k, v in one.items() if v is not None} for one in some]
            for listed, some in case.entries.items()
            if list(some) != list(self._base.entries[listed])
        }
        return WorkedCase(name, self._start, {}, expect, facts=facts, entries=entries,
                          generated=True)  # fmt: skip


def tries(record: Record, wanted: Wanted, book: Book) -> bool:
    """Whether a record shows a thing in the way that is wanted."""
    found = _answer(record, wanted.kind, wanted.name, book)
    return found is None if wanted.way == OPEN else found is (wanted.way == FIRES)


def _answer(record: Record, kind: str, name: str, book: Book) -> Any:
    match kind:
        case "row":
            return record["rule"] == name
        case "ask":
            return name in record["ask"]
        case _:
            return NAMED[f"{kind}s"](record, book)[name]


def _expected(record: Record, term: str, book: Book) -> dict[str, Any]:
    """What a book gives: the verdict, and what it says of one term."""
    kind, _, name = term.partition(" ")
    found = {"verdict": record["verdict"], "status": record["status"], "row": record["rule"]}
    return {**found, **dict(_of_term(record, kind, name, book))}


def _of_term(record: Record, kind: str, name: str, book: Book) -> Iterator[tuple[str, Any]]:
    if kind == "figure" and name.startswith("ask_"):
        kind, name = (
            "ask",
            next((a.name for a in book.asks if name.startswith(f"ask_{a.name}_")), ""),
        )
    if kind == "ask" and name:
        ask = record["ask"].get(name)
        yield "asks", {name: False if ask is None else _numbers(ask)}
    elif kind in ("signal", "lever", "question", "condition"):
        answers = NAMED[f"{kind}s"](record, book)
        if name in answers:
            yield f"{kind}s", {name: "unknown" if answers[name] is None else answers[name]}
    elif kind in ("figure", "pick"):
        given = next((pick.gives for pick in book.picks if pick.name == name), {name: name})
        figures = {
            one: _written(record["derived"][one]) for one in given if one in record["derived"]
        }
        if figures:
            yield "figures", figures


def _numbers(ask: Record) -> Record:
    return {part: _written(value) for part, value in ask.items() if part != "label"}


def _written(value: Any) -> Any:
    if value is None:
        return "unknown"
    return round(value, PLACES) if isinstance(value, float) else value
