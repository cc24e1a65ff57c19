"""Types and units: what is fine, and what each slip is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from rules.checker import TableType, Type, infer
from rules.expression import Expression
from rules.parse import parse
from rules.units import parse_unit
from tests.expressions import LETTERS, expressions

SALARY = Type("number", parse_unit("currency/year"))
LEVEL = Type("text", None, frozenset({"L3", "L4", "L5"}))
TYPES = {
    "base": SALARY,
    "market": SALARY,
    "signing": Type("number", parse_unit("currency")),
    "tenure": Type("number", parse_unit("year")),
    "haircut": Type("number", parse_unit("fraction")),
    "notice": Type("number", parse_unit("day")),
    "level": LEVEL,
    "note": Type("text"),
    "colour": Type("text", None, frozenset({"red"})),
    "is_final": Type("flag"),
    "deadline": Type("date"),
    "today": Type("date"),
}
TABLES = {"payout": TableType(LEVEL, Type("number", parse_unit("fraction")))}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("base < 0.9 * market", "flag"),
        ("base > 0", "flag"),
        ("base + signing / tenure", "number [currency/year]"),
        ("base * tenure + signing", "number [currency]"),
        ("base / market - 1", "number [1]"),
        ("coalesce(signing, 0)", "number [currency]"),
        ("greatest(0, base - market)", "number [currency/year]"),
        ("-round(base / 1000) * 1000", "number [currency/year]"),
        ("case when is_final then base else 0 end", "number [currency/year]"),
        ("case when is_final then 'a' else 'b' end", "text"),
        ("case when is_final then null else base end", "number [currency/year]"),
        ("deadline - today", "number [day]"),
        ("deadline - today < notice", "flag"),
        ("deadline > date '2026-01-01'", "flag"),
        ("level in ('L4', 'L5') and not is_final", "flag"),
        ("note = 'anything'", "flag"),
        ("is_final = true or coalesce(is_final, false)", "flag"),
        ("payout(level) * base", "number [currency/year]"),
        ("payout('L4')", "number [1]"),
        ("level is null", "flag"),
        ("null", "null"),
    ],
)
def test_infers(text: str, kind: str) -> None:
    inferred, complaints = infer(parse(text), TYPES, TABLES)
    assert complaints == []
    assert str(inferred) == kind


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("base < signing", "unit-mismatch", "currency/year and currency"),
        ("base < 5", "unit-mismatch", "currency/year and 1"),
        ("base + tenure", "unit-mismatch", "currency/year and year"),
        ("deadline - today <= 3", "unit-mismatch", "day and 1"),
        ("coalesce(base, 1)", "unit-mismatch", "COALESCE(base, 1)"),
        ("least(base, signing)", "unit-mismatch", "LEAST(base, signing)"),
        ("case when is_final then base else signing end", "unit-mismatch", "ELSE signing"),
        ("base in (1, 2)", "unit-mismatch", "base IN (1, 2)"),
        ("base < 'x'", "type-mismatch", "number [currency/year] and text"),
        ("deadline > 5", "type-mismatch", "date and number"),
        ("is_final = 1", "type-mismatch", "flag and number"),
        ("case when is_final then base else 'x' end", "type-mismatch", "and text"),
        ("payout(base)", "type-mismatch", "text and number"),
        ("note < 'x'", "type-order", "= and <> alone"),
        ("is_final > true", "type-order", "flags"),
        ("greatest(note, 'x')", "type-order", "numbers or dates"),
        ("level = colour", "type-text", "a word in common"),
        ("level = 'l4'", "type-choice", "L3, L4, L5"),
        ("level in ('L4', 'Senior')", "type-choice", "'Senior'"),
        ("'l4' <> level", "type-choice", "did you mean L4?"),
        ("coalesce(level, 'none')", "type-choice", "'none'"),
        ("payout('L9')", "type-choice", "'L9'"),
        ("base and is_final", "type-condition", "`base`, a number [currency/year]"),
        ("not level", "type-condition", "`level`, a text"),
        ("case when base then 1 end", "type-condition", "`base`"),
        ("base + is_final", "type-arithmetic", "number [currency/year] and flag"),
        ("deadline + 1", "type-arithmetic", "one date minus another"),
        ("-note", "type-arithmetic", "a number"),
        ("round(deadline)", "type-arithmetic", "a number"),
        ("base = null", "type-null", "IS NULL"),
        ("bsae < market", "unknown-name", "did you mean base?"),
        ("pay_out(level) > 0", "unknown-table", "did you mean payout?"),
    ],
)
def test_complains_once(text: str, code: str, said: str) -> None:
    _, complaints = infer(parse(text), TYPES, TABLES)
    assert [complaint.code for complaint in complaints] == [f"book-{code}"]
    assert said in str(complaints[0])


def test_all_complaints_come_at_once() -> None:
    text = "nobody > 0 and base < signing and level = 'x' and payroll(level) > 1 and note"
    _, complaints = infer(parse(text), TYPES, TABLES)
    assert [complaint.code.removeprefix("book-") for complaint in complaints] == [
        "unknown-name",
        "unit-mismatch",
        "type-choice",
        "unknown-table",
        "type-condition",
    ]


def test_a_fault_in_the_operand_of_between_is_told_once() -> None:
    _, complaints = infer(parse("bsae between base and market"), TYPES, TABLES)
    assert len(complaints) == 1


@given(expressions)
@settings(max_examples=100, deadline=None)
def test_never_raises_even_when_no_name_is_known(expression: Expression) -> None:
    _, complaints = infer(expression, {}, {})
    assert all(complaint.code.startswith("book-") for complaint in complaints)


@given(expressions)
@settings(max_examples=100, deadline=None)
def test_well_typed_expressions_without_units_have_few_complaints(expression: Expression) -> None:
    kinds = {"num": Type("number"), "flag": Type("flag"), "text": Type("text")}
    types = {f"{kind}_{x}": of for kind, of in kinds.items() for x in LETTERS}
    types |= {f"date_{x}": Type("date") for x in LETTERS}
    tables = {"pay_table": TableType(Type("text"), Type("number"))}
    _, complaints = infer(expression, types, tables)
    allowed = {"book-unit-mismatch", "book-type-text", "book-type-order", "book-type-choice"}
    assert {complaint.code for complaint in complaints} <= allowed | {"book-type-null"}
