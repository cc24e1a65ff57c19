"""What a typed row must fulfil, and which rows do not; every failure at once.

Frames are typed before they are validated, and validated lazily: pandera is never asked to
coerce anything, because it would try cell by cell.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

with warnings.catch_warnings():
    # pandera loads PySpark where it is installed, now and before it validates for the first time;
    # that warns of the pandas that is here, which nothing of ours passes to it.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support", FutureWarning)
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    pa.DataFrameSchema().validate(pd.DataFrame())

Frame = pd.DataFrame
Passes = Callable[[Frame], "pd.Series[bool]"]
Codes = dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class Contract:
    """What the rows of one table must fulfil.

    Attributes:
        required: Columns that must say something.
        numbers: Columns that hold numbers or nothing.
        checks: Reason code to the test that a good row passes.
        key: Columns of which no two rows of one guide may share their values.
        suggestions: What would mend a row, by reason code.
        also: Further columns that the checks read.
    """

    required: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    checks: Mapping[str, Passes] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    suggestions: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def schema(self) -> pa.DataFrameSchema:
        """The contract as pandera checks it."""
        # Without ignore_na=False pandera passes every row that has an empty cell anywhere.
        checks = [
            pa.Check(passes, error=code, ignore_na=False) for code, passes in self.checks.items()
        ]
        required = {name: pa.Column(nullable=False) for name in self.required}
        numbers = {
            name: pa.Column("float64", nullable=name not in self.required) for name in self.numbers
        }
        return pa.DataFrameSchema(required | numbers, checks=checks)


def stated(*columns: str) -> Passes:
    """None is missing; for columns of which the reason for holding says more than that."""
    return lambda frame: frame[list(columns)].notna().all(axis=1)


def ordered(low: str, high: str) -> Passes:
    """The low end is not above the high end, where both are known."""
    return lambda frame: ~(frame[low] > frame[high])


def positive(*columns: str) -> Passes:
    """No amount is zero or less."""
    return lambda frame: ~(frame[list(columns)] <= 0).any(axis=1)


def not_negative(*columns: str) -> Passes:
    """No amount is less than zero."""
    return lambda frame: ~(frame[list(columns)] < 0).any(axis=1)


def both_ends(low: str, high: str) -> Passes:
    """Both ends of a range are known, or neither."""
    return lambda frame: frame[low].isna() == frame[high].isna()


def at_most(limit: float, *columns: str) -> Passes:
    """No amount is above a limit."""
    return lambda frame: ~(frame[list(columns)] > limit).any(axis=1)


def iso_currency(column: str = "currency") -> Passes:
    """The currency, where there is one, looks like an ISO 4217 code."""
    return lambda frame: (
        frame[column].isna() | frame[column].str.fullmatch("[A-Z]{3}").fillna(False)
    )


def at_least(limit: float, *columns: str) -> Passes:
    """No amount is below a limit."""
    return lambda frame: ~(frame[list(columns)] < limit).any(axis=1)


def known_currency(column: str = "currency") -> Passes:
    """The currency, where there is one, is or was one of ISO 4217, as CLDR lists them."""
    from babel.numbers import list_currencies

    known = list_currencies()
    return lambda frame: frame[column].isna() | frame[column].isin(known)


def ascending(*columns: str) -> Passes:
    """No amount is below one to the left of it; those that are not known do not count."""

    def passes(frame: Frame) -> pd.Series[bool]:
        amounts = frame[list(columns)]
        return ~(amounts.lt(amounts.ffill(axis=1).cummax(axis=1).shift(axis=1))).any(axis=1)

    return passes


def failures(contract: Contract, frame: Frame, missing: Callable[[str], str]) -> Codes:
    """Reason codes by index of the row; empty when every row is good.

    Args:
        contract: What the rows must fulfil.
        frame: Typed rows, one index for each.
        missing: The code for an empty cell of a required column.
    """
    if frame.empty:
        return {}
    try:
        contract.schema().validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases[["index", "column", "check"]].drop_duplicates()
        return _by_row(cases.itertuples(index=False, name=None), missing)
    return {}


def _by_row(cases: Iterable[tuple[object, object, object]], missing: Callable[[str], str]) -> Codes:
    found: Codes = {}
    for index, column, check in cases:
        code = missing(str(column)) if check == "not_nullable" else str(check)
        codes = found.setdefault(int(str(index)), [])
        if code not in codes:
            codes.append(code)
    return found
