"""The JSON shape of a guide's parts: bands, asks, offers and level maps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from pipelines.guides.bands import Band
from pipelines.guides.checks import Doubt
from pipelines.guides.columns import equity_kind
from pipelines.guides.competing import Offer
from pipelines.guides.levels import LevelMap
from pipelines.guides.money import Money, tidy
from pipelines.guides.totals import Total, total_basis_text

Record = dict[str, object]
_NOTE_BONUS = re.compile(r"bonus[^.;%]{0,20}?\(?(?P<low>\d+)(?:\s?[-\u2013]\s?(?P<high>\d+))?%")
_ASKED = ("base", "equity", "signon", "bonus", "total")


def band_record(band: Band, total: Total, doubts: Sequence[Doubt], note: str) -> Record:
    """One band: its cells in figures, verbatim, and what is doubtful about them."""
    stock = band.cells.get("stock")
    annual = stock.annual if stock else None
    return {
        "region": band.zone.name if band.zone else None,
        "region_raw": band.zone.raw if band.zone else None,
        "level": band.level,
        "currency": band.currency,
        **_ends(band, "base"),
        **_ends(band, "stock"),
        "stock_period": band.stock_period,
        "equity_kind": equity_kind(note) if band.level_only else band.equity_kind,
        **_bonus(band, note),
        **_ends(band, "signon"),
        **_ends(band, "total"),
        "base_period": _period(band, "base"),
        "total_period": _period(band, "total"),
        **span("stock_annual", annual),
        "stock_units_low": stock.units[0] if stock and stock.units else None,
        "stock_units_high": stock.units[1] if stock and stock.units else None,
        "stock_currency": _foreign(band, "stock"),
        "total_currency": _foreign(band, "total"),
        "total_basis": total_basis_text(band),
        "tc_basis": total.basis,
        "tc_computed_low": tidy(total.low),
        "tc_computed_high": tidy(total.high),
        "tc_delta_pct": total.delta_pct,
        "alt": _alt(band),
        "cells": {name: cell.text for name, cell in band.cells.items()},
        **{f"{name}_text": _words(band, name) for name in ("base", "stock", "bonus", "total")},
        "open_ended": _open_ended(band),
        "flags": sorted({doubt.code for doubt in doubts}),
    }


def span(name: str, money: Money | None) -> Record:
    """Both ends of an amount under one name."""
    return {
        f"{name}_low": tidy(money.low) if money else None,
        f"{name}_high": tidy(money.high) if money else None,
    }


def _ends(band: Band, name: str) -> Record:
    """Both ends of a component; an end that the cell leaves open downward or upward is None."""
    cell = band.cells.get(name)
    return span(name, band.money(name)) | _unstated(name, cell.missing if cell else None)


def _unstated(name: str, missing: str | None) -> Record:
    return {f"{name}_{missing}": None} if missing else {}


def _bonus(band: Band, note: str) -> Record:
    """The bonus as an amount or in percent; a table by level states it in its note."""
    cell = band.cells.get("bonus")
    share = cell.percent if cell else None
    stated = _NOTE_BONUS.search(note) if band.level_only else None
    if stated:
        share = (float(stated["low"]), float(stated["high"] or stated["low"]))
    money = cell.money if cell else None
    low, high = (money.low, money.high) if money else share or (None, None)
    missing = cell.missing if cell else None
    return {
        "bonus_low": tidy(low),
        "bonus_high": tidy(high),
        "bonus_unit": "amount" if money else "pct" if share else None,
        "bonus_pct_low": tidy(share[0]) if money and share else None,
        "bonus_pct_high": tidy(share[1]) if money and share else None,
    } | _unstated("bonus", missing)


def _period(band: Band, name: str) -> str | None:
    money = band.money(name)
    return money.period if money else None


def _foreign(band: Band, name: str) -> str | None:
    """The currency of a component that is not the band's own."""
    money = band.money(name)
    whole = money and money.ends[0] == money.ends[1]
    return money.currency if money and whole and money.currency != band.currency else None


def _words(band: Band, name: str) -> str | None:
    cell = band.cells.get(name)
    return cell.words if cell and not (name == "bonus" and cell.percent) else None


def _open_ended(band: Band) -> list[str]:
    return [
        name
        for name, cell in band.cells.items()
        if cell.open_percent or (cell.money and cell.money.open_ended)
    ]


def _alt(band: Band) -> Record | None:
    """The same band in the second currency of the table."""
    others = {name: cell.other for name, cell in band.cells.items() if cell.other}
    if not others:
        return None
    record: Record = {"currency": next(money.currency for money in others.values())}
    for name in ("base", "stock", "bonus", "total"):
        record |= span(name, others.get(name))
    return record


def asked_record(prefix: str, found: Mapping[str, object]) -> Record:
    """Targets or floors under their prefix.

    A range of sign-on bonuses is what the guide says is paid, not one ask: it goes to
    ``signon_low`` and ``signon_high`` of the guide and is left out here.
    """
    record: Record = {f"{prefix}_{name}": found.get(name) for name in _ASKED}
    record |= {f"{prefix}_{k}": v for k, v in found.items() if k not in _ASKED and v is not None}
    if prefix == "target" and record.pop("target_signon_high", None):
        record["target_signon"] = None
    return record


def offer_record(offer: Offer) -> Record:
    """A competing offer: employer and total always, the rest where stated."""
    return {
        name: value
        for name, value in asdict(offer).items()
        if name in ("company", "total") or value not in (None, False)
    }


def level_records(levels: LevelMap) -> list[object]:
    """The rows of a mapping table, or one record per peer."""
    if levels.rows:
        return [list(row) for row in levels.rows]
    return [{"company": company, "level": level} for company, level in levels.peers]
