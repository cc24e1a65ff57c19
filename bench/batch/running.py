"""One engine over files of offers, in a process of its own.

``python -m bench.batch.running ENGINE FOLDER`` times it for a folder that ``write_offers`` filled,
leaves its answers in a folder ``ENGINE`` in there, and prints a line of JSON.  Starting, importing
and compiling come before and are not timed.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from threading import Barrier

import polars as pl

from bench.batch import Work, engine
from pipelines.scoring.workers import OF_A_PROCESS

PROCESSES = 2
MOST_ROWS = 200_000  # in a part that is spread
LONG = 10.0  # [s]; what takes longer is not repeated
REPEATS = 3

_work: Work  # of a process that takes parts


@dataclass(frozen=True, slots=True)
class Run:
    """An engine over some offers.

    Attributes:
        rows: How many it was given.
        seconds: The least time of a few runs [s].
        cpu_seconds: The least time that processors worked on it, all processes together [s].
        peak_mb: The most memory that its processes held at one moment [MB]; None until whoever
            started them says so.
    """

    engine: str
    rows: int
    seconds: float
    cpu_seconds: float
    peak_mb: int | None = None


def measure(name: str, folder: Path, doing: Callable[[Path, int, Path], float]) -> Run:
    """Time an engine over a folder of offers.

    Args:
        name: The module of the engine.
        folder: With ``offers.parquet``.
        doing: Does it all and tells how long processors worked on it [s].
    """
    offers = folder / "offers.parquet"
    there = int(pl.scan_parquet(offers).select(pl.len()).collect().item())
    rows = min(there, engine(name).MOST)
    target = folder / name
    seconds: list[float] = []
    worked: list[float] = []
    while len(seconds) < REPEATS and sum(seconds) < LONG:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        begin = time.perf_counter()
        worked.append(doing(offers, rows, target))
        seconds.append(time.perf_counter() - begin)
    return Run(name, rows, round(min(seconds), 4), round(min(worked), 4))


@contextmanager
def prepared(name: str) -> Iterator[Callable[[Path, int, Path], float]]:
    """An engine that is ready, in two processes of one thread or in this one of two."""
    if not engine(name).IS_SPREAD:
        work = engine(name).ready()

        def at_once(offers: Path, rows: int, target: Path) -> float:
            before = time.process_time()
            work(offers, 0, rows, target / "answers.parquet")
            return time.process_time() - before

        yield at_once
        return
    os.environ.update(OF_A_PROCESS)  # in each of the processes that are started now
    context = multiprocessing.get_context("spawn")
    are_ready = context.Barrier(PROCESSES + 1)
    with ProcessPoolExecutor(PROCESSES, context, _begin, (name, are_ready)) as pool:
        for _ in range(PROCESSES):
            pool.submit(_nothing)
        are_ready.wait()

        def in_parts(offers: Path, rows: int, target: Path) -> float:
            before = time.process_time()
            asked = [pool.submit(_part, offers, *part, target) for part in parts(rows)]
            return sum(one.result() for one in asked) + time.process_time() - before

        yield in_parts


def parts(rows: int) -> list[tuple[int, int]]:
    """First row and number of rows of each part; as many in each, and one for each process.

    >>> parts(10)
    [(0, 5), (5, 5)]
    """
    count = PROCESSES * -(-rows // (PROCESSES * MOST_ROWS))
    edges = [rows * place // count for place in range(count + 1)]
    return [(a, b - a) for a, b in pairwise(edges)]


def _begin(name: str, are_ready: Barrier) -> None:
    global _work
    _work = engine(name).ready()
    are_ready.wait()


def _nothing() -> None:
    """Have a process started."""


def _part(offers: Path, start: int, rows: int, target: Path) -> float:
    """Work on a part; how long the processor did [s]."""
    before = time.process_time()
    _work(offers, start, rows, target / f"{start:09}.parquet")
    return time.process_time() - before


def main(arguments: Sequence[str]) -> None:
    """See the module."""
    name, folder = arguments
    with prepared(name) as doing:
        print(json.dumps(asdict(measure(name, Path(folder), doing))))


if __name__ == "__main__":
    main(sys.argv[1:])
