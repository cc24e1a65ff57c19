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
compares texts with numbers; but it compares 64-bit integers exactly.  So a number is sent as
its place among those that the rules of the phase compare it with (``rules/scale.py``), a date as
its day number, a flag as 0 or 1 and a text as its number in a list of texts.  A constant in a
rule is the integer that has the same place in the order of all doubles.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from rules.coding import Coder, order_code
from rules.errors import FailedWorld, Fault
from rules.expression import Expression, Value
from rules.plan import (
    CATCH_ALL,
    MOST_ATTRIBUTES,
    MOST_RULES,
    KindOf,
    Meaning,
    PhasePlan,
    Plans,
    Proposition,
    StagePlan,
    rule_name,
)

if TYPE_CHECKING:
    from rules.normal_form import IsCertain

__all__ = ["MOST_ATTRIBUTES", "MOST_RULES", "Engine", "Firing", "Proposition", "order_code"]

FACT = "f"  # a name to take the fact back by, without the core reading all of it again
_TAKEN_BACK = f'{{"id":"{FACT}"}}'
MOST_FACTS = 64  # remembered for each phase

Meanings = tuple[Meaning, ...]


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


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What a stage concluded.

    Attributes:
        truths: A truth per proposition; None is UNKNOWN.
        fired: What the rules that fired mean, in the order in which they did.
    """

    truths: Mapping[str, bool | None]
    fired: tuple[Meaning, ...]

    @property
    def firings(self) -> tuple[Firing, ...]:
        """The trace: every rule that fired."""
        return tuple(Firing(*meaning, order) for order, meaning in enumerate(self.fired))


class Engine:
    """The rules of a book, stage by stage, ready to be shown the values of one offer.

    An engine may be shared by threads and used after a fork.  Its rule sets are built when a
    stage is first used.
    """

    def __init__(
        self,
        stages: Mapping[str, Sequence[Proposition]],
        is_certain: IsCertain | None = None,
        kind_of: KindOf | None = None,
    ) -> None:
        """Compile the stages.

        Args:
            stages: The propositions of each stage.
            is_certain: Which expressions can never be NULL; fewer rules do for them.
            kind_of: The type of an expression's values, where it is known.

        Raises:
            MalformedBook: ``book-too-many-branches``, ``book-duplicate-proposition``.
        """
        from rules.planning import plans_of

        self._stages = _made_ready(plans_of(stages, is_certain, kind_of))

    @classmethod
    def of(cls, plans: Plans) -> Engine:
        """An engine for stages that were compiled before."""
        engine = cls.__new__(cls)
        engine._stages = _made_ready(plans)
        return engine

    def columns(self, stage: str) -> Mapping[str, Expression]:
        """What must be computed outside: a made-up name and its expression, each only once."""
        return self._stages[stage].columns

    def reads(self, stage: str) -> frozenset[str]:
        """The names of the book that the conditions compare as they are.

        The names that only a column reads are not among them.
        """
        plan = self._stages[stage]
        return frozenset(slot.key for slot in plan.slots) - plan.columns.keys()

    def conclude(self, stage: str, values: Mapping[str, Value]) -> Conclusions:
        """Show the values to the rules of a stage and report what fired.

        Args:
            stage: One of the stages that the engine was made with.
            values: A value for every name that the stage reads and for every column; None
                is NULL.

        Raises:
            FailedWorld: ``engine-value-missing``, ``engine-kind-mismatch``,
                ``engine-number-not-finite`` for values that cannot be judged;
                ``engine-refused``, ``engine-runaway``, ``engine-contradiction``,
                ``engine-not-installed`` when the core fails.
        """
        plan = self._stages[stage]
        return plan.concluded(*[phase.run(values) for phase in plan.phases])


# --- a stage, made ready ------------------------------------------------------------------


class _Stage:
    """What fires is often the same although the values are not, so that it is remembered, too."""

    def __init__(self, plan: StagePlan) -> None:
        self.slots = plan.slots
        self.columns = plan.columns
        self.phases = tuple(_Phase(phase, _coder(phase, plan)) for phase in plan.phases)
        self._undecided = plan.undecided
        self.concluded = lru_cache(maxsize=MOST_FACTS)(self._concluded)

    def _concluded(self, *of_phases: Meanings) -> Conclusions:
        fired = tuple(itertools.chain.from_iterable(of_phases))
        _refuse_contradictions(fired)
        truths = dict(self._undecided) | {name: truth for name, truth, _ in fired}
        return Conclusions(MappingProxyType(truths), fired)


def _made_ready(plans: Plans) -> dict[str, _Stage]:
    return {name: _Stage(plan) for name, plan in plans.items()}


def _coder(phase: PhasePlan, plan: StagePlan) -> Coder:
    place = {slot: index for index, slot in enumerate(phase.slots)}
    alike = [(place[a], place[b]) for a, b in plan.alike if a in place and b in place]
    scales = [one._replace(slots=tuple(place[slot] for slot in one.slots)) for one in phase.scales]
    return Coder([plan.slots[slot] for slot in phase.slots], alike, plan.texts, scales)


# --- the core -----------------------------------------------------------------------------


class _Phase:
    """The rules that see one fact: what they mean, and the core's rule sets for them.

    A call takes a rule set out of ``idle`` and puts it back when all went well.  So no two
    threads ever share one, a forked child finds none that its parent was using, and one that
    failed is never used again.

    The same values fire the same rules, so the latest are remembered with what they fired.
    """

    def __init__(self, plan: PhasePlan, coder: Coder) -> None:
        self.meanings = {rule_name(i): meaning for i, meaning in enumerate(plan.meanings)}
        self.definition = plan.definition
        self.idle = _IDLE.setdefault(self.definition, [])
        stated = "".join(f',"a{plan.slots[index]}":%s' for index in coder.order)
        self._fact = f'{{"id":"{FACT}","ph":1{stated}}}'
        self._coder = coder
        # A flag and a number may be equal, so the kinds of the values count as well.
        self._shown = lru_cache(maxsize=MOST_FACTS, typed=True)(self._show)

    def run(self, values: Mapping[str, Value]) -> Meanings:
        """What the rules mean that the values fire, in the order in which they fire."""
        picked = self._coder.picked(values)
        try:
            return self._shown(*picked)
        except TypeError:  # what cannot be remembered is of no kind that rules know
            return self._show(*picked)

    def _show(self, *picked: Any) -> Meanings:
        fact = self._fact % tuple(self._coder.codes(picked))
        handle = self._take()
        fired = _fire(handle, fact, len(self.meanings) + 1)
        self.idle.append(handle)
        return tuple([self.meanings[rule] for rule in fired if rule != CATCH_ALL])

    def _take(self) -> int:
        try:
            return self.idle.pop()
        except IndexError:
            return _create(self.definition)


# Rule sets that are not in use, by definition: also for the next engine with the same rules,
# because the core leaks the sessions of a rule set that it deletes.
_IDLE: dict[str, list[int]] = {}
_NUMBERS = itertools.count(1)


def _fire(handle: int, fact: str, most: int) -> list[str]:
    """Show one fact, work off the agenda, take the fact back; the rules that fired."""
    core = _core()
    try:
        outcome, session = core.assert_fact(handle, fact)
        _expect(outcome)
        fired = _agenda(core, handle, session, most)
        _expect(core.retract_fact(handle, _TAKEN_BACK)[0])
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


def _refuse_contradictions(meanings: Iterable[Meaning]) -> None:
    truths: dict[str, bool] = {}
    for name, truth, _ in meanings:
        if truths.setdefault(name, truth) is not truth:
            raise FailedWorld(_contradiction(name))


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
