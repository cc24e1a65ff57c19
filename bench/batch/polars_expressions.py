"""The slice in polars, written by hand: one lazy query from Parquet to Parquet."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from polars import col, lit, max_horizontal, min_horizontal, when

from bench.batch import Work
from bench.batch.columns import ANSWERS, FACTS
from pipelines.scoring.keeping import LIGHTLY

NAME = "expressions by hand, polars"
NOTE = "One lazy query, streamed from Parquet to Parquet on two threads."
MOST = 10**9
IS_SPREAD = False

BASE, GRANT = col("base_salary"), col("equity_grant_value")
LOW, HIGH = col("guide_base_min"), col("guide_base_max")
GRANT_LOW, GRANT_HIGH = col("guide_equity_min"), col("guide_equity_max")
YEARS, STEP = col("years"), col("step")
FLOOR, FLOOR_EQUITY = col("floor_base"), col("floor_equity")
BELOW, FINAL = col("is_below"), col("is_final")


def _up(amount: pl.Expr, step: pl.Expr | int) -> pl.Expr:
    return (amount / step).ceil() * step


def _nearest(amount: pl.Expr, step: pl.Expr | int) -> pl.Expr:
    return (amount / step).round(mode="half_away_from_zero") * step


def _vesting(year: int) -> pl.Expr:
    even = (YEARS - (year - 1)).clip(0, 1) / YEARS
    return col("paper") * col(f"vest_schedule_y{year}").fill_null(even)


def _renewed(year: int) -> pl.Expr:
    return (year - YEARS).clip(0, 1) * col("renewal") * col("run_rate")


def _cash(year: int) -> pl.Expr:
    return col("yearly") + col(f"equity_y{year}") + col(f"renewed_y{year}")


def _package(offers: pl.LazyFrame) -> pl.LazyFrame:
    """What an offer is worth."""
    payouts = {"target": 1.0, "discretionary": 0.75, "none": 0.0}
    payout = col("bonus_type").replace_strict(payouts, default=0.5, return_dtype=pl.Float64)
    is_firm = (col("refresher_policy") == "documented_annual_grant").fill_null(value=False)
    is_cut = (col("stock_volatility_1y") > 0.5) & (col("risk_tolerance") == "low")
    vesting = sum((col(f"equity_y{year}") for year in (2, 3, 4)), col("equity_y1"))
    renewed = col("renewed_y2") + col("renewed_y3") + col("renewed_y4")
    return (
        offers.with_columns(
            has_none=col("equity_type") == "none",
            bonus=(payout * BASE * col("bonus_target_pct")).fill_null(0.0),
            paper=when(col("equity_type") == "none").then(0.0).otherwise(GRANT),
            years=col("equity_grant_years").fill_null(4.0),
            sign_on=col("sign_on_y1").fill_null(0.0),
            renewal=when(is_firm).then(1.0).otherwise(0.75),
            haircut=when(is_cut).then(0.9).otherwise(1.0),
            band_years=col("guide_equity_years").fill_null(4.0),
        )
        .with_columns(
            run_rate=col("paper") / YEARS,
            yearly=BASE + col("bonus"),
            **{f"equity_y{year}": _vesting(year) for year in (1, 2, 3, 4)},
        )
        .with_columns(
            committed=vesting, **{f"renewed_y{year}": _renewed(year) for year in (2, 3, 4)}
        )
        .with_columns(
            equity_risk_adj=col("haircut") * (col("committed") + renewed) / 4,
            cash_flow_y1=col("yearly") + col("equity_y1") + col("sign_on"),
            **{f"cash_flow_y{year}": _cash(year) for year in (2, 3, 4)},
        )
        .with_columns(
            tc_4y_total=sum((col(f"cash_flow_y{y}") for y in (2, 3, 4)), col("cash_flow_y1")),
            tc_risk_adj=col("yearly") + col("equity_risk_adj") + col("sign_on") / 4,
        )
    )


def _compared(package: pl.LazyFrame) -> pl.LazyFrame:
    """Where it stands: floors, targets, and what the employer can reach."""
    run_rate, band_years = col("run_rate"), col("band_years")
    surplus = 4 * (BASE - FLOOR) + 4 * (run_rate - FLOOR_EQUITY) + col("sign_on")
    is_missed = (BASE < FLOOR) | (run_rate < FLOOR_EQUITY)
    hangs = ~col("has_none") & (1 - col("committed") / (4 * run_rate) >= 0.25)
    is_short = (col("min_base") > BASE).fill_null(value=False)
    is_short |= (col("tc_risk_adj") < col("min_tc")).fill_null(value=False)
    reach = HIGH * (1 + col("bonus_target_pct").fill_null(0.0))
    reach += max_horizontal(GRANT_HIGH / band_years, run_rate)
    reach += max_horizontal(0.35 * (LOW + HIGH) / 2, col("sign_on")) / 4
    return (
        package.with_columns(
            floor_base=max_horizontal((LOW + HIGH) / 2, "min_base"),
            floor_equity=(GRANT_LOW + 0.6 * (GRANT_HIGH - GRANT_LOW)) / band_years,
            goal_base=LOW + 0.9 * (HIGH - LOW),
            goal_equity=(GRANT_LOW + 0.9 * (GRANT_HIGH - GRANT_LOW)) / band_years * YEARS,
            cap_equity=GRANT_HIGH / band_years * YEARS,
        )
        .with_columns(
            base_floor_gap=(FLOOR - BASE) / FLOOR,
            equity_floor_gap=(FLOOR_EQUITY - run_rate) / FLOOR_EQUITY,
            floor_grant=FLOOR_EQUITY * YEARS,
            step=when(col("goal_equity") < 100_000).then(2500.0).otherwise(5000.0),
            is_offset=(surplus >= 0)
            & (BASE >= 0.95 * FLOOR)
            & (run_rate >= 0.85 * FLOOR_EQUITY)
            & (col("min_base") <= BASE).fill_null(value=True),
            is_below=when(col("min_base").is_not_null() | col("min_tc").is_not_null()).then(
                is_short
            ),
            is_final=col("said_final").fill_null(value=False),
            is_closable=(col("min_tc") <= reach).fill_null(value=True)
            & (col("min_base") <= HIGH).fill_null(value=True),
        )
        .with_columns(
            is_open=(is_missed & ~col("is_offset")) | (hangs & (col("renewal") < 1)),
            target_base=min_horizontal(HIGH, max_horizontal(FLOOR, "goal_base")),
            target_grant=min_horizontal("cap_equity", max_horizontal("floor_grant", "goal_equity")),
        )
    )


def _decided(compared: pl.LazyFrame) -> pl.LazyFrame:
    """The row that decides, and what to ask for."""
    rule = (
        when(BELOW & FINAL)
        .then(lit("D4"))
        .when(BELOW & ~col("is_closable"))
        .then(lit("D5"))
        .when(FINAL & BELOW.is_null())
        .then(lit("D7"))
        .when(FINAL)
        .then(lit("D8"))
        .when(BELOW | col("is_open"))
        .then(lit("D9"))
        .otherwise(lit("D10"))
    )
    base, grant = col("target_base"), col("target_grant")
    bold_base = _nearest(1.5 * col("goal_base") - 0.5 * FLOOR, 1000)
    bold_grant = _nearest(1.5 * col("goal_equity") - 0.5 * col("floor_grant"), STEP)
    uplift = when("asks_base").then((col("bold_base") - BASE) * 4 * col("yearly") / BASE)
    grown = when("asks_grant").then((col("bold_grant") - col("paper")) * 4 / YEARS)
    offered = 4 * (col("yearly") + col("run_rate")) + col("sign_on")
    return (
        compared.with_columns(
            rule=rule,
            least_base=max_horizontal(_up(base, 1000), _nearest(FLOOR + 1000, 1000)),
            least_grant=max_horizontal(_up(grant, STEP), _nearest(col("floor_grant") + STEP, STEP)),
        )
        .with_columns(
            asks_base=(col("rule") == "D9") & (base > BASE) & (FLOOR <= HIGH),
            asks_grant=(col("rule") == "D9")
            & ~col("has_none")
            & (col("paper") < grant)
            & (col("floor_grant") <= col("cap_equity")),
            bold_base=min_horizontal(HIGH, max_horizontal("least_base", bold_base)),
            bold_grant=min_horizontal("cap_equity", max_horizontal("least_grant", bold_grant)),
        )
        .with_columns(is_too_bold=(uplift.otherwise(0.0) + grown.otherwise(0.0)) / offered > 0.3)
    )


def _answers(decided: pl.LazyFrame) -> pl.LazyFrame:
    timid_base = min_horizontal(HIGH, "least_base")
    timid_grant = min_horizontal("cap_equity", "least_grant")
    leaves, signs = col("rule").is_in(["D4", "D5"]), col("rule").is_in(["D8", "D10"])
    verdict = when(leaves).then(lit("walk_away")).when(signs).then(lit("accept"))
    return decided.with_columns(
        verdict=verdict.otherwise(lit("counter")),
        status=when(col("rule") == "D7").then(lit("needs_review")).otherwise(lit("decided")),
        bonus_expected_value=col("bonus"),
        tc_recurring=col("yearly") + col("run_rate"),
        tc_4y_avg=col("tc_4y_total") / 4,
        surplus_over_reservation=col("tc_risk_adj") - col("min_tc"),
        gap_to_accept_floor=max_horizontal("base_floor_gap", "equity_floor_gap"),
        ask_base_floor=FLOOR,
        ask_base_target=col("target_base"),
        ask_equity_total_floor=col("floor_grant"),
        ask_equity_total_target=col("target_grant"),
        ask_base_opening=when("asks_base").then(
            when("is_too_bold").then(timid_base).otherwise(col("bold_base"))
        ),
        ask_equity_total_opening=when("asks_grant").then(
            when("is_too_bold").then(timid_grant).otherwise(col("bold_grant"))
        ),
    ).select(ANSWERS)


def ready() -> Work:
    """Nothing is prepared: the query is part of the work."""

    def work(offers: Path, start: int, rows: int, target: Path) -> None:
        facts = pl.scan_parquet(offers).select("offer_id", *FACTS)
        _answers(_decided(_compared(_package(facts)))).sink_parquet(
            target, compression_level=LIGHTLY
        )

    return work
