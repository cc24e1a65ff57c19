"""What must not count does not: protected attributes, present pay, private facts in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.errors import Fault
from rules.expression import And, Compare, Expression, IsNull, Name, Not, Or, names
from rules.proofs import Prover
from rules.proving.claims import Claim, Places
from rules.proving.graph import shortest_path
from rules.proving.pairs import MARK, Pair, marked_name, paired
from rules.proving.rows import not_true
from rules.proving.seeking import LONG, Seeker
from rules.proving.shortening import plain_offer
from rules.proving.statement import ALWAYS, NeverCounts, Statement
from rules.wording import slots

CHAPTER = "inputs"
_SAID = ("opening", "target", "floor", "cap", "open")


class InputProofs:
    """The claims about facts that must not reach a verdict, an ask, a lever or a word."""

    def __init__(self, seeker: Seeker, places: Places, statement: Statement) -> None:
        self._seeker, self._places, self._statement = seeker, places, statement
        self._book = seeker.book
        close = seeker.any_case.close.terms
        self._terms: Mapping[str, Expression] = {n: e for n, e in close.items() if "@" not in n}
        self._ends = [f"row {row.name}" for row in self._book.rows]
        self._ends += [f"ask_{ask.name}_{part}" for ask in self._book.asks for part in _SAID]
        self._ends += [f"lever {lever.name}" for lever in self._book.levers]

    def claims(self) -> Iterator[Claim]:
        """Prohibited facts, present pay, and what is said to the employer."""
        # The loader has refused every such fact.
        yield Claim(CHAPTER, "no fact is read from a protected attribute", "proved")
        for one in self._statement.never_count:
            yield self._never(one)
            if one.unless_through and one.only_when != ALWAYS:
                yield from (self._only_when(one, name) for name in one.unless_through)
        yield from self._words()

    # --- Facts that must not count ------------------------------------------------------------

    def _never(self, one: NeverCounts) -> Claim:
        path = shortest_path(self._terms, one.fact, self._ends, one.unless_through)
        through = f", unless through {', '.join(one.unless_through)}" if one.unless_through else ""
        text = f"{one.fact} reaches no row, ask or lever{through}"
        if path is None:
            return Claim(CHAPTER, text, "proved", None, (), one.reason)
        fault = self._fault(path[1], " -> ".join(path), "no way from it to a row, ask or lever")
        return Claim(CHAPTER, text, "failed", fault)

    def _fault(self, name: str, found: str, allowed: str) -> Fault:
        place = self._place(name)
        return Fault("proof-prohibited-input", place, found, allowed, "cut the way")

    def _place(self, name: str) -> str:
        kind, _, rest = name.partition(" ")
        if kind == "row" and rest:
            return self._places.of("verdict.yaml", ("rows", rest, "when"))
        if kind == "lever" and rest:
            return self._places.of("levers.yaml", ("levers", rest, "when"))
        return self._places.of_name(name)

    def _only_when(self, one: NeverCounts, through: str) -> Claim:
        """A figure differs with the fact only where the book says that it may."""
        pair = paired(self._seeker.any_case.wide, [one.fact])
        prover = Prover(pair.theory, loosely=True)
        broken = _differs(through, pair), not_true(one.only_when)
        answer = prover.find(*broken, effort=LONG)
        text = f"{one.fact} counts in {through} only where the book says so"
        if answer.outcome == "impossible":
            return Claim(CHAPTER, text, "proved", None, (), one.reason)
        found = f"{through}, which hangs on {one.fact} in other cases too"
        fault = self._fault(through, found, "a fact that counts only where it is stated")
        offers = self._showing(one, through)
        return Claim(CHAPTER, text, "failed" if offers else "not_proved", fault, offers)

    def _showing(self, one: NeverCounts, through: str) -> tuple[Mapping[str, Any], ...]:
        """Two offers that differ in the fact, and so in the figure; none where none are found."""
        pair = paired(self._seeker.any_case.calm, [one.fact])
        broken = _differs(through, pair), not_true(one.only_when)
        values = Prover(pair.theory).find(*broken, effort=LONG).values
        made = self._seeker.witnesses.made
        other = {**values, one.fact: values.get(one.fact + MARK)}
        both = [found for found in (made(values), made(other)) if values and found]
        if len(both) < 2 or both[0].truths[through] == both[1].truths[through]:
            return ()
        return tuple(plain_offer(found.offer) for found in both)

    # --- Words to the employer ----------------------------------------------------------------

    def _words(self) -> Iterator[Claim]:
        """The loader has refused private slots; the amounts that fill them are looked at here."""
        count = sum(len(slots(say.text)) for lever in self._book.levers for say in lever.says)
        faults = [*self._private_amounts()]
        for fault in faults:
            yield Claim(CHAPTER, "nothing private is said to the employer", "failed", fault)
        if not faults:
            text = f"nothing private is said to the employer, in {count} slots"
            yield Claim(CHAPTER, text, "proved")

    def _private_amounts(self) -> Iterator[Fault]:
        for lever in self._book.levers:
            for index, say in enumerate(lever.says):
                read = names(say.amount) if say.amount is not None else frozenset()
                for name in sorted(read & self._book.private):
                    place = self._places.of("levers.yaml", ("levers", lever.name, "says", index))
                    allowed = "amounts that hold nothing private"
                    yield Fault("proof-private-words", place, f"`{name}`", allowed, "take it out")


def _differs(figure: str, pair: Pair) -> Expression:
    """Whether a figure is another one in the second case."""
    first, second = Name(figure), marked_name(pair, figure)
    return Or(
        (
            Compare("<>", first, second),
            And((IsNull(first), Not(IsNull(second)))),
            And((IsNull(second), Not(IsNull(first)))),
        )
    )
