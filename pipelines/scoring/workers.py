"""Parts scored side by side: in this process, in several of this machine, or on a cluster."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.orphans import end_with_parent
from pipelines.scoring.score import Job, Part, Scorer, Tally

Work = Callable[[Job, Part], Any]
Spread = Callable[[Work, Job, Sequence[Part]], Iterator[tuple[Part, Any]]]

_scorers: dict[Path, Scorer] = {}


def scorer_of(job: Job) -> Scorer:
    """The scorer of a job, made once in each process; of one job at a time."""
    if job.folder not in _scorers:
        _scorers.clear()
        _scorers[job.folder] = Scorer(job)
    return _scorers[job.folder]


def score_part(job: Job, part: Part) -> Tally:
    """Score one part; see ``Scorer.score``."""
    return scorer_of(job).score(part)


def asked_of_part(job: Job, part: Part) -> pl.DataFrame:
    """To which cells of the market the offers of a part belong, each once."""
    return scorer_of(job).asked(part).unique(maintain_order=True)


def in_processes(most: int) -> Spread:
    """Spread over processes of this machine; a single part stays in this one.

    Args:
        most: How many processes at once.
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
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    return spread
