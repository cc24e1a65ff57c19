"""The expression tree: one meaning, several backends.

Every rule, signal, formula and lever of the book is one of these trees.  ``rules/parse.py``
makes them from SQL text; the interpreter, the durable-rules engine, the SQL compiler and the
prover each read them and know nothing of each other.

The meaning is SQL's three-valued logic over IEEE doubles:

* a missing value is NULL, and a comparison with NULL is UNKNOWN (also NULL);
* AND and OR are Kleene's; NOT UNKNOWN is UNKNOWN;
* arithmetic with NULL is NULL, and so is division by zero;
* COALESCE takes its first value that is not NULL; LEAST and GREATEST skip NULLs and are NULL
  only when all their arguments are;
* CASE takes its first branch whose condition is TRUE, and is NULL without an ELSE;
* ROUND goes to the nearest whole number, halves away from zero;
* subtracting two dates gives days.

The order of operations is kept as written: ``a + b + c`` is ``(a + b) + c`` everywhere, so
that every backend gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from typing import Literal as OneOf

Value = float | str | bool | date | None
CompareOp = OneOf["=", "<>", "<", "<=", ">", ">="]
ArithmeticOp = OneOf["+", "-", "*", "/"]
FunctionName = OneOf["COALESCE", "LEAST", "GREATEST", "ABS", "ROUND"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: a number (always a float), a text, TRUE, FALSE, a date, or NULL."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, parameter, derived figure, signal or ask, by its one name in the book."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """TRUE for FALSE, FALSE for TRUE, UNKNOWN for UNKNOWN."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class And:
    """FALSE when one operand is, TRUE when all are, else UNKNOWN."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """TRUE when one operand is, FALSE when all are, else UNKNOWN."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values of one type and unit; UNKNOWN when either is NULL."""

    op: CompareOp
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Two numbers, or two dates for ``-``; NULL when either is NULL."""

    op: ArithmeticOp
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class IsNull:
    """TRUE or FALSE, never UNKNOWN; NOT NULL is ``Not(IsNull(x))``."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class In:
    """Membership in a list of constants; UNKNOWN when the operand is NULL."""

    operand: Expression
    choices: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The value of the first branch whose condition is TRUE, else the default."""

    branches: tuple[tuple[Expression, Expression], ...]
    default: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language; see the top of this file for NULLs."""

    function: FunctionName
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """A parameter table read like a function: ``bonus_payout(bonus_type)``.

    NULL when the key is NULL or the table has no such row.
    """

    table: str
    key: Expression


Expression = (
    Literal
    | Name
    | Not
    | And
    | Or
    | Compare
    | Arithmetic
    | Negate
    | IsNull
    | In
    | Case
    | Call
    | Lookup
)


def children(node: Expression) -> tuple[Expression, ...]:
    """The direct operands of a node, in the order in which they are written."""
    return _CHILDREN[type(node)](node)


# By the type of the node: every start of the program asks this of some ten thousand nodes.
_CHILDREN: dict[type, Callable[[Any], tuple[Expression, ...]]] = {
    Literal: lambda node: (),
    Name: lambda node: (),
    Not: lambda node: (node.operand,),
    Negate: lambda node: (node.operand,),
    IsNull: lambda node: (node.operand,),
    And: lambda node: node.operands,
    Or: lambda node: node.operands,
    Compare: lambda node: (node.left, node.right),
    Arithmetic: lambda node: (node.left, node.right),
    In: lambda node: (node.operand, *node.choices),
    Case: lambda node: (*(part for branch in node.branches for part in branch), node.default),
    Call: lambda node: node.arguments,
    Lookup: lambda node: (node.key,),
}


