"""The steps of a refresh, in the one order in which they are taken.

fetch -> discover -> take in -> stage -> derive -> audit -> gate -> publish, each a plain function;
who runs them (directly, or as Prefect tasks) is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from pipelines.asking import Asked, fetched
from pipelines.gate import BUDGET, GateReport, example_offers, gate, open_offers
from pipelines.records import LoadCount, Progress, RefreshReport, SourceFile, TableRow, silent
from pipelines.repairing import let_in_again
from pipelines.sources.discovery import Place, discovered
from pipelines.sources.registry import SOURCES, source_named
from pipelines.sources.source import Batch, Taken
from pipelines.taking import forget
from pipelines.workers import take_in_all
from rules.book import BOOK
from rules.errors import FailedWorld, Fault
from rules.loader import load_book
from warehouse.cards import TableCards, cards_of
from warehouse.home import home
from warehouse.schema import (
    BadRow,
    audit,
    build_marts,
    doubts,
    insert_rows,
    layout,
    layout_of,
)
from warehouse.snapshot import (
    Draft,
    carry_over,
    content_id,
    current_id,
    drafting,
    find_snapshot,
    hold,
    market_folder,
    open_snapshot,
    publish,
)
from warehouse.staging import insert_staged, mark_duplicates

MOST_NAMED = 5  # named in one sentence; the report that is kept has them all


@dataclass(frozen=True, slots=True)
class Known:
    """What the market in force was made from: file, source, digest and reader of every load."""

    loads: Sequence[tuple[str, str, str, str]]

    def readers(self) -> dict[tuple[str, str], tuple[str, str]]:
        """Source and reader by name and digest."""
        return {(file, digest): (source, reader) for file, source, digest, reader in self.loads}

    def elsewhere(self, files: Sequence[SourceFile]) -> frozenset[str]:
        """Digests known under names other than those of the files."""
        names = {file.name for file in files}
        return frozenset(digest for name, _, digest, _ in self.loads if name not in names)


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

    def batches(self) -> list[Batch]:
        """The new or changed files, in the portions that each source takes at a time.

        A batch knows the digests that are taken in elsewhere, by the market and by the batches
        before it, so that the same bytes under two names count once.
        """
        found: list[Batch] = []
        known = self.known.elsewhere(self.changed)
        for source in SOURCES:
            files = [file for file in self.changed if file.source == source.name]
            for first in range(0, len(files), source.files_together):
                portion = tuple(files[first : first + source.files_together])
                found.append(Batch(source.name, portion, known))
                known |= {file.digest for file in portion}
        return found


def known_loads(folder: Path | None = None) -> Known:
    """What the market in force was made from; nothing before the first publish.

    A market of another layout counts as nothing: every file has to be read again for it.
    """
    current = current_id(folder)
    if current is None:
        return Known(())
    with open_snapshot(current, folder) as connection:
        if layout_of(connection, current) != layout():
            return Known(())
        query = "SELECT file, source, digest, reader FROM load"
        return Known(connection.execute(query).fetchall())


def discover(
    places: Sequence[Place], folder: Path | None = None, only: Collection[str] = ()
) -> Discovered:
    """Find the files at every place and set aside those that the market holds already.

    Args:
        places: Where to look.
        folder: The market folder; the home's when not given.
        only: Names of the sources that are wanted; every source when empty.

    Raises:
        UnusableCase: As ``pipelines.sources.discovery.discovered``.
    """
    known = known_loads(folder)
    readers = known.readers()

    def taken_before(name: str, digest: str) -> str | None:
        source, reader = readers.get((name, digest), ("", ""))
        today = source_named(source)
        return source if today and today.reader == reader else None

    files, changed = discovered(places, SOURCES, taken_before, only)
    return Discovered(tuple(files), tuple(changed), known)


def stage(draft: Draft, taken: Sequence[Taken]) -> None:
    """Fill the draft: what the market holds of other files, then what was taken in now."""
    carry_over(draft, [load.file.name for one in taken for load in one.loads])
    draft.connection.execute("INSERT INTO market VALUES (?)", [layout()])
    for one in taken:
        insert_rows(draft.connection, "load", [_load_row(load) for load in one.loads])
        insert_staged(draft.connection, one.folder)
    let_in_again(draft)
    mark_duplicates(draft.connection)


def _load_row(load: LoadCount) -> TableRow:
    source = source_named(load.file.source)
    return {
        "load_id": load.file.load_id,
        "source": load.file.source,
        "file": load.file.name,
        "digest": load.file.digest,
        "reader": source.reader if source else "",
        "read": load.read,
        "accepted": load.accepted,
        "quarantined": load.quarantined,
        "duplicates": load.duplicates,
    }


def derive(draft: Draft) -> None:
    """Work out the marts from everything that was staged."""
    build_marts(draft.connection)


def audited(draft: Draft) -> tuple[BadRow, ...]:
    """Let every audit look at the draft, and at what is new in it beside the market in force.

    Returns:
        What is hard to believe: a person has to look at it before the draft is published.

    Raises:
        FailedWorld: ``audit-failed`` for what cannot be so, one fault per bad row.
    """
    faults = [
        Fault("audit-failed", f"{bad.audit}: {bad.row_id}", bad.found, next_step="mend the source")
        for bad in audit(draft.connection)
    ]
    if faults:
        raise FailedWorld(faults)
    return tuple(doubts(draft.connection))


def gated(draft: Draft, offers: Sequence[Path], budget: float) -> GateReport:
    """Judge the open offers in the draft; see ``pipelines.gate``.

    Args:
        draft: With its marts.
        offers: Example offers, beside those of the decision log.
        budget: Fraction of the offers whose verdict may flip.
    """
    in_force = current_id(draft.folder)
    if in_force is None:
        return GateReport()
    book, today = load_book(BOOK), date.today()
    return gate(
        cards_of(find_snapshot(in_force, draft.folder).path),
        TableCards(draft.connection),
        (*example_offers(offers, book, today), *open_offers(book, today)),
        book=book,
        budget=budget,
    )


def publish_draft(
    draft: Draft,
    found: Discovered,
    taken: Sequence[Taken],
    doubted: Sequence[BadRow],
    passed: GateReport,
    dry_run: bool = False,
) -> RefreshReport:
    """Put the draft in force, unless it is a dry run; what was done, with its counts.

    Raises:
        FailedWorld: ``refresh-held`` when it is hard to believe or flips too many verdicts, with
            each doubt, and with the offers that flip and the cells responsible; the draft waits
            aside, and what is in force stays so.
    """
    before = current_id(draft.folder)
    loads, reasons = _balance(draft, taken)
    if (doubted or passed.holds) and not dry_run:
        told = {"doubts": [asdict(one) for one in doubted], **passed.as_record()}
        raise FailedWorld(_reasons(hold(draft, told), doubted, passed))
    snapshot = content_id(draft.connection) if dry_run else publish(draft)
    return RefreshReport(
        snapshot,
        not dry_run and snapshot != before,
        found.unchanged,
        loads,
        reasons,
        rescored=passed.rescored,
        flips=len(passed.flips),
        doubts=len(doubted),
        dry_run=dry_run,
    )


def _reasons(snapshot: str, doubted: Sequence[BadRow], report: GateReport) -> list[Fault]:
    """Why a draft is held, and what a person can do about it."""
    step = (
        f"mend the source; or, if it is right, `offerdesk market release {snapshot}` "
        f"(`offerdesk market show {snapshot}` has every reason)"
    )
    faults = [
        Fault("refresh-held", f"{one.audit}: {one.row_id}", one.found, "", step) for one in doubted
    ]
    if report.holds:
        faults.append(
            Fault("refresh-held", f"snapshot {snapshot}", *_flips_told(report), next_step=step)
        )
    return faults


def _flips_told(report: GateReport) -> tuple[str, str]:
    cells = "; ".join(f"{cell} ({count})" for cell, count in report.cells()[:MOST_NAMED])
    flips = ", ".join(
        f"{flip.offer} {flip.before} -> {flip.after}" for flip in report.flips[:MOST_NAMED]
    )
    found = f"{len(report.flips)} of {report.rescored} open offers flip ({flips}) by {cells}"
    return found, f"at most {report.allowed} flips"


def _balance(
    draft: Draft, taken: Sequence[Taken]
) -> tuple[tuple[LoadCount, ...], dict[tuple[str, str], int]]:
    """What became of the rows of every file taken in now, and the reasons for holding some."""
    files = {load.file.load_id: load.file for one in taken for load in one.loads}
    counts = draft.connection.execute(
        "SELECT load_id, read, accepted, quarantined, duplicates FROM load "
        "WHERE list_contains(?::VARCHAR[], load_id) ORDER BY source, file",
        [list(files)],
    ).fetchall()
    reasons = draft.connection.execute(
        "SELECT source, code, count(*) FROM quarantine JOIN load USING (load_id) "
        "WHERE list_contains(?::VARCHAR[], load_id) GROUP BY ALL ORDER BY ALL",
        [list(files)],
    ).fetchall()
    loads = tuple(LoadCount(files[load_id], *rest) for load_id, *rest in counts)
    return loads, {(source, code): count for source, code, count in reasons}


class Steps(Protocol):
    """The steps as a runner calls them; ``Direct`` calls the functions as they are."""

    def fetched(self, asked: Asked, cache: Path, progress: Progress) -> list[Place]:
        """See ``pipelines.asking.fetched``."""

    def discover(
        self, places: Sequence[Place], folder: Path | None, only: Collection[str]
    ) -> Discovered:
        """See ``discover``."""

    def take_in_all(
        self, batches: Sequence[Batch], market: Path, progress: Progress
    ) -> list[Taken]:
        """See ``pipelines.workers.take_in_all``."""

    def stage(self, draft: Draft, taken: Sequence[Taken]) -> None:
        """See ``stage``."""

    def derive(self, draft: Draft) -> None:
        """See ``derive``."""

    def audited(self, draft: Draft) -> tuple[BadRow, ...]:
        """See ``audited``."""

    def gated(self, draft: Draft, offers: Sequence[Path], budget: float) -> GateReport:
        """See ``gated``."""

    def publish_draft(
        self,
        draft: Draft,
        found: Discovered,
        taken: Sequence[Taken],
        doubted: Sequence[BadRow],
        passed: GateReport,
        dry_run: bool,
    ) -> RefreshReport:
        """See ``publish_draft``."""


class Direct:
    """Runs each step at once, in this process."""

    discover = staticmethod(discover)

    def fetched(self, asked: Asked, cache: Path, progress: Progress) -> list[Place]:
        """See ``pipelines.asking.fetched``."""
        return fetched(asked, cache, progress=progress)

    take_in_all = staticmethod(take_in_all)
    stage = staticmethod(stage)
    derive = staticmethod(derive)
    audited = staticmethod(audited)
    gated = staticmethod(gated)
    publish_draft = staticmethod(publish_draft)


def refresh_steps(
    asked: Asked | Sequence[Path],
    folder: Path | None = None,
    *,
    offers: Sequence[Path] = (),
    budget: float = BUDGET,
    dry_run: bool = False,
    progress: Progress = silent,
    steps: Steps | None = None,
) -> RefreshReport:
    """Bring the market up to date with the files at some places.

    Files that were taken in before are left alone, so that a second refresh does nothing; files
    of other places stay in the market as they are.

    Args:
        asked: What to bring in; paths of files, or of folders of files, of any source will do.
        folder: The market folder; the home's when not given.
        offers: Example offers that the gate asks about, beside those of the decision log.
        budget: Fraction of the open offers whose verdict may flip.
        dry_run: Do everything but publish.
        progress: Called with step, done and total.
        steps: How to run each step.

    Raises:
        UnusableCase: A place holds nothing to read.
        FailedWorld: An audit failed, too many verdicts flip, or the market cannot be written.
    """
    run = steps or Direct()
    if not isinstance(asked, Asked):
        asked = Asked(tuple(Place(path) for path in asked))
    places = run.fetched(asked, home().cache / "fetched", progress)
    found = run.discover(places, folder, asked.only)
    progress("discover", len(found.files), len(found.files))
    if not found.changed:
        return RefreshReport(current_id(folder), False, found.unchanged, dry_run=dry_run)
    taken = run.take_in_all(found.batches(), market_folder(folder), progress)
    with drafting(folder) as draft:
        run.stage(draft, taken)
        progress("stage", 1, 1)
        run.derive(draft)
        progress("derive", 1, 1)
        doubted = run.audited(draft)
        progress("audit", 1, 1)
        passed = run.gated(draft, offers, budget)
        progress("gate", 1, 1)
        report = run.publish_draft(draft, found, taken, doubted, passed, dry_run)
    forget(taken)
    progress("publish", 1, 1)
    return report
