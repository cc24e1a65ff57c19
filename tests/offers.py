"""Offers to test with: one plain offer of an invented company, changes to it, and strategies.

The plain offer clears every floor, nothing is wrong with it and nothing is uncertain, so that a
test changes only what it is about.  Band 180 to 220 thousand, grants 100 to 200 thousand over four
years, so that the floors are a base of 200,000 and a grant of 160,000.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from rules.book import Book
from rules.case import Case, read_case
from rules.decision import Clerk, Record
from rules.judgement import Judge, Judgement
from rules.loader import load_book
from rules.source import Document

Raw = dict[str, Any]
Changes = Mapping[str, Any]

DAY = date(2026, 3, 2)
SECTIONS = ("offer", "candidate", "market", "evaluation_date")

PLAIN: Raw = {
    "evaluation_date": DAY,
    "offer": {
        "company": "Meadowlark Systems",
        "company_type": "public_tech",
        "equity_stage": "public",
        "role_title": "Software Engineer",
        "role_family": "software_engineer",
        "level_label": "L4",
        "level_std": 4,
        "country": "US",
        "state": "TX",
        "city": "Austin",
        "region": "Austin",
        "work_location_region": "Austin",
        "geo_tier_applied": "Austin",
        "work_mode": "hybrid",
        "currency": "USD",
        "base_salary": 205000,
        "bonus_type": "target",
        "bonus_target_pct": 0.10,
        "equity_type": "rsu",
        "equity_grant_value": 170000,
        "equity_value_basis": "market_price",
        "equity_grant_years": 4,
        "vest_schedule": [0.25, 0.25, 0.25, 0.25],
        "vest_cliff_months": 0,
        "liquidity_program": "public_market",
        "refresher_policy": "discretionary",
        "sign_on_y1": 0,
        "sign_on_y2": 0,
        "relocation_required": False,
        "offer_form": "written",
        "offer_date": date(2026, 2, 27),
        "response_deadline": date(2026, 3, 13),
        "start_date": date(2026, 4, 20),
        "negotiation_round": 0,
        "employer_final": False,
        "no_negotiation_policy": False,
        "components_locked": [],
        "risk_flags": [],
    },
    "candidate": {
        "years_experience": 5,
        "current_level_std": 4,
        "interviewed_level_std": 4,
        "employment_status": "employed",
        "current_base": 171234,
        "current_tc": 201234,
        "min_base": 180000,
        "min_tc": 220000,
        "hard_constraints": [],
        "competing_offers": [],
        "processes_in_progress": [],
        "forfeiture_equity_12m": 0,
        "forfeiture_bonus": 0,
        "repayment_owed": 0,
        "needs_sponsorship": False,
        "risk_tolerance": "medium",
    },
    "market": {
        "guide": {
            "source": "guide:meadowlark/software-engineer",
            "as_of": "2026-01",
            "region": "Austin",
            "currency": "USD",
            "level_match": True,
            "base": [180000, 220000],
            "equity_total": [100000, 200000],
            "equity_years": 4,
            "bonus_pct": [0.10, 0.10],
        },
        "percentiles": [],
    },
}

# Written, verified, open, and about as good as the plain offer.
RIVAL: Raw = {
    "company": "Thornfield Labs",
    "kind": "new_employer",
    "status": "written",
    "verified": True,
    "disclosable": True,
    "would_accept": True,
    "currency": "USD",
    "base_salary": 200000,
    "bonus_type": "target",
    "bonus_target_pct": 0.10,
    "equity_type": "rsu",
    "equity_grant_value": 180000,
    "equity_grant_years": 4,
    "vest_schedule": [0.25, 0.25, 0.25, 0.25],
    "liquidity_program": "public_market",
    "sign_on_y1": 0,
    "sign_on_y2": 0,
    "expires": date(2026, 3, 20),
}

# Dataset row about base pay at the middle of the plain band.
PERCENTILE: Raw = {
    "source": "survey",
    "metric": "base",
    "p25": 185000,
    "p50": 200000,
    "p75": 215000,
    "p90": 225000,
    "n": 120,
    "as_of": "2026-01",
}


def varied(changes: Changes | None = None, start: Mapping[str, Any] = PLAIN) -> Raw:
    """A copy with values put at dotted paths; an entry of a list is named by its number.

    >>> varied({"offer.base_salary": 1, "market.guide.base.0": 2})["market"]["guide"]["base"]
    [2, 220000]
    """
    raw = copy.deepcopy(dict(start))
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        node: Any = raw
        for step in parents:
            if isinstance(node, list):
                node = node[int(step)]
            else:
                if node.get(step) is None:
                    node[step] = {}
                node = node[step]
        node[int(last) if isinstance(node, list) else last] = copy.deepcopy(value)
    return raw


def rival(**changes: Any) -> Raw:
    """A competing offer that counts, changed."""
    return {**copy.deepcopy(RIVAL), **changes}


@cache
def book() -> Book:
    """The book of this project, read once."""
    return load_book()


@cache
def judge() -> Judge:
    """A judge for it."""
    return Judge(book())


@cache
def clerk() -> Clerk:
    """Who writes its records."""
    return Clerk(judge())


def case(raw: Mapping[str, Any]) -> Case:
    """The case that a raw structure states."""
    return read_case(Document(dict(raw), {}, "offer.yaml"), book(), today=DAY)


def judged(changes: Changes | None = None, start: Mapping[str, Any] = PLAIN) -> Judgement:
    """The judgement on the plain offer, changed."""
    return judge().judge(case(varied(changes, start)))


def recorded(changes: Changes | None = None, start: Mapping[str, Any] = PLAIN) -> Record:
    """The record of that judgement."""
    return clerk().record(judged(changes, start))


# --- Strategies -----------------------------------------------------------------------------


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _money(*landmarks: float, most: float = 900_000) -> st.SearchStrategy[float]:
    """An amount, often on or beside a line that the plain band draws."""
    near = [mark + step for mark in landmarks for step in (-1, 0, 1)]
    return st.sampled_from(near) | st.integers(0, int(most)).map(float)


_BASE = _money(180_000, 200_000, 205_000, 216_000, 220_000, 230_000).map(lambda x: max(x, 1000))
_GRANT = st.just(0) | _money(100_000, 160_000, 190_000, 200_000).map(lambda x: max(x, 40_000))
_SIGN_ON = st.sampled_from([0, 0, 5_000, 20_000, 49_999, 50_000, 99_999, 100_000, 250_000])
_SHARE = st.sampled_from([0, 0.1, 0.1999, 0.2, 0.3, 0.5, 1])
_SCHEDULE = st.sampled_from(
    [
        [0.25, 0.25, 0.25, 0.25],
        [0.05, 0.15, 0.40, 0.40],
        [0.38, 0.32, 0.20, 0.10],
        [0.20, 0.20, 0.30, 0.30],
        [0.29, 0.25, 0.23, 0.23],
        [0.50, 0.33, 0.17],
        [0.5, 0.5],
        [1.0],
        [0.2, 0.2, 0.2, 0.2, 0.2],
    ]
)
_DAY_NEAR = st.integers(-20, 120).map(lambda days: DAY + timedelta(days))


def _flag() -> st.SearchStrategy[Any]:
    return st.sampled_from([None, True, False])


def _pay() -> dict[str, st.SearchStrategy[Any]]:
    """What every package may state, beside base and currency."""
    words = book().facts
    return {
        "fte": st.sampled_from([None, None, 1, 0.5]),
        "bonus_type": _maybe(st.sampled_from(sorted(words["bonus_type"].type.choices or ()))),
        "bonus_target_pct": _maybe(_SHARE),
        "bonus_target_amount": st.sampled_from([None, None, 0, 25_000, 41_000]),
        "bonus_guaranteed_y1_amount": st.sampled_from([None, None, 0, 30_000]),
        "bonus_proration_y1": st.sampled_from([None, None, 0.5, 0]),
        "equity_type": _maybe(st.sampled_from(sorted(words["equity_type"].type.choices or ()))),
        "equity_stage": _maybe(st.sampled_from(sorted(words["equity_stage"].type.choices or ()))),
        "equity_grant_value": _maybe(_GRANT),
        "equity_value_basis": st.sampled_from([None, "market_price", "preferred_price", "verbal"]),
        "equity_grant_years": st.sampled_from([None, 4, 4, 3, 1, 5, 0.5]),
        "vest_schedule": _maybe(_SCHEDULE),
        "vest_cliff_months": st.sampled_from([None, 0, 11, 12, 13]),
        "equity_shares": st.sampled_from([None, 0, 20_000, 1_000_000]),
        "strike_price": st.sampled_from([None, 0, 2, 5]),
        "fmv_409a": st.sampled_from([None, 0, 2, 4]),
        "preferred_price": st.sampled_from([None, 1, 9]),
        "fully_diluted_shares": st.sampled_from([None, 1, 50_000_000]),
        "liquidity_program": _maybe(
            st.sampled_from(sorted(words["liquidity_program"].type.choices or ()))
        ),
        "stock_volatility_1y": st.sampled_from([None, 0.5, 0.51]),
        "refresher_policy": _maybe(
            st.sampled_from(sorted(words["refresher_policy"].type.choices or ()))
        ),
        "sign_on_y1": _maybe(_SIGN_ON),
        "sign_on_y2": _maybe(_SIGN_ON),
    }


def _offers() -> st.SearchStrategy[Raw]:
    choices = {
        name: _maybe(st.sampled_from(sorted(book().facts[name].type.choices or ())))
        for name in ("company_type", "employment_type", "work_mode", "offer_form")
    }
    terms: dict[str, st.SearchStrategy[Any]] = {
        "level_std": st.sampled_from([None, 3, 4, 5]),
        "state": st.sampled_from([None, "TX", "CA", "NY"]),
        "work_location_region": st.sampled_from([None, "Austin", "San Francisco", "Elsewhere"]),
        "geo_tier_applied": st.sampled_from([None, "Austin", "Austin", "Remote US"]),
        "clawback": st.sampled_from(
            [
                None,
                {"months": 24, "prorated": True, "triggers": ["voluntary_exit"]},
                {"months": 25, "prorated": None, "triggers": None},
                {"months": 12, "prorated": False, "triggers": ["layoff"]},
            ]
        ),
        "relocation_required": _flag(),
        "relocation_amount": st.sampled_from([None, 0, 14_999, 15_000]),
        "noncompete_months": st.sampled_from([None, 0, 5, 6, 12]),
        "noncompete_paid_pct": st.sampled_from([None, 0, 0.5, 1]),
        "ptep_days": st.sampled_from([None, 90, 91]),
        "visa_sponsorship_offered": _flag(),
        "expected_weekly_hours": st.sampled_from([None, 54, 55]),
        "offer_date": _maybe(st.integers(-60, -5).map(lambda days: DAY + timedelta(days))),
        "response_deadline": _maybe(st.integers(-4, 40).map(lambda days: DAY + timedelta(days))),
        "start_date": _maybe(st.integers(0, 200).map(lambda days: DAY + timedelta(days))),
        "posted_range": st.sampled_from(
            [None, {"min": 180_000, "max": 220_000}, {"min": 206_000, "max": None}]
        ),
        "negotiation_round": st.sampled_from([None, 0, 1, 2, 3]),
        "employer_final": _flag(),
        "no_negotiation_policy": _flag(),
        "components_locked": st.lists(
            st.sampled_from(["base", "equity", "sign_on", "bonus", "vesting", "level"]), max_size=3
        ),
        "critical_project": st.sampled_from(
            [None, {"name": "Beacon", "deadline": DAY + timedelta(90)}]
        ),
        "headcount": st.sampled_from([None, 49, 50]),
        "ai_duties": _flag(),
        "teams_matched": st.sampled_from([None, 1, 2]),
        "choice_of_mix": _flag(),
        "superior_qualifications": _flag(),
        "hard_to_fill": _flag(),
        "risk_flags": st.lists(
            st.sampled_from(["payment_requested", "gmail", "no_interview", "salary_history"]),
            max_size=2,
        ),
    }
    fixed = {"company": st.just("Meadowlark Systems"), "currency": st.just("USD")}
    return st.fixed_dictionaries({**fixed, "base_salary": _BASE, **_pay(), **choices, **terms})


def rivals() -> st.SearchStrategy[Raw]:
    """One competing offer, usable or not."""
    return st.fixed_dictionaries(
        {
            **_pay(),
            "company": st.sampled_from(["Thornfield Labs", "Ashgrove", None]),
            "kind": st.sampled_from([None, "new_employer", "current_employer_retention"]),
            "status": st.sampled_from(["written", "written", "written", "verbal", "expired", None]),
            "verified": st.sampled_from([True, True, True, False, None]),
            "disclosable": _flag(),
            "would_accept": _flag(),
            "currency": st.sampled_from(["USD", "USD", "GBP", "EUR"]),
            "base_salary": _BASE,
            "expires": _maybe(_DAY_NEAR),
        }
    )


def _candidates() -> st.SearchStrategy[Raw]:
    status = sorted(book().facts["employment_status"].type.choices or ())
    return st.fixed_dictionaries(
        {
            "years_experience": st.sampled_from([None, 0, 5, 9, 30]),
            "current_level_std": st.sampled_from([None, 4, 5]),
            "interviewed_level_std": st.sampled_from([None, 4, 5]),
            "employment_status": _maybe(st.sampled_from(status)),
            "months_runway": st.sampled_from([None, 2, 3]),
            "current_base": st.sampled_from([None, 150_000, 400_000]),
            "current_tc": st.sampled_from([None, 180_000, 260_000, 600_000]),
            "min_base": _maybe(_money(180_000, 205_000, 220_000)),
            "min_tc": _maybe(_money(220_000, 268_000, 300_000)),
            "min_cash_y1": st.sampled_from([None, 200_000, 300_000]),
            "forfeiture_equity_12m": st.sampled_from([None, 0, 10_000, 10_250, 10_251, 140_000]),
            "forfeiture_bonus": st.sampled_from([None, 0, 25_000]),
            "repayment_owed": st.sampled_from([None, 0, 12_000]),
            "next_vest_date": _maybe(_DAY_NEAR),
            "next_vest_value": st.sampled_from([None, 0, 60_000]),
            "can_start_early": _flag(),
            "needs_sponsorship": _flag(),
            "risk_tolerance": st.sampled_from([None, "low", "medium", "high"]),
            "signed_elsewhere": st.sampled_from([None, None, None, False, True]),
            "skills": st.fixed_dictionaries(
                {
                    "ai_ml_production": _flag(),
                    "scarce_skill": st.sampled_from([None, "FPGA"]),
                    "scarce_skill_evidence": _flag(),
                    "clearance": st.sampled_from([None, "none", "TS"]),
                    "scale_evidence": st.sampled_from([None, "systems for 5M users"]),
                }
            ),
            "hard_constraints": st.lists(
                st.fixed_dictionaries(
                    {
                        "type": st.sampled_from(["remote", "visa"]),
                        "required": _flag(),
                        "employer_position": st.sampled_from(
                            [None, "agreed", "open", "refused", "refused_final"]
                        ),
                    }
                ),
                max_size=1,
            ),
            "competing_offers": st.lists(rivals(), max_size=3),
            "processes_in_progress": st.lists(
                st.fixed_dictionaries(
                    {"company": st.just("Ashgrove"), "decision_expected": _maybe(_DAY_NEAR)}
                ),
                max_size=2,
            ),
        }
    )


def _bands(low: float, *widths: float) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, None, *([low, low + width] for width in widths)])


def _guides() -> st.SearchStrategy[Raw]:
    return st.fixed_dictionaries(
        {
            "source": st.sampled_from(["guide:meadowlark/software-engineer", "guide:x/ml-engineer"]),
            "as_of": st.sampled_from([None, "2026-01", "2025-03", "2025-02", "2024-02"]),
            "region": st.sampled_from([None, "Austin", "San Francisco"]),
            "currency": st.sampled_from(["USD", "USD", "USD", "GBP", None]),
            "level_match": _flag(),
            "base": _bands(180_000, 40_000, 40_000, 0),
            "equity_total": _bands(100_000, 100_000, 100_000, 0),
            "equity_years": st.sampled_from([None, 4, 3]),
            "bonus_pct": _bands(0.1, 0.1),
            "sign_on": _bands(20_000, 20_000),
            "tc": _bands(240_000, 90_000),
            "target": st.sampled_from(
                [
                    None,
                    {"base": 215_000, "equity_total": 195_000, "sign_on": 35_000},
                    {"sign_on_y1": 30_000, "sign_on_y2": 20_000},
                    {"bonus_guaranteed_pct": 0.2},
                ]
            ),
            "accept_floor": st.sampled_from(
                [
                    None,
                    {"base": 205_000},
                    {"equity_total": 170_000},
                    {"tc_y1": 268_000},
                    {"tc_4y_total": 1_072_000, "sign_on": 5_000},
                    {"bonus": 20_500},
                ]
            ),
            "vest_claim": st.sampled_from([None, "4-year, 1-year cliff"]),
        }
    )


def _percentiles() -> st.SearchStrategy[Raw]:
    return st.fixed_dictionaries(
        {
            "source": st.just("survey"),
            "metric": st.sampled_from([None, "base", "tc"]),
            "currency": st.sampled_from([None, "USD", "GBP"]),
            "p50": st.sampled_from([None, 173_000, 205_000, 206_000, 240_000]),
            "p75": st.sampled_from([None, 250_000]),
            "p90": st.sampled_from([None, 260_000]),
            "n": st.sampled_from([None, 4, 29, 30, 400]),
            "as_of": st.sampled_from([None, "2026-01", "2023-01"]),
        }
    )


_RATES = st.sampled_from([{}, {"GBP_USD": 1.25, "EUR_USD": 1.1, "as_of": "2026-03-01"}])


def raw_cases() -> st.SearchStrategy[Raw]:
    """Whole cases: every fact stated or missing, on its lines or far from them."""
    market = st.fixed_dictionaries(
        {
            "guide": _maybe(_guides()),
            "percentiles": st.lists(_percentiles(), max_size=3),
            "oews_wage_levels": st.sampled_from([None, [150_000, 190_000, 215_000, 260_000]]),
            "fx": _RATES,
        }
    )
    return st.fixed_dictionaries(
        {
            "evaluation_date": st.just(DAY),
            "offer": _offers(),
            "candidate": _candidates(),
            "market": market,
        }
    )
