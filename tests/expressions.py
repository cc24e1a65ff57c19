"""Random, well-typed expressions and scopes for the property tests.

Every name's first letters tell its type: ``num_a``, ``flag_a``, ``text_a``, ``date_a``; the
parameter table ``pay_table`` goes from text to number.
"""

from __future__ import annotations

import math
import struct
from datetime import date

from hypothesis import strategies as st

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
)

LETTERS = "abc"
WORDS = ("L4", "L5", "it's", "NULL", "", "true")
DAYS = (date(2024, 2, 29), date(2026, 1, 1), date(2026, 12, 31))
EXTREMES = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 0.1, 0.3, 0.49999999999999994),
    *(4503599627370495.5, 9007199254740993.0, 5e-324, 1e308, -1e308, 1.7976931348623157e308),
)
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")

numbers = st.sampled_from(EXTREMES) | st.floats(allow_nan=False, allow_infinity=False)
values_of = {
    "num": st.none() | numbers,
    "flag": st.none() | st.booleans(),
    "text": st.none() | st.sampled_from(WORDS),
    "date": st.none() | st.sampled_from(DAYS),
}
tables = st.dictionaries(st.sampled_from(WORDS), st.none() | numbers, max_size=4)
scopes = st.fixed_dictionaries(
    {f"{kind}_{letter}": values for kind, values in values_of.items() for letter in LETTERS}
    | {"pay_table": tables}
)


def _names(kind: str) -> st.SearchStrategy[Expression]:
    return st.sampled_from([Name(f"{kind}_{letter}") for letter in LETTERS])


def _literals(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Expression]:
    return st.builds(Literal, values)


def _flatten(kind: type[And] | type[Or], parts: list[Expression]) -> Expression:
    flat: list[Expression] = []
    for part in parts:
        flat.extend(part.operands if isinstance(part, kind) else [part])
    return kind(tuple(flat))


def _negated(operand: Expression) -> Expression:
    """Unary minus as the parser writes it: never around a number."""
    if isinstance(operand, Literal) and isinstance(operand.value, float):
        return Literal(-operand.value)
    return Negate(operand)


_texts = _names("text") | _literals(st.sampled_from(WORDS))
_dates = _names("date") | _literals(st.sampled_from(DAYS))


def _cases(
    flags: st.SearchStrategy[Expression], results: st.SearchStrategy[Expression]
) -> st.SearchStrategy[Expression]:
    branches = st.lists(st.tuples(flags, results), min_size=1, max_size=2).map(tuple)
    return st.builds(Case, branches, results | st.just(Literal(None)))


def _calls(results: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(results, min_size=1, max_size=3).map(tuple)
    functions = st.sampled_from(("COALESCE", "LEAST", "GREATEST"))
    single = st.builds(Call, st.sampled_from(("ABS", "ROUND")), st.tuples(results))
    return single | st.builds(Call, functions, several)


def _compound_numbers(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from("+-*/"), inner, inner),
        st.builds(_negated, inner),
        st.builds(Arithmetic, st.just("-"), _dates, _dates),
        st.builds(Lookup, st.just("pay_table"), _texts),
        _calls(inner),
        _cases(_conditions(inner), inner),
    )


def _conditions(number: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    words = st.lists(_literals(st.sampled_from(WORDS)), min_size=1, max_size=3).map(tuple)
    lists = st.lists(_literals(numbers), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        _names("flag"),
        st.builds(Compare, st.sampled_from(COMPARISONS), number, number),
        st.builds(Compare, st.sampled_from(COMPARISONS), _dates, _dates),
        st.builds(Compare, st.sampled_from(("=", "<>")), _texts, _texts),
        st.builds(In, _texts, words),
        st.builds(In, number, lists),
        st.builds(IsNull, number),
        st.builds(lambda flag: Call("COALESCE", (flag, Literal(False))), _names("flag")),
    )


def _compound_flags(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    parts = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.builds(Not, inner),
        st.builds(_flatten, st.just(And), parts),
        st.builds(_flatten, st.just(Or), parts),
        st.builds(IsNull, inner),
        st.builds(Compare, st.sampled_from(("=", "<>")), inner, inner),
        _cases(inner, inner),
    )


number_expressions = st.recursive(
    _names("num") | _literals(numbers), _compound_numbers, max_leaves=6
)
flag_expressions = st.recursive(
    _conditions(number_expressions) | _literals(st.sampled_from((True, False, None))),
    _compound_flags,
    max_leaves=6,
)
expressions = number_expressions | flag_expressions


def same_bits(ours: Value, theirs: Value) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        both_nan = math.isnan(ours) and math.isnan(theirs)  # SQL knows one NaN, IEEE many
        return both_nan or struct.pack("d", ours) == struct.pack("d", theirs)
    return ours is theirs or (type(ours) is type(theirs) and ours == theirs)


def same_but_for_zero(ours: Value, theirs: Value) -> bool:
    """The same bits; a zero may have the other sign, which decides nothing."""
    both = isinstance(ours, float) and isinstance(theirs, float)
    return (both and ours == theirs == 0) or same_bits(ours, theirs)
