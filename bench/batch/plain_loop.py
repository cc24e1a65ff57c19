"""The slice as a plain Python function, called for one offer after the other."""

from __future__ import annotations

from math import ceil, floor
from pathlib import Path

import polars as pl

from bench.batch import Work
from bench.batch.columns import ANSWERS, FACTS, WORDS
from pipelines.scoring.keeping import LIGHTLY

NAME = "a loop by hand, Python"
NOTE = "One function of local variables, mapped over the columns; polars reads and writes."
MOST = 100_000
IS_SPREAD = True

PAYOUT = {"target": 1.0, "discretionary": 0.75, "none": 0.0}
SCHEMA: dict[str, type[pl.DataType]] = dict.fromkeys(ANSWERS, pl.Float64)
SCHEMA |= {**dict.fromkeys(WORDS, pl.String), "offer_id": pl.Int64}

Answer = tuple[int | float | str | None, ...]


def _nearest(amount: float, step: float) -> float:
    return floor(amount / step + 0.5) * step


def answer(
    number: int,
    base: float,
    bonus_type: str | None,
    pct: float | None,
    sign_on: float | None,
    equity_type: str,
    paper: float | None,
    years: float | None,
    vest_1: float | None,
    vest_2: float | None,
    vest_3: float | None,
    vest_4: float | None,
    refresher: str | None,
    volatility: float | None,
    risk: str | None,
    min_base: float | None,
    min_tc: float | None,
    said_final: bool | None,
    low: float,
    high: float,
    grant_low: float,
    grant_high: float,
    band_years: float | None,
) -> Answer:
    """What is concluded about an offer; the facts come in the order of ``FACTS``."""
    # What it is worth.
    has_none, is_firm = equity_type == "none", refresher == "documented_annual_grant"
    bonus = 0.0 if pct is None else PAYOUT.get(bonus_type or "", 0.5) * base * pct
    sign_on = sign_on or 0.0
    years, band_years = years or 4.0, band_years or 4.0
    paper = 0.0 if has_none or paper is None else paper
    run_rate, yearly = paper / years, base + bonus
    if vest_1 is None or vest_2 is None or vest_3 is None or vest_4 is None:
        vest_1, vest_2, vest_3, vest_4 = (
            min(1.0, max(0.0, years - year)) / years for year in (0, 1, 2, 3)
        )
    y1, y2, y3, y4 = paper * vest_1, paper * vest_2, paper * vest_3, paper * vest_4
    renewal = (1.0 if is_firm else 0.75) * run_rate
    new_2 = min(1.0, max(0.0, 2 - years)) * renewal
    new_3 = min(1.0, max(0.0, 3 - years)) * renewal
    new_4 = min(1.0, max(0.0, 4 - years)) * renewal
    committed = y1 + y2 + y3 + y4
    is_cut = risk == "low" and volatility is not None and volatility > 0.5
    equity_risk_adj = (0.9 if is_cut else 1.0) * (committed + new_2 + new_3 + new_4) / 4
    flow_1, flow_2 = yearly + y1 + sign_on, yearly + y2 + new_2
    flow_3, flow_4 = yearly + y3 + new_3, yearly + y4 + new_4
    total = flow_1 + flow_2 + flow_3 + flow_4
    tc_risk_adj = yearly + equity_risk_adj + sign_on / 4

    # Where it stands.
    floor_base = (low + high) / 2
    if min_base is not None and min_base > floor_base:
        floor_base = min_base
    floor_rate = (grant_low + 0.6 * (grant_high - grant_low)) / band_years
    floor_grant, cap = floor_rate * years, grant_high / band_years * years
    goal = low + 0.9 * (high - low)
    goal_grant = (grant_low + 0.9 * (grant_high - grant_low)) / band_years * years
    base_gap, equity_gap = (floor_base - base) / floor_base, (floor_rate - run_rate) / floor_rate
    is_offset = (
        4 * (base - floor_base) + 4 * (run_rate - floor_rate) + sign_on >= 0
        and base >= 0.95 * floor_base
        and run_rate >= 0.85 * floor_rate
        and (min_base is None or base >= min_base)
    )
    hangs = not has_none and not is_firm and 1 - committed / (4 * run_rate) >= 0.25
    is_open = hangs or ((base < floor_base or run_rate < floor_rate) and not is_offset)
    is_below = (min_base is not None and base < min_base) or (
        min_tc is not None and tc_risk_adj < min_tc
    )
    reach = high * (1 + (pct or 0.0)) + max(grant_high / band_years, run_rate)
    reach += max(0.35 * (low + high) / 2, sign_on) / 4

    # What is decided.
    verdict, status = "counter", "decided"
    if is_below and said_final:
        rule, verdict = "D4", "walk_away"
    elif is_below and (
        (min_tc is not None and min_tc > reach) or (min_base is not None and min_base > high)
    ):
        rule, verdict = "D5", "walk_away"
    elif said_final and min_base is None and min_tc is None:
        rule, status = "D7", "needs_review"
    elif said_final:
        rule, verdict = "D8", "accept"
    elif is_below or is_open:
        rule = "D9"
    else:
        rule, verdict = "D10", "accept"

    # What to ask for.
    target = min(high, max(floor_base, goal))
    target_grant = min(cap, max(floor_grant, goal_grant))
    opening = opening_grant = None
    if rule == "D9":
        step, uplift = 2500.0 if goal_grant < 100_000 else 5000.0, 0.0
        least = max(ceil(target / 1000) * 1000, _nearest(floor_base + 1000, 1000))
        least_grant = max(ceil(target_grant / step) * step, _nearest(floor_grant + step, step))
        if base < target and floor_base <= high:
            opening = min(high, max(least, _nearest(1.5 * goal - 0.5 * floor_base, 1000)))
            uplift = (opening - base) * 4 * yearly / base
        if not has_none and paper < target_grant and floor_grant <= cap:
            first = _nearest(1.5 * goal_grant - 0.5 * floor_grant, step)
            opening_grant = min(cap, max(least_grant, first))
            uplift += (opening_grant - paper) * 4 / years
        if uplift / (4 * (yearly + run_rate) + sign_on) > 0.3:
            opening = opening and min(high, least)
            opening_grant = opening_grant and min(cap, least_grant)
    return (
        number,
        rule,
        verdict,
        status,
        bonus,
        y1,
        y2,
        y3,
        y4,
        equity_risk_adj,
        flow_1,
        flow_2,
        flow_3,
        flow_4,
        yearly + run_rate,
        total / 4,
        total,
        tc_risk_adj,
        None if min_tc is None else tc_risk_adj - min_tc,
        base_gap,
        equity_gap,
        max(base_gap, equity_gap),
        floor_base,
        target,
        floor_grant,
        target_grant,
        opening,
        opening_grant,
    )


def ready() -> Work:
    """Nothing is prepared."""

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        facts = pl.scan_parquet(offers).slice(start, rows).select("offer_id", *FACTS).collect()
        found = map(answer, *(column.to_list() for column in facts.iter_columns()))
        columns = zip(SCHEMA.items(), zip(*found, strict=True), strict=True)
        pl.DataFrame(
            [pl.Series(name, values, kind, strict=False) for (name, kind), values in columns]
        ).write_parquet(target, compression_level=LIGHTLY)

    return work
