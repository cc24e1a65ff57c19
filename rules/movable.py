"""Which parts of an offer's pay may move, on which grid, how far, and what moving them costs.

A component is one of ``asks.yaml``.  Its grid, its cap and whether the employer has left it open are
those that the book works out for the offer in hand; they stay what they are while components move.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.asking import may_move
from rules.book import Ask, Book, Formula, Signal
from rules.exchange import usual_rates
from rules.expression import And, Expression, names, sql_text
from rules.interpreter import compile as meaning
from rules.judgement import Judgement
from rules.stated import COST, FACT

NEAR = 1e-9  # by which a number of steps may miss a whole number


@dataclass(frozen=True, slots=True)
class Movable:
    """A component of the pay that may be given another amount [the offer's currency].

    Attributes:
        offered: As the offer stands.
        step: Other amounts are whole multiples of it.
        cap: The most that the book would ask for, or that was allowed; None where none is known.
        least, most: Between which amounts it is looked at; ``most`` is the cap, or else the most
            that is believable.
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
        return range(_under(self.offered / self.step) + 1, _under(self.most / self.step) + 1)

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
    """Every component of the book: those that may move, and those that may not."""
    found = [_component(ask, judgement, book, wishes) for ask in book.asks]
    return (
        tuple(one for one in found if isinstance(one, Movable)),
        tuple(one for one in found if isinstance(one, Fixed)),
    )


def _component(ask: Ask, judgement: Judgement, book: Book, wishes: Wishes) -> Movable | Fixed:
    values = judgement.values
    offered, step = (values[f"ask_{ask.name}_{part}"] for part in ("offered", "step"))
    for why, is_closed in _obstacles(ask, values, book, wishes):
        return Fixed(ask.name, ask.label, offered, why, is_closed)
    cap = wishes.caps.get(ask.name, values[f"ask_{ask.name}_cap"])
    least, most = _believable(judgement, book, ask)
    return Movable(
        ask.name,
        ask.label,
        offered,
        step,
        cap,
        least,
        most if cap is None else cap,
        wishes.weights.get(ask.name, COST[ask.name](judgement.case.facts)),
    )


def _obstacles(
    ask: Ask, values: Mapping[str, Any], book: Book, wishes: Wishes
) -> Iterator[tuple[str, bool]]:
    """Why a component may not move, and whether somebody closed it."""
    if ask.name in wishes.locked:
        yield "You want it to stay as it is.", True
    if ask.name not in FACT:
        yield "It is not known how an offer states it.", False
    terms = _terms(book)
    for part in _parts(may_move(_expression(terms[f"ask_{ask.name}_open"]))):
        if meaning(part)(values) is not True:
            told = [terms[name] for name in sorted(names(part)) if name in terms]
            signals = [one.meaning for one in told if isinstance(one, Signal)]
            yield signals[0] if signals else f"Not so: {sql_text(part)}.", bool(signals)
    if values[f"ask_{ask.name}_offered"] is None:
        yield "What is offered is not known.", False
    if values[f"ask_{ask.name}_step"] is None:
        yield "The book knows no grid in this currency.", False


def _parts(expression: Expression) -> tuple[Expression, ...]:
    return expression.operands if isinstance(expression, And) else (expression,)


def _terms(book: Book) -> dict[str, Formula | Signal]:
    found: dict[str, Formula | Signal] = {one.name: one for one in book.package}
    for layer in (*book.layers, *book.closing):
        found |= {one.name: one for one in (*layer.formulas, *layer.signals)}
    return found


def _expression(term: Formula | Signal) -> Expression:
    return term.when if isinstance(term, Signal) else term.expression


def _believable(judgement: Judgement, book: Book, ask: Ask) -> tuple[float, float]:
    """Between which amounts a component is believable [the offer's currency]."""
    fact = book.facts[FACT[ask.name]]
    case = judgement.case
    scale = usual_rates(book, case.evaluation_date).get(case.currency or "", 1.0)
    return (fact.least or 0.0) * scale, (fact.most or math.inf) * scale
