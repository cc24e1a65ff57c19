"""What is remembered of conclusions: the same as anew, bounded, and out of everybody's reach."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules import concluding, engine
from rules.concluding import Concluding, Stage, SteadyPart
from rules.engine import Engine, Proposition
from rules.errors import FailedWorld
from rules.expression import And, Compare, IsNull, Literal, Name, Not, Or
from rules.inlining import Inliner
from rules.judgement import Judge
from tests.offers import book, case, judge, varied

FLAGS = And((Name("employer_final"), Not(Name("no_negotiation_policy"))))
TESTED = Or((Name("employer_final"), IsNull(Name("base_salary"))))
NUMERIC = Compare("<", Name("base_salary"), Literal(100.0))


def stage() -> Stage:
    rows = [
        Proposition("flags", FLAGS),
        Proposition("numeric", NUMERIC),
        Proposition("tested", TESTED),
    ]
    return stage_of(rows)


def stage_of(rows: list[Proposition]) -> Stage:
    sorted_out = Concluding({"stage": rows}, frozenset, book())
    return sorted_out.stages(sorted_out.plans(), Inliner())["stage"]


def values(**more: Any) -> dict[str, Any]:
    plain = {"employer_final": True, "no_negotiation_policy": False, "base_salary": 50.0}
    return plain | more


def steady(one: Stage) -> SteadyPart:
    (part,) = [part for part in one._parts if isinstance(part, SteadyPart)]
    return part


def test_truths_come_in_the_order_of_the_book() -> None:
    truths, found = stage().conclude(values())
    assert list(truths.items()) == [("flags", True), ("numeric", True), ("tested", True)]
    assert len(found) == 2


def test_a_number_that_is_only_tested_for_null_changes_nothing_else() -> None:
    one = stage()
    for salary in (1.0, 2.0, 3.0):
        assert one.conclude(values(base_salary=salary, employer_final=False))[0]["tested"] is False
    assert one.conclude(values(base_salary=None, employer_final=False))[0]["tested"] is True
    assert one.conclude(values(base_salary=None))[0]["numeric"] is None
    remembered = steady(one)._remembered.cache_info()
    assert (remembered.hits, remembered.misses) == (2, 3)


def test_unknown_and_false_are_remembered_apart() -> None:
    one = stage()
    for flag, expected in ((None, None), (False, False), (True, True), (None, None)):
        assert one.conclude(values(employer_final=flag))[0]["flags"] is expected


def test_what_is_remembered_cannot_be_changed_from_outside() -> None:
    one = stage_of([Proposition("flags", FLAGS)])
    one.conclude(values())[0]["flags"] = None
    assert one.conclude(values())[0] == {"flags": True}


def test_a_refusal_is_not_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    one = stage()
    honest = Engine.conclude

    def wrong(self: Engine, name: str, given: Any) -> Any:
        found = honest(self, name, given)
        return replace(found, truths={**found.truths, "flags": None})

    monkeypatch.setattr(Engine, "conclude", wrong)
    for _ in range(2):
        with pytest.raises(FailedWorld, match="engines-disagree"):
            one.conclude(values())
    monkeypatch.undo()
    assert one.conclude(values())[0]["flags"] is True


def test_memories_are_bounded() -> None:
    shared = Judge(book())
    for number in range(3 * concluding.MOST_REMEMBERED):
        days = {"candidate.processes_in_progress": [], "offer.base_salary": 188_000 + number}
        flags = {"offer.employer_final": number % 2 == 0, "offer.state": f"S{number}"}
        shared.judge(case(varied(days | flags)))
    parts = [part for one in shared._stages.values() for part in one._parts]
    for part in parts:
        if isinstance(part, SteadyPart):
            info = part._remembered.cache_info()
            assert info.currsize <= info.maxsize == concluding.MOST_REMEMBERED
        for phase in part._engine._stages[part.name].phases:
            info = phase._shown.cache_info()
            assert info.currsize <= info.maxsize == engine.MOST_FACTS


def test_a_judge_that_remembers_judges_as_a_new_one() -> None:
    for number in range(12):
        changes = {
            "offer.employer_final": number % 2 == 0,
            "offer.base_salary": 188_000 + 5_000 * (number % 5),
            "offer.level_std": None if number % 3 == 0 else 4,
        }
        used, new = judge().judge(case(varied(changes))), Judge(book()).judge(case(varied(changes)))
        assert (used.rows, used.levers, used.values) == (new.rows, new.levers, new.values)
        assert used.firings == new.firings


def test_other_numbers_in_the_same_order_need_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    one = stage_of(
        [Proposition("lower", Compare("<", Name("base_salary"), Name("guide_base_max")))]
    )
    shown: list[str] = []
    honest = engine._fire

    def counted(handle: int, fact: str, most: int) -> list[str]:
        shown.append(fact)
        return honest(handle, fact, most)

    monkeypatch.setattr(engine, "_fire", counted)
    for salary, band, expected in (
        (50.0, 60.0, True),
        (51.0, 70.5, True),
        (60.0, 60.0, False),
        (-0.0, 0.0, False),
        (70.0, 60.0, False),
        (None, 60.0, None),
        (8.0, 9.0, True),
    ):
        truths, _ = one.conclude({"base_salary": salary, "guide_base_max": band})
        assert truths["lower"] is expected
    assert len(shown) == len(set(shown)) == 4
