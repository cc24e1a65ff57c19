"""Parts scored side by side: in this process, in several of this machine, or on a cluster."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.scoring.job import Job, Part
from pipelines.scoring.score import Scorer
from pipelines.scoring.tally import DONE, Tally
from rules.errors import FailedWorld, Fault
from rules.orphans import end_with_parent

Work = Callable[[Job, Part], Any]
Spread = Callable[[Work, Job, Sequence[Part]], Iterator[tuple[Part, Any]]]

# How polars works in each process: by one thread, and memory that it lets go is kept for the next
# part, which needs as much; to give it back at once and ask for it again takes a fifth of the time.
# What no part has needed for four seconds is given back: kept for ever, holes between what is used
# made a run of fifty million offers grow past ``--memory``.
OF_A_PROCESS = {
    "POLARS_MAX_THREADS": "1",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:4000,muzzy_decay_ms:4000,narenas:1",
}

_scorers: dict[Path, Scorer] = {}


def scorer_of(job: Job) -> Scorer:
    """The scorer of a job, made once in each process; of one job at a time."""
    if job.folder not in _scorers:
        _scorers.clear()
        _scorers[job.folder] = Scorer(job)
    return _scorers[job.folder]


def is_done(job: Job, part: Part) -> bool:
    """Whether everything that a part leaves is there."""
    kinds = [DONE, "answers.parquet", "rejects.parquet"]
    kinds += ["ledger.parquet"] if job.has_ledger else []
    return all((job.folder / f"{part.name}.{kind}").exists() for kind in kinds)


def score_part(job: Job, part: Part) -> Tally:
    """Score one part, unless somebody has; see ``Scorer.score``."""
    if is_done(job, part):
        return Tally.kept(job.folder / f"{part.name}.{DONE}")
    return scorer_of(job).score(part)


def asked_of_part(job: Job, part: Part) -> pl.DataFrame:
    """To which cells of the market the offers of a part belong, each once."""
    return scorer_of(job).asked(part).unique(maintain_order=True)


class Processes:
    """Spreads over processes of this machine; a single part stays in this one.

    The processes begin when they are first needed, and stay until the ``with`` block ends.

    Args:
        most: How many processes at once.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def __call__(self, work: Work, job: Job, parts: Sequence[Part]) -> Iterator[tuple[Part, Any]]:
        """Do some work on every part, whichever is ready first.

        Raises:
            FailedWorld: ``score-process-lost``, such as for want of memory.
        """
        if min(self._most, len(parts)) < 2:
            yield from ((part, work(job, part)) for part in parts)
            return
        asked = {self._ready().submit(work, job, part): part for part in parts}
        try:
            for done in as_completed(asked):
                yield asked[done], done.result()
        except BrokenProcessPool as problem:
            step = "run it again, which goes on with what is done, or anew with less --memory"
            found = "a process that was ended from outside"
            fault = Fault("score-process-lost", job.sheet, found, "", step)
            raise FailedWorld(fault) from problem

    def _ready(self) -> ProcessPoolExecutor:
        """Fresh interpreters, because a fork would inherit threads; one thread in each."""
        if self._pool is None:
            os.environ.update(OF_A_PROCESS)
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._most, context, end_with_parent)
        return self._pool
