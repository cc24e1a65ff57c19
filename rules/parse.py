"""SQL text to expression tree: the only door into the rule language.

sqlglot splits and parses the text as DuckDB SQL; this file lets through only what the language
has, twice.  First word by word, where the exact column is known, then node by node, so that
nothing sqlglot understands and we do not can slip in with a meaning of its own.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from itertools import accumulate
from typing import cast, get_args

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import ParseError, SqlglotError

from rules.errors import Fault, MalformedBook
from rules.expression import (
    And,
    Arithmetic,
    ArithmeticOp,
    Call,
    Case,
    Compare,
    CompareOp,
    Expression,
    FunctionName,
    In,
    IsNull,
    Literal,
    Lookup,
    Name,
    Negate,
    Not,
    Or,
    children,
)

LIMIT_CHARACTERS = 10_000
LIMIT_DEPTH = 60
LIMIT_BRACKETS = 20  # sqlglot takes some twenty of Python's thousand frames for each

_LANGUAGE = (
    "numbers, 'text', DATE '2026-01-31', TRUE, FALSE, NULL, names, + - * /, = <> < <= > >=, "
    "AND, OR, NOT, BETWEEN, IN (...), IS [NOT] NULL, CASE, COALESCE, LEAST, GREATEST, ABS, "
    "ROUND(x), and table(key)"
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FUNCTIONS = frozenset(get_args(FunctionName))
_DIALECT = DuckDB()
_PARSER = DuckDB.Parser
_TAKEN_FUNCTIONS = frozenset(_PARSER.FUNCTIONS) | frozenset(_PARSER.FUNCTION_PARSERS)

_T = TokenType
_WORDS = {
    *(_T.AND, _T.OR, _T.NOT, _T.BETWEEN, _T.IN, _T.IS, _T.NULL, _T.TRUE, _T.FALSE),
    *(_T.CASE, _T.WHEN, _T.THEN, _T.ELSE, _T.END, _T.DATE),
}
_RESERVED = {word.name.lower() for word in _WORDS} | {
    *("all", "any", "some", "exists", "if", "nan", "infinity"),
    *("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"),
}
_SIGNS = {
    *(_T.NUMBER, _T.STRING, _T.L_PAREN, _T.R_PAREN, _T.COMMA, _T.PLUS, _T.DASH, _T.STAR),
    *(_T.SLASH, _T.EQ, _T.NEQ, _T.LT, _T.LTE, _T.GT, _T.GTE),
}


def parse(text: str) -> Expression:
    """Read one expression.

    Nested ANDs (and nested ORs) become one; the order of arithmetic and its brackets are
    kept; ``-5`` is a number, not an operation.

    >>> parse("base < 0.9 * market_p50 AND level IN ('L4', 'L5')").operands[1]
    In(operand=Name(name='level'), choices=(Literal(value='L4'), Literal(value='L5')))

    Raises:
        MalformedBook: ``book-expression-...`` with the column in the text as the place.
    """
    if not text.strip():
        raise _refuse("empty", text, 0, "an empty expression")
    if len(text) > LIMIT_CHARACTERS:
        found = f"{len(text)} characters"
        raise _refuse("too-long", text, 0, found, f"at most {LIMIT_CHARACTERS}", "name its parts")
    tokens = _tokens(text)
    if _bracket_depth(tokens) > LIMIT_BRACKETS:
        raise _too_deep(text)
    try:
        expression = _Reader(text).expression(_tree(text, tokens))
    except RecursionError:
        raise _too_deep(text) from None
    if _is_deeper(expression, LIMIT_DEPTH):
        raise _too_deep(text)
    return expression


def _tokens(text: str) -> list[Token]:
    try:
        tokens = _DIALECT.tokenize(text)
    except SqlglotError:
        raise _refuse(
            "syntax", text, 0, "a quote that is never closed or a sign that is not SQL"
        ) from None
    faults = [
        fault
        for i, token in enumerate(tokens)
        if (fault := _token_fault(text, token, tokens[i + 1] if i + 1 < len(tokens) else None))
    ]
    if faults or not tokens:
        raise MalformedBook(faults or [_fault("comment", text, 0, "only a comment")])
    return [_as_name(token) for token in tokens]


def _token_fault(text: str, token: Token, following: Token | None) -> Fault | None:
    """Why a word or sign is not of the language, or None."""
    word = text[token.start : token.end + 1]
    if token.comments:
        return _fault("comment", text, token.end + 1, "a comment", "none", "use the `why` field")
    if token.token_type is _T.DATE:
        if following and following.token_type is _T.STRING:
            return None
        return _fault("date", text, token.start, f"`{word}` alone", "DATE '2026-01-31'")
    if token.token_type in _WORDS or (token.token_type in _SIGNS and word not in {"==", "^="}):
        return None
    if word.isidentifier() and word.isascii():
        return _word_fault(text, token, following)
    kind = "quoted-name" if token.token_type is _T.IDENTIFIER else "sign"
    return _fault(kind, text, token.start, f"`{word}`")


def _word_fault(text: str, token: Token, following: Token | None) -> Fault | None:
    word = token.text
    if following and following.token_type is _T.L_PAREN:
        if word.upper() in _FUNCTIONS:
            return None
        if word.upper() in _TAKEN_FUNCTIONS:
            allowed = ", ".join(sorted(_FUNCTIONS))
            return _fault("function", text, token.start, f"the SQL function `{word}`", allowed)
    if token.token_type is not _T.VAR and token.token_type not in _PARSER.ID_VAR_TOKENS:
        return _fault("keyword", text, token.start, f"the SQL keyword `{word}`")
    if word.lower() in _RESERVED:
        return _fault("keyword", text, token.start, f"the SQL keyword `{word}`")
    if not _NAME.fullmatch(word):
        return _fault("name", text, token.start, f"`{word}`", "names in lower_snake_case")
    return None


def _as_name(token: Token) -> Token:
    """Names that happen to be SQL words elsewhere (``filter``, ``row``) are plain names here."""
    if token.token_type not in _WORDS | _SIGNS:
        token.token_type = _T.VAR
    return token


def _tree(text: str, tokens: list[Token]) -> exp.Expression:
    try:
        trees = _DIALECT.parser().parse_into(exp.Condition, tokens, text)
    except ParseError as problem:
        raise _syntax(text, problem) from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Expression):
        raise _refuse("syntax", text, 0, f"{len(trees)} expressions", "one expression")
    return trees[0]


def _syntax(text: str, problem: ParseError) -> MalformedBook:
    details = problem.errors[0] if problem.errors else {}
    start = len(details.get("start_context") or "")
    word = details.get("highlight") or ""
    description = str(details.get("description", "")).split(" for <")[0]
    known = {
        "Expecting )": ("a bracket that is never closed", ")"),
        "Expected END after CASE": ("a CASE that is never ended", "END"),
        "Required keyword: 'expression' missing": (f"nothing after `{word}`", "a value"),
        "Required keyword: 'this' missing": (f"nothing before `{word}`", "a value"),
    }
    found, allowed = known.get(description, (f"`{word}` where it cannot stand", _LANGUAGE))
    return _refuse("syntax", text, min(start, len(text) - 1), found, allowed)


_COMPARISONS: dict[type[exp.Expression], CompareOp] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: dict[type[exp.Expression], ArithmeticOp] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
}
_CALLS: dict[type[exp.Expression], FunctionName] = {
    exp.Coalesce: "COALESCE",
    exp.Least: "LEAST",
    exp.Greatest: "GREATEST",
    exp.Abs: "ABS",
    exp.Round: "ROUND",
}
_PREDICATES = (*_COMPARISONS, exp.Between, exp.In, exp.Is, exp.Not)
# What a node may hold besides its operands; anything else set on it is refused.
_HARMLESS = {"this", "expression", "expressions", "low", "high", "ifs", "default", "true"} | {
    *("is_string", "ignore_nulls", "typed", "safe", "to", "_type")
}


class _Reader:
    """Turns sqlglot's nodes into ours; holds the text for the messages alone."""

    def __init__(self, text: str) -> None:
        self.text = text

    def expression(self, node: exp.Expression) -> Expression:
        read = _READERS.get(type(node))
        if read is None or any(value for key, value in node.args.items() if key not in _HARMLESS):
            raise self.refuse("construct", node, _source(node))
        return read(self, node)

    def operand(self, node: exp.Expression) -> Expression:
        """An operand of a comparison or of arithmetic: no bare condition.

        ``a < b < c`` would silently mean ``(a < b) < c``.
        """
        if isinstance(node, _PREDICATES):
            raise self.refuse(
                "chained",
                node,
                f"`{_source(node)}` as an operand without brackets",
                "a BETWEEN low AND high, or brackets around the inner condition",
            )
        return self.expression(node)

    def pair(self, node: exp.Expression) -> tuple[Expression, Expression]:
        return self.operand(node.args["this"]), self.operand(node.args["expression"])

    def paren(self, node: exp.Expression) -> Expression:
        return self.expression(node.args["this"])

    def name(self, node: exp.Expression) -> Expression:
        identifier = node.args["this"]
        if not isinstance(identifier, exp.Identifier) or identifier.name.lower() in _RESERVED:
            raise self.refuse("name", node, _source(node), "names in lower_snake_case")
        return Name(identifier.name)

    def constant(self, node: exp.Expression) -> Literal:
        if node.args["is_string"]:
            return Literal(str(node.this))
        number = float(node.this)
        if not math.isfinite(number):
            raise self.refuse("number", node, str(node.this), "numbers up to 1.79e308")
        return Literal(number)

    def date(self, node: exp.Expression) -> Literal:
        target, written = node.args["to"], node.args["this"]
        if not (target.is_type("date") and isinstance(written, exp.Literal) and written.is_string):
            raise self.refuse("construct", node, _source(node))
        try:
            day = date.fromisoformat(written.this)
        except ValueError:
            day = None
        if day is None or day.isoformat() != written.this:
            raise self.refuse("date", node, f"'{written.this}'", "a day such as DATE '2026-01-31'")
        return Literal(day)

    def negative(self, node: exp.Expression) -> Expression:
        operand = self.operand(node.args["this"])
        if isinstance(operand, Literal) and isinstance(operand.value, float):
            return Literal(-operand.value)
        return Negate(operand)

    def joined(self, node: exp.Expression) -> Expression:
        kind = And if isinstance(node, exp.And) else Or
        parts = cast("list[exp.Expression]", list(node.flatten()))
        operands: list[Expression] = []
        for inner in map(self.expression, parts):
            operands.extend(inner.operands if isinstance(inner, kind) else [inner])
        return kind(tuple(operands))

    def between(self, node: exp.Expression) -> Expression:
        value = self.operand(node.args["this"])
        low, high = self.operand(node.args["low"]), self.operand(node.args["high"])
        return And((Compare(">=", value, low), Compare("<=", value, high)))

    def membership(self, node: exp.Expression) -> Expression:
        choices = tuple(self.expression(choice) for choice in node.expressions)
        literals = tuple(c for c in choices if isinstance(c, Literal) and c.value is not None)
        if not choices or len(literals) < len(choices):
            raise self.refuse("list", node, _source(node), "constants other than NULL after IN")
        return In(self.operand(node.args["this"]), literals)

    def null_test(self, node: exp.Expression) -> Expression:
        if not isinstance(node.args["expression"], exp.Null):
            allowed = "IS NULL and IS NOT NULL; for flags COALESCE(flag, FALSE)"
            raise self.refuse("construct", node, _source(node), allowed)
        return IsNull(self.operand(node.args["this"]))

    def case(self, node: exp.Expression) -> Expression:
        subject, default = node.args.get("this"), node.args.get("default")
        branches = tuple(
            (self.branch(subject, when.args["this"]), self.expression(when.args["true"]))
            for when in node.args["ifs"]
        )
        if not branches:
            raise self.refuse("syntax", node, "a CASE without WHEN")
        return Case(branches, self.expression(default) if default else Literal(None))

    def branch(self, subject: exp.Expression | None, when: exp.Expression) -> Expression:
        if subject is None:
            return self.expression(when)
        return Compare("=", self.operand(subject), self.operand(when))

    def call(self, node: exp.Expression) -> Expression:
        function = _CALLS[type(node)]
        first = node.args.get("this")
        given = ([first] if first else []) + node.expressions
        if not given or (function in {"ABS", "ROUND"} and len(given) != 1):
            raise self.refuse("arguments", node, _source(node), f"{function}(x)")
        return Call(function, tuple(map(self.expression, given)))

    def lookup(self, node: exp.Expression) -> Expression:
        if len(node.expressions) != 1:
            raise self.refuse("arguments", node, _source(node), "a table with one key: table(key)")
        return Lookup(node.name, self.expression(node.expressions[0]))

    def refuse(
        self, code: str, node: exp.Expression, found: str, allowed: str = _LANGUAGE
    ) -> MalformedBook:
        starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
        return _refuse(code, self.text, min(starts, default=0), found, allowed)


