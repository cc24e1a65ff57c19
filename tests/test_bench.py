"""The benchmark compares like with like, and it runs; how fast anything is, no test asks."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.clock import spread
from bench.comparison import Comparison, Contender, _recorded, compare
from bench.deciding import PARTS
from bench.offers import varied
from bench.ours import engine, interpreter
from bench.peers import NAMES, peer
from bench.peers.printer import InexpressibleError, Words, text_of
from bench.propositions import Inputs, Rule, Ruleset
from rules.expression import (
    And,
    Arithmetic,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Name,
    Not,
    Or,
)
from rules.interpreter import compile as meaning
from tests.offers import PLAIN, RIVAL, book, case, judge
from tests.offers import varied as changed

OFFERS = 12
INSTALLED_AS = {"zen": "zen", "zen_graph": "zen", "rule_engine": "rule_engine"}

A, B, FLAG, TEXT = Name("a"), Name("b"), Name("flag"), Name("text")
LANDMARKS: tuple[Expression, ...] = (
    FLAG,
    Not(FLAG),
    Not(Or((FLAG, Compare("<", A, B)))),
    And((Not(And((FLAG, Compare("=", A, B)))), Not(IsNull(B)))),
    IsNull(A),
    *(Compare(op, A, B) for op in ("=", "<>", "<", "<=", ">", ">=")),
    Compare("<", A, Literal(0.05)),
    Compare(">", A, Literal(-1.5)),
    Not(Compare("=", TEXT, Literal("x"))),
    In(TEXT, (Literal("x"), Literal("y"))),
    Not(In(TEXT, (Literal("x"), Literal("y")))),
    Literal(True),
)


def installed(name: str) -> None:
    if name in INSTALLED_AS:
        pytest.importorskip(INSTALLED_AS[name], reason=f"{name} is not installed: make bench does")


@cache
def comparison() -> Comparison:
    raw = changed({"candidate.competing_offers": [RIVAL]}, PLAIN)
    return compare(judge(), [case(raw)], OFFERS, warm_up=0)


@cache
def ruleset() -> Ruleset:
    return Ruleset(book())


# --- Like with like -------------------------------------------------------------------------


def test_every_signal_row_and_lever_is_compared() -> None:
    counts = comparison().counts
    layers = (*book().layers, *book().closing)
    assert counts == {
        "signal": sum(len(layer.signals) for layer in layers),
        "row": len(book().rows),
        "lever": len(book().levers),
    }


def test_what_is_left_of_a_rule_reads_names_and_constants_only() -> None:
    assert set(ruleset().figures) <= set(ruleset().inputs)
    assert not [rule.name for rule in ruleset().rules if "Arithmetic" in repr(rule.when)]
    assert not [rule.name for rule in ruleset().rules if "Lookup" in repr(rule.when)]


def test_the_engine_agrees_with_the_interpreter_on_unknown_too() -> None:
    ours, durable = comparison().contenders[:2]
    assert durable.knows_unknown
    assert not durable.differing
    assert len(ours.seconds) == len(durable.seconds) == OFFERS


@pytest.mark.parametrize("name", NAMES)
def test_a_peer_finds_the_same_rules_true(name: str) -> None:
    installed(name)
    found = next(
        one
        for one in comparison().contenders
        if one.name == import_module(f"bench.peers.{name}").NAME
    )
    assert not found.refused
    assert not found.differing
    assert len(found.rules) == len(ruleset().rules)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("a", [None, 0.05, 1e6])
@pytest.mark.parametrize("b", [None, -2.0, 1e6])
@pytest.mark.parametrize("flag", [None, False, True])
def test_a_peer_gives_each_kind_of_condition_its_meaning(
    name: str, a: float | None, b: float | None, flag: bool | None
) -> None:
    installed(name)
    rules = [Rule("signal", f"s{number}", one) for number, one in enumerate(LANDMARKS)]
    one = peer(name, rules, ("a", "b", "flag", "text"))
    for text in (None, "x", "z"):
        inputs: Inputs = {"a": a, "b": b, "flag": flag, "text": text}
        expected = [truth(inputs) is True for truth in map(meaning, LANDMARKS)]
        assert list(one.truths(inputs)) == expected


def test_a_difference_is_counted() -> None:
    raw = changed({"offer.base_salary": 150_000}, PLAIN)
    inputs = ruleset().read(judge().judge(case(raw)).values)
    truths = list(interpreter(ruleset())(inputs))
    assert truths == list(engine(ruleset(), book())(inputs))
    reference = Contender("one", "", ruleset().rules, interpreter(ruleset()), True)
    liar = Contender("two", "", ruleset().rules, interpreter(ruleset()), True)
    opposite = [truth is not True for truth in truths]
    _recorded([reference, liar], [(0.1, truths), (0.2, opposite)], set())
    assert len(liar.differing) == len(truths)


def test_what_a_language_cannot_say_is_told() -> None:
    strange = Compare("<", A, Arithmetic("+", A, B))
    with pytest.raises(InexpressibleError):
        text_of(strange, Words())
    one = peer("plain", [Rule("signal", "odd", strange), Rule("signal", "even", FLAG)], ("flag",))
    assert list(one.refused) == ["odd"]
    assert [rule.name for rule in one.rules] == ["even"]


def test_no_offer_comes_twice() -> None:
    raw = changed({"candidate.competing_offers": [RIVAL]}, PLAIN)
    seen = [
        (one["offer"]["base_salary"], one["offer"]["equity_grant_value"])
        for one in (*varied(raw, 1000), *varied(raw, 1000, start=1000))
    ]
    assert len(set(seen)) == len({base for base, _ in seen}) == 2000


def test_ranks_are_the_nearest() -> None:
    taken = spread([number / 1000 for number in range(1, 201)])
    assert (taken.least, taken.p50, taken.p99) == pytest.approx((1.0, 100.0, 198.0))


# --- It runs --------------------------------------------------------------------------------


def test_the_bench_runs(root: Path, tmp_path: Path) -> None:
    counts = {"decisions": 3, "warm-up": 1, "starts": 1, "offers": 4, "many": 20}
    options = [part for name, count in counts.items() for part in (f"--{name}", str(count))]
    ran = subprocess.run(
        [sys.executable, "-m", "bench", *options, "--results", str(tmp_path)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == (tmp_path / "decide.md").read_text("utf-8").strip()
    found = json.loads((tmp_path / "decide.json").read_text("utf-8"))
    assert all(one["whole"]["runs"] == 3 for one in found["deciding"])
    assert all(set(one["parts"]) == set(PARTS) for one in found["deciding"])
    assert found["deciding"][0]["parts"]["look up the market"]["least"] > 0
    assert found["engines"]["true_sets_are_equal"]
    assert {len(one["slowest"]) for one in found["starting"].values()} == {10}
    assert found["memory"]["decisions"] == 20


def test_offers_that_differ_throughout_share_hardly_a_figure_and_can_be_judged() -> None:
    raw = changed({"candidate.competing_offers": [RIVAL]}, PLAIN)
    judged = [case(one) for one in varied(raw, 40, throughout=True)]
    for name in ("base_salary", "guide_base_min", "bonus_target_pct", "min_base"):
        assert len({one.facts[name] for one in judged}) == 40, name
    assert {one.facts["relocation_required"] for one in judged} == {True, False}
    assert {one.facts["vest_schedule_y1"] for one in judged} == {0.25}
