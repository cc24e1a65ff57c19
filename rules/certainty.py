"""Which expressions can never be NULL, whatever a case states.

A backend that must spell out "or this is missing" may leave it out where nothing can be.
"""

from __future__ import annotations

from collections.abc import Collection

from rules.book import Amount, Book, Formula, Parameter, Period, Signal
from rules.expression import (
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    Expression,
    In,
    IsNull,
    Literal,
    Lookup,
    Name,
    Negate,
    Not,
    Or,
)

_GIVEN = ("evaluation_date", "party_without_rate", "rate_was_used")


def is_certain(node: Expression, certain: Collection[str]) -> bool:
    """Whether an expression has a value as long as the names in ``certain`` have one.

    >>> is_certain(Call("COALESCE", (Name("x"), Literal(0.0))), ())
    True
    >>> is_certain(Compare("<", Name("x"), Name("y")), {"x"})
    False
    """
    match node:
        case Literal(value):
            return value is not None
        case Name(name):
            return name in certain
        case IsNull():
            return True
        case Lookup() | Arithmetic("/", _, _):
            return False
        case Call("COALESCE" | "LEAST" | "GREATEST", arguments):
            return any(is_certain(part, certain) for part in arguments)
        case Case(branches, default):
            values = (*(value for _, value in branches), default)
            return all(is_certain(value, certain) for value in values)
        case In(operand, choices):
            return is_certain(operand, certain) and Literal(None) not in choices
        case And(operands) | Or(operands):
            return all(is_certain(part, certain) for part in operands)
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return is_certain(left, certain) and is_certain(right, certain)
        case Not(operand) | Negate(operand):
            return is_certain(operand, certain)
        case Call(_, arguments):
            return all(is_certain(part, certain) for part in arguments)


def certain_names(book: Book, doubtful: Collection[str] = ()) -> frozenset[str]:
    """The names of a book that have a value in every case.

    Args:
        book: Whose names.
        doubtful: Names that may lack a value although their definition never does, such as a
            flag that is TRUE at one end of the uncertainty and FALSE at the other.
    """
    certain = set(_GIVEN)
    certain |= {name for name, one in book.parameters.items() if _is_always_known(one)}
    certain |= {pick.name for pick in book.picks if pick.order == "any"}
    terms: list[Formula | Signal] = [*book.package]
    for layer in (*book.layers, *book.closing):
        terms += (*layer.formulas, *layer.signals)
    for term in terms:
        if term.name not in doubtful:
            _add(certain, term)
    return frozenset(certain)


def _add(certain: set[str], term: Formula | Signal) -> None:
    expression = term.expression if isinstance(term, Formula) else term.when
    if is_certain(expression, certain):
        certain.add(term.name)


def _is_always_known(parameter: Parameter) -> bool:
    return parameter.currency is None and all(map(_is_known, parameter.periods))


def _is_known(period: Period) -> bool:
    amount = period.value
    return isinstance(amount, Amount) and None not in (amount.low, amount.point, amount.high)