_READERS: dict[type[exp.Expression], Callable[[_Reader, exp.Expression], Expression]] = {
    exp.Paren: _Reader.paren,
    exp.Column: _Reader.name,
    exp.Literal: _Reader.constant,
    exp.Boolean: lambda _, node: Literal(bool(node.this)),
    exp.Null: lambda _, node: Literal(None),
    exp.Cast: _Reader.date,
    exp.Neg: _Reader.negative,
    exp.Not: lambda reader, node: Not(reader.expression(node.args["this"])),
    exp.And: _Reader.joined,
    exp.Or: _Reader.joined,
    exp.Between: _Reader.between,
    exp.In: _Reader.membership,
    exp.Is: _Reader.null_test,
    exp.Case: _Reader.case,
    exp.Anonymous: _Reader.lookup,
    **dict.fromkeys(_CALLS, _Reader.call),
    **dict.fromkeys(
        _COMPARISONS, lambda reader, node: Compare(_COMPARISONS[type(node)], *reader.pair(node))
    ),
    **dict.fromkeys(
        _ARITHMETIC, lambda reader, node: Arithmetic(_ARITHMETIC[type(node)], *reader.pair(node))
    ),
}


def _source(node: exp.Expression) -> str:
    text = node.sql(dialect="duckdb", normalize_functions=False)
    return text if len(text) <= 80 else text[:77] + "..."


