"""More pay never moves a verdict towards walking away, and a higher minimum never towards a yes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rules.conversion import is_money
from rules.errors import Fault
from rules.expression import And, Case, Compare, Expression, Literal, Name, Value
from rules.proofs import Prover
from rules.proving.claims import Claim, Places
from rules.proving.pairs import MARK, Pair, marked_name, paired
from rules.proving.rows import not_true
from rules.proving.seeking import LONG, Seeker
from rules.proving.shortening import plain_offer, shortened
from rules.proving.statement import Exempt, Statement
from rules.proving.witness import Witness

CHAPTER = "monotone"
WORSE_TO_BETTER = ("walk_away", "counter", "accept")
NEIGHBOURS = 8  # known offers near which two are sought
_ROUND_STEPS = (10_000.0, 1_000.0, 1.0)
_SHOWING = 20_000_000  # effort of z3 for two offers near a known one


@dataclass(frozen=True)
class _Direction:
    """A fact that is raised, and the way in which the verdict must not move then."""

    fact: str
    is_minimum: bool

    @property
    def text(self) -> str:
        way = "towards a yes" if self.is_minimum else "towards walking away"
        return f"raising {self.fact} never moves the verdict {way}"

    def excepted(self, one: Exempt) -> str:
        """What the book states, in a sentence."""
        better = "make it better" if self.is_minimum else "make it worse"
        return f"raising {self.fact} may {better} where {one.where}"

    def broken(self, first: Expression, second: Expression) -> Expression:
        """Whether the second verdict is on the wrong side of the first."""
        return Compare(">" if self.is_minimum else "<", _rank(second), _rank(first))


def _rank(verdict: Expression) -> Expression:
    ranks = (
        (Compare("=", verdict, Literal(word)), Literal(float(place)))
        for place, word in enumerate(WORSE_TO_BETTER)
    )
    return Case(tuple(ranks), Literal(None))


class MonotoneProofs:
    """The claims about raising a fact."""

    def __init__(
        self, seeker: Seeker, places: Places, statement: Statement, about: Collection[str] = ()
    ) -> None:
        self._seeker, self._places, self._statement = seeker, places, statement
        self._about = about
        self._book = seeker.book

    def claims(self) -> Iterator[Claim]:
        """One claim for each amount of pay and each minimum, and one for each exception."""
        # What the asks offer is pay, whatever a book states; it may state more.
        pay = tuple(dict.fromkeys((*self._statement.pay, *self._usual("offered"))))
        minimums = self._statement.minimums or self._usual("minimum")
        for is_minimum, facts in ((False, pay), (True, minimums)):
            for fact in facts:
                if not self._about or fact in self._about:
                    yield from self._raised(_Direction(fact, is_minimum))

    def _usual(self, part: str) -> Iterable[str]:
        """The amounts that the offered parts of the asks hang on, or their minimums."""
        theory = self._seeker.any_case.calm
        facts = self._book.facts
        end = "floor" if part == "minimum" else part
        roots = theory.roots(f"ask_{ask.name}_{end}" for ask in self._book.asks)
        group = "candidate" if part == "minimum" else "package"
        return sorted(
            n for n in roots if n in facts and facts[n].group == group and _is_pay(n, self)
        )

    def _raised(self, direction: _Direction) -> Iterator[Claim]:
        exempt = [one for one in self._statement.exceptions if direction.fact in one.raising]
        pair = paired(self._seeker.any_case.wide, [direction.fact])
        condition = _broken(pair, direction, exempt)
        answer = Prover(pair.theory, loosely=True).find(condition, effort=LONG)
        if answer.outcome == "impossible":
            yield Claim(
                CHAPTER, direction.text + (", but for the exceptions" if exempt else ""), "proved"
            )
        else:
            yield self._not_so(direction, exempt)
        for one in exempt:
            yield Claim(CHAPTER, direction.excepted(one), "stated", None, (), one.reason)

    def _not_so(self, direction: _Direction, exempt: list[Exempt]) -> Claim:
        place = self._places.of_name(direction.fact)
        found = self._shown(direction, exempt)
        if found is None:
            step = "not proved is not a pass: state the exception, or make the rules simpler"
            fault = Fault("proof-not-proved", place, "neither a proof nor two offers", "", step)
            return Claim(CHAPTER, direction.text, "not_proved", fault)
        first, second = self._shorter(found, direction, exempt)
        fact = direction.fact
        told = (
            f"{fact} from {first.facts[fact]:,.10g} to {second.facts[fact]:,.10g}, and the verdict "
            f"from {first.verdict} ({first.rule}) to {second.verdict} ({second.rule})"
        )
        allowed = "a verdict that is no worse" if not direction.is_minimum else "one no better"
        step = f"mend {second.rule}, or state the exception with its reason in proofs.yaml"
        place = self._places.of("verdict.yaml", ("rows", second.rule, "when"))
        fault = Fault("proof-not-monotone", place, told, allowed, step)
        offers = (plain_offer(first.offer), plain_offer(second.offer))
        return Claim(CHAPTER, direction.text, "failed", fault, offers)

    def _shorter(
        self, found: tuple[Witness, Witness], direction: _Direction, exempt: list[Exempt]
    ) -> tuple[Witness, Witness]:
        """Both offers without what they need not state; the raised fact keeps its two values."""
        witnesses, fact = self._seeker.witnesses, direction.fact
        raised = found[1].facts[fact]

        def second_of(one: Witness) -> Witness | None:
            return witnesses.made({**one.facts, fact: raised})

        def shows(one: Witness) -> bool:
            other = second_of(one) if one.facts[fact] == found[0].facts[fact] else None
            return other is not None and _is_shown(one, other, direction, exempt)

        first = shortened(found[0], witnesses, shows)
        return self._rounder(first, second_of(first) or found[1], direction, exempt)

    def _rounder(
        self, first: Witness, second: Witness, direction: _Direction, exempt: list[Exempt]
    ) -> tuple[Witness, Witness]:
        """The same with a lower amount rounded down, and a higher one rounded up, if it can be."""
        made, fact = self._seeker.witnesses.made, direction.fact
        low, high = first.facts[fact], second.facts[fact]
        assert isinstance(low, float)
        assert isinstance(high, float)
        for step in _ROUND_STEPS:
            one = made({**first.facts, fact: math.floor(low / step) * step})
            two = made({**first.facts, fact: math.ceil(high / step) * step})
            if one is not None and two is not None and _is_shown(one, two, direction, exempt):
                return one, two
        return first, second

    # --- Two offers that show it --------------------------------------------------------------

    def _shown(self, direction: _Direction, exempt: list[Exempt]) -> tuple[Witness, Witness] | None:
        """Two offers near a known one: its amounts and words are changed, its factors are not."""
        any_case = self._seeker.any_case
        for some in (any_case.calm.roots(["outcome"]), frozenset(any_case.calm.free)):
            opened = {name for name in some if not any_case.is_factor(name)} | {direction.fact}
            for start in self._seeker.found[:NEIGHBOURS]:
                near = self._seeker.near(start, opened, ["verdict"], any_case.calm)
                pair = paired(near, [direction.fact])
                condition = _broken(pair, direction, exempt)
                answer = Prover(pair.theory).find(condition, effort=_SHOWING)
                if answer.outcome == "found":
                    found = self._judged({**start.facts, **answer.values}, direction, exempt)
                    if found is not None:
                        return found
        return None

    def _judged(
        self, values: Mapping[str, Value], direction: _Direction, exempt: list[Exempt]
    ) -> tuple[Witness, Witness] | None:
        """Both offers, if the judge sees them as z3 does."""
        made, fact = self._seeker.witnesses.made, direction.fact
        first, second = made(values), made({**values, fact: values[fact + MARK]})
        if first is None or second is None or not _is_shown(first, second, direction, exempt):
            return None
        return first, second


def _is_pay(name: str, proofs: MonotoneProofs) -> bool:
    fact = proofs._book.facts[name]
    is_share = fact.type.unit is not None and ("share", -1) in fact.type.unit.powers
    return fact.type.kind == "number" and is_money(fact) and not is_share


def _broken(pair: Pair, direction: _Direction, exempt: Iterable[Exempt]) -> Expression:
    """The verdict moves the wrong way, and no exception is stated for it."""
    fact = direction.fact
    return And(
        (
            Compare(">", marked_name(pair, fact), Name(fact)),
            direction.broken(Name("verdict"), marked_name(pair, "verdict")),
            *(not_true(And((one.before, pair.second(one.after)))) for one in exempt),
        )
    )


def _is_shown(
    first: Witness, second: Witness, direction: _Direction, exempt: Iterable[Exempt]
) -> bool:
    broken = direction.broken(Literal(first.verdict), Literal(second.verdict))
    excused = any(first.shows(one.before) and second.shows(one.after) for one in exempt)
    return first.shows(broken) and not excused
