"""The steps of a refresh, in the one order in which they are taken.

discover -> read -> contract -> stage -> audit -> publish, each a plain function; who runs them
(directly, or as Prefect tasks) is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pipelines.records import (
    Checked,
    Progress,
    Reading,
    RefreshReport,
    SourceFile,
    TableRow,
    silent,
)
from pipelines.sources import guides
from rules.errors import FailedWorld, Fault
from warehouse.places import places
from warehouse.schema import audit, insert_rows
from warehouse.snapshot import (
    Draft,
    carry_over,
    content_id,
    current_id,
    drafting,
    open_snapshot,
    publish,
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the market in force was made from: digest by file name, of the current reader."""

    digests: dict[str, str]

    def has(self, file: SourceFile) -> bool:
        """Whether exactly this file was taken in."""
        return self.digests.get(file.name) == file.digest

    def elsewhere(self, files: Sequence[SourceFile]) -> frozenset[str]:
        """Digests known under names other than those of the files."""
        names = {file.name for file in files}
        return frozenset(digest for name, digest in self.digests.items() if name not in names)


@dataclass(frozen=True, slots=True)
class Discovered:
    """The files at the places asked for, those that are new or changed, and what was known."""

    files: tuple[SourceFile, ...]
    changed: tuple[SourceFile, ...]
    known: Known

    @property
    def unchanged(self) -> int:
        """How many files were taken in before, byte for byte."""
        return len(self.files) - len(self.changed)


def known_loads(folder: Path | None = None) -> Known:
    """What the market in force was made from; nothing before the first publish."""
    if current_id(folder) is None:
        return Known({})
    with open_snapshot(None, folder) as connection:
        query = "SELECT file, digest FROM load WHERE source = ? AND reader = ?"
        found = connection.execute(query, [guides.SOURCE, guides.READER]).fetchall()
    return Known(dict(found))


def discover(sources: Sequence[Path], folder: Path | None = None) -> Discovered:
    """Find the files at every place and set aside those that the market holds already.

    Raises:
        UnusableCase: As ``pipelines.sources.guides.discover``.
    """
    found = {file.name: file for place in sources for file in guides.discover(place)}
    known = known_loads(folder)
    files = tuple(found.values())
    return Discovered(files, tuple(file for file in files if not known.has(file)), known)


def read(files: Sequence[SourceFile], progress: Progress = silent) -> list[Reading]:
    """Read every file; what is no guide comes back refused."""
    readings = []
    for number, file in enumerate(files, 1):
        readings.append(guides.read(file))
        progress("read", number, len(files))
    return readings


def contract(readings: Sequence[Reading], found: Discovered) -> Checked:
    """Hold every row against its contract."""
    from pipelines.contracts import check

    return check(readings, found.known.elsewhere(found.changed))


def _zones(bands: Sequence[TableRow]) -> list[TableRow]:
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


def _load_rows(checked: Checked) -> list[TableRow]:
    return [
        {
            "load_id": load.file.load_id,
            "source": load.file.source,
            "file": load.file.name,
            "digest": load.file.digest,
            "reader": guides.READER,
            "read": load.read,
            "accepted": load.accepted,
            "quarantined": load.quarantined,
            "duplicates": load.duplicates,
        }
        for load in checked.loads
    ]


def stage(draft: Draft, checked: Checked) -> None:
    """Fill the draft: what the market holds of other files, then what was accepted now."""
    carry_over(draft, [load.file.name for load in checked.loads])
    insert_rows(draft.connection, "load", _load_rows(checked))
    reasons = [
        {name: getattr(one, name) for name in one.__dataclass_fields__} for one in checked.held
    ]
    insert_rows(draft.connection, "quarantine", reasons)
    for table, rows in checked.accepted.items():
        insert_rows(draft.connection, table, rows)
    insert_rows(draft.connection, "band_zone", _zones(checked.accepted.get("band", ())))


def audited(draft: Draft) -> None:
    """Let every audit look at the draft.

    Raises:
        FailedWorld: ``audit-failed``, one fault per bad row; nothing is published then.
    """
    faults = [
        Fault("audit-failed", f"{bad.audit}: {bad.row_id}", bad.found, next_step="mend the source")
        for bad in audit(draft.connection)
    ]
    if faults:
        raise FailedWorld(faults)


def build(
    checked: Checked, unchanged: int, folder: Path | None = None, dry_run: bool = False
) -> RefreshReport:
    """Stage, audit and publish; on a dry run all but the last."""
    before = current_id(folder)
    with drafting(folder) as draft:
        stage(draft, checked)
        audited(draft)
        snapshot = content_id(draft.connection) if dry_run else publish(draft)
    return RefreshReport(
        snapshot,
        not dry_run and snapshot != before,
        unchanged,
        checked.loads,
        checked.held,
        dry_run=dry_run,
    )


class Steps(Protocol):
    """The steps as a runner calls them; ``Direct`` calls the functions as they are."""

    def discover(self, sources: Sequence[Path], folder: Path | None) -> Discovered:
        """See ``discover``."""

    def read(self, files: Sequence[SourceFile], progress: Progress) -> list[Reading]:
        """See ``read``."""

    def contract(self, readings: Sequence[Reading], found: Discovered) -> Checked:
        """See ``contract``."""

    def build(
        self, checked: Checked, unchanged: int, folder: Path | None, dry_run: bool
    ) -> RefreshReport:
        """See ``build``."""


class Direct:
    """Runs each step at once, in this process."""

    discover = staticmethod(discover)
    read = staticmethod(read)
    contract = staticmethod(contract)
    build = staticmethod(build)


def refresh_steps(
    sources: Sequence[Path],
    folder: Path | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = silent,
    steps: Steps | None = None,
) -> RefreshReport:
    """Bring the market up to date with the files at some places.

    Files that were taken in before are left alone, so that a second refresh does nothing; files
    of other places stay in the market as they are.

    Args:
        sources: Guides, or folders of guides.
        folder: The market folder; the home's when not given.
        dry_run: Do everything but publish.
        progress: Called with step, done and total.
        steps: How to run each step.

    Raises:
        UnusableCase: A place holds nothing to read.
        FailedWorld: An audit failed, or the market cannot be written.
    """
    run = steps or Direct()
    found = run.discover(sources, folder)
    progress("discover", len(found.files), len(found.files))
    if not found.changed:
        return RefreshReport(current_id(folder), False, found.unchanged, dry_run=dry_run)
    readings = run.read(found.changed, progress)
    checked = run.contract(readings, found)
    progress("contract", len(checked.loads), len(checked.loads))
    report = run.build(checked, found.unchanged, folder, dry_run)
    progress("publish", 1, 1)
    return report
