"""From an expression to the branches that make it TRUE.

A forward-chaining engine knows neither NOT nor OR nor UNKNOWN: it knows lists of conditions
that all hold.  Here every proposition is rewritten into such lists, in two steps:

1. ``holds``, ``fails`` and ``unknown`` push NOT down to the conditions.  Each gives an
   expression which is TRUE exactly when the original is TRUE, FALSE or UNKNOWN; this is exact
   in three-valued logic because every comparison has a negation that is also UNKNOWN on NULL.
2. ``branches`` distributes AND over OR.

A *condition* is a flag, a comparison, a null test or a membership test, possibly negated.
Its operands may be any expression: whoever evaluates the condition decides how to get them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from typing import Any

from rules.errors import Fault, MalformedBook
from rules.expression import (
    And,
    Call,
    Case,
    Compare,
    CompareOp,
    Expression,
    In,
    IsNull,
    Literal,
    Lookup,
    Name,
    Not,
    Or,
    sql_text,
)

Condition = Name | Not | Compare | IsNull | In | Case | Call | Lookup
Branch = tuple[Condition, ...]

IsCertain = Callable[[Expression], bool]

MOST_BRANCHES = 64


def never(_: Expression) -> bool:
    """Nothing is certain: what a caller assumes who knows nothing of the names."""
    return False


TRUE = Literal(True)
FALSE = Literal(False)

NEGATED: dict[CompareOp, CompareOp] = {
    "=": "<>",
    "<>": "=",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
}
MIRRORED: dict[CompareOp, CompareOp] = {
    "=": "=",
    "<>": "<>",
    "<": ">",
    ">=": "<=",
    ">": "<",
    "<=": ">=",
}
_COMPARE: dict[CompareOp, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
}


def holds(node: Expression) -> Expression:
    """An expression without NOT above a condition that is TRUE exactly when the node is TRUE.

    >>> from rules.expression import sql_text
    >>> a, b, flag = Name("a"), Name("b"), Name("flag")
    >>> sql_text(holds(Not(Or((flag, Compare("<", a, b))))))
    'NOT flag AND a >= b'
    """
    match node:
        case Literal(value):
            return Literal(value is True)
        case Not(operand):
            return fails(operand)
        case And(operands):
            return _all(map(holds, operands))
        case Or(operands):
            return _any(map(holds, operands))
        case Compare(op, left, right):
            return _comparison(op, left, right)
        case IsNull(operand):
            return unknown(operand)
        case In(operand, choices):
            return _member(operand, choices)
        case Call("COALESCE", arguments):
            return _first_known(arguments, holds)
        case _:
            return node


def fails(node: Expression) -> Expression:
    """An expression without NOT above a condition that is TRUE exactly when the node is FALSE.

    >>> from rules.expression import sql_text
    >>> sql_text(fails(And((Name("flag"), Compare("=", Name("a"), Literal(1.0))))))
    'NOT flag OR a <> 1'
    >>> sql_text(fails(Call("COALESCE", (Name("flag"), Literal(False)))))
    'NOT flag OR flag IS NULL'
    """
    match node:
        case Literal(value):
            return Literal(value is False)
        case Not(operand):
            return holds(operand)
        case And(operands):
            return _any(map(fails, operands))
        case Or(operands):
            return _all(map(fails, operands))
        case Compare(op, left, right):
            return _comparison(NEGATED[op], left, right)
        case IsNull(operand):
            return known(operand)
        case In(operand, choices):
            return _stranger(operand, choices)
        case Call("COALESCE", arguments):
            return _first_known(arguments, fails)
        case _:
            return Not(node)


def unknown(node: Expression) -> Expression:
    """An expression that is TRUE exactly when the node is NULL.

    >>> from rules.expression import sql_text
    >>> sql_text(unknown(Compare("<", Name("a"), Literal(1.0))))
    'a IS NULL'
    >>> sql_text(unknown(And((Name("p"), Name("q")))))
    '(p OR p IS NULL) AND (q OR q IS NULL) AND (p IS NULL OR q IS NULL)'
    """
    match node:
        case Literal(value):
            return Literal(value is None)
        case Not(operand):
            return unknown(operand)
        case And(operands):
            return _undecided(operands, holds)
        case Or(operands):
            return _undecided(operands, fails)
        case Compare(_, left, right):
            return _any((unknown(left), unknown(right)))
        case IsNull():
            return FALSE
        case In(operand, choices):
            return _any((unknown(operand), *_null_choice(operand, choices)))
        case Call("COALESCE", arguments):
            return _all(map(unknown, arguments))
        case _:
            return IsNull(node)


def known(node: Expression) -> Expression:
    """An expression that is TRUE exactly when the node is not NULL.

    It is not the negation of ``unknown``: what stands for "the node is TRUE" may itself be
    UNKNOWN where the node is FALSE, so these forms may be joined but never negated.

    >>> from rules.expression import sql_text
    >>> sql_text(known(Compare("<", Name("a"), Name("b"))))
    'a IS NOT NULL AND b IS NOT NULL'
    """
    match node:
        case Literal(value):
            return Literal(value is not None)
        case Not(operand):
            return known(operand)
        case And() | Or() | In():
            return _any((holds(node), fails(node)))
        case Compare(_, left, right):
            return _all((known(left), known(right)))
        case IsNull():
            return TRUE
        case Call("COALESCE", arguments):
            return _any(map(known, arguments))
        case _:
            return Not(IsNull(node))


def branches(node: Expression, is_certain: IsCertain = never) -> tuple[Branch, ...]:
    """The lists of conditions of which one must be all TRUE for the expression to be TRUE.

    ``is_certain`` says which operands can never be NULL; conditions on that are left out.

    No branch contradicts itself and none contains another.  No branch at all means that the
    expression is never TRUE; one empty branch means that it always is.

    >>> from rules.expression import sql_text
    >>> a, b, c = Name("a"), Name("b"), Name("c")
    >>> for branch in branches(And((a, Or((b, Not(And((a, c)))))))):
    ...     print(" AND ".join(map(sql_text, branch)))
    a AND b
    a AND NOT c

    Raises:
        MalformedBook: ``book-too-many-branches`` when there are more than 64.
    """
    return _distribute(holds(node), sql_text(node), is_certain)


def negated(condition: Condition) -> Condition:
    """The condition that is TRUE exactly when this one is FALSE.

    >>> negated(Compare("<", Name("a"), Name("b"))).op
    '>='
    """
    match condition:
        case Compare(op, left, right):
            return Compare(NEGATED[op], left, right)
        case Not(operand):
            return operand  # type: ignore[return-value]  # Not stands above conditions only
        case _:
            return Not(condition)


def _all(parts: Iterable[Expression]) -> Expression:
    kept = tuple(part for part in parts if part != TRUE)
    if FALSE in kept:
        return FALSE
    return And(kept) if len(kept) > 1 else (*kept, TRUE)[0]


def _any(parts: Iterable[Expression]) -> Expression:
    kept = tuple(dict.fromkeys(part for part in parts if part != FALSE))
    if TRUE in kept:
        return TRUE
    return Or(kept) if len(kept) > 1 else (*kept, FALSE)[0]


def _undecided(
    operands: tuple[Expression, ...], neutral: Callable[[Expression], Expression]
) -> Expression:
    """No operand settles the AND (or OR), and at least one is UNKNOWN."""
    open_ones = (_any((neutral(part), unknown(part))) for part in operands)
    return _all((*open_ones, _any(map(unknown, operands))))


def _first_known(
    arguments: tuple[Expression, ...], wanted: Callable[[Expression], Expression]
) -> Expression:
    """COALESCE of flags: the first that is not NULL is as wanted."""
    if not arguments:
        return FALSE
    head, *rest = arguments
    later = _first_known(tuple(rest), wanted)
    return _any((wanted(head), _all((unknown(head), later))))


def _comparison(op: CompareOp, left: Expression, right: Expression) -> Expression:
    """The comparison with its constant on the right, or what it comes to without names."""
    if Literal(None) in (left, right):
        return FALSE
    if isinstance(left, Literal) and isinstance(right, Literal):
        return Literal(_COMPARE[op](left.value, right.value))
    if isinstance(left, Literal):
        return Compare(MIRRORED[op], right, left)
    return Compare(op, left, right)


def _member(operand: Expression, choices: tuple[Literal, ...]) -> Expression:
    usable = tuple(dict.fromkeys(choice for choice in choices if choice.value is not None))
    if isinstance(operand, Literal) or not usable:
        return _any(_comparison("=", operand, choice) for choice in usable)
    return In(operand, usable)


def _stranger(operand: Expression, choices: tuple[Literal, ...]) -> Expression:
    if Literal(None) in choices:
        return FALSE
    if isinstance(operand, Literal) or not choices:
        apart = (_comparison("<>", operand, choice) for choice in choices)
        return _all((known(operand), *apart))
    return Not(In(operand, tuple(dict.fromkeys(choices))))


def _null_choice(operand: Expression, choices: tuple[Literal, ...]) -> Iterable[Expression]:
    """A NULL in the list leaves the membership open for whoever is not in it."""
    if Literal(None) in choices:
        rest = tuple(choice for choice in choices if choice.value is not None)
        yield _stranger(operand, rest)


def _distribute(node: Expression, text: str, is_certain: IsCertain) -> tuple[Branch, ...]:
    match node:
        case Literal(value):
            return ((),) if value is True else ()
        case IsNull(operand) if is_certain(operand):
            return ()
        case Not(IsNull(operand)) if is_certain(operand):
            return ((),)
        case Or(operands):
            parts = (b for part in operands for b in _distribute(part, text, is_certain))
            return _pruned(parts, text)
        case And(operands):
            product: tuple[Branch, ...] = ((),)
            for part in operands:
                added = _distribute(part, text, is_certain)
                product = tuple(a + b for a in product for b in added)
                if len(product) > 1:
                    product = _pruned(product, text)
            return _pruned(product, text)
        case _:
            return ((node,),)  # type: ignore[return-value]  # what is left is a condition


def _pruned(candidates: Iterable[Branch], text: str) -> tuple[Branch, ...]:
    """Without repeats, contradictions and branches that contain another branch."""
    distinct: dict[frozenset[Condition], Branch] = {}
    for branch in candidates:
        if len(branch) == 1:
            distinct.setdefault(frozenset(branch), branch)
            continue
        conditions = frozenset(branch)
        if conditions not in distinct and not _contradicts_itself(conditions):
            distinct[conditions] = tuple(dict.fromkeys(branch))
    kept = tuple(
        branch
        for conditions, branch in distinct.items()
        if not any(other < conditions for other in distinct)
    )
    if len(kept) > MOST_BRANCHES:
        raise MalformedBook(_too_many(text, len(kept)))
    return kept


def _contradicts_itself(conditions: frozenset[Condition]) -> bool:
    missing = {part.operand for part in conditions if isinstance(part, IsNull)}
    return any(
        negated(part) in conditions or not missing.isdisjoint(_needs(part)) for part in conditions
    )


def _needs(condition: Condition) -> tuple[Expression, ...]:
    """The operands that cannot be NULL when the condition is TRUE."""
    match condition:
        case IsNull():
            return ()
        case Not(operand):
            return (operand.operand,) if isinstance(operand, In | IsNull) else (operand,)
        case Compare(_, left, right):
            return (left, right)
        case In(operand, _):
            return (operand,)
        case _:
            return (condition,)


def _too_many(text: str, count: int) -> Fault:
    shown = text if len(text) <= 200 else text[:197] + "..."
    return Fault(
        code="book-too-many-branches",
        place=shown,
        found=f"at least {count} separate ways to be true or false",
        allowed=f"at most {MOST_BRANCHES}",
        next_step="give a part of the expression its own name as a signal",
    )
