"""A negotiation guide as one JSON-able record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pipelines.guides.bands import Band, find_band_table, layout, read_bands
from pipelines.guides.checks import check_band, check_guide, is_no_zone
from pipelines.guides.competing import read_offers
from pipelines.guides.document import Document, Table, read_document
from pipelines.guides.evidence import effective_period, read_sources, vest_cliff_months, vest_years
from pipelines.guides.levels import LevelMap, read_levels
from pipelines.guides.levers import Lever, read_levers
from pipelines.guides.money import tidy
from pipelines.guides.premium import read_premium
from pipelines.guides.record import (
    Record,
    asked_record,
    band_record,
    level_records,
    offer_record,
    span,
)
from pipelines.guides.signon import read_signon
from pipelines.guides.strategy import Strategy, read_strategies
from pipelines.guides.title import Title, read_title
from pipelines.guides.totals import compute_total
from rules.errors import Fault, UnusableCase


def read_guide(path: Path) -> Record:
    """Read a guide from a file.

    Returns:
        The record of ``read_guide_text``; its ``file`` is the folder and name of the file.

    Raises:
        UnusableCase: ``guide-unreadable`` when the file cannot be read as UTF-8 text,
            ``guide-not-a-guide`` when it holds no guide.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableCase(_unreadable(path, error)) from error
    return read_guide_text(text, "/".join(path.parts[-2:]))


def read_guide_text(text: str, name: str) -> Record:
    """Read a guide from its text.

    Args:
        text: Markdown.
        name: What to call the guide in errors and in ``file``.

    Returns:
        One record per guide: ``company``, ``role``, ``bands`` (one per zone and level), what is
        asked for (``target_*``) and accepted (``accept_*``), ``premium_*_pct``, ``signon_*``,
        ``levers``, ``competing``, ``level_map``, ``sources`` and ``quarantine``.  Amounts are in
        whole currency units as written; None where the guide says nothing or leaves a blank.

    Raises:
        UnusableCase: ``guide-not-a-guide`` when the title or the band table is absent.
    """
    document = read_document(text, name)
    title, table = read_title(document), find_band_table(document)
    if title is None or table is None:
        raise UnusableCase(_not_a_guide(name, untitled=title is None))
    bands, levers, levels = read_bands(table), read_levers(document), read_levels(document)
    main, *others = read_strategies(document) or [Strategy()]
    return {
        "file": name,
        **_title_part(title, levels, bands),
        "layout": layout(table),
        **_band_part(document, title, table, bands, main),
        **_premium_part(document),
        **_signon_part(document, bands, levers, main),
        "levers": [lever.title for lever in levers],
        "lever_scripts": [lever.script for lever in levers],
        **_strategy_part(main, others, levers),
        "level_map": level_records(levels),
        "level_map_form": levels.form,
        **_evidence_part(document, text),
    }


def _unreadable(path: Path, error: Exception) -> Fault:
    return Fault("guide-unreadable", str(path), str(error), "a text file in UTF-8")


def _not_a_guide(name: str, *, untitled: bool) -> Fault:
    return Fault(
        "guide-not-a-guide",
        name,
        "no heading that names a negotiation guide" if untitled else "no table of pay bands",
        "a heading such as 'Role | Company Global Negotiation Guide', then a table of pay bands",
        "see examples/guides for one that can be read",
    )


def _title_part(title: Title, levels: LevelMap, bands: Sequence[Band]) -> Record:
    return {
        "company": title.company,
        "company_gloss": title.gloss,
        "role": title.role,
        "title": title.raw,
        "level_text": title.level or levels.level or _levels_of(bands),
    }


def _levels_of(bands: Sequence[Band]) -> str | None:
    """The levels in the brackets of a table by level."""
    bracketed = [re.search(r"\(([^)]+)\)", band.level or "") for band in bands]
    return " / ".join(dict.fromkeys(match[1] for match in bracketed if match)) or None


def _band_part(
    document: Document, title: Title, table: Table, bands: Sequence[Band], main: Strategy
) -> Record:
    totals = [compute_total(band) for band in bands]
    marks = [list(check_band(band, total)) for band, total in zip(bands, totals, strict=True)]
    doubts = [doubt for found in marks for doubt in found]
    doubts.extend(check_guide(title, bands, totals, main.accept))
    note = _note(document, table)
    return {
        "bands": [
            band_record(band, total, found, note)
            for band, total, found in zip(bands, totals, marks, strict=True)
            if not is_no_zone(band)
        ],
        "quarantine": [asdict(doubt) for doubt in doubts],
        "malformed": [f"{d.where}: {d.code}: {d.raw}" for d in doubts if d.severity == "hold"],
    }


def _note(document: Document, table: Table) -> str:
    """The text between the band table and the next heading."""
    section = next(
        section
        for section in document.sections
        if any(own.line == table.line for own in section.tables)
    )
    below = (line for number, line in section.lines if number > table.line)
    return " ".join(line for line in below if not line.startswith("|"))


def _premium_part(document: Document) -> Record:
    low, high = read_premium(document) or (None, None)
    return {"premium_low_pct": tidy(low), "premium_high_pct": tidy(high)}


def _signon_part(
    document: Document, bands: Sequence[Band], levers: Sequence[Lever], main: Strategy
) -> Record:
    money = read_signon(document, bands, levers, main.text)
    return span("signon", money) | {"signon_currency": money.currency if money else None}


def _strategy_part(main: Strategy, others: Sequence[Strategy], levers: Sequence[Lever]) -> Record:
    told = [offer for lever in levers for offer in read_offers(lever.script) if offer.total]
    return {
        **asked_record("target", main.target),
        **asked_record("accept", main.accept),
        "competing": [offer_record(offer) for offer in read_offers(main.text)],
        "competing_in_levers": [offer_record(offer) for offer in told],
        "other_regions": [
            {
                "region": other.region,
                **asked_record("target", other.target),
                **asked_record("accept", other.accept),
            }
            for other in main.elsewhere
        ],
        "other_levels": [
            {
                "level": other.level,
                **asked_record("target", other.target),
                **asked_record("accept", other.accept),
            }
            for other in others
        ],
    }


def _evidence_part(document: Document, text: str) -> Record:
    sources = read_sources(document)
    return {
        "vest_years": vest_years(text),
        "vest_cliff_months": vest_cliff_months(text),
        "effective_period": effective_period(text),
        "sources_count": len(sources),
        "sources": [asdict(source) for source in sources],
    }
