"""Random offers for which an ask may or may not flip the verdict: near their floors, in many ways.

Each number draws an offer of its own, so that any part of a long run can be run again.
"""

from __future__ import annotations

from random import Random
from typing import Any

from rules.case import Case
from rules.errors import UnusableCase
from tests.offers import case, rival, varied

# About what a dollar buys, rounded, so that the same band makes sense in each currency.
CURRENCIES = {"USD": 1.0, "GBP": 0.75, "EUR": 0.9, "INR": 95.0, "SEK": 9.8}


def askable(number: int) -> Case:
    """An offer that can be judged; the same for the same number."""
    draw = Random(number)
    while True:
        try:
            return case(varied(_changes(draw)))
        except UnusableCase:
            continue


def _changes(draw: Random) -> dict[str, Any]:
    code = draw.choice(("USD", "USD", "USD", *CURRENCIES))
    rate = CURRENCIES[code]
    changes = _package(draw, rate) | _band(draw, rate) | _candidate(draw, rate)
    changes["offer.currency"] = changes["market.guide.currency"] = code
    changes["candidate.current_tc"] = None
    if draw.random() < 0.4:
        changes["candidate.competing_offers"] = [
            rival(currency=code, **_rival(draw, rate)) for _ in range(draw.choice((1, 1, 2)))
        ]
    return changes | _terms(draw)


def _money(draw: Random, low: int, high: int, rate: float, step: int = 500) -> float:
    return draw.randrange(low, high, step) * rate


def _package(draw: Random, rate: float) -> dict[str, Any]:
    bonus = draw.choice(("target", "target", "discretionary", "guaranteed", "none", None))
    private = draw.random() < 0.35
    years = draw.choice((4, 4, 4, 3, 2, None))
    return {
        "offer.base_salary": _money(draw, 165_000, 225_000, rate),
        "offer.pay_period": draw.choice((None, None, "year")),
        "offer.fte": draw.choice((None, None, None, 1, 0.8, 0.7)),
        "offer.bonus_type": bonus,
        "offer.bonus_target_pct": draw.choice((0.1, 0.15, 0.2, None)) if bonus != "none" else None,
        "offer.bonus_guaranteed_y1_amount": draw.choice((None, None, 10_000 * rate)),
        "offer.equity_grant_value": _money(draw, 60_000, 260_000, rate, 1000),
        "offer.equity_grant_years": years,
        "offer.vest_schedule": draw.choice(([0.25] * 4, [0.4, 0.3, 0.2, 0.1]))
        if years == 4
        else None,
        "offer.equity_stage": draw.choice(_STAGES) if private else "public",
        "offer.liquidity_program": draw.choice(_PROGRAMMES) if private else "public_market",
        "offer.equity_value_basis": draw.choice(("preferred_price", None)) if private else None,
        "offer.sign_on_y1": draw.choice((None, 0, *(_money(draw, 0, 60_000, rate) for _ in "ab"))),
        "offer.sign_on_y2": draw.choice((None, None, 0, 10_000 * rate)),
    } | (_options(draw, rate) if private and draw.random() < 0.3 else {})


_STAGES = ("late_private", "growth_private", "early_private", None)
_PROGRAMMES = ("regular_tender", "occasional_tender", "none", None)


def _options(draw: Random, rate: float) -> dict[str, Any]:
    return {
        "offer.equity_type": "option",
        "offer.equity_grant_value": None,
        "offer.equity_shares": draw.randrange(5_000, 60_000, 500),
        "offer.strike_price": 2 * rate,
        "offer.preferred_price": draw.choice((5, 9, 1)) * rate,
        "offer.fully_diluted_shares": draw.choice((50_000_000, 50_000_000, None)),
    }


def _band(draw: Random, rate: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "market.guide.base": [180_000 * rate, 220_000 * rate],
        "market.guide.equity_total": draw.choice(
            ([100_000 * rate, 200_000 * rate], [100_000 * rate, 200_000 * rate], None)
        ),
    }
    floors: list[dict[str, Any]] = [
        {},
        {},
        {"base": _money(draw, 185_000, 215_000, rate)},
        {"base": _money(draw, 185_000, 215_000, rate), "equity_total": 150_000 * rate},
        {"tc_y1": _money(draw, 230_000, 290_000, rate)},
        {"tc": _money(draw, 220_000, 270_000, rate), "sign_on": 10_000 * rate},
        {"tc_4y_total": _money(draw, 900_000, 1_150_000, rate)},
    ]
    found["market.guide.accept_floor"] = draw.choice(floors)
    found["market.guide.sign_on"] = draw.choice((None, None, [10_000 * rate, 50_000 * rate]))
    targets = ({}, {}, {"sign_on_y1": 40_000 * rate, "sign_on_y2": 20_000 * rate})
    found["market.guide.target"] = draw.choice(targets)
    return found


def _candidate(draw: Random, rate: float) -> dict[str, Any]:
    return {
        "candidate.min_base": draw.choice((None, _money(draw, 160_000, 215_000, rate, 1000))),
        "candidate.min_tc": draw.choice((None, _money(draw, 190_000, 290_000, rate, 1000))),
        "candidate.min_cash_y1": draw.choice((None, None, _money(draw, 190_000, 240_000, rate))),
        "candidate.forfeiture_equity_12m": draw.choice((0, 0, None, _money(draw, 0, 60_000, rate))),
        "candidate.employment_status": draw.choice(("employed", "unemployed")),
    }


def _rival(draw: Random, rate: float) -> dict[str, Any]:
    private = draw.random() < 0.4
    return {
        "base_salary": _money(draw, 170_000, 230_000, rate),
        "equity_grant_value": _money(draw, 40_000, 260_000, rate, 1000),
        "equity_stage": draw.choice(_STAGES) if private else "public",
        "liquidity_program": draw.choice(_PROGRAMMES) if private else "public_market",
        "sign_on_y1": draw.choice((0, 20_000 * rate)),
    }


def _terms(draw: Random) -> dict[str, Any]:
    seldom = draw.random
    return {
        "offer.employer_final": seldom() < 0.2,
        "offer.components_locked": draw.choice(([], [], [], ["base"], ["equity"], ["sign_on"])),
        "offer.no_negotiation_policy": seldom() < 0.05,
        "offer.refresher_policy": draw.choice(("discretionary", "documented_annual_grant")),
        "candidate.hard_constraints": (
            [{"type": "remote", "required": True, "employer_position": "open"}]
            if seldom() < 0.06
            else []
        ),
        "offer.clawback": (
            {"months": 12, "prorated": True, "triggers": ["voluntary_exit"]}
            if seldom() < 0.8
            else {"months": 36}
        ),
    }
