"""Scoring a sheet as it is asked for: the market found, the usual things filled in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pipelines.scoring.run import Asked, Outcome, Progress, score_sheet
from pipelines.scoring.workers import Processes
from pipelines.scoring.writing import SPREADSHEET, check_target
from rules.errors import FailedWorld, Fault
from warehouse.snapshot import find_snapshot

WITH_REASONS = (*SPREADSHEET, ".jsonl")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; see ``offerdesk score --help``."""

    sheet: Path
    target: Path
    competing: Path | None = None
    table: str | None = None
    market: str | None = None
    book: Path | None = None
    kept: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    reasons: bool | None = None
    ledger: bool = True
    memory: int = 2 * 10**9


def run(
    wanted: Wanted,
    progress: Progress,
    *,
    processes: int | None = None,
    cluster: str | None = None,
    prefect: bool = False,
) -> Outcome:
    """Score a sheet.

    Args:
        wanted: What is asked for.
        progress: Called with a step, the rows that are done and all rows.
        processes: How many at once; one for each core when not given.
        cluster: Address of a Dask scheduler, to score there.
        prefect: Whether the parts are tasks of a Prefect flow on that cluster.

    Raises:
        UnusableCase: The sheet cannot be read as offers.
        FailedWorld: The market, the cluster or the disk cannot be relied on.
        MalformedBook: The book cannot be used.
    """
    check_target(wanted.target, wanted.sheet)
    most = processes or os.cpu_count() or 1
    snapshot = _snapshot(wanted.market)
    reasons = wanted.reasons
    asked = Asked(
        wanted.sheet,
        wanted.target,
        wanted.competing,
        wanted.table,
        wanted.book,
        snapshot[0],
        snapshot[1],
        wanted.also,
        wanted.kept,
        wanted.target.suffix.lower() in WITH_REASONS if reasons is None else reasons,
        wanted.ledger,
        wanted.memory,
        most,
    )
    if cluster is None:
        with Processes(most) as spread:
            return score_sheet(asked, spread, progress)
    from pipelines.scoring.cluster import on_cluster

    if prefect:
        return _by_prefect(asked, cluster, progress)
    return score_sheet(asked, on_cluster(cluster), progress)


def _by_prefect(asked: Asked, cluster: str, progress: Progress) -> Outcome:
    try:
        from pipelines.score_flow import score_by_prefect
    except ImportError as problem:
        fault = Fault(
            "prefect-not-installed", "score", str(problem), "", "install offerdesk[cluster]"
        )
        raise FailedWorld(fault) from problem
    return score_by_prefect(asked, cluster, progress)


def _snapshot(asked: str | None) -> tuple[Path | None, str | None]:
    """The snapshot that was asked for, or the one in force; none at all is no fault."""
    try:
        found = find_snapshot(asked)
    except FailedWorld as problem:
        if asked is None and problem.faults[0].code == "market-absent":
            return None, None
        raise
    return found.path, found.id
