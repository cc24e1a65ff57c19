"""Negotiation guides in Markdown: a file, or every guide below a folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipelines.guide_rows import rows_of
from pipelines.records import Held, Reading, SourceFile, canonical
from rules.errors import FailedWorld, Fault, OfferdeskError, UnusableCase

SOURCE = "guides"
READER = "guides-1"  # raised when the same bytes would give other rows
ReadGuide = Callable[[Path], Mapping[str, Any]]

_INCLUDED = re.compile(
    r"(?i)\binclud(?:es?|ed|ing)\b[^.\n]{0,80}\bpremium|\bpremium\b[^.\n]{0,80}"
    r"\b(?:is applied across|already in|included in|built into|reflected in)"
)
_BASIS = re.compile(r"(?i)\baccept[^.\n]{0,60}\b(4-year total|first[- ]year|year 1|yr 1)")


def _source_file(path: Path) -> SourceFile:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UnusableCase(Fault("source-unreadable", str(path), str(error))) from error
    return SourceFile(SOURCE, path, "/".join(path.absolute().parts[-2:]), digest)


def discover(place: Path) -> list[SourceFile]:
    """The guides at a place, by name: the file itself, or every ``.md`` file below a folder.

    Raises:
        UnusableCase: ``source-not-found`` when nothing is there, ``source-empty`` for a folder
            without guides.
    """
    if place.is_file():
        return [_source_file(place)]
    if not place.is_dir():
        raise UnusableCase(Fault("source-not-found", str(place), "no such file or folder"))
    found = sorted(path for path in place.rglob("*.md") if path.is_file())
    if not found:
        raise UnusableCase(Fault("source-empty", str(place), "no guide", "files ending in .md"))
    return [_source_file(path) for path in found]


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
    try:
        record = dict(read_guide(file.path))
        text = file.path.read_text(encoding="utf-8", errors="replace")
    except FailedWorld:
        raise
    except OfferdeskError as error:
        return Reading(file, held=tuple(_refusal(file, fault) for fault in error.faults))
    guide_id = file.name.removesuffix(".md")
    try:
        tables = rows_of(_words(text) | record, guide_id, file.digest, READER)
    except (TypeError, ValueError, KeyError) as error:
        fault = Fault("guide-record-malformed", file.name, repr(error), next_step="report the file")
        return Reading(file, held=(_refusal(file, fault),))
    for rows in tables.values():
        for row in rows:
            row["load_id"] = file.load_id
    return Reading(file, tables)
