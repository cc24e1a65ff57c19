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

from pipelines.orphans import end_with_parent
from pipelines.scoring.score import DONE, Job, Part, Scorer, Tally
from rules.errors import FailedWorld, Fault

Work = Callable[[Job, Part], Any]
Spread = Callable[[Work, Job, Sequence[Part]], Iterator[tuple[Part, Any]]]

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


def in_processes(most: int) -> Spread:
    """Spread over processes of this machine; a single part stays in this one.

    Args:
        most: How many processes at once.

    Raises:
        FailedWorld: While it spreads ``score-process-lost``, such as for want of memory.
    """

    def spread(work: Work, job: Job, parts: Sequence[Part]) -> Iterator[tuple[Part, Any]]:
        if min(most, len(parts)) < 2:
            yield from ((part, work(job, part)) for part in parts)
            return
        # A fresh interpreter, because a fork would inherit threads; one thread in each.
        os.environ["POLARS_MAX_THREADS"] = "1"
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(most, len(parts)), context, end_with_parent) as pool:
            asked = {pool.submit(work, job, part): part for part in parts}
            try:
                for done in as_completed(asked):
                    yield asked[done], done.result()
            except BrokenProcessPool as problem:
                step = "run it again, with less --memory or fewer --processes; parts are kept"
                found = "a process that was ended from outside"
                fault = Fault("score-process-lost", job.sheet, found, "", step)
                raise FailedWorld(fault) from problem
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    return spread
