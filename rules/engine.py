"""The durable-rules backend: one offer, forward-chained, with a trace of what fired.

The engine's C core is driven directly, with an agenda loop of our own.  Its host would start
threads, swallow exceptions and cost ten times as much.

How a stage becomes rules:

* Each proposition gets one rule per branch that makes it TRUE and one per branch that makes it
  FALSE.  Neither fires: UNKNOWN.  A proposition that cannot be UNKNOWN needs no rules for FALSE.
  What is concluded is what fired, nothing is worked out again.
* The rules of a stage are cut into *phases* of at most 60 branches, because the core can hold
  64 matches at once.  Each phase is a rule set of its own: a fact then passes by the rules of
  its phase only, which is twice as fast as one rule set for all.
* Each phase is shown one fact that has every attribute, NULL included, because the core reads
  uninitialised memory for an attribute that is not there.  Afterwards the fact is taken back.
* Every rule starts at the attribute ``ph``, so that none can match the core's own state, and a
  rule without any other condition catches the fact when no other does.

What goes into the core is integers and null, nothing else.  Its number parser refuses
``1e-05`` and ``1e16``, gives up 53-bit exactness when it mixes integers and doubles, and
compares texts with numbers; but it compares 64-bit integers exactly.  So a double is sent as
the integer that has the same place in the order of all doubles, a date as its day number, a
flag as 0 or 1 and a text as its number in a list of texts.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from rules.clauses import (
    MOST_ATTRIBUTES,
    MOST_RULES,
    Clause,
    Meaning,
    Proposition,
    Rule,
    Slot,
    Writer,
    code,
    cut,
    order_code,
)
from rules.errors import FailedWorld, Fault, MalformedBook
from rules.expression import Expression, Value, names
from rules.normal_form import IsCertain, never

__all__ = ["MOST_ATTRIBUTES", "MOST_RULES", "Engine", "Firing", "Proposition", "order_code"]

CATCH_ALL = "all"

Seen = dict[tuple[str, str], list[Meaning]]


class Firing(NamedTuple):
    """One rule that fired.

    Attributes:
        proposition: The name of what was concluded.
        truth: What was concluded.
        branch: Which of the proposition's branches for that truth matched, from 0.
        order: The place of this firing in its ``conclude`` call, from 0.
    """

    proposition: str
    truth: bool
    branch: int
    order: int


@dataclass(frozen=True)
class Conclusions:
    """What a stage concluded: a truth per proposition (None is UNKNOWN) and its firings."""

    truths: dict[str, bool | None]
    firings: tuple[Firing, ...]


class Engine:
    """The rules of a book, stage by stage, ready to be shown the values of one offer.

    An engine may be shared by threads and used after a fork.  Its rule sets are built when a
    stage is first used.
    """

    def __init__(
        self, stages: Mapping[str, Sequence[Proposition]], is_certain: IsCertain = never
    ) -> None:
        """Compile the stages.

        Args:
            stages: The propositions of each stage.
            is_certain: Which expressions can never be NULL; fewer rules do for them.

        Raises:
            MalformedBook: ``book-too-many-branches``, ``book-duplicate-proposition``.
        """
        self._stages = {name: _compile(name, rows, is_certain) for name, rows in stages.items()}

    def columns(self, stage: str) -> Mapping[str, Expression]:
        """What must be computed outside: a made-up name and its expression, each only once."""
        return self._stages[stage].columns

    def reads(self, stage: str) -> frozenset[str]:
        """The names of the book that the conditions compare as they are.

        The names that only a column reads are not among them.
        """
        plan = self._stages[stage]
        return frozenset(slot.key for slot in plan.slots) - plan.columns.keys()

    def conclude(
        self,
        stage: str,
        values: Mapping[str, Value],
        seen: Seen | None = None,
    ) -> Conclusions:
        """Show the values to the rules of a stage and report what fired.

        Args:
            stage: One of the stages that the engine was made with.
            values: A value for every name that the stage reads and for every column; None
                is NULL.
            seen: Facts already shown, with what fired; a phase whose fact is among them is not
                run again, since the same fact fires the same rules.  New facts are added.

        Raises:
            FailedWorld: ``engine-value-missing``, ``engine-kind-mismatch``,
                ``engine-number-not-finite`` for values that cannot be judged;
                ``engine-refused``, ``engine-runaway``, ``engine-contradiction``,
                ``engine-not-installed`` when the core fails.
        """
        plan = self._stages[stage]
        codes = plan.encode(values)
        seen = {} if seen is None else seen
        fired = [meaning for phase in plan.phases for meaning in phase.run(codes, seen)]
        firings = tuple([Firing(*meaning, order) for order, meaning in enumerate(fired)])
        return Conclusions(_truths(plan, firings), firings)


# --- a stage, compiled --------------------------------------------------------------------


@dataclass(frozen=True)
class _Stage:
    slots: tuple[Slot, ...]
    kinds: tuple[frozenset[type], ...]
    alike: tuple[tuple[int, int], ...]
    texts: Mapping[str, int]
    columns: Mapping[str, Expression]
    phases: tuple[_Phase, ...]
    undecided: Mapping[str, bool | None]

    def encode(self, values: Mapping[str, Value]) -> list[int | str]:
        """The values as the core gets them, in the order of the slots."""
        try:
            found = [values[slot.key] for slot in self.slots]
        except KeyError as absent:
            raise FailedWorld(_missing(absent.args[0])) from None
        for value, kind, slot in zip(found, self.kinds, self.slots, strict=True):
            if value is not None and type(value) not in kind:
                raise FailedWorld(_mismatch(slot.key, value, slot.kind or type(value)))
        for left, right in self.alike:
            one, other = found[left], found[right]
            if one is not None and other is not None and type(one) is not type(other):
                raise FailedWorld(_mismatch(self.slots[left].key, one, type(other)))
        texts = dict(self.texts)
        return [
            "null"
            if value is None
            else order_code(value)
            if type(value) is float
            else code(value, texts)
            for value in found
        ]


def _missing(key: str) -> Fault:
    return Fault(
        code="engine-value-missing",
        place=key,
        found="no value at all",
        allowed="a value, or None for NULL",
        next_step="pass every name that the stage reads",
    )


_KINDS = {float: "a number", bool: "a flag", str: "a text", date: "a date"}


def _mismatch(key: str, value: Value, kind: type) -> Fault:
    return Fault(
        code="engine-kind-mismatch",
        place=key,
        found=f"{value!r}, which is {_KINDS.get(type(value), type(value).__name__)}",
        allowed=_KINDS.get(kind, ", ".join(_KINDS.values())),
        next_step="run the book's type check and the check of the offer",
    )


def _compile(stage: str, rows: Sequence[Proposition], is_certain: IsCertain) -> _Stage:
    _refuse_duplicates(stage, rows)
    writer = Writer(frozenset().union(*(names(row.when) for row in rows)), is_certain)
    rules = [rule for row in rows for rule in writer.rules(row)]
    return _Stage(
        slots=tuple(writer.slots),
        kinds=tuple(frozenset([slot.kind] if slot.kind else _KINDS) for slot in writer.slots),
        alike=tuple(dict.fromkeys(writer.alike)),
        texts=writer.texts,
        columns=writer.columns,
        phases=tuple(_Phase(part) for part in cut(rules)),
        undecided={row.name: False if is_certain(row.when) else None for row in rows},
    )


def _refuse_duplicates(stage: str, rows: Sequence[Proposition]) -> None:
    seen = [row.name for row in rows]
    for name in sorted({name for name in seen if seen.count(name) > 1}):
        raise MalformedBook(
            Fault(
                code="book-duplicate-proposition",
                place=f"{stage}, {name}",
                found="the same name twice",
                allowed="one definition for each name",
                next_step="rename or remove one of them",
            )
        )


# --- the core -----------------------------------------------------------------------------


class _Phase:
    """The rules that see one fact: what they mean, and the core's rule sets for them.

    A call takes a rule set out of ``idle`` and puts it back when all went well.  So no two
    threads ever share one, a forked child finds none that its parent was using, and one that
    failed is never used again.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.meanings = {_rule_name(i): rule.meaning for i, rule in enumerate(rules)}
        self.definition = _definition(rules)
        self.idle = _IDLE.setdefault(self.definition, [])
        slots = sorted(frozenset[int]().union(*(rule.slots for rule in rules)))
        self._fact = '{"ph":1' + "".join(f',"a{slot}":%s' for slot in slots) + "}"
        self._pick = _picker(slots)

    def run(self, codes: Sequence[int | str], seen: Seen) -> list[Meaning]:
        """What the rules mean that the fact fires, in the order in which they fire."""
        fact = self._fact % self._pick(codes)
        if (self.definition, fact) not in seen:
            handle = self._take()
            fired = _fire(handle, fact, len(self.meanings) + 1)
            self.idle.append(handle)
            seen[self.definition, fact] = [self.meanings[r] for r in fired if r != CATCH_ALL]
        return seen[self.definition, fact]

    def _take(self) -> int:
        try:
            return self.idle.pop()
        except IndexError:
            return _create(self.definition)


