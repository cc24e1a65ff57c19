"""Negotiation guides in Markdown: one employer and role each, every layout there is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.guide_rows import rows_of
from pipelines.records import Checked, Held, LoadCount, Reading, SourceFile, TableRow, canonical
from pipelines.sources.head import Head
from pipelines.sources.source import Batch
from rules.errors import FailedWorld, Fault, OfferdeskError
from warehouse.places import places
from warehouse.staging import write_staged

ReadGuide = Callable[[Path], Mapping[str, Any]]

_INCLUDED = re.compile(
    r"(?i)\binclud(?:es?|ed|ing)\b[^.\n]{0,80}\bpremium|\bpremium\b[^.\n]{0,80}"
    r"\b(?:is applied across|already in|included in|built into|reflected in)"
)
_BASIS = re.compile(r"(?i)\baccept[^.\n]{0,60}\b(4-year total|first[- ]year|year 1|yr 1)")


def _refusal(file: SourceFile, fault: Fault) -> Held:
    step = fault.next_step or fault.allowed or None
    raw = canonical({"file": file.name, "digest": file.digest})
    return Held(file.load_id, file.name, fault.code, "file", raw, fault.found, step)


def _words(text: str) -> dict[str, Any]:
    """What the guide's own words say of its figures, where the reader gave the figures only."""
    basis = _BASIS.search(text)
    four_years = basis is not None and basis[1][0] == "4"
    label = "AI premium" if re.search(r"(?i)\bAI premium\b", text) else "premium"
    return {
        "premium_label": label,
        "premium_included_in_band": True if _INCLUDED.search(text) else None,
        "accept_total_basis": None if basis is None else "4y_total" if four_years else "year1",
    }


def read(file: SourceFile, read_guide: ReadGuide | None = None) -> Reading:
    """Read one guide into rows; a file that is no guide comes back refused, with its reason.

    Args:
        file: Which.
        read_guide: The reader; ``pipelines.guides.read_guide`` when not given.

    Raises:
        FailedWorld: When the disk fails while reading.
    """
    if read_guide is None:
        from pipelines.guides import read_guide as standard_reader

        read_guide = standard_reader
    guide_id = file.name.removesuffix(".md")
    try:
        record = dict(read_guide(file.path))
        text = file.path.read_text(encoding="utf-8", errors="replace")
        tables = rows_of(_words(text) | record, guide_id, file.digest, Guides.reader)
    except FailedWorld:
        raise
    except OfferdeskError as error:
        return Reading(file, held=tuple(_refusal(file, fault) for fault in error.faults))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        fault = Fault("guide-record-malformed", file.name, repr(error), next_step="report the file")
        return Reading(file, held=(_refusal(file, fault),))
    for rows in tables.values():
        for row in rows:
            row["load_id"] = file.load_id
    return Reading(file, tables)


def zones_of(bands: Sequence[TableRow]) -> list[TableRow]:
    """Where each band holds: one row for each place that its pay zone names."""
    return [
        {
            "band_id": band["band_id"],
            "load_id": band["load_id"],
            "geo_id": place.geo_id,
            "country": place.country,
            "parent": place.parent,
            "remote": place.remote,
        }
        for band in bands
        for place in {one.geo_id: one for one in places(band["pay_zone_raw"])}.values()
    ]


def tables_of(checked: Checked) -> dict[str, list[TableRow]]:
    """Rows for the landing tables: what was accepted, where each band holds, what was held."""
    return {
        **checked.accepted,
        "band_zone": zones_of(checked.accepted["band"]),
        "quarantine": [one.as_row() for one in checked.held],
    }


class Guides:
    """Negotiation guides, many files at a time."""

    name = "guides"
    reader = "guides-4"
    title = "Negotiation guides"
    address = None
    licence = "as each guide says"
    files_together = 250

    def recognises(self, head: Head) -> bool:
        """Every Markdown file; whether it is a guide shows when it is read."""
        return head.kind == "markdown"

    def take_in(self, batch: Batch, folder: Path) -> Sequence[LoadCount]:
        """Read the guides; see ``pipelines.sources.source.Source.take_in``."""
        from pipelines.contracts import check

        checked = check([read(file) for file in batch.files], batch.known)
        write_staged(folder, tables_of(checked))
        return checked.loads
