"""Where the market of an offer comes from, when the offer does not bring its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rules.case import Case

ABSENT = (
    "There is no market snapshot, so no band was looked up; "
    "`offerdesk refresh FOLDER` makes one out of negotiation guides."
)
UNIDENTIFIED = "Without an employer and a currency no market row can be looked up."


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for an offer.

    Attributes:
        market: In the shape of an offer's own ``market`` section; empty when there is none.
        snapshot: Id of the snapshot that was searched.
        notice: What the reader should know about the search.
    """

    market: Mapping[str, Any]
    snapshot: str | None = None
    notice: str | None = None


def look_up(case: Case, snapshot: str | None = None, folder: Path | None = None) -> Found:
    """Look up the market of an offer.

    Args:
        case: The offer, read without a market.
        snapshot: Id of a snapshot; the one in force when not given.
        folder: Another market folder than the home's.

    Raises:
        FailedWorld: As ``warehouse.market.find_market``; a snapshot that was asked for by id
            must exist, none at all is a notice.
    """
    company, currency = case.facts["company"], case.currency
    if snapshot is None and not _is_published(folder):
        return Found({}, notice=ABSENT)
    from warehouse.market import find_market, market_connection
    from warehouse.snapshot import find_snapshot, open_snapshot

    if folder is None:
        found_id, connection = market_connection(snapshot)
    else:
        found_id = find_snapshot(snapshot, folder).id
        connection = open_snapshot(found_id, folder)
    if not isinstance(company, str) or currency is None:
        return Found({}, found_id, UNIDENTIFIED)
    market = find_market(
        connection,
        company=company,
        currency=currency,
        region=_text(case, "work_location_region") or _text(case, "region"),
        role_family=_text(case, "role_family"),
        role_title=_text(case, "role_title"),
        level_label=_text(case, "level_label"),
        level_std=_number(case, "level_std"),
        evaluation_date=case.evaluation_date,
    )
    notice = None if market["guide"] else _no_row(company, found_id)
    return Found(market, found_id, notice)


def _is_published(folder: Path | None) -> bool:
    from warehouse.home import home

    place = folder or home().market
    if not place.is_dir():
        return False  # DuckDB is slow to load, and there is nothing to open
    from warehouse.snapshot import current_id

    return current_id(folder) is not None


def _no_row(company: str, snapshot: str) -> str:
    return (
        f"Market snapshot {snapshot} has no band of {company} for this role; "
        "state one under `market`, or refresh with a guide that has it."
    )


def _text(case: Case, name: str) -> str | None:
    value = case.facts[name]
    return value if isinstance(value, str) else None


def _number(case: Case, name: str) -> float | None:
    value = case.facts[name]
    return value if isinstance(value, float) else None
