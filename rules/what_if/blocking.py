"""Why no ask can flip a verdict: the conditions that stay even with every component at its cap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.book import Book, Row, Signal
from rules.expression import And, Expression, Literal, Name, Or, names, sql_text
from rules.interpreter import compile as meaning
from rules.judgement import Judgement
from rules.open_case import CaseTheory
from rules.what_if.pay import Pay
from rules.what_if.rounding import Narrowed


@dataclass(frozen=True, slots=True)
class Condition:
    """What keeps an offer from being accepted.

    Attributes:
        text: As it stands in the book.
        meaning: What the book says it means; empty where it says nothing.
        truth: TRUE for one that makes the row hold; FALSE or UNKNOWN (None) for one that would
            have to be TRUE.
        hangs_on_pay: Whether it may turn with the amounts up to the caps; else none of those
            changes it.
    """

    text: str
    meaning: str
    truth: bool | None
    hangs_on_pay: bool


@dataclass(frozen=True, slots=True)
class Blocked:
    """An offer with every component at its cap.

    Attributes:
        judgement: What is concluded about it.
        conditions: Those that make its row TRUE; where the row holds always, those that keep the
            accepting rows from being TRUE.
    """

    judgement: Judgement
    conditions: Sequence[Condition]


def blocked(at_most: Judgement, book: Book, theory: CaseTheory, pay: Pay) -> Blocked:
    """The conditions in the way.

    Args:
        at_most: The judgement on the offer with every component at its cap.
        book: The rules.
        theory: Of the book.
        pay: The offer and what may move.
    """
    parts = tuple(_in_the_way(at_most, book))
    moving = _moving(parts, theory, pay)
    signals = {one.name: one for layer in book.layers for one in layer.signals}
    return Blocked(
        at_most,
        [
            Condition(
                sql_text(part),
                _meaning(part, signals),
                meaning(part)(at_most.values),  # type: ignore[arg-type]
                bool(names(part) & moving),
            )
            for part in parts
        ],
    )


def _in_the_way(judgement: Judgement, book: Book) -> Iterator[Expression]:
    row = judgement.row
    holding = [
        part
        for part in _operands(row.when, Or)
        if not isinstance(part, Literal) and meaning(part)(judgement.values) is True
    ]
    yield from holding
    if not holding:
        for other in _accepting(book):
            for part in _operands(other.when, And):
                if meaning(part)(judgement.values) is not True:
                    yield part


def _accepting(book: Book) -> list[Row]:
    return [row for row in book.rows if row.decides == "accept"]


def _operands(when: Expression, kind: type[And] | type[Or]) -> tuple[Expression, ...]:
    return when.operands if isinstance(when, kind) else (when,)


def _moving(parts: Sequence[Expression], theory: CaseTheory, pay: Pay) -> frozenset[str]:
    """The names in conditions that may have several values over the grid."""
    merged = theory.unfolding.merged
    called = {merged.get(name, name): name for part in parts for name in names(part)}
    open_case = theory.open(pay.case, pay.open, called, stated=pay.stated)
    left = Narrowed(open_case.terms, open_case.open, open_case.values, pay.axes).terms
    return frozenset(name for term, name in called.items() if term in left)


def _meaning(part: Expression, signals: dict[str, Signal]) -> str:
    told = [signals[name].meaning for name in sorted(names(part)) if name in signals]
    return told[0] if isinstance(part, Name) and told else ""
