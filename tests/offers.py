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

from rules.book import BOOK, Book
from rules.case import Case, read_case
from rules.decision import Clerk, Record
from rules.judgement import Judge, Judgement
from rules.loader import load_book
from rules.source import Document
from rules.worked.reading import read_cases
from rules.worked.starting import changed

Raw = dict[str, Any]
Changes = Mapping[str, Any]

DAY = date(2026, 3, 2)
CASES = read_cases(BOOK)
STARTS = CASES.starts
PLAIN: Raw = dict(STARTS.offers["plain"])
# Written, verified, open, and about as good as the plain offer.
RIVAL: Raw = dict(STARTS.entries["rivals"].like)
# Dataset row about base pay at the middle of the plain band.
PERCENTILE: Raw = dict(STARTS.entries["percentiles"].like)
FINAL: Raw = {
    "offer.employer_final": True,
    "candidate.min_base": None,
    "candidate.min_tc": None,
    "candidate.current_tc": None,
    "candidate.employment_status": "unemployed",
}  # who has no minimum and cannot move the employer
OPTIONS: Raw = {
    "offer.equity_type": "option",
    "offer.equity_grant_value": None,
    "offer.equity_stage": "late_private",
    "offer.liquidity_program": "none",
    "offer.equity_shares": 20_000,
    "offer.preferred_price": 9,
    "offer.strike_price": 2,
    "offer.fully_diluted_shares": 50_000_000,
    "offer.base_salary": 190_000,
    "candidate.min_tc": 230_000,
    "candidate.min_base": None,
    "market.guide.equity_total": None,
}
LATER: Raw = {
    **OPTIONS,
    **FINAL,
    "candidate.min_tc": 240_000,
    "offer.liquidity_program": "regular_tender",
    "offer.fully_diluted_shares": None,
}  # how its shares can be sold is a question only once they can be valued


def varied(changes: Changes | None = None, start: Mapping[str, Any] = PLAIN) -> Raw:
    """A copy with values put at dotted paths; an entry of a list is named by its number.

    >>> varied({"offer.base_salary": 1, "market.guide.base.0": 2})["market"]["guide"]["base"]
    [2, 220000]
    """
    return changed(start, changes or {}, STARTS)


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


