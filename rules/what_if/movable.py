"""Which parts of an offer's pay may move, on which grid, how far, and what moving them costs.

A component is one of ``asks.yaml``.  Its grid, its cap and whether the employer has left it open
are those that the book works out for the offer in hand; they stay while components move.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.asking import may_move
from rules.book import Ask, Book, Formula, Signal
from rules.exchange import usual_rates
from rules.expression import And, Expression, Name, names, sql_text
from rules.interpreter import compile as meaning
from rules.judgement import Judgement
from rules.what_if.stated import COST, FACT, stated

NEAR = 1e-9  # by which a number of steps may miss a whole number


@dataclass(frozen=True, slots=True)
class Movable:
    """A component of the pay that may be given another amount [the offer's currency].

    Attributes:
        offered: As the offer stands.
        step: Other amounts are whole multiples of it.
        cap: The most that the book would ask for, or that was allowed; None where none is known.
        least: The least that is believable.
        most: Up to which amount it is looked at: the cap; where none is known, a year's base more
            than is offered.
        cost: What one more unit costs the employer over four years, or the weight given for it.
    """

    name: str
    label: str
    offered: float
    step: float
    cap: float | None
    least: float
    most: float
    cost: float

    @property
    def raised(self) -> range:
        """The multiples of the step above the offer and up to the most, nearest first."""
        return self._above(self.most)

    @property
    def raised_beyond(self) -> range:
        """The same up to twice the most."""
        return self._above(2 * self.most)

    def _above(self, most: float) -> range:
        return range(_under(self.offered / self.step) + 1, _under(most / self.step) + 1)

    @property
    def lowered(self) -> range:
        """The multiples of the step below the offer and down to the least, nearest first."""
        return range(
            -_under(-self.offered / self.step) - 1, -_under(-self.least / self.step) - 1, -1
        )


def _under(steps: float) -> int:
    """The whole number at or below, where what is whole but for rounding counts as whole.

    >>> _under(205.9999999999999), _under(205.5), _under(-205.5)
    (206, 205, -206)
    """
    near = round(steps)
    return near if abs(steps - near) <= NEAR * max(1.0, abs(steps)) else math.floor(steps)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A component that may not move.

    Attributes:
        offered: As the offer stands; None where that is not known.
        why: A sentence.
        is_closed: Whether somebody closed it: the employer, or the candidate by a wish.  Else the
            offer has no such component.
    """

    name: str
    label: str
    offered: float | None
    why: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the candidate wants otherwise than the book has it.

    Attributes:
        locked: Components that are to stay as they are.
        caps: Component -> the most to ask for, instead of the book's cap.
        weights: Component -> what one more unit counts, instead of what it costs the employer.
    """

    locked: frozenset[str] = frozenset()
    caps: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)


def components(
    judgement: Judgement, book: Book, wishes: Wishes
) -> tuple[tuple[Movable, ...], tuple[Fixed, ...]]:
    """Every component of the book: those that may be raised, and those that may not."""
    found = [_component(ask, judgement, book, wishes) for ask in book.asks]
    return (
        tuple(one for one in found if isinstance(one, Movable)),
        tuple(one for one in found if isinstance(one, Fixed)),
    )


def lowerable(judgement: Judgement, book: Book, wishes: Wishes) -> tuple[Movable, ...]:
    """Every component that an offer might have less of, whoever has closed it for an ask.

    Of components that the same facts state, the first one stands for all.
    """
    found, told = [], set[str]()
    for ask in book.asks:
        is_usable = next(_unusable(ask, judgement.values), None) is None
        if is_usable and (facts := _facts(ask, judgement)).isdisjoint(told):
            found.append(_movable(ask, judgement, book, wishes))
            told |= facts
    return tuple(found)


def _facts(ask: Ask, judgement: Judgement) -> frozenset[str]:
    return frozenset(stated(judgement.case.facts, ask.name, Name("")))


def _component(ask: Ask, judgement: Judgement, book: Book, wishes: Wishes) -> Movable | Fixed:
    values = judgement.values
    for why, is_closed in (*_closed(ask, values, book, wishes), *_unusable(ask, values)):
        offered = values[f"ask_{ask.name}_offered"]
        return Fixed(ask.name, ask.label, offered, why, is_closed)
    return _movable(ask, judgement, book, wishes)


def _movable(ask: Ask, judgement: Judgement, book: Book, wishes: Wishes) -> Movable:
    values = judgement.values
    offered, cap = values[f"ask_{ask.name}_offered"], values[f"ask_{ask.name}_cap"]
    cap = wishes.caps.get(ask.name, cap)
    return Movable(
        ask.name,
        ask.label,
        offered,
        values[f"ask_{ask.name}_step"],
        cap,
        _least(judgement, book, ask),
        offered + (values["base"] or 0.0) if cap is None else cap,
        wishes.weights.get(ask.name, COST[ask.name](judgement.case.facts)),
    )


def _closed(
    ask: Ask, values: Mapping[str, Any], book: Book, wishes: Wishes
) -> Iterator[tuple[str, bool]]:
    """Why a component may not be raised, and whether somebody closed it."""
    if ask.name in wishes.locked:
        yield "You want it to stay as it is.", True
    terms = _terms(book)
    for part in _parts(may_move(_expression(terms[f"ask_{ask.name}_open"]))):
        if meaning(part)(values) is not True:
            told = [terms[name] for name in sorted(names(part)) if name in terms]
            signals = [one.meaning for one in told if isinstance(one, Signal)]
            yield signals[0] if signals else f"Not so: {sql_text(part)}.", bool(signals)


def _unusable(ask: Ask, values: Mapping[str, Any]) -> Iterator[tuple[str, bool]]:
    """Why a component cannot be given another amount at all."""
    if ask.name not in FACT:
        yield "It is not known how an offer states it.", False
    if values[f"ask_{ask.name}_offered"] is None:
        yield "What is offered is not known.", False
    if values[f"ask_{ask.name}_step"] is None:
        yield "The book knows no grid in this currency.", False


def _parts(expression: Expression) -> tuple[Expression, ...]:
    return expression.operands if isinstance(expression, And) else (expression,)


def _terms(book: Book) -> dict[str, Formula | Signal]:
    found: dict[str, Formula | Signal] = {one.name: one for one in book.package}
    for layer in (*book.layers, *book.closing):
        found |= {figure.name: figure for figure in layer.formulas}
        found |= {signal.name: signal for signal in layer.signals}
    return found


def _expression(term: Formula | Signal) -> Expression:
    return term.when if isinstance(term, Signal) else term.expression


def _least(judgement: Judgement, book: Book, ask: Ask) -> float:
    """The least amount of a component that is believable [the offer's currency]."""
    case = judgement.case
    scale = usual_rates(book, case.evaluation_date).get(case.currency or "", 1.0)
    return (book.facts[FACT[ask.name]].least or 0.0) * scale
