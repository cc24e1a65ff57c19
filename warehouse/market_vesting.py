"""How an employer's grants vest, as the newest dated claim has it."""

from __future__ import annotations

from datetime import date
from typing import Any

from warehouse.cards import Cards, Row
from warehouse.companies import company_id

Market = dict[str, Any]


def vesting_of(cards: Cards, company: str, day: date) -> tuple[Market | None, list[Market]]:
    """The newest claim of an employer's vesting that was there on a day.

    Args:
        cards: Of the market.
        company: The employer as written in the offer.
        day: Claims that are dated after it do not count.

    Returns:
        ``{"company", "schedule", "as_of", "source", "conflicts"}``, the schedule as fractions by
        year and the conflicts as older claims of another schedule; and the row of every claim
        named.  None and no rows when nobody claims anything.  Two claims of one date that
        contradict each other are no knowledge: then there is none either.
    """
    known = cards.rows("vest_claim", company_id(company))
    claims = [claim for claim in known if claim["as_of_from"] <= day.isoformat()]
    if not claims:
        return None, []
    newest, *older = claims
    conflicts = [claim for claim in older if claim["schedule"] != newest["schedule"]]
    if any(_date(claim) == _date(newest) for claim in conflicts):
        return None, []
    flags = ["contradicted"] if conflicts else []
    registry = {
        "company": newest["company_raw"],
        **_claim(newest),
        "conflicts": [_claim(claim) for claim in conflicts],
    }
    return registry, [_evidence(newest, flags), *(_evidence(claim, []) for claim in conflicts)]


def _claim(claim: Row) -> Market:
    return {
        "schedule": claim["schedule"],
        "as_of": _date(claim),
        "source": claim["claimed_by"],
    }


def _date(claim: Row) -> str:
    """The date of a claim as exactly as it is known: a day, a month, a year or a span of years.

    >>> _date({"as_of_from": "2026-09-01", "as_of_to": "2026-09-30"})
    '2026-09'
    >>> _date({"as_of_from": "2023-01-01", "as_of_to": "2024-12-31"})
    '2023-2024'
    """
    first, last = claim["as_of_from"], claim["as_of_to"]
    if first == last:
        return str(first)
    if first[:7] == last[:7]:
        return str(first[:7])
    return str(first[:4]) if first[:4] == last[:4] else f"{first[:4]}-{last[:4]}"


def _evidence(claim: Row, flags: list[str]) -> Market:
    return {
        "mart": "vesting",
        "row_id": claim["record_key"],
        "source": claim["claimed_by"],
        "as_of": _date(claim),
        "n": 1,
        "region": None,
        "level": None,
        "step": "company",
        "flags": flags,
    }
