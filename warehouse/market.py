"""The market object of one offer, and the rows that it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from rules.exchange import read_rates
from warehouse.cards import Cards, KeptCards, Row, TableCards, cards_of
from warehouse.market_cell import EXACT, REGION, Hit, Wanted, find_cell, wanted_cell, zone_test
from warehouse.market_fx import fx_of
from warehouse.market_percentiles import Asked, cell_at, find_percentiles
from warehouse.market_vesting import vesting_of
from warehouse.market_wages import wage_levels_of
from warehouse.snapshot import find_snapshot

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Market = dict[str, Any]


def _range(row: Row, name: str) -> list[float] | None:
    low, high = row[f"{name}_min"], row[f"{name}_max"]
    return None if low is None or high is None else [low, high]


def _money(band: Row, currency: str) -> Market:
    """The band's amounts in one currency: the offer's, where the guide states it."""
    if band["currency"] != currency and band["alt_currency"] == currency:
        return {
            "currency": currency,
            "base": _range(band, "alt_base"),
            "equity_total": _range(band, "alt_equity_total_4y"),
            "bonus_amount": _range(band, "alt_bonus_amount"),
            "tc": _range(band, "alt_tc"),
            "sign_on": None,
        }
    own = band["currency"]
    return {
        "currency": own,
        "base": _range(band, "base"),
        "equity_total": (
            _range(band, "equity_total_4y") if band["equity_currency"] in (None, own) else None
        ),
        "bonus_amount": _range(band, "bonus_amount"),
        "tc": _range(band, "tc_stated") if band["tc_currency"] in (None, own) else None,
        "sign_on": _range(band, "sign_on"),
    }


def _applies(row: Row, band: Row, currency: str) -> bool:
    """Whether a target or floor was said of this band's region, level and currency."""
    here = row["scope_geo_id"] is None or zone_test(
        band, lambda zone: bool(zone["geo_id"] == row["scope_geo_id"])
    )
    level = row["scope_level"] in (None, band["job_level_raw"]) or band["job_level_raw"] is None
    return here and level and row["currency"] in (None, currency)


def _package(row: Row | None) -> Market | None:
    """A target or floor as a record of the parts that are stated."""
    if row is None:
        return None
    total = {"year1": "tc_y1", "4y_total": "tc_4y_total"}.get(row["tc_basis"] or "", "tc")
    split = row["sign_on_y2"] is not None
    parts = {
        "base": row["base"],
        "equity_total": row["equity_total_4y"],
        "sign_on_y1" if split else "sign_on": row["sign_on"],
        "sign_on_y2": row["sign_on_y2"],
        "bonus_pct": row["bonus_pct"],
        "bonus": row["bonus_amount"],
        total: row["tc"],
    }
    return {name: value for name, value in parts.items() if value is not None} or None


class _Evidence:
    """Collects the rows that were used, in the order of their use."""

    def __init__(self, hit: Hit) -> None:
        self.hit = hit
        self.rows: list[Market] = []

    def use(self, mart: str, row_id: str) -> None:
        guide, band = self.hit.guide, self.hit.band
        self.rows.append(
            {
                "mart": mart,
                "row_id": row_id,
                "source": f"guide:{guide['guide_id']}",
                "as_of": guide["as_of"],
                "n": None,
                "region": band["pay_zone_raw"],
                "level": band["job_level_raw"] or guide["level_text"],
                "step": self.hit.step,
                "flags": [flag for flag in band["flags"].split(",") if flag],
            }
        )


def _scoped(
    cards: Cards, table: str, kind: str, evidence: _Evidence, currency: str
) -> Market | None:
    hit = evidence.hit
    for row in cards.rows(table, hit.guide["guide_id"]):
        package = _package(row) if row["kind"] == kind else None
        if package and _applies(row, hit.band, currency):
            evidence.use(table, f"{row['guide_id']}#{table}:{row['ordinal']}")
            return package
    return None


def _sign_on(cards: Cards, evidence: _Evidence, money: Market) -> Any:
    if money["sign_on"] is not None:
        return money["sign_on"]
    for row in cards.rows("sign_on", evidence.hit.guide["guide_id"]):
        if row["currency"] in (None, money["currency"]):
            evidence.use("sign_on", f"{row['guide_id']}#sign_on")
            return [row["min"], row["max"]]
    return None


def _premium(cards: Cards, evidence: _Evidence) -> Market | None:
    for row in cards.rows("premium", evidence.hit.guide["guide_id"]):
        if row["unit"] == "pct":
            evidence.use("premium", f"{row['guide_id']}#premium:{row['label']}")
            included = row["included_in_band"]
            pct = [row["min"], row["max"]]
            return {"label": row["label"], "pct": pct, "included_in_band": included}
    return None


def _benchmarks(cards: Cards, evidence: _Evidence, currency: str) -> list[Market]:
    found = []
    for row in cards.rows("competing", evidence.hit.guide["guide_id"]):
        known = row["tc"] is not None and row["currency"] in (None, currency)
        if known and row["place"] == "negotiate_up" and row["kind"] == "benchmark":
            evidence.use("competing", f"{row['guide_id']}#competing:{row['ordinal']}")
            found.append({"company": row["employer"], "tc": row["tc"]})
    return found


