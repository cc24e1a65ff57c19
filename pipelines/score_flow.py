"""A sheet scored as a Prefect flow: its parts are tasks, run on the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed
from prefect.task_runners import TaskRunner
from prefect_dask.task_runners import DaskTaskRunner

from pipelines.records import silent
from pipelines.scoring.cluster import cluster_faults, reached
from pipelines.scoring.job import Job, Part
from pipelines.scoring.run import Asked, Outcome, Progress, score_sheet
from pipelines.scoring.workers import Spread, Work


@task(name="part", task_run_name="part {number}", cache_policy=NO_CACHE)
def _worked(work: Work, job: Job, part: Part, number: int) -> Any:
    """Parts are kept by the run itself, so none is cached here."""
    return work(job, part)


def _as_tasks(address: str) -> Spread:
    def spread(work: Work, job: Job, parts: Sequence[Part]) -> Iterator[tuple[Part, Any]]:
        sent = replace(job, book=job.book and job.book.resolve())
        asked = {_worked.submit(work, sent, part, part.number): part for part in parts}
        for done in as_completed(list(asked)):
            with cluster_faults(address, job):
                result = done.result()
            yield asked[done], result

    return spread


class _Here:
    """Tells progress on this machine; the workers are sent the flow, but no screen."""

    def __init__(self, progress: Progress = silent) -> None:
        self._progress = progress

    def __call__(self, step: str, done: int, total: int) -> None:
        self._progress(step, done, total)

    def __reduce__(self) -> tuple[type[_Here], tuple[()]]:
        return _Here, ()


def score_by_prefect(asked: Asked, address: str, progress: Progress) -> Outcome:
    """Score a sheet; see ``pipelines.scoring.run.score_sheet``.

    Args:
        asked: What is asked.
        address: Of the Dask scheduler.
        progress: Called with a step, the rows that are done and all rows.

    Raises:
        FailedWorld: As ``pipelines.scoring.cluster.on_cluster``.
    """
    with reached(address):
        pass  # told at once, and not by the first task

    here = _Here(progress)
    runner: TaskRunner[Any] = DaskTaskRunner(address=address)

    @flow(name="score", task_runner=runner, validate_parameters=False)
    def score(sheet: Path, target: Path) -> Outcome:
        return score_sheet(asked, _as_tasks(address), here)

    return score(asked.sheet, asked.target)
