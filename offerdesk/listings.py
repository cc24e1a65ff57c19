"""Lists for the terminal: a line for each thing, or JSON for whoever counts on it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from offerdesk.complaints import printable

if TYPE_CHECKING:
    from offerdesk.doctor import Finding
    from pipelines.records import RefreshReport
    from pipelines.sources.source import Source
    from warehouse.difference import TableDifference
    from warehouse.log import LogLine
    from warehouse.snapshot import Held, Snapshot
    from warehouse.verification import Verified

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
            "(redacted)" if line.is_redacted else line.company,
            line.role,
        )
        for line in lines
    )


def verified(found: Verified, form: str) -> str:
    """A log that is sound, and its head."""
    head = str(found.head) if found.head else None
    if form == "json":
        return as_json({"decisions": found.decisions, "redacted": found.redacted, "head": head})
    gone = f", {found.redacted:,} of them redacted" if found.redacted else ""
    told = (
        f"The log is sound: {found.decisions:,} decisions{gone}, and every link of the chain holds."
    )
    return f"{told}\nhead {head}" if head else told


def published(snapshots: Sequence[Snapshot], waiting: Sequence[Held], form: str) -> str:
    """The market snapshots, newest first, and those that wait for a person."""
    if form == "json":
        kept = [{**asdict(one), "held": False} for one in snapshots]
        return as_json(kept + [{"id": one.id, "held": True, **one.report} for one in waiting])
    if not snapshots and not waiting:
        return "No market snapshot is published yet; `offerdesk refresh FOLDER` makes one."
    lines = [
        (one.id, f"{one.published_at:%Y-%m-%d %H:%M} UTC", "in force" if one.current else "")
        for one in snapshots
    ]
    lines += [
        (
            one.id,
            "held",
            f"{len(one.report['flips'])} of {one.report['rescored']} offers flip, "
            f"{len(one.report['doubts'])} doubts",
        )
        for one in waiting
    ]
    return columns(lines)


def sources(known: Sequence[Source], form: str) -> str:
    """The sources there are."""
    if form == "json":
        return as_json(told_of_sources(known))
    return columns((one.name, one.title, one.licence, one.address) for one in known)


def told_of_sources(known: Sequence[Source]) -> list[dict[str, Any]]:
    """The sources as plain values."""
    names = ("name", "title", "address", "licence", "reader")
    return [{name: getattr(one, name) for name in names} for one in known]


def differences(found: Sequence[TableDifference], moved: Sequence[Sequence[Any]], form: str) -> str:
    """What differs between two snapshots: rows by table, and how far the sources have moved."""
    if form == "json":
        names = ("source", "measure", "before", "after")
        drift = [dict(zip(names, one, strict=True)) for one in moved]
        return as_json({"tables": [asdict(one) for one in found], "drift": drift})
    if not found:
        return "The two say the same."
    lines = [
        columns(
            (one.table, f"+{one.added:,}", f"-{one.removed:,}", f"{one.changed:,} changed")
            for one in found
        )
    ]
    if moved:
        lines += ["", columns([("source", "measure", "before", "after"), *moved]), ""]
    for one in found:
        lines += [
            f"{one.table} {' '.join(map(str, change.key))}: "
            + "; ".join(f"{name} {was} -> {now}" for name, (was, now) in change.columns.items())
            for change in one.changes
        ]
    return "\n".join(printable(line) for part in lines for line in (part.splitlines() or [""]))


def holdings(held: Row, form: str) -> str:
    """What a snapshot holds."""
    if form == "json":
        return as_json(held)
    lines = [f"Snapshot {held['snapshot']}", *_why_held(held["held"]), ""]
    lines += [columns((name, f"{count:,} rows") for name, count in held["rows"].items())]
    for one in held["sources"]:
        lines += ["", f"{one['source']}: {one['files']} files, {_balance(one)}"]
        lines += [f"dated {one['oldest_as_of'] or '-'} to {one['newest_as_of'] or '-'}"]
    return "\n".join(lines)


def _why_held(report: Row | None) -> Iterator[str]:
    """Every reason why a snapshot waits; nothing for a published one."""
    if report is None:
        return
    yield "It is held, for these reasons:"
    for one in report["doubts"]:
        yield printable(f"  {one['audit']}: {one['row_id']}: {one['found']}")
    for flip in report["flips"]:
        yield printable(f"  {flip['offer']} {flip['company']}: {flip['before']} -> {flip['after']}")
        yield from (printable(f"    by {cell}") for cell in flip["cells"])


def _balance(counts: Row) -> str:
    return (
        f"{counts['read']:,} rows read = {counts['accepted']:,} accepted"
        f" + {counts['quarantined']:,} quarantined + {counts['duplicates']:,} duplicates"
    )


def held(rows: Sequence[Row], counts: Sequence[Row], form: str) -> str:
    """What is held back: a line for each reason, and how many there are of each."""
    if form == "json":
        return as_json(rows)
    if not rows:
        return "Nothing is held back."
    total = sum(row["count"] for row in counts)
    listed = columns((row["row_ref"], row["code"], row["severity"], row["found"]) for row in rows)
    summed = columns((row["source"], row["code"], f"{row['count']:,}") for row in counts)
    return f"{listed}\n\n{len(rows):,} of {total:,} reasons listed:\n{summed}"


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


def refreshed(report: RefreshReport, form: str = "text") -> str:
    """What a refresh did, with counts that balance."""
    if form == "json":
        return as_json(_as_record(report))
    lines = [f"{len(report.loads)} files taken in, {report.unchanged} unchanged."]
    if report.loads:
        lines += [columns(_by_source(report)), f"{_balance(_counts(report))}."]
    if report.reasons:
        lines.append("Held back, for these reasons (`offerdesk quarantine list` shows the rows):")
        lines.append(
            columns((source, code, f"{n:,}") for (source, code), n in report.reasons.items())
        )
    if report.rescored:
        lines.append(f"{report.flips} of {report.rescored} open offers would be decided otherwise.")
    if report.doubts:
        lines.append(f"{report.doubts} things are hard to believe; published, it would be held.")
    return "\n".join([*lines, _outcome(report)])


def _outcome(report: RefreshReport) -> str:
    if report.dry_run:
        return f"Dry run: snapshot {report.snapshot} was not published."
    if report.published:
        return f"Snapshot {report.snapshot} is published and in force."
    return f"Nothing new: snapshot {report.snapshot} stays in force."


_COUNTS = ("read", "accepted", "quarantined", "duplicates")


def _counts(report: RefreshReport) -> Row:
    return {name: getattr(report, name) for name in _COUNTS}


def _by_source(report: RefreshReport) -> Iterator[Sequence[Any]]:
    yield ("source", "files", *_COUNTS)
    for name in dict.fromkeys(load.file.source for load in report.loads):
        loads = [load for load in report.loads if load.file.source == name]
        sums = [sum(getattr(load, count) for load in loads) for count in _COUNTS]
        yield (name, len(loads), *(f"{one:,}" for one in sums))


def _as_record(report: RefreshReport) -> Row:
    return {
        "snapshot": report.snapshot,
        "published": report.published,
        "dry_run": report.dry_run,
        "runner": report.runner,
        "unchanged": report.unchanged,
        **_counts(report),
        "rescored": report.rescored,
        "flips": report.flips,
        "doubts": report.doubts,
        "reasons": [
            {"source": source, "code": code, "count": count}
            for (source, code), count in report.reasons.items()
        ],
        "loads": [
            {"source": load.file.source, "file": load.file.name, "load_id": load.file.load_id}
            | {name: getattr(load, name) for name in _COUNTS}
            for load in report.loads
        ],
    }


def findings(found: Sequence[Finding], form: str) -> str:
    """What the doctor saw."""
    if form == "json":
        return as_json([asdict(one) for one in found])
    lines = [columns((one.health.value, one.check, one.found) for one in found)]
    lines += [f"{one.check}: {one.next_step}" for one in found if one.next_step]
    return "\n".join(lines)
