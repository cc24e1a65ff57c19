"""Cases for comparing backends: drawn by Hypothesis, and those of the examples."""

from __future__ import annotations

from datetime import date
from itertools import count

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from offerdesk.samples import examples
from rules.case import Case, read_case
from rules.errors import FailedWorld, UnusableCase
from rules.judgement import Judge
from rules.source import read_document
from tests.offers import DAY, Raw, book, case, judge, raw_cases, rival, varied

CURRENCIES = ("USD", "USD", "USD", "GBP", "JPY", "VND", "XXX", None)
PRIVATE = st.fixed_dictionaries(
    {
        "equity_stage": st.sampled_from(["late_private", "growth_private", "early_private", None]),
        "liquidity_program": st.sampled_from(["none", "regular_tender", "occasional_tender", None]),
        "equity_value_basis": st.sampled_from(["preferred_price", None]),
        "base_salary": st.integers(180_000, 240_000),
        "equity_grant_value": st.integers(40_000, 900_000),
    }
)


@st.composite
def doubtful_cases(draw: st.DrawFn) -> Raw:
    """Private equity on both sides and a minimum between its ends, so that worlds disagree."""
    changes = {f"offer.{name}": value for name, value in draw(PRIVATE).items()}
    changes["candidate.min_tc"] = draw(st.none() | st.integers(200_000, 330_000))
    changes["candidate.competing_offers"] = [
        rival(**changed) for changed in draw(st.lists(PRIVATE, max_size=3))
    ]
    changes["offer.employer_final"] = draw(st.booleans())
    return varied(changes)


CASES = st.tuples(
    raw_cases() | raw_cases(45) | doubtful_cases(),
    st.sampled_from(CURRENCIES),
    st.integers(-400, 400).map(lambda days: date.fromordinal(DAY.toordinal() + days))
    | st.just(DAY),
)


def generated(number: int, start: int) -> list[Case]:
    """As many cases as asked for: Hypothesis draws otherwise when other modules are loaded,
    because it also tries the constants that it finds in them."""
    found: list[Case] = []
    for turn in count(start):
        found += drawn(number - len(found), turn)
        if len(found) >= number:
            return found[:number]
    raise AssertionError("count() ends")


def drawn(number: int, start: int) -> list[Case]:
    """The usable cases among a number of draws."""
    found: list[Case] = []

    @seed(start)
    @settings(
        max_examples=number, suppress_health_check=list(HealthCheck), deadline=None, database=None
    )
    @given(CASES)
    def gather(drawn: tuple[Raw, str | None, date]) -> None:
        raw, currency, day = drawn
        raw = varied({"offer.currency": currency, "evaluation_date": day}, raw)
        try:
            one = case(raw)
        except UnusableCase:
            return
        if is_within_doubles(one, judge()):
            found.append(one)

    gather()
    return found


def is_within_doubles(case: Case, by: Judge) -> bool:
    """Whether no figure of a case overflows; the judge refuses one that does, by design."""
    try:
        by.judge(case)
    except FailedWorld as problem:
        if problem.faults[0].code == "engine-number-not-finite":
            return False
        raise
    return True


def example_cases() -> list[Case]:
    """The offers that come with the project, on the day of the plain offer."""
    paths = sorted((examples() / "offers").glob("*.yaml"))
    return [read_case(read_document(path), book(), today=DAY) for path in paths]