def _guide_object(cards: Cards, hit: Hit, wanted: Wanted, evidence: _Evidence) -> Market:
    guide, band = hit.guide, hit.band
    evidence.use("band", band["band_id"])
    money = _money(band, wanted.currency)
    currency = money["currency"]
    percent = _range(band, "bonus_target_pct")
    in_region = hit.step in (EXACT, REGION)
    return {
        "source": f"guide:{guide['guide_id']}",
        "as_of": guide["as_of"],
        # The offer's own spelling where the place is the same, so that only places differ.
        "region": wanted.region if in_region else band["pay_zone_raw"],
        "currency": currency,
        "level_match": hit.level_match,
        "base": money["base"],
        "equity_total": money["equity_total"],
        "equity_years": 4,
        "bonus_pct": percent,
        # A guide that states both means the same bonus twice.
        "bonus_amount": None if percent else money["bonus_amount"],
        "tc": money["tc"],
        "sign_on": _sign_on(cards, evidence, money),
        "premium": _premium(cards, evidence),
        "target": _scoped(cards, "target", "target", evidence, currency),
        "accept_floor": _scoped(cards, "accept_floor", "accept_at", evidence, currency),
        "walk_below": _scoped(cards, "accept_floor", "walk_away", evidence, currency),
        "benchmark_competitors": _benchmarks(cards, evidence, currency),
        "vest_claim": guide["vest_claim"],
    }


def _cards(snapshot: KeptCards | TableCards | DuckDBPyConnection | str | None) -> Cards:
    if snapshot is None or isinstance(snapshot, str):
        return cards_of(find_snapshot(snapshot).path)
    return snapshot if isinstance(snapshot, KeptCards | TableCards) else TableCards(snapshot)


def find_market(
    snapshot: KeptCards | TableCards | DuckDBPyConnection | str | None,
    *,
    company: str,
    role_family: str | None,
    role_title: str | None,
    level_label: str | None,
    level_std: float | None,
    region: str | None,
    currency: str,
    evaluation_date: date,
) -> Market:
    """The market object of one offer.

    Args:
        snapshot: The cards of one, an open one, an id, or None for the snapshot in force.
        company: The employer as written in the offer.
        role_family: Standard role, such as ``ml_ai_engineer``; read when the title says nothing.
        role_title: The title as written in the offer.
        level_label: The employer's level, such as ``L5``.
        level_std: The level on the standard ladder, 3 to 7.
        region: Where the work is done.
        currency: ISO 4217 code of the offer.
        evaluation_date: Guides dated after it come last.

    Returns:
        ``guide`` (None when the employer has none for the role), ``percentiles``,
        ``oews_wage_levels``, ``fx``, ``vest_registry``, and ``rows``: every row used with
        mart, row_id, source, as_of, n, region, level, step and flags.  Money is per year in whole
        units, ``equity_total`` over ``equity_years``; percentages are fractions.

    Raises:
        FailedWorld: As ``warehouse.snapshot.find_snapshot`` and ``warehouse.cards.cards_of``.
    """
    cards = _cards(snapshot)
    level = (level_label, level_std)
    wanted = wanted_cell(company, role_family, role_title, level, region, currency, evaluation_date)
    market = nothing_found()
    hit = find_cell(cards, wanted)
    if hit:
        evidence = _Evidence(hit)
        market["guide"] = _guide_object(cards, hit, wanted, evidence)
        market["rows"] = evidence.rows
    return _with_references(market, cards, wanted, evaluation_date)


def _with_references(market: Market, cards: Cards, wanted: Wanted, day: date) -> Market:
    """What official sources and registries say, beside what the employer's guide does."""
    fx, rates = fx_of(cards, day)
    vesting, claims = vesting_of(cards, wanted.company, day)
    levels, wages = wage_levels_of(cards, wanted.family, wanted.place, wanted.currency, day)
    market |= {"fx": fx, "vest_registry": vesting, "oews_wage_levels": levels}
    guide = market["guide"]
    converted = guide is not None and guide["currency"] != wanted.currency
    market["rows"] += [*claims, *wages, *(rates if converted else ())]
    asked = Asked(cell_at(wanted), wanted.currency, day, read_rates(fx, wanted.currency))
    market["percentiles"], pay = find_percentiles(cards, asked)
    market["rows"] += pay
    return market


# The facts of an offer that say which cell of the market it belongs to.
ASKED = (
    "company",
    "currency",
    "work_location_region",
    "region",
    "role_family",
    "role_title",
    "level_label",
    "level_std",
    "evaluation_date",
)


def market_of(cards: KeptCards | TableCards, facts: Mapping[str, Any]) -> Market:
    """The market object of an offer by its facts; empty for one without employer or currency."""
    asked = {name: facts[name] for name in ASKED}
    place = asked.pop("work_location_region")
    if not isinstance(asked["company"], str) or asked["currency"] is None:
        return nothing_found()
    asked["region"] = place or asked["region"]
    asked["evaluation_date"] = asked["evaluation_date"] or date.today()
    return find_market(cards, **asked)


def nothing_found() -> Market:
    """A market object that says nothing."""
    return {
        "guide": None,
        "percentiles": [],
        "oews_wage_levels": None,
        "fx": {},
        "vest_registry": None,
        "rows": [],
    }
