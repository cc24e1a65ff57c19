"""Scoring a sheet as it is asked for: the market found, the usual things filled in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipelines.scoring.run import Asked, Outcome, Progress, score_sheet
from pipelines.scoring.workers import Processes
from pipelines.scoring.writing import check_target
from rules.errors import FailedWorld, Fault
from warehouse.snapshot import find_snapshot


def run(
    asked: Asked,
    progress: Progress,
    *,
    market: str | None = None,
    cluster: str | None = None,
    prefect: bool = False,
) -> Outcome:
    """Score a sheet.

    Args:
        asked: What is asked, but for the market.
        progress: Called with a step, the rows that are done and all rows.
        market: Id of the market snapshot; the one in force when not given.
        cluster: Address of a Dask scheduler, to score there.
        prefect: Whether the parts are tasks of a Prefect flow on that cluster.

    Raises:
        UnusableCase: The sheet cannot be read as offers.
        FailedWorld: The market, the cluster or the disk cannot be relied on.
        MalformedBook: The book cannot be used.
    """
    sheets = [one for one in (asked.sheet, asked.competing) if one]
    check_target(asked.target, sheets, has_ledger=asked.has_ledger)
    snapshot, snapshot_id = _snapshot(market)
    asked = replace(asked, snapshot=snapshot, snapshot_id=snapshot_id)
    if cluster is None:
        with Processes(asked.processes) as spread:
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