def _one(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


def _words(name: str) -> st.SearchStrategy[Any]:
    """Any of the words that a fact of the book may be."""
    listed = {fact.name: fact for one in book().lists.values() for fact in one.facts}
    choices = {**listed, **book().facts}[name].type.choices
    return _one(*sorted(choices or ()))


def _money(*landmarks: int, least: int = 0) -> st.SearchStrategy[Any]:
    """An amount, often on or beside a line that the plain band draws."""
    near = [mark + step for mark in landmarks for step in (-1, 0, 1)]
    return st.sampled_from(near) | st.sampled_from(near) | st.integers(least, 900_000)


def _near(first: int, last: int) -> st.SearchStrategy[date]:
    return st.integers(first, last).map(lambda days: DAY + timedelta(days))


@cache
def _pay() -> dict[str, st.SearchStrategy[Any]]:
    """What every package may state."""
    sign_on = _one(0, 5_000, 20_000, 49_999, 50_000, 99_999, 250_000)
    return {
        "base_salary": _money(180_000, 200_000, 205_000, 216_000, 220_000, 230_000, least=1_000),
        "fte": _one(1, 0.5),
        "bonus_type": _words("bonus_type"),
        "bonus_target_pct": _one(0, 0.1, 0.1999, 0.2, 0.3, 1),
        "bonus_target_amount": _one(0, 25_000, 41_000),
        "bonus_guaranteed_y1_amount": _one(0, 30_000),
        "bonus_proration_y1": _one(0, 0.5),
        "equity_type": _words("equity_type"),
        "equity_stage": _words("equity_stage"),
        "equity_grant_value": _money(100_000, 160_000, 190_000, 200_000, least=40_000) | _one(0),
        "equity_value_basis": _one("market_price", "preferred_price", "contract", "verbal"),
        "equity_grant_years": _one(0.5, 1, 3, 4, 5),
        "vest_schedule": _one(
            [0.25, 0.25, 0.25, 0.25],
            [0.05, 0.15, 0.40, 0.40],
            [0.38, 0.32, 0.20, 0.10],
            [0.20, 0.20, 0.30, 0.30],
            [0.29, 0.25, 0.23, 0.23],
            [0.50, 0.33, 0.17],
            [1.0],
            [0.2, 0.2, 0.2, 0.2, 0.2],
        ),
        "vest_cliff_months": _one(0, 11, 12, 13),
        "equity_shares": _one(0, 20_000, 1_000_000),
        "strike_price": _one(0, 2, 5),
        "fmv_409a": _one(0, 2, 4),
        "preferred_price": _one(1, 9),
        "fully_diluted_shares": _one(1, 50_000_000),
        "liquidity_program": _words("liquidity_program"),
        "stock_volatility_1y": _one(0.5, 0.51),
        "refresher_policy": _words("refresher_policy"),
        "sign_on_y1": sign_on,
        "sign_on_y2": sign_on,
    }


@cache
def _terms() -> dict[str, st.SearchStrategy[Any]]:
    """What may be stated beside the pay, by dotted path."""
    flag = _one(True, False)
    locks = st.sampled_from(["base", "equity", "sign_on", "bonus", "vesting", "level"])
    flags = st.sampled_from(["payment_requested", "gmail", "no_interview", "salary_history"])
    constraint = st.fixed_dictionaries(
        {"required": flag, "employer_position": _words("employer_position")}
    )
    offer = {
        "company_type": _words("company_type"),
        "employment_type": _words("employment_type"),
        "offer_form": _words("offer_form"),
        "role_family": _one("ml_ai_engineer"),
        "level_std": _one(3, 4, 5),
        "state": _one("CA", "NY"),
        "work_location_region": _one("San Francisco", "Elsewhere"),
        "geo_tier_applied": _one("Remote US"),
        "clawback": _one(
            {"months": 24, "prorated": True, "triggers": ["voluntary_exit"]},
            {"months": 25},
            {"months": 12, "prorated": False, "triggers": ["layoff"]},
        ),
        "relocation_required": flag,
        "relocation_amount": _one(0, 14_999, 15_000),
        "noncompete_months": _one(0, 5, 6, 12),
        "noncompete_paid_pct": _one(0, 0.5, 1),
        "ptep_days": _one(90, 91),
        "visa_sponsorship_offered": flag,
        "expected_weekly_hours": _one(54, 55),
        "offer_date": _near(-60, -5),
        "response_deadline": st.none() | _near(-4, 40),
        "start_date": st.none() | _near(0, 200),
        "posted_range": _one({"min": 180_000, "max": 220_000}, {"min": 206_000}),
        "negotiation_round": _one(0, 1, 2, 3),
        "employer_final": flag,
        "no_negotiation_policy": flag,
        "components_locked": st.lists(locks, max_size=3),
        "critical_project": _one({"name": "Beacon", "deadline": DAY + timedelta(90)}),
        "headcount": _one(49, 50),
        "teams_matched": _one(1, 2),
        "choice_of_mix": flag,
        "superior_qualifications": flag,
        "hard_to_fill": flag,
        "risk_flags": st.lists(flags, max_size=2),
    }
    candidate = {
        "years_experience": _one(0, 5, 9, 30),
        "current_level_std": _one(4, 5),
        "interviewed_level_std": _one(4, 5),
        "employment_status": _words("employment_status"),
        "months_runway": _one(2, 3),
        "current_base": _one(150_000, 400_000),
        "current_tc": _one(180_000, 260_000, 600_000),
        "min_base": st.none() | _money(180_000, 205_000, 220_000),
        "min_tc": st.none() | _money(220_000, 268_000, 300_000),
        "min_cash_y1": _one(200_000, 300_000),
        "forfeiture_equity_12m": _one(0, 10_000, 10_250, 10_251, 140_000),
        "forfeiture_bonus": _one(0, 25_000),
        "repayment_owed": _one(0, 12_000),
        "next_vest_date": st.none() | _near(-5, 120),
        "next_vest_value": _one(0, 60_000),
        "can_start_early": flag,
        "needs_sponsorship": flag,
        "risk_tolerance": _words("risk_tolerance"),
        "signed_elsewhere": flag,
        "skills": _one(
            {"ai_ml_production": True, "scale_evidence": "systems for 5M users"},
            {"scarce_skill": "FPGA", "scarce_skill_evidence": True, "clearance": "TS"},
        ),
        "hard_constraints": st.lists(constraint, max_size=1),
        "competing_offers": st.lists(rivals(), max_size=3),
        "processes_in_progress": st.lists(
            st.fixed_dictionaries({"decision_expected": st.none() | _near(-5, 40)}), max_size=2
        ),
    }
    guide = {
        "source": _one("guide:meadowlark/ml-engineer"),
        "as_of": _one("2026-01", "2025-03", "2025-02", "2024-02"),
        "region": _one("Austin", "San Francisco"),
        "currency": _one("USD", "GBP"),
        "level_match": flag,
        "base": _one([180_000, 240_000], [200_000, 200_000]),
        "equity_total": _one([100_000, 260_000], [160_000, 160_000]),
        "equity_years": _one(3, 4),
        "bonus_pct": _one([0.1, 0.2]),
        "sign_on": _one([20_000, 40_000]),
        "tc": _one([240_000, 330_000]),
        "target": _one(
            {"base": 215_000, "equity_total": 195_000, "sign_on": 35_000},
            {"sign_on_y1": 30_000, "sign_on_y2": 20_000},
            {"bonus_guaranteed_pct": 0.2},
        ),
        "accept_floor": _one(
            {"base": 205_000},
            {"equity_total": 170_000},
            {"tc_y1": 268_000},
            {"tc_4y_total": 1_072_000, "sign_on": 5_000},
            {"bonus": 20_500},
        ),
        "vest_claim": _one("4-year, 1-year cliff"),
    }
    market = {
        "guide": st.none(),
        "percentiles": st.lists(_percentiles(), max_size=3),
        "oews_wage_levels": _one([150_000, 190_000, 215_000, 260_000]),
        "fx": st.just({"GBP_USD": 1.25, "EUR_USD": 1.125, "as_of": "2026-03-01"}),
    }
    named = {"offer": {**_pay(), **offer}, "candidate": candidate, "market": market}
    paths = {
        f"{group}.{name}": one for group, facts in named.items() for name, one in facts.items()
    }
    return paths | {f"market.guide.{name}": one for name, one in guide.items()}


def _percentiles() -> st.SearchStrategy[Raw]:
    return st.fixed_dictionaries(
        {
            "metric": _words("metric"),
            "currency": _one("USD", "GBP"),
            "p50": _one(173_000, 205_000, 206_000, 240_000),
            "p75": _one(250_000),
            "p90": _one(260_000),
            "n": _one(4, 29, 30, 400),
            "as_of": _one("2026-01", "2023-01"),
        }
    )


@st.composite
def _changed(
    draw: st.DrawFn, start: Raw, paths: dict[str, st.SearchStrategy[Any]], most: int
) -> Raw:
    """A copy of a start with a few of its paths drawn anew."""
    some = st.sampled_from(sorted(paths))
    chosen = draw(st.lists(some, min_size=most // 3, max_size=most, unique=True))
    return varied({path: draw(paths[path]) for path in sorted(chosen)}, start)


@cache
def rivals() -> st.SearchStrategy[Raw]:
    """One competing offer, usable or not."""
    stated = {
        "company": _one("Ashgrove"),
        "kind": _words("kind"),
        "status": _words("status"),
        "verified": _one(True, False),
        "disclosable": _one(True, False),
        "would_accept": _one(True, False),
        "currency": _one("USD", "GBP", "EUR"),
        "expires": st.none() | _near(-3, 40),
    }
    return _changed(RIVAL, {**_pay(), **stated}, 5)


# The same person and employer, and nothing else stated.
BARE: Raw = varied(
    {
        **{
            f"{group}.{name}": [] if isinstance(value, list) and name != "vest_schedule" else None
            for group in ("offer", "candidate")
            for name, value in PLAIN[group].items()
        },
        **{
            f"offer.{name}": PLAIN["offer"][name] for name in ("company", "currency", "base_salary")
        },
        "candidate.min_base": 180_000,
        "market": {"guide": {"base": [180_000, 220_000]}, "percentiles": []},
    }
)


def raw_cases(most: int = 18) -> st.SearchStrategy[Raw]:
    """Cases near the plain offer and near one that states next to nothing.

    Every fact may be stated, missing, on its lines or far from them; at most ``most`` of them
    differ from the start.
    """
    return _changed(PLAIN, _terms(), most) | _changed(BARE, _terms(), most)
