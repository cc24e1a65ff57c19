"""The slice in the expressions of zen-engine, written by hand, step by step.

Each step may read the facts and the steps before it.  Null may not be compared, so it is asked for
first.
"""

from __future__ import annotations

from collections.abc import Mapping

STEPS: Mapping[str, str] = {
    # What it is worth.
    "has_none": "equity_type == 'none'",
    "is_firm": "refresher_policy == 'documented_annual_grant'",
    "payout": "bonus_type == 'target' ? 1 : bonus_type == 'discretionary' ? 0.75 : "
    "bonus_type == 'none' ? 0 : 0.5",
    "bonus_expected_value": "payout * base_salary * (bonus_target_pct ?? 0)",
    "yearly": "base_salary + bonus_expected_value",
    "paper": "has_none ? 0 : equity_grant_value",
    "years": "equity_grant_years ?? 4",
    "band_years": "guide_equity_years ?? 4",
    "sign_on": "sign_on_y1 ?? 0",
    "run_rate": "paper / years",
    "equity_y1": "paper * (vest_schedule_y1 ?? (min([1, years]) / years))",
    "equity_y2": "paper * (vest_schedule_y2 ?? (min([1, max([0, years - 1])]) / years))",
    "equity_y3": "paper * (vest_schedule_y3 ?? (min([1, max([0, years - 2])]) / years))",
    "equity_y4": "paper * (vest_schedule_y4 ?? (min([1, max([0, years - 3])]) / years))",
    "renewal": "(is_firm ? 1 : 0.75) * run_rate",
    "renewed_y2": "min([1, max([0, 2 - years])]) * renewal",
    "renewed_y3": "min([1, max([0, 3 - years])]) * renewal",
    "renewed_y4": "min([1, max([0, 4 - years])]) * renewal",
    "committed": "equity_y1 + equity_y2 + equity_y3 + equity_y4",
    "is_cut": "risk_tolerance == 'low' and stock_volatility_1y != null "
    "and stock_volatility_1y > 0.5",
    "equity_risk_adj": "(is_cut ? 0.9 : 1) "
    "* (committed + renewed_y2 + renewed_y3 + renewed_y4) / 4",
    "cash_flow_y1": "yearly + equity_y1 + sign_on",
    "cash_flow_y2": "yearly + equity_y2 + renewed_y2",
    "cash_flow_y3": "yearly + equity_y3 + renewed_y3",
    "cash_flow_y4": "yearly + equity_y4 + renewed_y4",
    "tc_recurring": "yearly + run_rate",
    "tc_4y_total": "cash_flow_y1 + cash_flow_y2 + cash_flow_y3 + cash_flow_y4",
    "tc_4y_avg": "tc_4y_total / 4",
    "tc_risk_adj": "yearly + equity_risk_adj + sign_on / 4",
    "surplus_over_reservation": "min_tc == null ? null : tc_risk_adj - min_tc",
    # Where it stands.
    "ask_base_floor": "max([(guide_base_min + guide_base_max) / 2, min_base ?? 0])",
    "floor_rate": "(guide_equity_min + 0.6 * (guide_equity_max - guide_equity_min)) / band_years",
    "ask_equity_total_floor": "floor_rate * years",
    "goal": "guide_base_min + 0.9 * (guide_base_max - guide_base_min)",
    "goal_grant": "(guide_equity_min + 0.9 * (guide_equity_max - guide_equity_min)) "
    "/ band_years * years",
    "cap": "guide_equity_max / band_years * years",
    "base_floor_gap": "(ask_base_floor - base_salary) / ask_base_floor",
    "equity_floor_gap": "(floor_rate - run_rate) / floor_rate",
    "gap_to_accept_floor": "max([base_floor_gap, equity_floor_gap])",
    "is_offset": "4 * (base_salary - ask_base_floor) + 4 * (run_rate - floor_rate) + sign_on >= 0 "
    "and base_salary >= 0.95 * ask_base_floor and run_rate >= 0.85 * floor_rate "
    "and (min_base == null or base_salary >= min_base)",
    "hangs": "not has_none and not is_firm and 1 - committed / (4 * run_rate) >= 0.25",
    "is_open": "hangs or ((base_salary < ask_base_floor or run_rate < floor_rate) "
    "and not is_offset)",
    "is_below": "(min_base != null and base_salary < min_base) "
    "or (min_tc != null and tc_risk_adj < min_tc)",
    "is_final": "said_final == true",
    "reach": "guide_base_max * (1 + (bonus_target_pct ?? 0)) "
    "+ max([guide_equity_max / band_years, run_rate]) "
    "+ max([0.35 * (guide_base_min + guide_base_max) / 2, sign_on]) / 4",
    "is_far": "(min_tc != null and min_tc > reach) "
    "or (min_base != null and min_base > guide_base_max)",
    # What is decided.
    "rule": "is_below and is_final ? 'D4' : is_below and is_far ? 'D5' : "
    "is_final and min_base == null and min_tc == null ? 'D7' : is_final ? 'D8' : "
    "is_below or is_open ? 'D9' : 'D10'",
    "verdict": "rule in ['D4', 'D5'] ? 'walk_away' : rule in ['D8', 'D10'] ? 'accept' : 'counter'",
    "status": "rule == 'D7' ? 'needs_review' : 'decided'",
    # What to ask for.
    "ask_base_target": "min([guide_base_max, max([ask_base_floor, goal])])",
    "ask_equity_total_target": "min([cap, max([ask_equity_total_floor, goal_grant])])",
    "step": "goal_grant < 100000 ? 2500 : 5000",
    "least": "max([ceil(ask_base_target / 1000), round((ask_base_floor + 1000) / 1000)]) * 1000",
    "least_grant": "max([ceil(ask_equity_total_target / step), "
    "round((ask_equity_total_floor + step) / step)]) * step",
    "bold": "min([guide_base_max, max([least, "
    "round((1.5 * goal - 0.5 * ask_base_floor) / 1000) * 1000])])",
    "bold_grant": "min([cap, max([least_grant, "
    "round((1.5 * goal_grant - 0.5 * ask_equity_total_floor) / step) * step])])",
    "asks_base": "rule == 'D9' and base_salary < ask_base_target "
    "and ask_base_floor <= guide_base_max",
    "asks_grant": "rule == 'D9' and not has_none and paper < ask_equity_total_target "
    "and ask_equity_total_floor <= cap",
    "uplift": "(asks_base ? (bold - base_salary) * 4 * yearly / base_salary : 0) "
    "+ (asks_grant ? (bold_grant - paper) * 4 / years : 0)",
    "is_too_bold": "uplift / (4 * tc_recurring + sign_on) > 0.3",
    "ask_base_opening": "asks_base ? (is_too_bold ? min([guide_base_max, least]) : bold) : null",
    "ask_equity_total_opening": "asks_grant ? (is_too_bold ? min([cap, least_grant]) : bold_grant) "
    ": null",
}
