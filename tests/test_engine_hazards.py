"""One test for each way in which durable-rules is known to go wrong and our use could meet."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import rules.engine as module
from rules.engine import MOST_ATTRIBUTES, MOST_RULES, Engine, Proposition
from rules.errors import FailedWorld, MalformedBook
from rules.expression import And, Compare, Expression, In, IsNull, Literal, Name, Not, Or, Value

A, B, P, Q = (Name(name) for name in "abpq")
OPS: tuple[Any, ...] = ("=", "<>", "<", "<=", ">", ">=")
CORE = module._core()


def engine(*expressions: Expression) -> Engine:
    return Engine({"stage": [Proposition(f"r{i}", when) for i, when in enumerate(expressions)]})


def code_of(caught: pytest.ExceptionInfo[Any]) -> str:
    (fault,) = caught.value.faults
    return str(fault.code)


# --- values -------------------------------------------------------------------------------


def test_a_value_that_was_forgotten_is_refused() -> None:
    rules = engine(And((Compare(">", A, Literal(0.0)), Compare("<", A, B))))
    with pytest.raises(FailedWorld, match="engine-value-missing: b") as caught:
        rules.conclude("stage", {"a": 1.0})
    assert code_of(caught) == "engine-value-missing"


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize(("a", "b"), [(None, 1.0), (1.0, None), (None, None)])
def test_a_comparison_with_null_fires_nothing(op: Any, a: Value, b: Value) -> None:
    rules = engine(Compare(op, A, B), Not(Compare(op, A, B)))
    assert rules.conclude("stage", {"a": a, "b": b}).firings == ()


@pytest.mark.parametrize("op", OPS)
def test_a_constant_compared_with_null_fires_nothing(op: Any) -> None:
    rules = engine(
        Compare(op, A, Literal(0.0)), In(A, (Literal(0.0),)), Not(In(A, (Literal(1.0),)))
    )
    assert rules.conclude("stage", {"a": None}).firings == ()


@pytest.mark.parametrize("value", ["5", "", True, 5], ids=repr)
def test_only_a_number_is_compared_with_a_number(value: Any) -> None:
    with pytest.raises(FailedWorld) as caught:
        engine(Compare("<", A, Literal(10.0))).conclude("stage", {"a": value})
    assert code_of(caught) == "engine-kind-mismatch"


@pytest.mark.parametrize("value", ["5", True])
def test_two_names_are_compared_only_when_they_are_of_one_kind(value: Value) -> None:
    rules = engine(Compare("=", A, B))
    with pytest.raises(FailedWorld) as caught:
        rules.conclude("stage", {"a": 5.0, "b": value})
    assert code_of(caught) == "engine-kind-mismatch"
    assert rules.conclude("stage", {"a": 5.0, "b": 5.0}).truths["r0"] is True


def test_a_value_of_no_known_kind_is_refused() -> None:
    odd: Any = [1.0]
    with pytest.raises(FailedWorld) as caught:
        engine(Compare("=", A, B)).conclude("stage", {"a": odd, "b": None})
    assert code_of(caught) == "engine-kind-mismatch"


def test_texts_that_look_like_values_stay_texts() -> None:
    rules = engine(*(Compare("=", A, Literal(word)) for word in ("5", "null", "true", "", "0")))
    for index, word in enumerate(("5", "null", "true", "", "0")):
        shown = rules.conclude("stage", {"a": word}).truths
        assert [name for name, value in shown.items() if value] == [f"r{index}"]


@pytest.mark.parametrize("name", ["id", "sid", "ph", "m", "a0", "x1", "_id", "s", "größe"])
def test_no_name_is_reserved(name: str) -> None:
    rules = engine(Compare(">", Name(name), Literal(5.0)), IsNull(Name(name)))
    assert rules.conclude("stage", {name: 6.0}).truths == {"r0": True, "r1": False}
    assert rules.conclude("stage", {name: None}).truths == {"r0": None, "r1": True}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_refused(number: float) -> None:
    with pytest.raises(FailedWorld) as caught:
        engine(Compare("<", A, Literal(10.0))).conclude("stage", {"a": number})
    assert code_of(caught) == "engine-number-not-finite"


@pytest.mark.parametrize("number", [1e-05, 1e16, 1e22, -1e-300, 2.0**53, 5e-324])
def test_a_number_with_an_exponent_is_compared(number: float) -> None:
    rules = engine(Compare("=", A, Literal(number)), Compare("<", A, Literal(number)))
    assert rules.conclude("stage", {"a": number}).truths == {"r0": True, "r1": False}


# --- how much the core can hold -----------------------------------------------------------


def test_hundreds_of_rules_fire_at_once() -> None:
    expressions = [Compare(">", A, Literal(float(i))) for i in range(700)]
    rules = engine(*expressions)
    assert all(rules.conclude("stage", {"a": 1e6}).truths.values())
    half = rules.conclude("stage", {"a": 350.5})
    assert [firing.truth for firing in half.firings] == [True] * 351 + [False] * 349
    assert [firing.order for firing in half.firings] == list(range(700))


def test_a_phase_never_holds_more_than_the_core_can() -> None:
    rules = engine(*(Compare("<", Name(f"n{i}"), Name(f"m{i}")) for i in range(400)))
    phases = rules._stages["stage"].phases
    assert max(len(phase.meanings) + 1 for phase in phases) <= MOST_RULES
    values: dict[str, Value] = {f"{side}{i}": float(i) for side in "nm" for i in range(400)}
    assert set(rules.conclude("stage", values).truths.values()) == {False}


def test_a_phase_never_has_more_attributes_than_the_core_can_hold() -> None:
    flags = [[Name(f"p{i}_{j}") for j in range(20)] for i in range(30)]
    rules = engine(*(Or((And(tuple(row)), Literal(None))) for row in flags))
    phases = rules._stages["stage"].phases
    assert max(phase._fact.count("%s") for phase in phases) <= MOST_ATTRIBUTES
    values: dict[str, Value] = {flag.name: True for row in flags for flag in row}
    assert set(rules.conclude("stage", values).truths.values()) == {True}


def test_64_branches_of_one_proposition_are_true_at_once() -> None:
    flags = [Name(f"p{i}") for i in range(64)]
    shown = engine(Or(tuple(flags))).conclude("stage", {flag.name: True for flag in flags})
    assert shown.truths == {"r0": True}
    assert [firing.branch for firing in shown.firings] == list(range(64))


def test_more_branches_are_refused_when_the_engine_is_made() -> None:
    with pytest.raises(MalformedBook) as caught:
        engine(Or(tuple(Name(f"p{i}") for i in range(65))))
    assert code_of(caught) == "book-too-many-branches"


def test_long_lists_of_choices_stay_one_branch() -> None:
    letters = tuple(Literal(f"word {i}") for i in range(1200))
    rules = engine(And((In(A, letters), In(B, letters[:40]))), Not(In(A, letters)))
    shown = rules.conclude("stage", {"a": "word 1199", "b": "word 7"})
    assert shown.truths == {"r0": True, "r1": False}
    assert {firing.branch for firing in shown.firings} == {0}
    shown = rules.conclude("stage", {"a": "word 1200", "b": "word 7"})
    assert shown.truths == {"r0": False, "r1": True}


# --- control flow -------------------------------------------------------------------------


def test_a_fact_that_matches_no_rule_is_no_error() -> None:
    shown = engine(And((P, Q)), Compare("<", A, B)).conclude(
        "stage", {"p": None, "q": None, "a": None, "b": None}
    )
    assert shown.truths == {"r0": None, "r1": None}


def test_a_rule_that_only_tests_for_null_fires_once() -> None:
    shown = engine(IsNull(A)).conclude("stage", {"a": None})
    assert len(shown.firings) == 1


class Core:
    """The real core with one of its functions replaced."""

    def __init__(self, **replaced: Callable[..., Any]) -> None:
        self._replaced = replaced

    def __getattr__(self, name: str) -> Any:
        return self._replaced.get(name, getattr(CORE, name))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    def replace(**functions: Callable[..., Any]) -> None:
        monkeypatch.setattr(module, "_core", lambda: Core(**functions))

    yield replace
    monkeypatch.undo()


def test_an_agenda_without_end_is_stopped(
    broken: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = engine(P)
    turns = count()

    def always(handle: int, session: int) -> str:
        next(turns)
        return '{"r00":{"m":{}}}'

    broken(complete_and_start_action=always)
    with pytest.raises(FailedWorld) as caught:
        rules.conclude("stage", {"p": True})
    assert code_of(caught) == "engine-runaway"
    assert next(turns) < 10
    monkeypatch.undo()
    assert rules.conclude("stage", {"p": False}).truths == {"r0": False}


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_an_exception_is_not_swallowed_and_leaves_nothing_behind(
    broken: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    interruption: type[BaseException],
) -> None:
    rules = engine(P, Q)
    assert rules.conclude("stage", {"p": False, "q": False}).truths == {"r0": False, "r1": False}

    def interrupted(handle: int, session: int) -> None:
        raise interruption

    broken(complete_and_start_action=interrupted)
    with pytest.raises(interruption):
        rules.conclude("stage", {"p": True, "q": True})
    monkeypatch.undo()
    assert rules.conclude("stage", {"p": True, "q": None}).truths == {"r0": True, "r1": None}


def test_a_refusal_names_its_number_and_meaning(broken: Callable[..., None]) -> None:
    def refuse(handle: int, fact: str) -> None:
        raise CORE.error("Could not assert fact, error code: 303")

    broken(assert_fact=refuse)
    with pytest.raises(FailedWorld, match="error 303: more than 64 branches") as caught:
        engine(P).conclude("stage", {"p": True})
    assert code_of(caught) == "engine-refused"


def test_running_out_of_memory_is_a_refusal(broken: Callable[..., None]) -> None:
    def refuse(name: str, definition: str) -> None:
        raise MemoryError

    broken(create_ruleset=refuse)
    with pytest.raises(FailedWorld, match="error 101: out of memory"):
        engine(Name("never_seen_before")).conclude("stage", {"never_seen_before": True})


def test_rules_that_contradict_each_other_are_found_out(broken: Callable[..., None]) -> None:
    messages = iter(['{"r01":{"m":{}}}', None])
    rules = engine(P)
    broken(
        start_action_for_state=lambda handle, session: ("{}", '{"r00":{"m":{}}}'),
        complete_and_start_action=lambda handle, session: next(messages),
    )
    with pytest.raises(FailedWorld) as caught:
        rules.conclude("stage", {"p": True})
    assert code_of(caught) == "engine-contradiction"


def test_it_starts_no_thread_and_loads_no_host() -> None:
    script = """
