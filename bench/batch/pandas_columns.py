"""The slice in pandas, written by hand: whole columns at a time, in numpy where that is faster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from bench.batch import Work
from bench.batch.columns import ANSWERS, FACTS

NAME = "columns by hand, pandas"
NOTE = "Arrays of whole columns; DuckDB reads and writes the Parquet files for it."
MOST = 10**9
IS_SPREAD = True

Array = np.ndarray[Any, np.dtype[Any]]


def _or(values: Array, instead: float | Array) -> Array:
    return np.where(np.isnan(values), instead, values)


def _up(amount: Array, step: float | Array) -> Array:
    return np.ceil(amount / step) * step


def _nearest(amount: Array, step: float | Array) -> Array:
    return np.floor(amount / step + 0.5) * step


def answers(offers: pd.DataFrame) -> pd.DataFrame:
    """The answers to a frame of offers; what is not known is NaN."""
    one = {
        name: offers[name].to_numpy(float, na_value=np.nan)
        for name in FACTS
        if offers[name].dtype.kind in "fi"
    }
    base, pct = one["base_salary"], one["bonus_target_pct"]
    low, high = one["guide_base_min"], one["guide_base_max"]
    grant_low, grant_high = one["guide_equity_min"], one["guide_equity_max"]
    min_base, min_tc = one["min_base"], one["min_tc"]

    # What it is worth.
    kinds = {"target": 1.0, "discretionary": 0.75, "none": 0.0}
    bonus = _or(offers["bonus_type"].map(kinds).fillna(0.5).to_numpy(float) * base * pct, 0.0)
    has_none = (offers["equity_type"] == "none").to_numpy(bool)
    paper = np.where(has_none, 0.0, one["equity_grant_value"])
    years, band_years = _or(one["equity_grant_years"], 4.0), _or(one["guide_equity_years"], 4.0)
    sign_on = _or(one["sign_on_y1"], 0.0)
    is_documented = offers["refresher_policy"] == "documented_annual_grant"
    is_firm = is_documented.to_numpy(bool, na_value=False)
    is_careful = (offers["risk_tolerance"] == "low").to_numpy(bool, na_value=False)
    haircut = np.where((one["stock_volatility_1y"] > 0.5) & is_careful, 0.9, 1.0)
    run_rate, yearly = paper / years, base + bonus
    vesting = [
        paper * _or(one[f"vest_schedule_y{year}"], np.clip(years - (year - 1), 0, 1) / years)
        for year in (1, 2, 3, 4)
    ]
    renewal = np.where(is_firm, 1.0, 0.75) * run_rate
    renewed = [np.clip(year - years, 0, 1) * renewal for year in (2, 3, 4)]
    committed = vesting[0] + vesting[1] + vesting[2] + vesting[3]
    equity_risk_adj = haircut * (committed + renewed[0] + renewed[1] + renewed[2]) / 4
    flows = [yearly + vesting[0] + sign_on]
    flows += [yearly + vesting[year] + renewed[year - 1] for year in (1, 2, 3)]
    total = flows[0] + flows[1] + flows[2] + flows[3]
    tc_risk_adj = yearly + equity_risk_adj + sign_on / 4

    # Where it stands.
    floor = np.fmax((low + high) / 2, min_base)
    floor_rate = (grant_low + 0.6 * (grant_high - grant_low)) / band_years
    floor_grant, cap = floor_rate * years, grant_high / band_years * years
    goal = low + 0.9 * (high - low)
    goal_grant = (grant_low + 0.9 * (grant_high - grant_low)) / band_years * years
    base_gap, equity_gap = (floor - base) / floor, (floor_rate - run_rate) / floor_rate
    is_offset = 4 * (base - floor) + 4 * (run_rate - floor_rate) + sign_on >= 0
    is_offset &= (base >= 0.95 * floor) & (run_rate >= 0.85 * floor_rate) & ~(base < min_base)
    with np.errstate(invalid="ignore"):
        hangs = ~has_none & (1 - committed / (4 * run_rate) >= 0.25) & ~is_firm
    is_open = (((base < floor) | (run_rate < floor_rate)) & ~is_offset) | hangs
    is_unknown = np.isnan(min_base) & np.isnan(min_tc)
    is_below = (base < min_base) | (tc_risk_adj < min_tc)
    is_final = offers["said_final"].fillna(value=False).to_numpy(bool)
    reach = high * (1 + _or(pct, 0.0)) + np.fmax(grant_high / band_years, run_rate)
    reach += np.fmax(0.35 * (low + high) / 2, sign_on) / 4
    is_far = (min_tc > reach) | (min_base > high)

    # What is decided, and what to ask for.
    rule = np.select(
        [
            is_below & is_final,
            is_below & is_far,
            is_final & is_unknown,
            is_final,
            is_below | is_open,
        ],
        ["D4", "D5", "D7", "D8", "D9"],
        "D10",
    )
    counters = rule == "D9"
    target, step = np.fmin(high, np.fmax(floor, goal)), np.where(goal_grant < 100_000, 2500, 5000)
    target_grant = np.fmin(cap, np.fmax(floor_grant, goal_grant))
    asks_base = counters & (base < target) & (floor <= high)
    asks_grant = counters & ~has_none & (paper < target_grant) & (floor_grant <= cap)
    least = np.fmax(_up(target, 1000), _nearest(floor + 1000, 1000))
    least_grant = np.fmax(_up(target_grant, step), _nearest(floor_grant + step, step))
    bold = np.fmin(high, np.fmax(least, _nearest(1.5 * goal - 0.5 * floor, 1000)))
    first = _nearest(1.5 * goal_grant - 0.5 * floor_grant, step)
    bold_grant = np.fmin(cap, np.fmax(least_grant, first))
    uplift = np.where(asks_base, (bold - base) * 4 * yearly / base, 0.0)
    uplift += np.where(asks_grant, (bold_grant - paper) * 4 / years, 0.0)
    is_too_bold = uplift / (4 * (yearly + run_rate) + sign_on) > 0.3
    opening = np.where(is_too_bold, np.fmin(high, least), bold)
    opening_grant = np.where(is_too_bold, np.fmin(cap, least_grant), bold_grant)
    return pd.DataFrame(
        {
            "offer_id": offers["offer_id"].to_numpy(),
            "rule": rule,
            "verdict": np.select(
                [np.isin(rule, ["D4", "D5"]), np.isin(rule, ["D8", "D10"])],
                ["walk_away", "accept"],
                "counter",
            ),
            "status": np.where(rule == "D7", "needs_review", "decided"),
            "bonus_expected_value": bonus,
            **{f"equity_y{year}": found for year, found in enumerate(vesting, 1)},
            "equity_risk_adj": equity_risk_adj,
            **{f"cash_flow_y{year}": found for year, found in enumerate(flows, 1)},
            "tc_recurring": yearly + run_rate,
            "tc_4y_avg": total / 4,
            "tc_4y_total": total,
            "tc_risk_adj": tc_risk_adj,
            "surplus_over_reservation": tc_risk_adj - min_tc,
            "base_floor_gap": base_gap,
            "equity_floor_gap": equity_gap,
            "gap_to_accept_floor": np.fmax(base_gap, equity_gap),
            "ask_base_floor": floor,
            "ask_base_target": target,
            "ask_equity_total_floor": floor_grant,
            "ask_equity_total_target": target_grant,
            "ask_base_opening": np.where(asks_base, opening, np.nan),
            "ask_equity_total_opening": np.where(asks_grant, opening_grant, np.nan),
        }
    )


def ready() -> Work:
    """A database in memory, for reading and writing."""
    database = duckdb.connect(config={"threads": 1})
    facts = ", ".join(("offer_id", *FACTS))
    kept = ", ".join(
        name if name in ("offer_id", "rule", "verdict", "status")
        else f"CASE WHEN isnan({name}) THEN NULL ELSE {name} END AS {name}"
        for name in ANSWERS
    )  # fmt: skip

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        found = database.execute(
            f"SELECT {facts} FROM read_parquet('{offers}') "
            f"WHERE offer_id >= {start} AND offer_id < {start + rows}"
        ).df()
        database.register("answers", answers(found))
        database.execute(f"COPY (SELECT {kept} FROM answers) TO '{target}' (FORMAT parquet)")
        database.unregister("answers")

    return work
