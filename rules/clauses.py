"""From conditions to the words of the durable-rules core: one rule per branch, integers only."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rules.coding import PRESENCE, Slot, code
from rules.expression import (
    Compare,
    CompareOp,
    Expression,
    In,
    IsNull,
    Literal,
    Name,
    Not,
    Value,
    sql_text,
)
from rules.normal_form import Branch, Condition, IsCertain, branches
from rules.plan import MOST_ATTRIBUTES, MOST_RULES, KindOf, Meaning, Proposition

Clause = dict[str, Any]


def any_kind(_: Expression) -> type | None:
    """No kind is known: what a caller assumes who knows nothing of the names."""
    return None


@dataclass(frozen=True)
class Rule:
    """A branch of a proposition, in the words of the core."""

    meaning: Meaning
    clauses: tuple[Clause, ...]
    slots: frozenset[int]
    width: int


class Writer:
    """Turns conditions into clauses and collects which values they read."""

    def __init__(self, taken: frozenset[str], is_certain: IsCertain, kind_of: KindOf) -> None:
        self._is_certain = is_certain
        self._kind_of = kind_of
        self.slots: list[Slot] = []
        self.columns: dict[str, Expression] = {}
        self.alike: list[tuple[int, int]] = []
        self.texts: dict[str, int] = {}
        self._found: dict[tuple[str, bool], int] = {}
        self._keys: dict[str, str] = {}
        self._free = (key for i in itertools.count(1) if (key := f"x{i}") not in taken)

    def rules(self, row: Proposition) -> Iterator[Rule]:
        """For TRUE and for FALSE; what can never be UNKNOWN is FALSE when nothing says TRUE."""
        meanings = [(True, row.when)]
        if not self._is_certain(row.when):
            meanings.append((False, Not(row.when)))
        for truth, when in meanings:
            for index, branch in enumerate(branches(when, self._is_certain)):
                for narrow in _narrow(branch):
                    yield self._rule((row.name, truth, index), narrow)

    def _rule(self, meaning: Meaning, branch: Branch) -> Rule:
        clauses: dict[str, Clause] = {}
        slots: set[int] = set()
        for condition in branch:
            for clause in self._clauses(condition, slots):
                clauses[json.dumps(clause)] = clause
        return Rule(meaning, tuple(clauses.values()), frozenset(slots), _width(branch))

    def _clauses(self, condition: Condition, slots: set[int]) -> Iterator[Clause]:
        def attribute(operand: Expression, kind: type | None = None) -> str:
            slot = self._slot(operand, kind)
            slots.add(slot)
            return f"a{slot}"

        match condition:
            case Compare(op, left, Literal(value)):
                yield _with_constant(op, attribute(left, type(value)), self._constant(value))
            case Compare(op, left, right):
                yield from _with_attribute(op, attribute(left), attribute(right))
                self.alike.append((self._slot(left), self._slot(right)))
            case In(operand, choices):
                kind = type(choices[0].value)
                found = attribute(operand, kind)
                yield {"$or": [{found: self._constant(choice.value)} for choice in choices]}
            case Not(In(operand, choices)):
                found = attribute(operand, type(choices[0].value))
                yield from ({"$neq": {found: self._constant(c.value)}} for c in choices)
            case IsNull(operand):
                yield {attribute(operand, PRESENCE): None}
            case Not(IsNull(operand)):
                yield _known(attribute(operand, PRESENCE))
            case Not(operand):
                yield {attribute(operand, bool): 0}
            case flag:
                yield {attribute(flag, bool): 1}

    def _constant(self, value: Value) -> int | None:
        return None if value is None else code(value, self.texts)

    def _slot(self, operand: Expression, kind: type | None = None) -> int:
        """What is only tested for NULL has a slot beside that of its value."""
        text = sql_text(operand)
        found = text, kind is PRESENCE
        if found not in self._found:
            self._found[found] = len(self.slots)
            self.slots.append(Slot(self._key(operand, text), kind or self._kind_of(operand)))
        slot = self._found[found]
        self.slots[slot].kind = self.slots[slot].kind or kind
        return slot

    def _key(self, operand: Expression, text: str) -> str:
        if isinstance(operand, Name):
            return operand.name
        if text not in self._keys:
            self._keys[text] = next(self._free)
            self.columns[self._keys[text]] = operand
        return self._keys[text]


_CORE_OPERATORS: dict[CompareOp, str] = {
    "<": "$lt",
    "<=": "$lte",
    ">": "$gt",
    ">=": "$gte",
    "<>": "$neq",
}


def _known(attribute: str) -> Clause:
    return {"$neq": {attribute: None}}


def _with_constant(op: CompareOp, attribute: str, constant: int | None) -> Clause:
    """No guard: to the core, an attribute that is NULL is in no relation to a constant."""
    alike = {attribute: constant}
    return alike if op == "=" else {_CORE_OPERATORS[op]: alike}


def _with_attribute(op: CompareOp, left: str, right: str) -> Iterator[Clause]:
    """Guarded on the right: to the core, all but NULL differs from NULL, and NULL equals it."""
    yield _known(right)
    alike = {left: {"$m": right}}
    yield alike if op == "=" else {_CORE_OPERATORS[op]: alike}


_WIDEST = 32


def _width(branch: Branch) -> int:
    """How many paths the core makes of a branch: it multiplies the lists of choices."""
    width = 1
    for condition in branch:
        width *= len(condition.choices) if isinstance(condition, In) else 1
    return width


def _narrow(branch: Branch) -> Iterator[Branch]:
    """The same branch, its longest list of choices halved until the core can take it."""
    if _width(branch) <= _WIDEST:
        yield branch
        return
    longest = max(
        (part for part in branch if isinstance(part, In)), key=lambda part: len(part.choices)
    )
    at, middle = branch.index(longest), len(longest.choices) // 2
    for choices in (longest.choices[:middle], longest.choices[middle:]):
        yield from _narrow((*branch[:at], In(longest.operand, choices), *branch[at + 1 :]))


def cut(rules: Sequence[Rule], slots: Sequence[Slot]) -> Iterator[list[Rule]]:
    """Runs of rules that fit into a phase.

    Rules that read no number come first: their facts come again from offer to offer.
    """
    numeric = frozenset(i for i, slot in enumerate(slots) if slot.kind in (float, None))
    for part in (
        [r for r in rules if not r.slots & numeric],
        [r for r in rules if r.slots & numeric],
    ):
        yield from _runs(part)


def _runs(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    part: list[Rule] = []
    width, slots = 1, frozenset[int]()
    for rule in rules:
        wider, more = width + rule.width, slots | rule.slots
        if part and (wider > MOST_RULES or len(more) > MOST_ATTRIBUTES):
            yield part
            part, wider, more = [], 1 + rule.width, rule.slots
        part.append(rule)
        width, slots = wider, more
    if part:
        yield part
