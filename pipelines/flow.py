"""The steps of a refresh as a Prefect flow; the only file that imports Prefect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE

from pipelines import steps
from pipelines.records import Checked, Progress, Reading, RefreshReport, SourceFile, silent

SHOWN = 500  # [rows] an artifact is for reading; the market's quarantine table has them all


@task(name="discover", cache_policy=NO_CACHE)
def _discover(sources: Sequence[Path], folder: Path | None) -> steps.Discovered:
    return steps.discover(sources, folder)


@task(name="read", cache_policy=NO_CACHE)
def _read(files: Sequence[SourceFile], progress: Progress) -> list[Reading]:
    return steps.read(files, progress)


@task(name="contract", cache_policy=NO_CACHE)
def _contract(readings: Sequence[Reading], found: steps.Discovered) -> Checked:
    return steps.contract(readings, found)


@task(name="build", cache_policy=NO_CACHE)
def _build(checked: Checked, unchanged: int, folder: Path | None, dry_run: bool) -> RefreshReport:
    return steps.build(checked, unchanged, folder, dry_run)


class AsTasks:
    """Runs each step as a task of the flow around it."""

    def discover(self, sources: Sequence[Path], folder: Path | None) -> steps.Discovered:
        """See ``pipelines.steps.discover``."""
        return _discover(sources, folder)

    def read(self, files: Sequence[SourceFile], progress: Progress) -> list[Reading]:
        """See ``pipelines.steps.read``."""
        return _read(files, progress)

    def contract(self, readings: Sequence[Reading], found: steps.Discovered) -> Checked:
        """See ``pipelines.steps.contract``."""
        return _contract(readings, found)

    def build(
        self, checked: Checked, unchanged: int, folder: Path | None, dry_run: bool
    ) -> RefreshReport:
        """See ``pipelines.steps.build``."""
        return _build(checked, unchanged, folder, dry_run)


def _summary(report: RefreshReport) -> str:
    codes = Counter(one.code for one in report.held)
    lines = [f"- {count} x `{code}`" for code, count in codes.most_common()]
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
            "file": load.file.name,
            "read": load.read,
            "accepted": load.accepted,
            "quarantined": load.quarantined,
            "duplicates": load.duplicates,
        }
        for load in report.loads[:SHOWN]
    ]
    held = [
        {"row": one.row_ref, "code": one.code, "found": one.found, "suggestion": one.suggestion}
        for one in report.held[:SHOWN]
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
