"""The numbers of each ask stand in order: opening >= target >= floor >= minimum, and <= cap."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from rules.errors import Fault
from rules.expression import And, Compare, CompareOp, Expression, Literal, Name, names
from rules.parse import parse
from rules.proofs import Prover
from rules.proving.claims import Claim, Places
from rules.proving.rows import claimed
from rules.proving.seeking import LONG, Seeker, Settled
from rules.theory import Free, Theory

CHAPTER = "asks"
_OPPOSITE: dict[CompareOp, CompareOp] = {">=": "<", "<=": ">"}


class AskProofs:
    """The claims about the numbers of each ask, while it is open."""

    def __init__(self, seeker: Seeker, places: Places, about: Collection[str] = ()) -> None:
        self._seeker, self._places = seeker, places
        asks = seeker.book.asks
        self._asks = [ask for ask in asks if not about or ask.name in about]
        self._goes_up = False  # whether the step of the ask in hand is proved

    def claims(self) -> Iterator[Claim]:
        """The step of every ask, and every pair of its numbers, which hang on the step."""
        for ask in self._asks:
            step = self._step(ask.name)
            yield step
            if step.standing == "failed":
                continue
            self._goes_up = step.standing == "proved"
            for one, op, other in (
                ("opening", ">=", "target"),
                ("target", ">=", "floor"),
                ("target", "<=", "cap"),
                ("opening", "<=", "cap"),
            ):
                left, right = Name(f"ask_{ask.name}_{one}"), Name(f"ask_{ask.name}_{other}")
                yield self._ordered(ask.name, one, op, other, left, right)  # type: ignore[arg-type]
            minimum = self._minimum(ask.name)
            if minimum is not None:
                floor = Name(f"ask_{ask.name}_floor")
                yield self._ordered(ask.name, "floor", ">=", "minimum", floor, minimum)

    def _minimum(self, ask: str) -> Expression | None:
        text = self._places.value("asks.yaml")["asks"][ask].get("minimum")
        return parse(str(text)) if text is not None else None

    def _is_so_by_itself(self, ask: str, broken: Expression) -> bool:
        """Whether the last formulas of an ask keep it in order, whatever goes into them."""
        if not self._goes_up:
            return False
        step = Name(f"ask_{ask}_step")
        terms = self._seeker.any_case.unfolding.terms
        own = {n: e for n, e in terms.items() if n in {f"ask_{ask}_{part}" for part in _LAST}}
        known = self._seeker.any_case.close.known
        read = frozenset[str]().union(names(broken), *map(names, own.values()))
        open_names = sorted(read - own.keys() - known.keys())
        free = {name: Free(self._kind(name), is_known=False) for name in open_names}
        theory = Theory(free, own, known, (Compare(">=", step, Literal(0.0)),))
        return Prover(theory, loosely=True).find(broken, effort=LONG).outcome == "impossible"

    def _step(self, ask: str) -> Claim:
        """The claim that an amount is never rounded by a step under nothing."""
        under = Compare("<", Name(f"ask_{ask}_step"), Literal(0.0))
        settled = self._seeker.settle(under, under)
        fault = self._fault(ask, f"an offer for which the step of {ask} is under nothing", "a step")
        text = f"{ask}: the step is never under nothing"
        return claimed(self._seeker, CHAPTER, text, settled, fault, wanted="impossible")

    def _kind(self, name: str) -> Any:
        types = self._seeker.book.types
        return types[name].kind if name in types else "flag"

    def _ordered(
        self, ask: str, one: str, op: CompareOp, other: str, left: Expression, right: Expression
    ) -> Claim:
        broken = And((Name(f"ask_{ask}_open"), Compare(_OPPOSITE[op], left, right)))
        settled = (
            Settled("impossible", broken)
            if self._is_so_by_itself(ask, broken)
            else self._seeker.settle(broken, broken)
        )
        text = f"{ask}: {one} {op} {other}"
        found = f"an offer for which the {one} of {ask} is {_WORDS[op]} its {other}"
        fault = self._fault(ask, found, f"{one} {op} {other}")
        return claimed(self._seeker, CHAPTER, text, settled, fault, wanted="impossible")

    def _fault(self, ask: str, found: str, allowed: str) -> Fault:
        place = self._places.of("asks.yaml", ("asks", ask))
        return Fault("proof-ask-order", place, found, allowed, "mend the formulas of this ask")


_LAST = ("floor", "target", "sayable", "open", "bold", "opening")  # formulas that put in order
_WORDS: dict[CompareOp, str] = {">=": "under", "<=": "over"}
