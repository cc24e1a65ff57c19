"""A guide's record as rows of the market's tables.  Nothing is judged here, only arranged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.guides.checks import SHORT_PERIODS
from pipelines.records import TableRow, canonical
from pipelines.sources.annual import per_year
from warehouse.companies import company_id
from warehouse.places import places
from warehouse.roles import role_of

Record = Mapping[str, Any]
Range = tuple[float | None, float | None]
GRANT_YEARS = 4
MONTHS = 12
COMPONENTS = ("base", "stock", "bonus", "signon", "total")


def _range(record: Record, name: str, factor: float = 1) -> Range:
    low, high = record.get(f"{name}_low"), record.get(f"{name}_high")
    return (
        None if low is None else float(low) * factor,
        None if high is None else float(high) * factor,
    )


def _columns(name: str, amounts: Range) -> TableRow:
    return {f"{name}_min": amounts[0], f"{name}_max": amounts[1]}


def _scaled(amounts: Range, factor: float) -> Range:
    low, high = amounts
    return (None if low is None else low * factor, None if high is None else high * factor)


def _per_year(period: object) -> float:
    """How often a year holds a written period; one for a yearly amount or a whole grant."""
    return per_year(str(period)) or 1


def equity_basis(band: Record) -> str | None:
    """What the stock column is, as written; None without stock.

    >>> equity_basis({"stock_low": 1, "stock_high": 2, "stock_period": "yr"})
    'annualised'
    """
    if band.get("stock_low") is None and band.get("stock_high") is None:
        return None
    names = {"4yr": "grant_total_4yr", "yr": "annualised", "mo": "annualised"}
    return names.get(str(band.get("stock_period")), "unspecified")


def equity_total(band: Record) -> Range:
    """The grant over four years; a stated yearly or monthly figure is multiplied up.

    >>> equity_total({"stock_low": 10, "stock_high": 20, "stock_period": "yr"})
    (40.0, 80.0)
    """
    period = band.get("stock_period")
    factor = GRANT_YEARS * _per_year(period) if period in ("yr", "mo") else 1
    return _range(band, "stock", factor)


def _bonus(band: Record) -> TableRow:
    amount = band.get("bonus_unit") == "amount"
    percent = _range(band, "bonus_pct" if amount else "bonus", 0.01)
    nothing: Range = (None, None)
    return {
        **_columns("bonus_target_pct", percent),
        **_columns("bonus_amount", _range(band, "bonus") if amount else nothing),
    }


def _computed(
    base: float | None, equity: float | None, pct: float | None, cash: float | None
) -> Any:
    if base is None:
        return None
    return base * (1 + (pct or 0)) + (cash or 0) + (equity or 0) / GRANT_YEARS


def tc_basis(stated: float | None, base: float | None, equity: float | None, cash: float) -> str:
    """How a stated total was built: with a year's equity, with the whole grant, or in cash only.

    >>> tc_basis(345_000, 248_000, 380_000, 44_640), tc_basis(500_000, 200_000, 280_000, 20_000)
    ('annualised', 'full_grant')
    """
    if stated is None or base is None:
        return "unknown"
    if not equity:
        return "cash_only"
    annual, whole = base + cash + equity / GRANT_YEARS, base + cash + equity
    near, far = abs(stated / annual - 1), abs(stated / whole - 1)
    if min(near, far) > 0.2:
        return "unknown"
    return "annualised" if near <= far else "full_grant"


def _total(band: Record, row: TableRow) -> TableRow:
    """Stated and recomputed total compensation; recomputed only within one currency."""
    stated = _range(band, "total", _per_year(band.get("total_period")))
    one = {row["currency"], row["equity_currency"], row["tc_currency"]} - {None}
    computed: list[float | None] = [None, None]
    if len(one) == 1:
        computed = [
            _computed(
                row[f"base_{end}"],
                row[f"equity_total_4y_{end}"],
                row[f"bonus_target_pct_{end}"],
                row[f"bonus_amount_{end}"],
            )
            for end in ("min", "max")
        ]
    top, base = computed[1], row["base_max"]
    cash = (row["bonus_amount_max"] or 0) + (row["bonus_target_pct_max"] or 0) * (base or 0)
    basis = tc_basis(stated[1], base, row["equity_total_4y_max"], cash) if top else "unknown"
    return {
        **_columns("tc_stated", stated),
        "tc_basis": "year1" if band.get("total_basis") else basis,
        **_columns("tc_computed", (computed[0], computed[1])),
        "tc_delta_pct": stated[1] / top - 1 if stated[1] and top else None,
    }


def _alternative(band: Record) -> TableRow:
    alt = band.get("alt") or {}
    period = band.get("stock_period")
    factor = GRANT_YEARS if period in ("yr", "mo") else 1
    return {
        "alt_currency": alt.get("currency"),
        **_columns("alt_base", _range(alt, "base")),
        **_columns("alt_equity_total_4y", _range(alt, "stock", factor)),
        **_columns("alt_bonus_amount", _range(alt, "bonus")),
        **_columns("alt_tc", _range(alt, "total")),
    }


def _doubts(record: Record, band: Record) -> list[Record]:
    """What the reader says should keep this band out, each reason once."""
    where = " ".join(filter(None, (band.get("region"), band.get("level"))))
    places_of_doubt = {where, *(f"{where} {name}" for name in COMPONENTS)}
    found = {
        str(doubt["code"]): doubt
        for doubt in record.get("quarantine") or ()
        if doubt.get("severity") in ("hold", "drop") and doubt.get("where") in places_of_doubt
    }
    return list(found.values())


def _flags(band: Record, row: TableRow) -> str:
    flags = [str(flag) for flag in band.get("flags") or ()]
    flags += [f"open_ended_{name}" for name in band.get("open_ended") or ()]
    if row["tc_basis"] == "full_grant":
        flags.append("tc_full_grant")
    if row["tc_delta_pct"] is not None and abs(row["tc_delta_pct"]) > 0.1:
        flags.append("tc_inconsistent")
    if row["job_level_raw"] and row["base_max"] is None:
        flags.append("level_cells_taken_as_total")
    if row["equity_currency"] not in (None, row["currency"]):
        flags.append("equity_in_other_currency")
    return ",".join(flag.replace(",", ";") for flag in flags)


def _band(record: Record, band: Record, guide_id: str, number: int) -> TableRow:
    currency = band.get("currency")
    equity = equity_total(band)
    row: TableRow = {
        "band_id": f"{guide_id}#{number}",
        "guide_id": guide_id,
        "ordinal": number,
        "pay_zone_raw": band.get("region"),
        "job_level_raw": band.get("level"),
        "currency": currency,
        "pay_frequency": SHORT_PERIODS.get(str(band.get("base_period")), "annual"),
        **_columns("base", _range(band, "base", _per_year(band.get("base_period")))),
        "equity_vehicle": band.get("equity_kind"),
        "equity_basis": equity_basis(band),
        "equity_currency": (band.get("stock_currency") or currency) if any(equity) else None,
        **_columns("equity_annual", _scaled(equity, 1 / GRANT_YEARS)),
        **_columns("equity_total_4y", equity),
        **_bonus(band),
        **_columns("sign_on", _range(band, "signon")),
        "tc_currency": band.get("total_currency") or currency,
        **_alternative(band),
        "doubts": _doubts(record, band),
        "as_written": canonical(band),
    }
    row |= _total(band, row)
    return row | {"flags": _flags(band, row)}


def vest_claim(record: Record) -> str | None:
    """The vesting the guide claims, in words.

    >>> vest_claim({"vest_years": 4, "vest_cliff_months": 12})
    '4-year, 1-year cliff'
    """
    years, cliff = record.get("vest_years"), record.get("vest_cliff_months")
    if record.get("vest_claim") or not years:
        return record.get("vest_claim")
    if cliff is None:
        return f"{years}-year"
    unit = f"{cliff // MONTHS}-year" if cliff % MONTHS == 0 and cliff else f"{cliff}-month"
    return f"{years}-year, {unit} cliff"


def as_of(record: Record) -> tuple[str | None, str | None]:
    """The month a guide speaks for and where that comes from; January of its latest year.

    >>> as_of({"effective_period": "2025-2026"}), as_of({})
    (('2026-01', 'effective_period'), (None, None))
    """
    if record.get("as_of"):
        return str(record["as_of"])[:7], "stated"
    period = str(record.get("effective_period") or "")
    return (f"{period[-4:]}-01", "effective_period") if period[-4:].isdigit() else (None, None)


def _guide(record: Record, guide_id: str, digest: str, reader: str) -> TableRow:
    company, role = str(record.get("company") or ""), str(record.get("role") or "")
    named = role_of(role)
    month, basis = as_of(record)
    return {
        "guide_id": guide_id,
        "source_hash": digest,
        "company_id": company_id(company),
        "company": company,
        "role_id": named.role_id,
        "role_family": named.family,
        "role": role,
        "title_raw": record.get("title"),
        "level_text": record.get("level_text"),
        "layout": record.get("layout"),
        "as_of": month,
        "as_of_basis": basis,
        "vest_claim": vest_claim(record),
        "sources_count": record.get("sources_count"),
        "reader": reader,
    }


def _premiums(record: Record, guide_id: str) -> Iterator[TableRow]:
    low, high = _range(record, "premium")
    low = record.get("premium_low_pct") if low is None else low
    high = record.get("premium_high_pct") if high is None else high
    if low is not None and high is not None:
        yield {
            "guide_id": guide_id,
            "label": record.get("premium_label") or "premium",
            "unit": "pct",
            "min": float(low) / 100,
            "max": float(high) / 100,
            "included_in_band": record.get("premium_included_in_band"),
        }


def _level_map(record: Record, guide_id: str) -> Iterator[TableRow]:
    for number, peer in enumerate(record.get("level_map") or (), 1):
        if isinstance(peer, Mapping):
            company, level = peer.get("company"), peer.get("level")
        else:  # a row of a table whose columns are not peers: kept as text
            company, level = peer[0], " | ".join(map(str, peer[1:]))
        yield {
            "guide_id": guide_id,
            "ordinal": number,
            "own_level_raw": record.get("level_text"),
            "peer_company": company,
            "peer_company_id": company_id(str(company or "")),
            "peer_level_raw": level,
            "form": record.get("level_map_form"),
        }


def _levers(record: Record, guide_id: str) -> Iterator[TableRow]:
    scripts = list(record.get("lever_scripts") or ())
    for number, lever in enumerate(record.get("levers") or (), 1):
        script = scripts[number - 1] if number <= len(scripts) else None
        yield {"guide_id": guide_id, "ordinal": number, "title": lever, "script": script or None}


def _four_year_equity(said: Record, prefix: str) -> float | None:
    stated, amount = said.get(f"{prefix}_equity_4yr"), said.get(f"{prefix}_equity")
    if stated is not None or amount is None:
        return None if stated is None else float(stated)
    yearly = said.get(f"{prefix}_equity_period") in ("yr", "mo")
    period = said.get(f"{prefix}_equity_period")
    return float(amount) * (GRANT_YEARS * _per_year(period) if yearly else 1)


def _bonus_said(said: Record, prefix: str) -> TableRow:
    percent, amount = said.get(f"{prefix}_bonus_pct"), said.get(f"{prefix}_bonus")
    if percent is None and amount is not None and 0 < float(amount) <= 100:
        percent, amount = amount, None
    return {
        "bonus_pct": None if percent is None else float(percent) / 100,
        "bonus_amount": None if amount is None else float(amount),
    }


def _total_basis(said: Record, prefix: str) -> str | None:
    if said.get(f"{prefix}_total") is None:
        return None
    text = f"{said.get(f'{prefix}_total_basis') or ''} {said.get(f'{prefix}_form') or ''}".lower()
    if "4y_total" in text or "4-year total" in text:
        return "4y_total"
    first = any(word in text for word in ("first-year", "first year", "year 1", "yr 1", "year1"))
    return "year1" if first else "unspecified"


def _asked(said: Record, prefix: str) -> TableRow:
    uplift = said.get(f"{prefix}_equity_uplift_pct")
    number = {
        name: None if said.get(key) is None else float(said[key])
        for name, key in (
            ("base", f"{prefix}_base"),
            ("sign_on", f"{prefix}_signon"),
            ("sign_on_y2", f"{prefix}_signon_year2"),
            ("tc", f"{prefix}_total"),
        )
    }
    return {
        **number,
        "equity_total_4y": _four_year_equity(said, prefix),
        "equity_relative_pct": None if uplift is None else float(uplift) / 100,
        **_bonus_said(said, prefix),
        "tc_basis": _total_basis(said, prefix),
    }


def _main_scope(record: Record) -> Record:
    """The region and level that the guide's main target is for.

    The first band in the target's currency that no other target is said of.
    """
    elsewhere = {other.get("region") for other in record.get("other_regions") or ()}
    levels = {other.get("level") for other in record.get("other_levels") or ()}
    named = {"region": record.get("target_region"), "level": record.get("target_level")}
    currency = record.get("target_currency") or record.get("accept_currency")
    for band in record.get("bands") or ():
        other = band.get("region") in elsewhere or (levels and band.get("level") in levels)
        if not other and currency in (None, band.get("currency")):
            level = band.get("level") if levels else None
            return {"region": named["region"] or band.get("region"), "level": level}
    return named


def _scopes(record: Record) -> Iterator[tuple[Record, Record]]:
    yield record, _main_scope(record)
    for other in record.get("other_regions") or ():
        yield other, {"region": other.get("region"), "level": None}
    for other in record.get("other_levels") or ():
        yield other, {"region": None, "level": other.get("level")}


def _packages(record: Record, guide_id: str, prefix: str, kind: str) -> Iterator[TableRow]:
    for said, scope in _scopes(record):
        package = _asked(said, prefix)
        if all(package[name] is None for name in package if name != "tc_basis"):
            continue
        region = scope.get("region")
        currency = said.get(f"{prefix}_currency") or said.get("currency")
        yield {
            "guide_id": guide_id,
            "kind": kind,
            "scope_region": region,
            "scope_geo_id": places(region)[0].geo_id if region else None,
            "scope_level": scope.get("level"),
            "currency": currency or record.get("target_currency"),
            **package,
        }


def _numbered(rows: Iterator[TableRow]) -> list[TableRow]:
    return [row | {"ordinal": number} for number, row in enumerate(rows, 1)]


def _floors(record: Record, guide_id: str) -> Iterator[TableRow]:
    yield from _packages(record, guide_id, "accept", "accept_at")
    yield from _packages(record, guide_id, "walkaway", "walk_away")


def _competing(record: Record, guide_id: str) -> Iterator[TableRow]:
    for key, place in (("competing", "negotiate_up"), ("competing_in_levers", "lever")):
        for offer in record.get(key) or ():
            total = offer.get("total")
            yield {
                "guide_id": guide_id,
                "employer": offer.get("company"),
                "company_id": company_id(str(offer.get("company") or "")),
                "tc": None if total is None else float(total),
                "currency": offer.get("currency") or record.get("target_currency"),
                "kind": "generic" if offer.get("generic") else "benchmark",
                "place": place,
            }


def _sign_on(record: Record, guide_id: str) -> Iterator[TableRow]:
    low, high = _range(record, "signon")
    if low is not None and high is not None:
        yield {
            "guide_id": guide_id,
            "currency": record.get("signon_currency"),
            "min": low,
            "max": high,
        }


def rows_of(record: Record, guide_id: str, digest: str, reader: str) -> dict[str, list[TableRow]]:
    """All rows of one guide, by table, in the guide's own order.

    Args:
        record: What ``pipelines.guides.read_guide`` returned.
        guide_id: ``<folder>/<name>``.
        digest: SHA-256 of the file.
        reader: Version of the reader.
    """
    bands = enumerate(record.get("bands") or (), 1)
    return {
        "guide": [_guide(record, guide_id, digest, reader)],
        "band": [_band(record, band, guide_id, number) for number, band in bands],
        "premium": list(_premiums(record, guide_id)),
        "level_map": list(_level_map(record, guide_id)),
        "lever_text": list(_levers(record, guide_id)),
        "target": _numbered(_packages(record, guide_id, "target", "target")),
        "accept_floor": _numbered(_floors(record, guide_id)),
        "competing": _numbered(_competing(record, guide_id)),
        "sign_on": list(_sign_on(record, guide_id)),
    }