import sys, threading
from rules.engine import Engine, Proposition
from rules.expression import Name
engine = Engine({"stage": [Proposition("x", Name("p"))]})
assert engine.conclude("stage", {"p": True}).truths == {"x": True}
assert threading.active_count() == 1
assert "durable" not in sys.modules and "sqlglot" not in sys.modules
assert "rules.interpreter" not in sys.modules
"""
    run(script)


def run(script: str) -> None:
    """In a process of its own, where every warning is an error."""
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


# --- many decisions, many threads, many books ---------------------------------------------


def test_the_same_fact_twice_gives_the_same_answer() -> None:
    rules = engine(Compare("<", A, B), P)
    values: dict[str, Value] = {"a": 1.0, "b": 2.0, "p": True}
    first = rules.conclude("stage", values)
    assert all(rules.conclude("stage", values) == first for _ in range(100))


def resident_kilobytes() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4


def decide_many(times: int) -> None:
    rules = engine(Compare("<", A, B), And((P, Compare(">", A, Literal(50.0)))), Not(P))
    for i in range(times):
        a, b, p = float(i % 1009), float(i % 997), (True, False, None)[i % 3]
        shown = rules.conclude("stage", {"a": a, "b": b + i / 7, "p": p}).truths
        assert shown["r0"] is (a < b + i / 7)
        assert shown["r1"] is (False if p is False or a <= 50.0 else p)
        assert shown["r2"] is (None if p is None else not p)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
@pytest.mark.parametrize("times", [10_000, pytest.param(100_000, marks=pytest.mark.slow)], ids=str)
def test_decisions_in_one_process_stay_right_and_leave_no_memory(times: int) -> None:
    decide_many(2_000)
    before = resident_kilobytes()
    decide_many(times)
    assert resident_kilobytes() - before < 2_000


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_engines_with_the_same_rules_hand_their_rule_sets_on() -> None:
    expressions = [Compare(">", A, Literal(i + 0.25)) for i in range(200)]

    def use_one_engine() -> None:
        assert len(engine(*expressions).conclude("stage", {"a": 100.0}).firings) == 200

    for _ in range(3):
        use_one_engine()
    before = resident_kilobytes()
    for _ in range(30):
        use_one_engine()
    assert resident_kilobytes() - before < 2_000


def test_threads_may_share_an_engine() -> None:
    rules = engine(*(Compare(">", A, Literal(float(i))) for i in range(100)))
    start = threading.Barrier(8)

    def work(seed: int) -> None:
        start.wait()
        for i in range(150):
            a = float((seed * 37 + i * 11) % 101)
            truths = rules.conclude("stage", {"a": a}).truths
            assert list(truths.values()) == [a > j for j in range(100)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(8))) == [None] * 8


def test_two_books_in_one_process_do_not_mix() -> None:
    old = Engine({"stage": [Proposition("x", Compare(">", A, Literal(10.0)))]})
    new = Engine({"stage": [Proposition("x", Compare(">", A, Literal(20.0)))]})
    for _ in range(50):
        assert old.conclude("stage", {"a": 15.0}).truths == {"x": True}
        assert new.conclude("stage", {"a": 15.0}).truths == {"x": False}


def test_a_renamed_book_takes_over_the_rules_but_not_the_names() -> None:
    condition = Compare(">", A, Literal(123.456))
    first = Engine({"stage": [Proposition("before", condition)]})
    assert first.conclude("stage", {"a": 200.0}).truths == {"before": True}
    del first
    second = Engine({"stage": [Proposition("after", condition)]})
    assert second.conclude("stage", {"a": 200.0}).truths == {"after": True}


FORK = """
import os
import rules.engine as module
from rules.expression import Name

engine = module.Engine({"stage": [module.Proposition("x", Name("p"))]})
CORE = module._core()

def conclude_in_a_child():
    child = os.fork()
    if child == 0:
        right = engine.conclude("stage", {"p": False}).truths == {"x": False}
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0

class Forking:
    def __getattr__(self, name):
        return getattr(CORE, name)

    def complete_and_start_action(self, handle, session):
        module._core = lambda: CORE
        conclude_in_a_child()
        return CORE.complete_and_start_action(handle, session)

assert engine.conclude("stage", {"p": True}).truths == {"x": True}
conclude_in_a_child()
module._core = Forking
assert engine.conclude("stage", {"p": True}).truths == {"x": True}
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_child_forked_between_and_during_decisions_can_go_on() -> None:
    run(FORK)
