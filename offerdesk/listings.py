"""Lists for the terminal: a line for each thing, or JSON for whoever counts on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from offerdesk.complaints import printable

if TYPE_CHECKING:
    from offerdesk.doctor import Finding
    from pipelines.records import RefreshReport
    from warehouse.log import LogLine
    from warehouse.snapshot import Snapshot

Row = Mapping[str, Any]


def as_json(value: Any) -> str:
    """Readable JSON; dates and paths as text."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def columns(rows: Iterable[Sequence[Any]]) -> str:
    """Rows in columns; the last one may be as long as it is.

    >>> print(columns([("a", 1, "first"), ("long", None, "second")]))
    a     1  first
    long  -  second
    """
    cells = [["-" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = (
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def decisions(lines: Sequence[LogLine], form: str) -> str:
    """The decision log, newest first."""
    if form == "json":
        return as_json([asdict(line) for line in lines])
    if not lines:
        return "Nothing is logged yet; `offerdesk decide OFFER` logs its decision."
    return columns(
        (
            line.id,
            line.logged_at[:16].replace("T", " "),
            line.verdict,
            line.status,
            line.rule,
            line.company,
            line.role,
        )
        for line in lines
    )


def published(snapshots: Sequence[Snapshot], form: str) -> str:
    """The market snapshots, newest first."""
    if form == "json":
        return as_json([asdict(one) for one in snapshots])
    if not snapshots:
        return "No market snapshot is published yet; `offerdesk refresh FOLDER` makes one."
    return columns(
        (one.id, f"{one.published_at:%Y-%m-%d %H:%M} UTC", "in force" if one.current else "")
        for one in snapshots
    )


def holdings(held: Row, form: str) -> str:
    """What a snapshot holds."""
    if form == "json":
        return as_json(held)
    lines = [f"Snapshot {held['snapshot']}", ""]
    lines += [columns((name, f"{count:,} rows") for name, count in held["rows"].items())]
    for one in held["sources"]:
        lines += ["", f"{one['source']}: {one['files']} files, {_balance(one)}"]
        lines += [f"dated {one['oldest_as_of'] or '-'} to {one['newest_as_of'] or '-'}"]
    return "\n".join(lines)


def _balance(counts: Row) -> str:
    return (
        f"{counts['read']:,} rows read = {counts['accepted']:,} accepted"
        f" + {counts['quarantined']:,} quarantined + {counts['duplicates']:,} duplicates"
    )


def held(rows: Sequence[Row], form: str) -> str:
    """What is held back, a line for each reason."""
    if form == "json":
        return as_json(rows)
    if not rows:
        return "Nothing is held back."
    return columns((row["row_ref"], row["code"], row["severity"], row["found"]) for row in rows)


def held_whole(rows: Sequence[Row], form: str) -> str:
    """A row that is held back, with every reason and what would mend it."""
    if form == "json":
        return as_json(rows)
    lines = [f"{rows[0]['row_ref']}, as read: {printable(rows[0]['raw'])}"]
    for row in rows:
        lines.append(f"{row['code']}: {printable(row['found'])}")
        if row["suggestion"]:
            lines.append(f"  to mend it: {printable(row['suggestion'])}")
    return "\n".join(lines)


def refreshed(report: RefreshReport) -> str:
    """What a refresh did, with counts that balance."""
    counts = {
        name: getattr(report, name) for name in ("read", "accepted", "quarantined", "duplicates")
    }
    lines = [f"{len(report.loads)} files taken in, {report.unchanged} unchanged."]
    if report.loads:
        lines.append(f"{_balance(counts)}.")
    if report.reasons:
        lines.append("`offerdesk quarantine list` shows what is held back, and why.")
    if report.dry_run:
        lines.append(f"Dry run: snapshot {report.snapshot} was not published.")
    elif report.published:
        lines.append(f"Snapshot {report.snapshot} is published and in force.")
    else:
        lines.append(f"Nothing new: snapshot {report.snapshot} stays in force.")
    return "\n".join(lines)


def findings(found: Sequence[Finding], form: str) -> str:
    """What the doctor saw."""
    if form == "json":
        return as_json([asdict(one) for one in found])
    lines = [columns((one.health.value, one.check, one.found) for one in found)]
    lines += [f"{one.check}: {one.next_step}" for one in found if one.next_step]
    return "\n".join(lines)