def _bracket_depth(tokens: list[Token]) -> int:
    """How deep brackets and CASEs are nested."""
    steps = {_T.L_PAREN: 1, _T.CASE: 1, _T.R_PAREN: -1, _T.END: -1}
    return max(accumulate(steps.get(token.token_type, 0) for token in tokens))


def _is_deeper(expression: Expression, limit: int) -> bool:
    level: tuple[Expression, ...] = (expression,)
    for _ in range(limit):
        level = tuple(child for node in level for child in children(node))
    return bool(level)


def _place(text: str, index: int) -> str:
    before = text[:index]
    column = index - (before.rfind("\n") + 1) + 1
    line = before.count("\n") + 1
    return f"line {line} of the expression, column {column}" if "\n" in text else f"column {column}"


def _fault(
    code: str,
    text: str,
    index: int,
    found: str,
    allowed: str = _LANGUAGE,
    next_step: str = "",
) -> Fault:
    return Fault(f"book-expression-{code}", _place(text, index), found, allowed, next_step)


def _refuse(
    code: str, text: str, index: int, found: str, allowed: str = _LANGUAGE, next_step: str = ""
) -> MalformedBook:
    return MalformedBook(_fault(code, text, index, found, allowed, next_step))


def _too_deep(text: str) -> MalformedBook:
    allowed = f"at most {LIMIT_BRACKETS} brackets and {LIMIT_DEPTH} operations inside each other"
    return _refuse("too-deep", text, 0, "an expression nested too deep", allowed, "name its parts")