# Rule sets that are not in use, by definition: also for the next engine with the same rules,
# because the core leaks the sessions of a rule set that it deletes.
_IDLE: dict[str, list[int]] = {}
_NUMBERS = itertools.count(1)


def _rule_name(index: int) -> str:
    return f"r{index:02d}"


def _definition(rules: Sequence[Rule]) -> str:
    anchor: Clause = {"ph": 1}
    conditions = {CATCH_ALL: anchor}
    for i, rule in enumerate(rules):
        conditions[_rule_name(i)] = {"$and": [anchor, *rule.clauses]} if rule.clauses else anchor
    return json.dumps({name: {"all": [{"m": when}]} for name, when in conditions.items()})


def _picker(slots: Sequence[int]) -> Callable[[Sequence[int | str]], tuple[int | str, ...]]:
    """Like itemgetter, but a tuple for one and for no slot, too."""
    if len(slots) > 1:
        return itemgetter(*slots)
    return lambda codes: tuple(codes[slot] for slot in slots)


def _fire(handle: int, fact: str, most: int) -> list[str]:
    """Show one fact, work off the agenda, take the fact back; the rules that fired."""
    core = _core()
    try:
        outcome, session = core.assert_fact(handle, fact)
        _expect(outcome)
        fired = _agenda(core, handle, session, most)
        _expect(core.retract_fact(handle, fact)[0])
    except (core.error, MemoryError) as refusal:
        raise FailedWorld(_refused(str(refusal) or "error code: 101")) from refusal
    return fired


