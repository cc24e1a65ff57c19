"""The steps of a refresh as a Prefect flow; the only file that imports Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from pipelines import steps
from pipelines.gate import GateReport
from pipelines.records import Progress, RefreshReport, silent
from pipelines.sources.source import Batch, Taken
from pipelines.taking import take_in
from warehouse.snapshot import Draft, market_folder

SHOWN = 500  # [rows] an artifact is for reading; the market's quarantine table has them all


@task(name="discover", cache_policy=NO_CACHE)
def _discover(asked: Sequence[Path], folder: Path | None) -> steps.Discovered:
    return steps.discover(asked, folder)


@task(name="take in", task_run_name="take in {batch.source}", cache_policy=NO_CACHE)
def _take_in(batch: Batch, folder: Path) -> Taken:
    return take_in(batch, folder)


@task(name="stage", cache_policy=NO_CACHE)
def _stage(draft: Draft, taken: Sequence[Taken]) -> None:
    steps.stage(draft, taken)


@task(name="derive", cache_policy=NO_CACHE)
def _derive(draft: Draft) -> None:
    steps.derive(draft)


@task(name="audit", cache_policy=NO_CACHE)
def _audited(draft: Draft) -> None:
    steps.audited(draft)


@task(name="gate", cache_policy=NO_CACHE)
def _gated(draft: Draft, offers: Sequence[Path], budget: float) -> GateReport:
    return steps.gated(draft, offers, budget)


@task(name="publish", cache_policy=NO_CACHE)
def _publish(
    draft: Draft,
    found: steps.Discovered,
    taken: Sequence[Taken],
    passed: GateReport,
    dry_run: bool,
) -> RefreshReport:
    return steps.publish_draft(draft, found, taken, passed, dry_run)


class AsTasks:
    """Runs each step as a task of the flow around it; see ``pipelines.steps`` for each."""

    discover = staticmethod(_discover)
    stage = staticmethod(_stage)
    derive = staticmethod(_derive)
    audited = staticmethod(_audited)
    gated = staticmethod(_gated)
    publish_draft = staticmethod(_publish)

    def take_in_all(
        self, batches: Sequence[Batch], folder: Path | None, progress: Progress
    ) -> list[Taken]:
        """One task for each batch."""
        return [_take_in(batch, market_folder(folder)) for batch in batches]


def _summary(report: RefreshReport) -> str:
    lines = [f"- {count} x `{code}` ({source})" for (source, code), count in report.reasons.items()]
    return "\n".join(
        [
            f"# Market {report.snapshot}",
            f"{'published' if report.published else 'not published'}; "
            f"{len(report.loads)} files taken in, {report.unchanged} unchanged",
            "",
            f"read {report.read} = accepted {report.accepted} + quarantined {report.quarantined} "
            f"+ duplicates {report.duplicates}",
            "",
            *lines,
        ]
    )


def _show(report: RefreshReport) -> None:
    loads = [
        {
            "source": load.file.source,
            "file": load.file.name,
            "read": load.read,
            "accepted": load.accepted,
            "quarantined": load.quarantined,
            "duplicates": load.duplicates,
        }
        for load in report.loads[:SHOWN]
    ]
    held = [
        {"source": source, "code": code, "count": count}
        for (source, code), count in report.reasons.items()
    ]
    create_markdown_artifact(_summary(report), key="refresh-summary")
    create_table_artifact(loads, key="refresh-loads")
    create_table_artifact(held, key="refresh-quarantine")


@flow(name="refresh", validate_parameters=False)
def refresh_flow(
    sources: Sequence[str], folder: str | None = None, dry_run: bool = False
) -> RefreshReport:
    """Bring the market up to date; see ``pipelines.steps.refresh_steps``.

    Args:
        sources: Paths of guides, or of folders of guides.
        folder: The market folder; the home's when not given.
        dry_run: Do everything but publish.
    """
    report = steps.refresh_steps(
        [Path(source) for source in sources],
        Path(folder) if folder else None,
        dry_run=dry_run,
        progress=silent,
        steps=AsTasks(),
    )
    _show(report)
    get_run_logger().info("market %s, %d rows accepted", report.snapshot, report.accepted)
    return replace(report, runner="prefect")
