"""What every engine gives for an offer, and whether two of them gave the same."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

WORDS = ("rule", "verdict", "status")
FIGURES = (
    "bonus_expected_value",
    *(f"equity_y{year}" for year in (1, 2, 3, 4)),
    "equity_risk_adj",
    *(f"cash_flow_y{year}" for year in (1, 2, 3, 4)),
    "tc_recurring",
    "tc_4y_avg",
    "tc_4y_total",
    "tc_risk_adj",
    "surplus_over_reservation",
    "base_floor_gap",
    "equity_floor_gap",
    "gap_to_accept_floor",
    *(f"ask_{part}_{end}" for part in ("base", "equity_total") for end in ("floor", "target")),
    *(f"ask_{part}_opening" for part in ("base", "equity_total")),
)
ANSWERS = ("offer_id", *WORDS, *FIGURES)

# What a person reads of an offer of the slice.
FACTS = (
    "base_salary",
    "bonus_type",
    "bonus_target_pct",
    "sign_on_y1",
    "equity_type",
    "equity_grant_value",
    "equity_grant_years",
    "vest_schedule_y1",
    "vest_schedule_y2",
    "vest_schedule_y3",
    "vest_schedule_y4",
    "refresher_policy",
    "stock_volatility_1y",
    "risk_tolerance",
    "min_base",
    "min_tc",
    "said_final",
    "guide_base_min",
    "guide_base_max",
    "guide_equity_min",
    "guide_equity_max",
    "guide_equity_years",
)

NEAR = 1e-9  # of the greater amount: one engine works in decimals, and people sum in any order


def differences(
    expected: pl.DataFrame, found: pl.DataFrame, columns: Sequence[str] = ANSWERS
) -> dict[str, int]:
    """For how many offers a column differs; only columns that do.

    Words and what is unknown must be the same, and amounts equal but for rounding in the last
    digits.

    Args:
        expected: A row for each offer.
        found: The same offers in any order.
        columns: What is compared.

    Raises:
        ValueError: The offers are not the same.
    """
    first, second = (one.select(columns).sort("offer_id") for one in (expected, found))
    if not first["offer_id"].equals(second["offer_id"]):
        raise ValueError(f"{first.height:,} offers expected, and {second.height:,} others found")
    counts = {name: _differing(first[name], second[name]) for name in columns[1:]}
    return {name: count for name, count in counts.items() if count}


def _differing(first: pl.Series, second: pl.Series) -> int:
    if not first.dtype.is_float():
        return int(first.ne_missing(second).sum())
    second = second.cast(pl.Float64)
    greater = pl.DataFrame([first.abs(), second.abs().rename("other")]).max_horizontal()
    is_near = ((first - second).abs() <= NEAR * greater) | (first.is_null() & second.is_null())
    return int((~is_near.fill_null(value=False)).sum())
