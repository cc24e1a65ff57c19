"""Wrong compilations: the emitted query with one thing in one column changed.

Which place is changed is drawn by its name, so that it stays the same while other columns change.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp

from rules.sql import constant
from rules.sql_steps import Query

Change = Callable[[exp.Expression], exp.Expression | None]


@dataclass(frozen=True)
class Mutant:
    """One wrong compilation.

    Attributes:
        kind: What was done.
        step: The number of the step.
        column: In which column of the step, or ``*`` beside them.
        old, new: The texts.
        select: The whole step, wrong.
    """

    kind: str
    step: int
    column: str
    old: str
    new: str
    select: str

    @property
    def name(self) -> str:
        """What was done where."""
        return f"{self.kind} in {self.column}: {self.old} -> {self.new}"


def mutants(query: Query, of_each: int) -> list[Mutant]:
    """Wrong compilations of a query, as many of each kind, spread over its columns."""
    sites: dict[str, list[tuple[str, int, str, int]]] = defaultdict(list)
    trees = [_tree(step.select) for step in query.steps]
    for step, tree in enumerate(trees):
        for kind, column, place in _sites(tree):
            drawn = hashlib.sha256(f"{kind} {column} {place[1]}".encode()).hexdigest()
            sites[kind].append((drawn, step, column, place[0]))
    found = []
    for kind in KINDS:
        columns: set[str] = set()
        for _, step, column, place in sorted(sites[kind]):
            plain = column.split("@")[0]
            if plain not in columns and len(columns) < of_each:
                columns.add(plain)
                found.append(_mutant(kind, step, column, trees[step], place))
    return found


def _tree(select: str) -> exp.Expression:
    return sqlglot.parse_one(select, read="duckdb")


def as_read(select: str) -> str:
    """A step as it is written again without any change."""
    return _tree(select).sql(dialect="duckdb")


def _sites(tree: exp.Expression) -> Iterator[tuple[str, str, tuple[int, int]]]:
    """Kind, column, and the place in the tree and among those of the column."""
    within: dict[tuple[str, str], int] = defaultdict(int)
    for place, node in enumerate(tree.walk()):
        for kind, change in KINDS.items():
            if change(node) is not None:
                column = _column_of(node)
                yield kind, column, (place, within[kind, column])
                within[kind, column] += 1


def _column_of(node: exp.Expression) -> str:
    alias = node if isinstance(node, exp.Alias) else node.find_ancestor(exp.Alias)
    while alias is not None and not isinstance(alias.parent, exp.Select):
        alias = alias.find_ancestor(exp.Alias)
    return alias.alias if alias is not None else "*"


def _mutant(kind: str, step: int, column: str, tree: exp.Expression, place: int) -> Mutant:
    copy = tree.copy()
    node = next(node for number, node in enumerate(copy.walk()) if number == place)
    old = _short(node)
    new = KINDS[kind](node)
    assert new is not None
    text = _short(new)
    if node is copy:
        copy = new
    else:
        node.replace(new)
    return Mutant(kind, step, column, old, text, copy.sql(dialect="duckdb"))


def _short(node: exp.Expression) -> str:
    text = node.sql(dialect="duckdb")
    return text if len(text) < 90 else f"{text[:60]} ... {text[-25:]}"


# --- What is done -----------------------------------------------------------------------------


def _other(old: type[exp.Expression], new: type[exp.Expression]) -> Change:
    """The same operands under another operator."""

    def change(node: exp.Expression) -> exp.Expression | None:
        if type(node) is not old:
            return None
        return new(**{name: _operand(value) for name, value in node.args.items()})

    return change


def _operand(value: object) -> object:
    """A copy, in parentheses where another operator might bind it otherwise."""
    if isinstance(value, list):
        return [_operand(one) for one in value]
    if isinstance(value, exp.Binary):
        return exp.Paren(this=value.copy())
    return value.copy() if isinstance(value, exp.Expression) else value


def _swapped(kind: type[exp.Expression]) -> Change:
    def change(node: exp.Expression) -> exp.Expression | None:
        if type(node) is not kind:
            return None
        copy = node.copy()
        copy.set("this", _operand(node.expression))
        copy.set("expression", _operand(node.this))
        return copy

    return change


def _dropped(kind: type[exp.Expression]) -> Change:
    """Only what an operator stands before."""
    return lambda node: node.this.copy() if type(node) is kind else None


def _arguments(node: exp.Expression) -> list[exp.Expression]:
    return [node.this, *node.expressions]


def _call(kind: type[exp.Expression], pick: Callable[[list[exp.Expression]], object]) -> Change:
    """Another choice, or another order, of the arguments of a function."""

    def change(node: exp.Expression) -> exp.Expression | None:
        if type(node) is not kind or len(_arguments(node)) < 2:
            return None
        chosen = pick([one.copy() for one in _arguments(node)])
        if isinstance(chosen, exp.Expression):
            return chosen
        assert isinstance(chosen, list)
        return kind(this=chosen[0], expressions=chosen[1:], **_rest(node))

    return change


def _rest(node: exp.Expression) -> dict[str, object]:
    return {k: v for k, v in node.args.items() if k not in ("this", "expressions")}


def _number(new: Callable[[float], float | None]) -> Change:
    """Another number; those that only count rows and sentences have no exponent."""

    def change(node: exp.Expression) -> exp.Expression | None:
        if not isinstance(node, exp.Literal) or node.is_string or "e" not in node.this:
            return None
        found = new(float(node.this))
        return None if found is None else sqlglot.parse_one(constant(found))

    return change


def _neighbour(towards: float) -> Change:
    """The next number; zero's counts for none, as whatever it is added to or times swallows it."""
    return _number(lambda one: math.nextafter(one, towards) if one else None)


