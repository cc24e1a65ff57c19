"""Types and units of expressions: what a comp analyst's slip is told before any offer is judged.

    base_salary < 0.9 * market_p50      fine: currency/year on both sides
    base_salary < signing_bonus         refused: currency/year against currency
    level = 'Senior'                    refused: `Senior` is not one of the levels

One pass finds everything that is wrong with an expression.  A part whose type is already in
doubt fits everywhere, so that one slip is reported once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Literal as OneOf
from typing import assert_never

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
    Value,
    sql_text,
)
from rules.units import NUMBER, Unit, parse_unit

Kind = OneOf["number", "text", "flag", "date", "null"]


@dataclass(frozen=True, slots=True)
class Type:
    """The type of an expression.

    Attributes:
        kind: What its values are; ``null`` fits everywhere (NULL, or a part in doubt).
        unit: For numbers, the unit; None is the literal 0, which fits any unit.
        choices: For texts, all the values it can have; None when any text may come.
        label: The unit as the author wrote it, for showing: a fraction is not a count.
    """

    kind: Kind
    unit: Unit | None = None
    choices: frozenset[str] | None = None
    label: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The type in a message: ``number [currency/year]``."""
        return f"number [{self.unit}]" if self.kind == "number" and self.unit else self.kind


@dataclass(frozen=True, slots=True)
class TableType:
    """The type of a parameter table's key and of its values."""

    key: Type
    value: Type


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong with an expression.

    Attributes:
        code: ``book-type-...``, ``book-unit-mismatch`` or ``book-unknown-...``.
        found: What stands there.
        allowed: What may stand there.
    """

    code: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """The complaint in one line, its code first."""
        return f"{self.code}: found {self.found}; allowed: {self.allowed}"


_ANY = Type("null")
_FLAG = Type("flag")
_DAYS = Type("number", parse_unit("day"))


def infer(
    expression: Expression, types: Mapping[str, Type], tables: Mapping[str, TableType]
) -> tuple[Type, list[Complaint]]:
    """Find the type of an expression and everything that is wrong with it.

    Never raises.  With complaints the type is what it would be once they are mended, or
    ``null`` where that cannot be told.

    >>> salary = Type("number", parse_unit("currency/year"))
    >>> kind, complaints = infer(Compare("<", Name("base"), Literal(5.0)), {"base": salary}, {})
    >>> str(kind), str(complaints[0])
    ('flag', 'book-unit-mismatch: found `base < 5` with currency/year and 1; allowed: one unit')
    """
    check = _Check(types, tables)
    kind = check.type_of(expression)
    return kind, list(dict.fromkeys(check.complaints))  # BETWEEN holds its operand twice


@dataclass(slots=True)
class _Check:
    types: Mapping[str, Type]
    tables: Mapping[str, TableType]
    complaints: list[Complaint] = field(default_factory=list)

    def type_of(self, node: Expression) -> Type:
        match node:
            case Literal(value):
                return _literal_type(value)
            case Name(name):
                return self.name(name)
            case Not(operand):
                return self.flags(node, (operand,))
            case And(operands) | Or(operands):
                return self.flags(node, operands)
            case Compare():
                return self.compare(node)
            case Arithmetic(op, left, right):
                return self.arithmetic(node, op, self.type_of(left), self.type_of(right))
            case Negate(operand):
                return self.number(node, operand)
            case IsNull(operand):
                self.type_of(operand)
                return _FLAG
            case In(operand, choices):
                kind = self.type_of(operand)
                self.same(node, [kind, *map(self.type_of, choices)])
                self.vocabulary(kind, choices)
                return _FLAG
            case Case(branches, default):
                return self.case(node, branches, default)
            case Call(function, arguments):
                return self.call(node, function, arguments)
            case Lookup(table, key):
                return self.lookup(node, table, key)
            case _:
                assert_never(node)

    def complain(self, code: str, found: str, allowed: str) -> Type:
        self.complaints.append(Complaint(f"book-{code}", found, allowed))
        return _ANY

    def name(self, name: str) -> Type:
        if name in self.types:
            return self.types[name]
        return self.complain("unknown-name", f"`{name}`", nearest(name, self.types, "names"))

    def flags(self, node: Expression, operands: Sequence[Expression]) -> Type:
        for operand in operands:
            self.condition(node, operand)
        return _FLAG

    def condition(self, node: Expression, operand: Expression) -> None:
        kind = self.type_of(operand)
        if kind.kind not in ("flag", "null"):
            found = f"`{sql_text(operand)}`, a {kind}, as a condition in `{_short(node)}`"
            self.complain("type-condition", found, "a flag or a comparison")

    def compare(self, node: Compare) -> Type:
        left, right = self.type_of(node.left), self.type_of(node.right)
        if Literal(None) in (node.left, node.right):
            self.complain("type-null", f"`{_short(node)}`, never TRUE", "IS NULL or IS NOT NULL")
        both = self.same(node, [left, right])
        if both.kind in ("text", "flag") and node.op not in ("=", "<>"):
            self.complain("type-order", f"`{_short(node)}` on {both}s", "= and <> alone")
        is_constant = isinstance(node.left, Literal) or isinstance(node.right, Literal)
        if not is_constant and _are_strangers(left.choices, right.choices):
            self.complain(
                "type-text", f"`{_short(node)}`, never TRUE", "texts with a word in common"
            )
        self.vocabulary(left, [node.right])
        self.vocabulary(right, [node.left])
        return _FLAG

    def vocabulary(self, kind: Type, constants: Iterable[Expression]) -> None:
        """Constants must be among the values that a closed text can have."""
        if kind.choices is None:
            return
        for constant in constants:
            if isinstance(constant, Literal) and isinstance(constant.value, str):
                value = constant.value
                if value not in kind.choices:
                    self.complain("type-choice", f"'{value}'", nearest(value, kind.choices, "one"))

    def arithmetic(self, node: Expression, op: str, left: Type, right: Type) -> Type:
        kinds = {left.kind, right.kind}
        if op == "-" and "date" in kinds and kinds <= {"date", "null"}:
            return _DAYS
        if not kinds <= {"number", "null"}:
            found = f"`{_short(node)}` with {left} and {right}"
            return self.complain("type-arithmetic", found, "numbers, or one date minus another")
        if op in "+-":
            return self.same(node, [left, right])
        if "null" in kinds:
            return _ANY
        return Type("number", _product(op, left.unit, right.unit))

    def number(self, node: Expression, operand: Expression) -> Type:
        kind = self.type_of(operand)
        if kind.kind in ("number", "null"):
            return kind
        return self.complain("type-arithmetic", f"`{_short(node)}` with {kind}", "a number")

    def case(
        self,
        node: Expression,
        branches: Sequence[tuple[Expression, Expression]],
        default: Expression,
    ) -> Type:
        for condition, _ in branches:
            self.condition(node, condition)
        return self.same(
            node, [self.type_of(then) for _, then in branches] + [self.type_of(default)]
        )

    def call(self, node: Expression, function: str, arguments: Sequence[Expression]) -> Type:
        if function in ("ABS", "ROUND"):
            for argument in arguments:
                kind = self.number(node, argument)
            return kind if len(arguments) == 1 else _ANY
        kinds = [self.type_of(argument) for argument in arguments]
        both = self.same(node, kinds)
        if function in ("LEAST", "GREATEST") and both.kind in ("text", "flag"):
            self.complain("type-order", f"`{_short(node)}` on {both}s", "numbers or dates")
        for argument, kind in zip(arguments, kinds, strict=True):
            if not isinstance(argument, Literal):
                self.vocabulary(kind, arguments)
        return both

    def lookup(self, node: Expression, table: str, key: Expression) -> Type:
        given = self.type_of(key)
        if table not in self.tables:
            return self.complain(
                "unknown-table", f"`{table}`", nearest(table, self.tables, "tables")
            )
        wanted = self.tables[table].key
        self.same(node, [wanted, given])
        self.vocabulary(wanted, [key])
        return self.tables[table].value

    def same(self, node: Expression, kinds: Sequence[Type]) -> Type:
        """The one type of parts that must have the same type and unit."""
        known = [kind for kind in kinds if kind.kind != "null"]
        if len({kind.kind for kind in known}) > 1:
            found = f"`{_short(node)}` with " + " and ".join(dict.fromkeys(map(str, known)))
            return self.complain("type-mismatch", found, "one type")
        units = list(dict.fromkeys(kind.unit for kind in known if kind.unit is not None))
        if len(units) > 1:
            found = f"`{_short(node)}` with " + " and ".join(map(str, units))
            return self.complain("unit-mismatch", found, "one unit")
        if not known:
            return _ANY
        return Type(known[0].kind, units[0] if units else None, _all_choices(known))


def _literal_type(value: Value) -> Type:
    match value:
        case None:
            return _ANY
        case bool():
            return _FLAG
        case str():
            return Type("text", None, frozenset((value,)))
        case date():
            return Type("date")
        case _:
            return Type("number", NUMBER if value else None)


def _product(op: str, left: Unit | None, right: Unit | None) -> Unit | None:
    if left is None or right is None:  # the literal 0 times anything is 0 of any unit
        return None
    return left * right if op == "*" else left / right


def _all_choices(kinds: Iterable[Type]) -> frozenset[str] | None:
    choices: frozenset[str] = frozenset()
    for kind in kinds:
        if kind.choices is None:
            return None
        choices |= kind.choices
    return choices


def _are_strangers(left: frozenset[str] | None, right: frozenset[str] | None) -> bool:
    """Whether two closed vocabularies have no word in common."""
    return left is not None and right is not None and not left & right


def _short(node: Expression) -> str:
    text = sql_text(node)
    return text if len(text) <= 100 else text[:97] + "..."


def nearest(word: str, known: Iterable[str], what: str) -> str:
    """The closest known words, or all of them when they are few."""
    words = sorted(known)
    folded = {known_word.lower(): known_word for known_word in words}
    close = [folded[match] for match in get_close_matches(word.lower(), folded)]
    listed = f"{what} of {', '.join(words)}" if len(words) <= 12 else f"{len(words)} {what}"
    return f"{listed} (did you mean {' or '.join(close)}?)" if close else listed
