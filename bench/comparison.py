"""The same rules over the same inputs: do all engines agree, and how long does each take?"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.clock import Spread, spread, timed
from bench.offers import scattered
from bench.ours import Decide, engine, interpreter
from bench.peers import NAMES, peer
from bench.propositions import Inputs, Rule, Ruleset
from rules.case import Case
from rules.judgement import Judge

GUARD = "both, compared: the guard"


@dataclass
class Contender:
    """One engine.

    Attributes:
        rules: What it was given, in the order of its answers.
        knows_unknown: Whether it tells FALSE from UNKNOWN.
        refused: Rules that its language cannot say, with the reason.
        differing: For how many offers its answer on a rule was not the interpreter's.
        seconds: Time per decision.
    """

    name: str
    note: str
    rules: Sequence[Rule]
    decide: Decide
    knows_unknown: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)
    differing: dict[str, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """What came out.

    Attributes:
        offers: How many different inputs every engine was given.
        counts: Rules by kind.
        figures: How many operands were worked out beforehand; ``inputs``: how many names are read.
        never_true: Rules that were TRUE for none of the offers.
        guard: The interpreter, the engine and the comparison of their answers, together.
        absent: Peers that are not installed, with the reason.
    """

    offers: int
    counts: Mapping[str, int]
    figures: int
    inputs: int
    never_true: Sequence[str]
    contenders: Sequence[Contender]
    guard: Spread
    absent: Mapping[str, str]

    @property
    def is_equal(self) -> bool:
        """Whether every engine took every rule and found the same ones TRUE."""
        return not any(one.differing or one.refused for one in self.contenders)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "offers": self.offers,
            "rules": dict(self.counts),
            "figures": self.figures,
            "inputs": self.inputs,
            "never_true": list(self.never_true),
            "true_sets_are_equal": self.is_equal,
            "absent": dict(self.absent),
            "guard": self.guard.as_dict(),
            "engines": {one.name: self._engine(one) for one in self.contenders},
        }

    def _engine(self, one: Contender) -> dict[str, Any]:
        taken = spread(one.seconds)
        return {
            **taken.as_dict(),
            "times_the_guard": round(taken.p50 / self.guard.p50, 3),
            "rules": len(one.rules),
            "knows_unknown": one.knows_unknown,
            "refused": dict(one.refused),
            "differing": one.differing,
            "note": one.note,
        }


def compare(judge: Judge, cases: Sequence[Case], offers: int, warm_up: int) -> Comparison:
    """Give every engine the same inputs, offer after offer, so that load falls on all alike.

    Args:
        judge: It works out the values that the rules read.
        cases: What the offers are variations of.
        offers: How many different ones are timed and compared.
        warm_up: How many others come before, neither timed nor compared.
    """
    ruleset = Ruleset(judge.book)
    contenders, absent = _contenders(ruleset, judge)
    inputs = list(_inputs(ruleset, judge, cases, offers + warm_up))
    gc.collect()
    for one in inputs[:warm_up]:
        _asked(contenders, one)
    guard, seen = [], set[str]()
    for one in inputs[warm_up:]:
        answers = _asked(contenders, one)
        guard.append(_recorded(contenders, answers, seen))
    kinds = [rule.kind for rule in ruleset.rules]
    return Comparison(
        offers=offers,
        counts={kind: kinds.count(kind) for kind in dict.fromkeys(kinds)},
        figures=len(ruleset.figures),
        inputs=len(ruleset.inputs),
        never_true=[rule.name for rule in ruleset.rules if rule.name not in seen],
        contenders=contenders,
        guard=spread(guard),
        absent=absent,
    )


def _inputs(ruleset: Ruleset, judge: Judge, cases: Sequence[Case], count: int) -> Iterator[Inputs]:
    """As many different inputs as asked for."""
    found: set[tuple[Any, ...]] = set()
    offers = scattered(cases, judge.book)
    while len(found) < count:
        inputs = ruleset.read(judge.judge(next(offers)).values)
        key = tuple(inputs.values())
        if key not in found:
            found.add(key)
            yield inputs


def _contenders(ruleset: Ruleset, judge: Judge) -> tuple[list[Contender], dict[str, str]]:
    """Ours first, then every peer that is installed."""
    rules = ruleset.rules
    found = [
        Contender("our interpreter", "The reference.", rules, interpreter(ruleset), True),
        Contender("our durable-rules", "With its trace.", rules, engine(ruleset, judge.book), True),
    ]
    absent: dict[str, str] = {}
    for name in NAMES:
        try:
            one = peer(name, rules, ruleset.inputs)
        except ImportError as problem:
            absent[name] = str(problem)
        else:
            found.append(Contender(one.name, one.note, one.rules, one.truths, refused=one.refused))
    return found, absent


Answers = list[tuple[float, Sequence[bool | None]]]


def _asked(contenders: Sequence[Contender], inputs: Inputs) -> Answers:
    return [timed(one.decide, inputs) for one in contenders]


def _recorded(contenders: Sequence[Contender], answers: Answers, seen: set[str]) -> float:
    """Keep times and differences.

    The guard is not run a third time, because the engine would remember the numbers it has seen.

    Returns:
        Time of the interpreter, the engine and the comparison of their answers [s].
    """
    reference = contenders[0]
    expected = dict(zip((rule.name for rule in reference.rules), answers[0][1], strict=True))
    seen |= {name for name, truth in expected.items() if truth is True}
    for one, (seconds, truths) in zip(contenders, answers, strict=True):
        one.seconds.append(seconds)
        for rule, truth in zip(one.rules, truths, strict=True):
            if not _agrees(expected[rule.name], truth, one.knows_unknown):
                one.differing[rule.name] = one.differing.get(rule.name, 0) + 1
    (first, ours), (second, theirs) = answers[:2]
    comparing, _ = timed(lambda: list(ours) == list(theirs))
    return first + second + comparing


def _agrees(expected: bool | None, truth: bool | None, knows_unknown: bool) -> bool:
    return expected is truth if knows_unknown else (expected is True) is (truth is True)