def _count(node: exp.Expression) -> exp.Expression | None:
    """Another row, or another sentence."""
    is_count = isinstance(node, exp.Literal) and not node.is_string and node.this.isdigit()
    return exp.Literal.number(int(node.this) + 1) if is_count else None


def _word(node: exp.Expression) -> exp.Expression | None:
    is_word = isinstance(node, exp.Literal) and node.is_string
    is_date = isinstance(node.parent, exp.Cast | exp.Var)
    return exp.Literal.string(f"{node.this}_") if is_word and not is_date else None


def _day(node: exp.Expression) -> exp.Expression | None:
    """A date one day later."""
    if not (isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal)):
        return None
    return exp.cast(exp.Add(this=node.copy(), expression=exp.Literal.number(1)), "DATE")


def _case(change_of: Callable[[exp.Case], exp.Case | None]) -> Change:
    return lambda node: change_of(node.copy()) if isinstance(node, exp.Case) else None


def _branches_swapped(case: exp.Case) -> exp.Case | None:
    first, other = case.args["ifs"][0], case.args.get("default")
    if other is None:
        return None
    value = first.args["true"]
    first.set("true", other.copy())
    case.set("default", value.copy())
    return case


def _branches_reversed(case: exp.Case) -> exp.Case | None:
    if case.this is not None or len(case.args["ifs"]) < 2:
        return None
    case.set("ifs", case.args["ifs"][::-1])
    return case


def _condition_negated(case: exp.Case) -> exp.Case | None:
    if case.this is not None:
        return None
    first = case.args["ifs"][0]
    first.set("this", exp.not_(first.this.copy()))
    return case


def _branch_dropped(case: exp.Case) -> exp.Case | None:
    if len(case.args["ifs"]) < 2:
        return None
    case.set("ifs", case.args["ifs"][1:])
    return case


def _default_dropped(case: exp.Case) -> exp.Case | None:
    """Without ELSE it is NULL: another one, unless it says NULL."""
    if isinstance(case.args.get("default"), exp.Null | None):
        return None
    case.set("default", None)
    return case


def _choice_dropped(at: int) -> Change:
    def change(node: exp.Expression) -> exp.Expression | None:
        if not isinstance(node, exp.In) or len(node.expressions) < 2:
            return None
        copy = node.copy()
        copy.set("expressions", [one for one in copy.expressions if one != copy.expressions[at]])
        return copy

    return change