def with_operands(node: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The same node over other operands; the constants of an IN stay.

    >>> with_operands(Not(Name("a")), lambda operand: IsNull(operand))
    Not(operand=IsNull(operand=Name(name='a')))
    """
    match node:
        case And(operands) | Or(operands):
            return replace(node, operands=tuple(map(change, operands)))
        case Compare(_, left, right) | Arithmetic(_, left, right):
            return replace(node, left=change(left), right=change(right))
        case Not(operand) | Negate(operand) | IsNull(operand) | In(operand, _):
            return replace(node, operand=change(operand))
        case Case(branches, default):
            pairs = tuple((change(condition), change(then)) for condition, then in branches)
            return Case(pairs, change(default))
        case Call(function, arguments):
            return Call(function, tuple(map(change, arguments)))
        case Lookup(table, key):
            return Lookup(table, change(key))
        case _:
            return node


def walk(node: Expression) -> Iterator[Expression]:
    """The node and everything below it, parents first."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        waiting.extend(reversed(children(part)))


def names(node: Expression) -> frozenset[str]:
    """Every name that the expression reads (tables not included)."""
    return frozenset([part.name for part in walk(node) if type(part) is Name])


def tables(node: Expression) -> frozenset[str]:
    """Every parameter table that the expression looks up."""
    return frozenset([part.table for part in walk(node) if type(part) is Lookup])


_BINDING = {Or: 1, And: 2, Not: 3, Compare: 4, In: 4, IsNull: 4}
_ARITHMETIC_BINDING = {"+": 5, "-": 5, "*": 6, "/": 6}


def _binding(node: Expression) -> int:
    if isinstance(node, Arithmetic):
        return _ARITHMETIC_BINDING[node.op]
    return _BINDING.get(type(node), 7)


def _inside(node: Expression, least: int) -> str:
    text = sql_text(node)
    return text if _binding(node) >= least else f"({text})"


def _literal_text(value: Value) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else repr(value)
        case date():
            return f"DATE '{value.isoformat()}'"
        case _:
            return "'" + value.replace("'", "''") + "'"


def sql_text(node: Expression) -> str:
    """The expression as a person would write it, with the fewest brackets that keep it.

    >>> sql_text(Or((Name("a"), And((Name("b"), Not(Name("c")))))))
    'a OR b AND NOT c'
    >>> sql_text(Arithmetic("-", Name("a"), Arithmetic("-", Name("b"), Literal(1.0))))
    'a - (b - 1)'
    """
    match node:
        case Literal(value):
            return _literal_text(value)
        case Name(name):
            return name
        case Not(IsNull(operand)):
            return f"{_inside(operand, 5)} IS NOT NULL"
        case Not(In(operand, choices)):
            return f"{_inside(operand, 5)} NOT IN ({', '.join(map(sql_text, choices))})"
        case Not(operand):
            return f"NOT {_inside(operand, 3)}"
        case And(operands):
            return " AND ".join(_inside(part, 3) for part in operands)
        case Or(operands):
            return " OR ".join(_inside(part, 2) for part in operands)
        case Compare(op, left, right):
            return f"{_inside(left, 5)} {op} {_inside(right, 5)}"
        case Arithmetic(op, left, right):
            own = _ARITHMETIC_BINDING[op]
            return f"{_inside(left, own)} {op} {_inside(right, own + 1)}"
        case Negate(operand):
            text = _inside(operand, 7)
            return f"-({text})" if text.startswith("-") else f"-{text}"  # `--` opens a comment
        case IsNull(operand):
            return f"{_inside(operand, 5)} IS NULL"
        case In(operand, choices):
            return f"{_inside(operand, 5)} IN ({', '.join(map(sql_text, choices))})"
        case Case(branches, default):
            whens = " ".join(f"WHEN {sql_text(c)} THEN {sql_text(v)}" for c, v in branches)
            return f"CASE {whens} ELSE {sql_text(default)} END"
        case Call(function, arguments):
            return f"{function}({', '.join(map(sql_text, arguments))})"
        case Lookup(table, key):
            return f"{table}({sql_text(key)})"