def _agenda(core: Any, handle: int, session: int, most: int) -> list[str]:
    """The rules that fire, each read off the head of its message: ``{"r00":...``."""
    fired: list[str] = []
    started = core.start_action_for_state(handle, session)
    message = started and started[1]
    while message:
        fired.append(message[2:5])
        if len(fired) > most:
            raise FailedWorld(_runaway(most))
        message = core.complete_and_start_action(handle, session)
    return fired


def _truths(plan: _Stage, firings: Sequence[Firing]) -> dict[str, bool | None]:
    truths: dict[str, bool | None] = {}
    for firing in firings:
        if truths.setdefault(firing.proposition, firing.truth) is not firing.truth:
            raise FailedWorld(_contradiction(firing.proposition))
    return {**plan.undecided, **truths}


@cache
def _core() -> Any:
    """The extension module itself: the package around it only adds what is not wanted."""
    try:
        import durable_rules_engine
    except ImportError as cause:
        raise FailedWorld(_not_installed(cause)) from cause
    return durable_rules_engine


def _create(definition: str) -> int:
    core = _core()
    try:
        handle: int = core.create_ruleset(f"offerdesk-{next(_NUMBERS)}", definition)
    except (core.error, MemoryError) as refusal:
        raise FailedWorld(_refused(str(refusal) or "error code: 101")) from refusal
    return handle


_REFUSALS = {
    1: "a fact that no rule matches",
    2: "a fact that is already there",
    3: "a fact put off",
    101: "out of memory, or more than 1,024 sessions",
    102: "a value of a type that it does not know",
    106: "too many rules",
    108: "more than 256 rules on one condition",
    111: "a rule set that does not exist",
    112: "too many rule sets",
    113: "too many expressions in one rule",
    201: "a value that it cannot parse",
    202: "a text that it cannot parse",
    203: "a number that it cannot parse",
    204: "an object that it cannot parse",
    205: "an array that it cannot parse",
    302: "more than 252 attributes in a fact",
    303: "more than 64 branches true at once",
    304: "too many patterns in one rule",
    307: "a match that was deleted",
    309: "a session that does not exist",
    312: "a comparison that it does not support",
}


def _expect(outcome: int) -> None:
    if outcome:
        raise FailedWorld(_refused(f"error code: {outcome}"))


def _refused(message: str) -> Fault:
    number = int((re.findall(r"\d+", message) or ["0"])[-1])
    return Fault(
        code="engine-refused",
        place="durable-rules",
        found=f"error {number}: {_REFUSALS.get(number, message)}",
        next_step="report it together with the book; the engine itself can go on",
    )


def _runaway(most: int) -> Fault:
    return Fault(
        code="engine-runaway",
        place="durable-rules",
        found=f"more than {most} firings for one fact",
        allowed="one firing for each rule",
        next_step="report it together with the book; nothing was decided",
    )


def _contradiction(name: str) -> Fault:
    return Fault(
        code="engine-contradiction",
        place=name,
        found="rules for TRUE and for FALSE that both fired",
        allowed="one of them, or neither",
        next_step="report it together with the book; nothing was decided",
    )


def _not_installed(cause: ImportError) -> Fault:
    return Fault(
        code="engine-not-installed",
        place="durable-rules",
        found=str(cause),
        allowed="durable_rules 2.0.28, built for this Python",
        next_step="on Python 3.13 and later, build it with "
        "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject",
    )
