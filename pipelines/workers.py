"""Batches taken in side by side, where there are enough of them to be worth the processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from pipelines.records import Progress
from pipelines.sources.source import Batch, Taken
from pipelines.taking import take_in
from rules.orphans import end_with_parent

WORTH_IT = 4  # [batches] a process takes two seconds to begin
MOST_WORKERS = 4  # each may use as much memory as a workbench has


def take_in_all(batches: Sequence[Batch], market: Path, progress: Progress) -> list[Taken]:
    """Take in every batch; in the order of the batches, whoever was ready first.

    Args:
        batches: What to take in.
        market: The market folder.
        progress: Called with step, done and total.

    Raises:
        OfferdeskError: As ``pipelines.taking.take_in``; batches that were done stay done.
    """
    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    if len(batches) < WORTH_IT or workers < 2:
        return _one_by_one(batches, market, progress)
    # A fresh interpreter, because a fork would inherit threads and open databases.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, end_with_parent) as pool:
        asked = [pool.submit(take_in, batch, market) for batch in _longest_first(batches)]
        try:
            for number, done in enumerate(as_completed(asked), 1):
                done.result()
                progress("take in", number, len(batches))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    found = {taken.batch: taken for taken in (one.result() for one in asked)}
    return [found[batch] for batch in batches]


def _one_by_one(batches: Sequence[Batch], market: Path, progress: Progress) -> list[Taken]:
    taken = []
    for number, batch in enumerate(batches, 1):
        taken.append(take_in(batch, market))
        progress("take in", number, len(batches))
    return taken


def _longest_first(batches: Sequence[Batch]) -> list[Batch]:
    """Large files before small ones, so that none is left for the end, alone."""
    return sorted(batches, key=lambda batch: -sum(file.path.stat().st_size for file in batch.files))
