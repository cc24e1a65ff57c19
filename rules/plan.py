"""What the durable-rules backend works from: propositions, and a stage compiled for the core.

A plan is plain data, so that it can be kept from one start of the program to the next; what
makes it is in ``rules/planning.py`` and need not be loaded where a plan was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.canonical import from_json, to_json
from rules.coding import PRESENCE, Slot, number_of
from rules.expression import Expression
from rules.scale import Scale

MOST_RULES = 60  # for each phase
MOST_ATTRIBUTES = 200
CATCH_ALL = "all"  # the rule that catches a fact which no other matches

KindOf = Callable[[Expression], type | None]
Meaning = tuple[str, bool, int]  # proposition, truth, branch

_KINDS: dict[str | None, Any] = {
    None: None,
    "number": float,
    "flag": bool,
    "text": str,
    "date": date,
    "presence": PRESENCE,
}
_WORDS = {kind: word for word, kind in _KINDS.items()}


@dataclass(frozen=True)
class Proposition:
    """Something that is TRUE, FALSE or UNKNOWN: a signal, a verdict row or a lever."""

    name: str
    when: Expression


@dataclass(frozen=True, slots=True)
class PhasePlan:
    """The rules that see one fact.

    Attributes:
        definition: The same rules in the words of the core.
        meanings: What each of them concludes, in order.
        slots: The values that they read.
        scales: Which of these are numbers, and what they are compared with.
    """

    definition: str
    meanings: tuple[Meaning, ...]
    slots: tuple[int, ...]
    scales: tuple[Scale, ...]


@dataclass(frozen=True, slots=True)
class StagePlan:
    """A stage, compiled.

    Attributes:
        slots: Every value that its rules read.
        alike: Pairs of slots that are compared, so that they must be of one kind.
        texts: The texts that rules name, with their numbers.
        columns: What must be computed outside: a made-up name and its expression.
        phases: Its rules, cut as the core can take them.
        undecided: What each proposition is when none of its rules fires.
    """

    slots: tuple[Slot, ...]
    alike: tuple[tuple[int, int], ...]
    texts: Mapping[str, int]
    columns: Mapping[str, Expression]
    phases: tuple[PhasePlan, ...]
    undecided: Mapping[str, bool | None]


Plans = Mapping[str, StagePlan]


def rule_name(index: int) -> str:
    """What the core calls a rule of a phase; all names are equally long."""
    return f"r{index:02d}"


def plans_to_json(plans: Plans) -> object:
    """Plans as lists, mappings, texts, numbers and flags, of which JSON can be made."""
    return {stage: _to_json(plan) for stage, plan in plans.items()}


def plans_from_json(document: Any) -> Plans:
    """The plans that ``plans_to_json`` took apart.

    Raises:
        MalformedBook, ValueError, KeyError, TypeError, AttributeError: It is of another form.
    """
    return {stage: _from_json(one) for stage, one in document.items()}


def _to_json(plan: StagePlan) -> object:
    return {
        "slots": [(slot.key, _WORDS[slot.kind]) for slot in plan.slots],
        "alike": plan.alike,
        "texts": plan.texts,
        "columns": {name: to_json(one) for name, one in plan.columns.items()},
        "phases": [
            (
                one.definition,
                one.meanings,
                one.slots,
                [(scale.slots, [*scale.constants.values()]) for scale in one.scales],
            )
            for one in plan.phases
        ],
        "undecided": plan.undecided,
    }


def _from_json(document: Any) -> StagePlan:
    return StagePlan(
        slots=tuple(Slot(key, _KINDS[kind]) for key, kind in document["slots"]),
        alike=tuple((left, right) for left, right in document["alike"]),
        texts=document["texts"],
        columns={name: from_json(one) for name, one in document["columns"].items()},
        phases=tuple(
            PhasePlan(
                definition,
                tuple((name, truth, branch) for name, truth, branch in meanings),
                tuple(slots),
                tuple(Scale(tuple(on), {number_of(c): c for c in codes}) for on, codes in scales),
            )
            for definition, meanings, slots, scales in document["phases"]
        ),
        undecided=document["undecided"],
    )
