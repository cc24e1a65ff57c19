"""The decision log worked through part by part, in processes side by side where it is long."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rules.errors import FailedWorld, Fault
from rules.orphans import end_with_parent
from warehouse.home import home
from warehouse.log import last_number

LENGTH = 500  # [entries] of a part; a page or two of the log is in memory
WORTH_IT = 2000  # [entries] a process takes half a second to begin

T = TypeVar("T")
Tell = Callable[[str, int, int], None]  # what is done, how many entries, and how many there are


@dataclass(frozen=True, slots=True)
class Part:
    """Entries of the log: those after a number, up to another."""

    after: int
    last: int


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with the log.

    Attributes:
        name: In a word, for progress and errors; a fault is ``<name>-worker-died``.
        begin: Makes what is done with each part; called once in each process, so it has to be
            picklable, and what it makes has not.
        undone: What is not done of the rest when a process dies, for the error.
    """

    name: str
    begin: Callable[[], Callable[[Part], Any]]
    undone: str


def part_by_part(
    work: Work, *, processes: int | None = None, tell: Tell = lambda _, __, ___: None
) -> Iterator[Any]:
    """What comes of each part of the home's log, in the order of the log.

    Args:
        work: What is done.
        processes: How many at once; one for each core when not given.
        tell: Is told how far it is.

    Raises:
        FailedWorld: ``<name>-worker-died`` when a process was killed on the way; and what the
            work raises.
    """
    last, processes = last_number(), processes or os.cpu_count() or 1
    parts = [Part(after, min(after + LENGTH, last)) for after in range(0, last, LENGTH)]
    if processes < 2 or last < WORTH_IT:
        yield from _one_by_one(work, parts, tell)
    else:
        yield from _side_by_side(work, parts, min(processes, len(parts)), tell)


def _one_by_one(work: Work, parts: list[Part], tell: Tell) -> Iterator[Any]:
    done = work.begin() if parts else None
    for part in parts:
        assert done is not None
        yield done(part)
        tell(work.name, part.last, parts[-1].last)


def _side_by_side(work: Work, parts: list[Part], workers: int, tell: Tell) -> Iterator[Any]:
    # A fresh interpreter, because a fork would inherit threads and open databases.
    context = multiprocessing.get_context("spawn")
    start = (home().root, work.begin)
    with ProcessPoolExecutor(workers, context, _begin, start) as pool:
        asked = {pool.submit(_do, part): part for part in parts}
        try:
            _wait(work, asked, parts[-1].last, tell)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        yield from (one.result() for one in asked)


def _wait(work: Work, asked: dict[Future[Any], Part], last: int, tell: Tell) -> None:
    done = 0
    for one in as_completed(asked):
        try:
            one.result()
        except BrokenProcessPool as problem:
            raise FailedWorld(_died(work, asked)) from problem
        done += asked[one].last - asked[one].after
        tell(work.name, done, last)


def _died(work: Work, asked: dict[Future[Any], Part]) -> Fault:
    """A process that was killed takes the others with it; what was not done is named."""
    left = [part for one, part in asked.items() if not one.done() or one.exception()]
    found = f"a process that ended on the way; {work.undone} from row {left[0].after + 1} on"
    step = "see that there is memory enough, and try again; `--processes 1` needs least"
    return Fault(f"{work.name}-worker-died", str(home().log_file), found, "", step)


_doing: list[Callable[[Part], Any]] = []


def _begin(root: Path, begin: Callable[[], Callable[[Part], Any]]) -> None:
    """A worker has the home of who asked, and what it loads stays to its end."""
    os.environ["OFFERDESK_HOME"] = str(root)
    gc.set_threshold(100_000, 20, 100)
    end_with_parent()
    _doing.append(begin())


def _do(part: Part) -> Any:
    return _doing[0](part)