def _world(old: str, new: str) -> Change:
    """A column of another world."""

    def change(node: exp.Expression) -> exp.Expression | None:
        if not isinstance(node, exp.Column) or old not in node.name:
            return None
        copy = node.copy()
        copy.set("this", exp.to_identifier(node.name.replace(old, new), quoted=True))
        return copy

    return change


def _unjoined(node: exp.Expression) -> exp.Expression | None:
    """A LEFT JOIN that keeps only what has a partner."""
    if not (isinstance(node, exp.Join) and node.side == "LEFT"):
        return None
    copy = node.copy()
    copy.set("side", None)
    return copy


def _floor(kind: type[exp.Expression]) -> Change:
    return lambda node: kind(this=node.this.copy()) if isinstance(node, exp.Round) else None


def _known(node: exp.Expression) -> exp.Expression | None:
    is_null = isinstance(node, exp.Is) and isinstance(node.expression, exp.Null)
    return exp.not_(node.copy()) if is_null else None


KINDS: Mapping[str, Change] = {
    "< as <=": _other(exp.LT, exp.LTE),
    "<= as <": _other(exp.LTE, exp.LT),
    "> as >=": _other(exp.GT, exp.GTE),
    ">= as >": _other(exp.GTE, exp.GT),
    "< as >": _other(exp.LT, exp.GT),
    "= as <>": _other(exp.EQ, exp.NEQ),
    "<> as =": _other(exp.NEQ, exp.EQ),
    "AND as OR": _other(exp.And, exp.Or),
    "OR as AND": _other(exp.Or, exp.And),
    "NOT dropped": _dropped(exp.Not),
    "IS NULL turned": _known,
    "COALESCE in another order": _call(exp.Coalesce, lambda some: some[::-1]),
    "COALESCE without its last": _call(exp.Coalesce, lambda some: some[0]),
    "LEAST as GREATEST": _other(exp.Least, exp.Greatest),
    "GREATEST as LEAST": _other(exp.Greatest, exp.Least),
    "GREATEST without its first": _call(exp.Greatest, lambda some: some[1]),
    "GREATEST without its last": _call(exp.Greatest, lambda some: some[0]),
    "NULLIF dropped": _dropped(exp.Nullif),
    "number one bit higher": _neighbour(math.inf),
    "number one bit lower": _neighbour(-math.inf),
    "number one higher": _number(lambda one: one + 1),
    "count one higher": _count,
    "another word": _word,
    "a day later": _day,
    "CASE branches swapped": _case(_branches_swapped),
    "CASE branches reversed": _case(_branches_reversed),
    "CASE condition negated": _case(_condition_negated),
    "CASE without its first branch": _case(_branch_dropped),
    "CASE without ELSE": _case(_default_dropped),
    "+ as -": _other(exp.Add, exp.Sub),
    "- as +": _other(exp.Sub, exp.Add),
    "- the other way round": _swapped(exp.Sub),
    "* as /": _other(exp.Mul, exp.Div),
    "/ as *": _other(exp.Div, exp.Mul),
    "/ the other way round": _swapped(exp.Div),
    "days the other way round": _swapped(exp.DateDiff),
    "ROUND dropped": _dropped(exp.Round),
    "ROUND down": _floor(exp.Floor),
    "ROUND up": _floor(exp.Ceil),
    "ABS dropped": _dropped(exp.Abs),
    "IN without its first": _choice_dropped(0),
    "IN without its last": _choice_dropped(-1),
    "the low end for the high": _world("@high", "@low"),
    "the high end for the low": _world("@low", "@high"),
    "the point for the low end": _world("@low/high", "@point"),
    "own end for the others'": _world("point/low", "low/point"),
    "same bits as equal": _other(exp.NullSafeEQ, exp.EQ),
    "MAX as MIN": _other(exp.Max, exp.Min),
    "MIN as MAX": _other(exp.Min, exp.Max),
    "the last of equals": _other(exp.ArgMin, exp.ArgMax),
    "FILTER dropped": _dropped(exp.Filter),
    "any as all": _other(exp.LogicalOr, exp.LogicalAnd),
    "LEFT JOIN as JOIN": _unjoined,
}
