"""What cannot be true of an offer is refused, and what is merely unusual is not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.errors import Fault, UnusableCase
from tests.offers import Changes, case, rival, varied


def refusals(changes: Changes) -> list[Fault]:
    try:
        case(varied(changes))
    except UnusableCase as refused:
        return list(refused.faults)
    return []


@pytest.mark.parametrize(
    ("changes", "code", "hint"),
    [
        ({"offer.base_salary": 999}, "out-of-range", "in thousands: write 999000"),
        ({"offer.base_salary": 20_000_001}, "out-of-range", "check the number"),
        ({"offer.base_salary": -205_000}, "out-of-range", "never negative"),
        ({"offer.bonus_target_pct": 10}, "out-of-range", "written as a fraction: 0.1"),
        ({"offer.fte": 60}, "out-of-range", "written as a fraction: 0.6"),
        ({"candidate.years_experience": 71}, "out-of-range", "check"),
        ({"market.guide.base": [0, 220_000]}, "out-of-range", "check"),
        ({"offer.offer_date": date(1999, 12, 31)}, "date-out-of-range", "check"),
        ({"evaluation_date": date(2100, 1, 1)}, "date-out-of-range", "check"),
        ({"offer.response_deadline": date(2026, 2, 26)}, "dates-reversed", "check both"),
        ({"offer.start_date": date(2026, 2, 26)}, "dates-reversed", "check both"),
        ({"offer.start_date": date(2026, 3, 1)}, "date-past", "correct the date"),
        ({"offer.posted_range": {"min": 2e5, "max": 1e5}}, "range-reversed", ""),
        ({"market.guide.base": [220_000, 180_000]}, "range-reversed", ""),
        ({"market.guide.equity_total": [200_000, 100_000]}, "range-reversed", ""),
        ({"market.guide.bonus_pct": [0.2, 0.1]}, "range-reversed", ""),
        ({"market.guide.sign_on": [2, 1]}, "range-reversed", ""),
        ({"offer.vest_schedule": [0.25, 0.25, 0.25]}, "vesting-sum", ""),
        ({"offer.vest_schedule": [25, 25, 25, 25]}, "vesting-sum", ""),
        ({"offer.vest_schedule": [0.5, 0.5, 0.5]}, "vesting-sum", ""),
        ({"offer.equity_grant_value": 850}, "shares-as-money", "equity_shares"),
        ({"candidate.competing_offers": [rival(equity_grant_value=850)]}, "shares-as-money", ""),
        ({"candidate.competing_offers": [rival(vest_schedule=[1, 1])]}, "vesting-sum", ""),
        ({"candidate.min_base": 190}, "in-thousands", "write 190000?"),
        ({"candidate.min_tc": 1_024}, "in-thousands", "not in thousands"),
        ({"market.guide.accept_floor": {"base": 200}}, "in-thousands", "write 200000?"),
        ({"candidate.competing_offers": [rival(base_salary=1)]}, "out-of-range", ""),
    ],
)  # fmt: skip
def test_refused(changes: Changes, code: str, hint: str) -> None:
    found = refusals(changes)
    assert f"case-{code}" in [fault.code for fault in found]
    assert any(hint in fault.next_step for fault in found)


@pytest.mark.parametrize(
    "changes",
    [
        {"offer.base_salary": 1_000},
        {"offer.base_salary": 20_000_000, "offer.equity_grant_value": 500_000},
        {"offer.bonus_target_pct": 5},
        {"offer.offer_date": date(2026, 3, 2), "offer.response_deadline": date(2026, 3, 2)},
        {"offer.start_date": date(2026, 3, 2)},
        {"offer.vest_schedule": [0.33, 0.33, 0.33]},
        {"offer.vest_schedule": [0.34, 0.33, 0.33]},
        {"offer.vest_schedule": [0.2, 0.2, 0.2, 0.2, 0.2], "offer.equity_grant_years": 5},
        {"offer.equity_grant_value": 0},
        {"offer.equity_grant_value": 4_100},
        {"offer.equity_grant_value": 100, "offer.equity_type": "none"},
        {"market.guide.base": [200_000, 200_000]},
        {"candidate.min_base": 0},
        {"candidate.min_base": 1},
        {"candidate.min_base": 1_025},
        {"offer.clawback": {"contract_date": date(1990, 1, 1)}},
    ],
)
def test_not_refused(changes: Changes) -> None:
    assert refusals(changes) == []


@pytest.mark.parametrize(
    ("currency", "base", "is_refused"),
    [
        ("JPY", 30_000_000, False),
        ("JPY", 205_000, False),
        ("JPY", 100_000, True),
        ("INR", 6_800_000, False),
        ("KRW", 90_000, True),
        ("USD", 30_000_000, True),
        ("XAU", 5, False),
        ("XAU", 1e300, True),
        ("XAU", -1, True),
    ],
)
def test_bounds_of_money_are_dollars(currency: str, base: float, is_refused: bool) -> None:
    """A yen is no dollar; where no rate is known nothing is refused for its size."""
    changes: dict[str, Any] = {"offer.currency": currency, "offer.base_salary": base}
    changes |= {"offer.equity_grant_value": None, "market.guide": None}
    changes |= {"candidate.min_base": None, "candidate.min_tc": None}
    assert bool(refusals(changes)) is is_refused


def test_every_refusal_says_what_is_allowed_and_what_to_do() -> None:
    found = refusals({"offer.base_salary": 210, "offer.start_date": date(2026, 3, 1)})
    assert len(found) == 2
    assert all(fault.allowed and fault.next_step for fault in found)
