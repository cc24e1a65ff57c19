"""The prevailing wage levels of a kind of role at a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from warehouse.cards import Cards, Row
from warehouse.places import Place
from warehouse.roles import OTHER

Market = dict[str, Any]

CURRENCY = "USD"
LEVELS = ("level_1", "level_2", "level_3", "level_4")


def wage_levels_of(
    cards: Cards, family: str, place: Place, currency: str, day: date
) -> tuple[list[float] | None, list[Market]]:
    """The four prevailing wage levels for a kind of role at a place.

    Args:
        cards: Of the market.
        family: Kind of role, ``software_engineer``; ``other`` has no levels.
        place: Where the work is done: a city, or a metropolitan area.
        currency: Of the offer; the levels are US dollars and serve no other.
        day: Wages whose period begins after it do not count.

    Returns:
        Levels I to IV [$ per year] and the row they stand in; None and no row where the place
        lies in several wage areas with different levels, or none, or where a family has several
        occupations and nothing tells which is the most common.
    """
    if currency != CURRENCY or family == OTHER:
        return None, []
    found: list[Row] = []
    for where in dict.fromkeys((place.geo_id, place.parent)):
        if where and not found:
            found = cards.rows("wage_level", f"{family}@{where}")
    row = _one(_most_common(_newest(found, day)))
    if row is None:
        return None, []
    return [row[name] for name in LEVELS], [_evidence(row, day)]


def _newest(rows: Sequence[Row], day: date) -> list[Row]:
    begun = [row for row in rows if row["period_start"] <= day.isoformat()]
    return [row for row in begun if row["period_start"] == begun[0]["period_start"]]


def _most_common(rows: Sequence[Row]) -> list[Row]:
    """The rows of one occupation: the only one, or the one with the most people in it."""
    if len({row["occupation"] for row in rows}) < 2:
        return list(rows)
    counted = [row for row in rows if row["national_employment"] is not None]
    if not counted:
        return []
    first = max(counted, key=lambda row: row["national_employment"])["occupation"]
    return [row for row in rows if row["occupation"] == first]


def _one(rows: Sequence[Row]) -> Row | None:
    distinct = {tuple(row[name] for name in LEVELS) for row in rows}
    return rows[0] if len(distinct) == 1 else None


def _evidence(row: Row, day: date) -> Market:
    over = ["period_over"] if row["period_end"] < day.isoformat() else []
    return {
        "mart": "wage_level",
        "row_id": row["record_key"],
        "source": row["source"],
        "as_of": row["period_start"][:7],
        "n": None,
        "region": row["area_name"],
        "level": f"I-IV of {row['occupation']}",
        "step": "occupation+area",
        "flags": [*over, *(flag for flag in row["flags"].split(",") if flag)],
    }
