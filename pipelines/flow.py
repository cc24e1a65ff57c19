"""The steps of a refresh as a Prefect flow; the only file that imports Prefect."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.automations import Automation
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.schedules import Cron

from pipelines import steps
from pipelines.asking import Asked, asked_for, fetched
from pipelines.gate import BUDGET, GateReport
from pipelines.records import Progress, RefreshReport, silent
from pipelines.sources.discovery import Place
from pipelines.sources.source import Batch, Taken
from pipelines.taking import take_in
from rules.errors import Fault, OfferdeskError, UnusableCase
from warehouse.schema import BadRow
from warehouse.snapshot import Draft

AUTOMATION = "offerdesk: a refresh that died"
HEARTBEAT = "prefect.flow-run.heartbeat"
SILENCE = timedelta(seconds=400)  # the heartbeat is every 180 s unless set otherwise
SHOWN = 500  # [rows] an artifact is for reading; the market's quarantine table has them all


# Faults that pass: the disk of a shared folder, another builder, a server that rests.
PASSING = frozenset({"market-being-built", "staging-unwritable"})


def _may_pass(_: object, __: object, state: State[Any]) -> bool:
    """Whether a failed task is worth another try: only for faults that pass by themselves.

    A fetch is tried again by the step itself, which knows the server's answer.
    """
    error = state.result(raise_on_failure=False)
    return isinstance(error, OfferdeskError) and any(f.code in PASSING for f in error.faults)


@task(name="fetch", cache_policy=NO_CACHE)
def _fetched(asked: Asked, cache: Path) -> list[Place]:
    return fetched(asked, cache)


@task(name="discover", cache_policy=NO_CACHE)
def _discover(
    places: Sequence[Place], folder: Path | None, only: Collection[str]
) -> steps.Discovered:
    return steps.discover(places, folder, only)


@task(
    name="take in",
    task_run_name="take in {batch.source}",
    cache_policy=NO_CACHE,  # a batch is kept by its content until it is published
    retries=2,
    retry_delay_seconds=[2, 10],
    retry_condition_fn=_may_pass,
)
def _take_in(batch: Batch, folder: Path) -> Taken:
    return take_in(batch, folder)


@task(name="stage", cache_policy=NO_CACHE)
def _stage(draft: Draft, taken: Sequence[Taken]) -> None:
    steps.stage(draft, taken)


@task(name="derive", cache_policy=NO_CACHE)
def _derive(draft: Draft) -> None:
    steps.derive(draft)


@task(name="audit", cache_policy=NO_CACHE)
def _audited(draft: Draft) -> tuple[BadRow, ...]:
    return steps.audited(draft)


@task(name="gate", cache_policy=NO_CACHE)
def _gated(draft: Draft, offers: Sequence[Path], budget: float) -> GateReport:
    report = steps.gated(draft, offers, budget)
    flips = [
        {
            "offer": flip.offer,
            "company": flip.company,
            "before": flip.before,
            "after": flip.after,
            "cells": "; ".join(flip.cells),
        }
        for flip in report.flips[:SHOWN]
    ]
    create_table_artifact(flips, key="refresh-flips")
    return report


@task(name="publish", cache_policy=NO_CACHE)
def _publish(
    draft: Draft,
    found: steps.Discovered,
    taken: Sequence[Taken],
    doubted: Sequence[BadRow],
    passed: GateReport,
    dry_run: bool,
) -> RefreshReport:
    return steps.publish_draft(draft, found, taken, doubted, passed, dry_run)


class AsTasks:
    """Runs each step as a task of the flow around it; see ``pipelines.steps`` for each."""

    discover = staticmethod(_discover)

    def fetched(self, asked: Asked, cache: Path, progress: Progress) -> list[Place]:
        """See ``pipelines.asking.fetched``."""
        return _fetched(asked, cache)

    stage = staticmethod(_stage)
    derive = staticmethod(_derive)
    audited = staticmethod(_audited)
    gated = staticmethod(_gated)
    publish_draft = staticmethod(_publish)

    def take_in_all(
        self, batches: Sequence[Batch], market: Path, progress: Progress
    ) -> list[Taken]:
        """One task for each batch."""
        return [_take_in(batch, market) for batch in batches]


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


@flow(
    name="refresh",
    validate_parameters=False,
    retries=2,
    retry_delay_seconds=60,
)
def refresh_flow(
    sources: Sequence[str] = (),
    data: str | None = None,
    folder: str | None = None,
    dry_run: bool = False,
    offers: Sequence[str] = (),
    budget: float = BUDGET,
) -> RefreshReport:
    """Bring the market up to date; see ``pipelines.steps.refresh_steps``.

    Args:
        sources: Paths, addresses, and names of sources.
        data: Folder that paths are relative to; alone, all of it is read.
        folder: The market folder; the home's when not given.
        dry_run: Do everything but publish.
        offers: Example offers that the gate asks about.
        budget: Fraction of the open offers whose verdict may flip.
    """
    report = steps.refresh_steps(
        asked_for(sources, Path(data) if data else None),
        Path(folder) if folder else None,
        offers=[Path(offer) for offer in offers],
        budget=budget,
        dry_run=dry_run,
        progress=silent,
        steps=AsTasks(),
    )
    _show(report)
    get_run_logger().info("market %s, %d rows accepted", report.snapshot, report.accepted)
    return replace(report, runner="prefect")


def serve_refresh(
    sources: Sequence[str], data: str | None, cron: str, timezone: str | None
) -> None:
    """Serve the flow from this process on a schedule, until it is stopped.

    Args:
        sources: Paths, addresses, and names of sources.
        data: Folder that paths are relative to.
        cron: When, as five cron fields.
        timezone: Of the cron fields; UTC when not given.

    Raises:
        UnusableCase: ``schedule-cron`` for fields that are no schedule.
    """
    try:
        when = Cron(cron, timezone=timezone)
    except ValueError as error:
        step = "see `offerdesk schedule --help`"
        fault = Fault("schedule-cron", "--cron", f"{cron!r}: {error}", "five cron fields", step)
        raise UnusableCase(fault) from error
    notice_dead_runs()
    refresh_flow.serve(
        name="offerdesk",
        schedules=[when],
        parameters={"sources": list(sources), "data": data},
        limit=1,  # one refresh at a time: the market has one writer
        pause_on_shutdown=False,
        print_starting_message=False,
    )


def notice_dead_runs(after: timedelta = SILENCE) -> None:
    """Let the server mark a refresh as crashed when its process dies without a word.

    A run of a deployment says every now and then that it is alive, where
    ``PREFECT_FLOWS_HEARTBEAT_FREQUENCY`` says how often; one that falls silent is dead.  Making
    the automation twice changes nothing.

    Args:
        after: For how long a run may be silent; at least twice the heartbeat.
    """
    ends = ("Completed", "Failed", "Cancelled", "Crashed")
    wanted = Automation(
        name=AUTOMATION,
        description="Marks a refresh that fell silent as crashed.",
        trigger=EventTrigger(
            after={HEARTBEAT},
            expect={HEARTBEAT, *(f"prefect.flow-run.{end}" for end in ends)},
            match=ResourceSpecification({"prefect.resource.id": ["prefect.flow-run.*"]}),
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=after,
        ),
        actions=[
            ChangeFlowRunState(
                name="Crashed", state=StateType.CRASHED, message="It fell silent.", force=True
            )
        ],
    )
    try:
        # Outside an event loop it is no coroutine.
        Automation.read(name=AUTOMATION)  # type: ignore[unused-coroutine]
    except ValueError:
        wanted.create()
