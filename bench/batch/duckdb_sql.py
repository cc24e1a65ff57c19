"""The slice as one SQL statement for DuckDB, written by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb

from bench.batch import Work
from bench.batch.columns import ANSWERS

NAME = "SQL by hand, DuckDB"
NOTE = "One statement of a few steps, from Parquet to Parquet on two threads."
MOST = 10**9
IS_SPREAD = False

_SLICE = """
WITH package AS (
  SELECT *,
    equity_type = 'none' AS has_none,
    CASE bonus_type WHEN 'none' THEN 0
      ELSE coalesce(CASE bonus_type WHEN 'target' THEN 1 WHEN 'discretionary' THEN 0.75
                    ELSE 0.5 END * base_salary * bonus_target_pct, 0) END AS bonus,
    CASE WHEN equity_type = 'none' THEN 0 ELSE equity_grant_value END AS paper,
    coalesce(equity_grant_years, 4) AS years,
    coalesce(sign_on_y1, 0) AS sign_on,
    CASE WHEN refresher_policy = 'documented_annual_grant' THEN 1 ELSE 0.75 END AS renewal,
    CASE WHEN stock_volatility_1y > 0.5 AND risk_tolerance = 'low' THEN 0.9
         ELSE 1 END AS haircut,
    coalesce(guide_equity_years, 4) AS band_years
  FROM read_parquet($offers)
), vested AS (
  SELECT *,
    paper / years AS run_rate,
    paper * coalesce(vest_schedule_y1, least(1, years) / years) AS equity_y1,
    paper * coalesce(vest_schedule_y2, least(1, greatest(0, years - 1)) / years) AS equity_y2,
    paper * coalesce(vest_schedule_y3, least(1, greatest(0, years - 2)) / years) AS equity_y3,
    paper * coalesce(vest_schedule_y4, least(1, greatest(0, years - 3)) / years) AS equity_y4,
    least(1, greatest(0, 2 - years)) * renewal * paper / years AS renewed_y2,
    least(1, greatest(0, 3 - years)) * renewal * paper / years AS renewed_y3,
    least(1, greatest(0, 4 - years)) * renewal * paper / years AS renewed_y4
  FROM package
), totals AS (
  SELECT *,
    equity_y1 + equity_y2 + equity_y3 + equity_y4 AS committed,
    haircut * (equity_y1 + equity_y2 + equity_y3 + equity_y4
               + renewed_y2 + renewed_y3 + renewed_y4) / 4 AS equity_risk_adj,
    base_salary + bonus + equity_y1 + sign_on AS cash_flow_y1,
    base_salary + bonus + equity_y2 + renewed_y2 AS cash_flow_y2,
    base_salary + bonus + equity_y3 + renewed_y3 AS cash_flow_y3,
    base_salary + bonus + equity_y4 + renewed_y4 AS cash_flow_y4,
    greatest(guide_base_min + 0.5 * (guide_base_max - guide_base_min), min_base) AS floor_base,
    (guide_equity_min + 0.6 * (guide_equity_max - guide_equity_min)) / band_years AS floor_equity,
    guide_base_min + 0.9 * (guide_base_max - guide_base_min) AS goal_base,
    (guide_equity_min + 0.9 * (guide_equity_max - guide_equity_min)) / band_years * years
      AS goal_equity,
    guide_equity_max / band_years * years AS cap_equity
  FROM vested
), gaps AS (
  SELECT *,
    cash_flow_y1 + cash_flow_y2 + cash_flow_y3 + cash_flow_y4 AS four_years,
    base_salary + bonus + equity_risk_adj + sign_on / 4 AS tc_risk_adj,
    (floor_base - base_salary) / floor_base AS base_floor_gap,
    (floor_equity - run_rate) / floor_equity AS equity_floor_gap,
    4 * (base_salary - floor_base) + 4 * (run_rate - floor_equity) + sign_on >= 0
      AND base_salary >= 0.95 * floor_base AND run_rate >= 0.85 * floor_equity
      AND coalesce(base_salary >= min_base, true) AS is_offset,
    guide_base_max * (1 + coalesce(bonus_target_pct, 0))
      + greatest(guide_equity_max / band_years, run_rate)
      + greatest(0.35 * (guide_base_min + guide_base_max) / 2, sign_on) / 4 AS reach,
    least(guide_base_max, greatest(floor_base, goal_base)) AS target_base,
    least(cap_equity, greatest(floor_equity * years, goal_equity)) AS target_equity,
    CASE WHEN goal_equity < 100000 THEN 2500 ELSE 5000 END AS step
  FROM totals
), stand AS (
  SELECT *,
    CASE WHEN min_base IS NULL AND min_tc IS NULL THEN NULL
         ELSE coalesce(base_salary < min_base, false) OR coalesce(tc_risk_adj < min_tc, false)
    END AS is_below,
    coalesce(said_final, false) AS is_final,
    coalesce(min_tc <= reach, true) AND coalesce(min_base <= guide_base_max, true) AS is_closable,
    ((base_salary < floor_base OR run_rate < floor_equity) AND NOT is_offset)
      OR (NOT has_none AND 1 - committed / (4 * run_rate) >= 0.25 AND renewal < 1) AS is_open,
    ceil(target_base / 1000) * 1000 AS said_base,
    ceil(target_equity / step) * step AS said_equity
  FROM gaps
), decided AS (
  SELECT *,
    CASE WHEN is_below AND is_final THEN 'D4'
         WHEN is_below AND NOT is_closable THEN 'D5'
         WHEN is_final AND is_below IS NULL THEN 'D7'
         WHEN is_final THEN 'D8'
         WHEN is_below OR is_open THEN 'D9'
         ELSE 'D10' END AS rule,
    greatest(said_base, round((floor_base + 1000) / 1000) * 1000) AS least_base,
    greatest(said_equity, round((floor_equity * years + step) / step) * step) AS least_equity
  FROM stand
), asked AS (
  SELECT *,
    rule = 'D9' AND base_salary < target_base AND floor_base <= guide_base_max AS asks_base,
    rule = 'D9' AND NOT has_none AND paper < target_equity AND floor_equity * years <= cap_equity
      AS asks_equity,
    least(guide_base_max, greatest(least_base,
      round((1.5 * goal_base - 0.5 * floor_base) / 1000) * 1000)) AS bold_base,
    least(cap_equity, greatest(least_equity,
      round((1.5 * goal_equity - 0.5 * floor_equity * years) / step) * step)) AS bold_equity
  FROM decided
), weighed AS (
  SELECT *,
    (CASE WHEN asks_base THEN (bold_base - base_salary) * 4 * (1 + bonus / base_salary) ELSE 0 END
     + CASE WHEN asks_equity THEN (bold_equity - paper) * 4 / years ELSE 0 END)
      / (4 * (base_salary + bonus + run_rate) + sign_on) > 0.3 AS is_too_bold
  FROM asked
)
SELECT {answers} FROM (
  SELECT offer_id, rule,
    CASE WHEN rule IN ('D4', 'D5') THEN 'walk_away' WHEN rule IN ('D8', 'D10') THEN 'accept'
         ELSE 'counter' END AS verdict,
    CASE WHEN rule = 'D7' THEN 'needs_review' ELSE 'decided' END AS status,
    bonus AS bonus_expected_value, equity_y1, equity_y2, equity_y3, equity_y4, equity_risk_adj,
    cash_flow_y1, cash_flow_y2, cash_flow_y3, cash_flow_y4,
    base_salary + bonus + run_rate AS tc_recurring,
    four_years / 4 AS tc_4y_avg, four_years AS tc_4y_total, tc_risk_adj,
    tc_risk_adj - min_tc AS surplus_over_reservation,
    base_floor_gap, equity_floor_gap,
    greatest(base_floor_gap, equity_floor_gap) AS gap_to_accept_floor,
    floor_base AS ask_base_floor, target_base AS ask_base_target,
    floor_equity * years AS ask_equity_total_floor, target_equity AS ask_equity_total_target,
    CASE WHEN NOT asks_base THEN NULL WHEN is_too_bold THEN least(guide_base_max, least_base)
         ELSE bold_base END AS ask_base_opening,
    CASE WHEN NOT asks_equity THEN NULL WHEN is_too_bold THEN least(cap_equity, least_equity)
         ELSE bold_equity END AS ask_equity_total_opening
  FROM weighed
)
"""


def ready() -> Work:
    """A database in memory, and the statement."""
    database = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    text = _SLICE.format(answers=", ".join(ANSWERS))

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        chosen = text.replace("$offers", f"'{offers}'")
        database.execute(f"COPY ({chosen}) TO '{target}' (FORMAT parquet)")

    return work
