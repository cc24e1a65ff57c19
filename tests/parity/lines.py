"""Cases where a wrong compilation would show: on every line, on both sides of it, at every key."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from rules.book import Book
from rules.case import Case
from rules.checker import Type
from rules.covering.changing import Changes
from rules.covering.conditions import Decision, decisions
from rules.covering.scopes import Scopes
from rules.expression import Compare, Name, names
from rules.judgement import Judge
from tests.generating import is_within_doubles
from tests.parity.covering import uncertain

RUNGS = [0.5 + step / 40 for step in range(41)]  # a rival's pay, from half to one and a half
GRANTS = ("equity_grant_value", "equity_annual_value", "equity_shares")
NEAR = (0.97, 1.0, 1.03)
OF_EACH_KEY, OF_EACH_COMPONENT = 4, 200
MOST_CLIMBED = 60


def lines(book: Book, judge: Judge, cases: Sequence[Case], draw: random.Random) -> list[Case]:
    """Cases on the lines of a book, made from some that hang on an uncertain number."""
    found = [
        *_tied(book, judge, cases, draw),
        *_near(book, cases, draw),
        *_asked(book, cases, draw),
        *_mirrored(book, judge, cases),
        *_keyed(book, cases, draw),
    ]
    return [case for case in found if is_within_doubles(case, judge)]


# --- A stated number made equal to what it is compared with --------------------------------------


def _tied(book: Book, judge: Judge, cases: Sequence[Case], draw: random.Random) -> Iterator[Case]:
    """Each case once on every such line on which a stated number may be put.

    Of the other numbers on these lines some are left out, since mostly one of them decides before.
    """
    pairs = [pair for one in uncertain(book, judge) for pair in _against_facts(book, one)]
    stated = sorted({fact for fact, _ in pairs})
    scopes, wanted = Scopes(book), frozenset(other for _, other in pairs)
    for case in cases:
        values = scopes.of(case, wanted)
        for fact, other in pairs:
            if values[other] is not None:
                silent = [one for one in stated if one != fact and draw.random() < 0.5]
                facts = {**dict.fromkeys(silent), fact: float(values[other])}
                yield replace(case, facts={**case.facts, **facts})


def _against_facts(book: Book, one: Decision) -> Iterator[tuple[str, str]]:
    """Facts that a decision compares with a number that is worked out, with its name."""
    for leaf in one.conditions:
        match leaf:
            case Compare(_, Name(left), Name(right)):
                for fact, other in ((left, right), (right, left)):
                    if fact in book.facts and book.facts[fact].type.kind == "number":
                        yield fact, other


# --- One stated number put near another of its unit -----------------------------------------------


def _near(book: Book, cases: Sequence[Case], draw: random.Random) -> Iterator[Case]:
    """Each case with two numbers put on or just beside another that is stated."""
    units = {
        name: fact.type.unit for name, fact in book.facts.items() if fact.type.kind == "number"
    }
    for case in cases:
        facts = dict(case.facts)
        for _ in range(2):
            stated = [name for name in units if facts[name] is not None]
            other = draw.choice(stated)
            one = draw.choice([name for name in units if units[name] == units[other]])
            facts[one] = float(facts[other]) * draw.choice(NEAR)
        yield replace(case, facts=facts)


def _asked(book: Book, cases: Sequence[Case], draw: random.Random) -> Iterator[Case]:
    """Some cases with each component aimed just above what is offered, and free to go further."""
    formulas = [one for layer in (*book.layers, *book.closing) for one in layer.formulas]
    terms = {one.name: one.expression for one in formulas}
    money = {name for name, fact in book.facts.items() if _is_money(fact.type)}
    for offered in [name for name in terms if name.endswith("_offered")]:
        component = offered.removesuffix("_offered")
        for case in draw.choices(cases, k=OF_EACH_COMPONENT):
            facts, amount = dict(case.facts), draw.uniform(10_000, 300_000)
            for part, times in (("cap", 2.0), ("goal", 1 + draw.random() / 50), ("offered", 1.0)):
                for name in names(terms[f"{component}_{part}"]) & money:
                    facts[name] = amount * times
            yield replace(case, facts=facts)


def _is_money(kind: Type) -> bool:
    return kind.unit is not None and dict(kind.unit.powers).get("currency") == 1


# --- A rival's pay in small steps -----------------------------------------------------------------


def _mirrored(book: Book, judge: Judge, cases: Sequence[Case]) -> Iterator[Case]:
    """What is accepted when alone, beside a rival as uncertain, whose base grows in small steps.

    So each world crosses its lines at another step, with a larger grant in another order.
    """
    listed = book.lists["competing_offers"]
    package = [name for name in book.facts_of(listed) if name in book.facts]
    usable = {"company": "Mirror", "kind": "new_employer", "status": "written", "verified": True}
    for case in _accepted_alone(judge, cases, listed.name)[:MOST_CLIMBED]:
        same = {**dict.fromkeys(book.facts_of(listed)), **usable}
        same |= {name: case.facts[name] for name in package}
        in_cash = {n: None if n.startswith("equity_") else value for n, value in same.items()}
        rivals = (same, _times(same, dict.fromkeys(GRANTS, 3.0)), in_cash)
        for rung, rival in itertools.product(RUNGS, rivals):
            yield _beside(case, listed.name, [_times(rival, {"base_salary": rung})])


def _times(entry: Mapping[str, Any], times: Mapping[str, float]) -> dict[str, Any]:
    known = {name: factor for name, factor in times.items() if entry[name] is not None}
    return {**entry, **{name: entry[name] * factor for name, factor in known.items()}}


def _accepted_alone(judge: Judge, cases: Sequence[Case], listed: str) -> list[Case]:
    alone = [_beside(case, listed, []) for case in cases if case.facts["base_salary"] is not None]
    judged = [(case, judge.judge(case)) for case in alone]
    return [case for case, one in judged if one.verdict == "accept" and len(one.trials) > 1]


def _beside(case: Case, listed: str, entries: Sequence[Mapping[str, Any]]) -> Case:
    return replace(case, entries={**case.entries, listed: list(entries)})


# --- Every key of a table, every day of the law ---------------------------------------------------


def _keyed(book: Book, cases: Sequence[Case], draw: random.Random) -> Iterator[Case]:
    """Some cases with each word that a text may be, and on the days around each of the law."""
    changes = Changes(book, decisions(book))
    texts = [name for name, fact in book.facts.items() if fact.type.kind == "text"]
    for name in texts:
        for case in draw.choices(cases, k=OF_EACH_KEY):
            for word in changes.values(("", name), case, draw):
                yield replace(case, facts={**case.facts, name: word})
    for row in (row for table in book.law.values() for row in table.rows):
        days = [row.valid_from + timedelta(n) for n in (-1, 0, 1)]
        for day in (day for day in days if day >= changes.first_day):
            for case in draw.choices(cases, k=OF_EACH_KEY):
                there = {"work_jurisdiction": row.place, "evaluation_date": day}
                yield replace(case, facts={**case.facts, **there})
