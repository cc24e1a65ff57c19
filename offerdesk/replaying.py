"""The whole log made again, in parallel: every decision, or those that differ by name."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from offerdesk.replay import faults_of
from pipelines.orphans import end_with_parent
from rules.errors import FailedWorld, Fault
from warehouse.home import home
from warehouse.log import last_number, rows
from warehouse.verification import verify_redacted

CHUNK = 500  # [entries] replayed at a time; a page or two of the log is in memory
WORTH_IT = 2000  # [entries] a process takes half a second to begin
FEW = 40  # decisions of which each gets a line of its own
MOST_FAULTS = 20  # told with their place, of a chunk and of all; the others are counted

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Entries of the log: those after a number, up to another."""

    after: int
    last: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of replaying some decisions.

    Attributes:
        same: How many are the same, byte for byte.
        differ: How many are not, or cannot be replayed.
        faults: Why, of the first that differ.
        lines: A line for each, where each was asked for.
    """

    same: int
    differ: int
    faults: tuple[Fault, ...]
    lines: tuple[str, ...]


def replay_all(
    show: Callable[[str], object],
    *,
    each: bool | None = None,
    processes: int | None = None,
    tell: Tell = lambda _, __, ___: None,
) -> None:
    """Replay every decision of the home's log.

    Args:
        show: Prints what came out.
        each: Whether to print a line for each decision; only of a few when not given.
        processes: How many at once; one for each core when not given.
        tell: Is told how far it is.

    Raises:
        FailedWorld: When all are done, with the faults of what differs or cannot be replayed;
            ``replay-worker-died`` when a process was killed on the way.
    """
    last = last_number()
    each = last <= FEW if each is None else each
    same = differ = 0
    faults: list[Fault] = []
    for outcome in _outcomes(last, each, processes or os.cpu_count() or 1, tell):
        same, differ = same + outcome.same, differ + outcome.differ
        faults += outcome.faults[: MOST_FAULTS - len(faults)]
        for line in outcome.lines:
            show(line)
    gone = verify_redacted()
    faults += gone.faults
    show(_summary(same, differ, gone.redacted))
    if faults:
        raise FailedWorld(faults)


def _summary(same: int, differ: int, redacted: int) -> str:
    if not same + differ + redacted:
        return "Nothing is logged."
    told = f"{same + differ:,} replayed, "
    told += f"{differ:,} DIFFER or cannot be." if differ else "every one the same byte for byte."
    if redacted:
        told += f"\n{redacted:,} redacted: nothing is left to replay; what was committed to stands."
    return told


def _outcomes(last: int, each: bool, processes: int, tell: Tell) -> Iterator[Outcome]:
    """Chunk by chunk, in the order of the log."""
    chunks = [Chunk(after, min(after + CHUNK, last)) for after in range(0, last, CHUNK)]
    if processes < 2 or last < WORTH_IT:
        for chunk in chunks:
            yield replayed(chunk, each)
            tell("replay", chunk.last, last)
        return
    # A fresh interpreter, because a fork would inherit threads and open databases.
    context = multiprocessing.get_context("spawn")
    workers = min(processes, len(chunks))
    with ProcessPoolExecutor(workers, context, _begin, (home().root,)) as pool:
        asked = {pool.submit(replayed, chunk, each): chunk for chunk in chunks}
        try:
            _wait(asked, last, tell)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
        yield from (one.result() for one in asked)


def _wait(asked: dict[Future[Outcome], Chunk], last: int, tell: Tell) -> None:
    done = 0
    for one in as_completed(asked):
        try:
            one.result()
        except BrokenProcessPool as problem:
            raise FailedWorld(_died(asked)) from problem
        done += asked[one].last - asked[one].after
        tell("replay", done, last)


def _died(asked: dict[Future[Outcome], Chunk]) -> Fault:
    """A process that was killed takes the others with it; what was not done is named."""
    left = [chunk for one, chunk in asked.items() if not one.done() or one.exception()]
    found = f"a process that ended on the way; not replayed from row {left[0].after + 1} on"
    step = "see that there is memory enough, and try again; `--processes 1` needs least"
    return Fault("replay-worker-died", str(home().log_file), found, "", step)


def _begin(root: Path) -> None:
    """A worker has the home of who asked, and what it loads stays to its end."""
    os.environ["OFFERDESK_HOME"] = str(root)
    gc.set_threshold(100_000, 20, 100)
    end_with_parent()


def replayed(chunk: Chunk, each: bool = False) -> Outcome:
    """Replay the decisions of a chunk, one after the other."""
    same = differ = 0
    faults: list[Fault] = []
    lines: list[str] = []
    for row in rows(after=chunk.after, last=chunk.last):
        found = list(faults_of(row))
        same, differ = same + (not found), differ + bool(found)
        faults += found
        if each:
            told = _told(found)
            lines.append(f"{row.id}  {row.entry.verdict:<9}  {row.entry.rule:<4}  {told}")
    return Outcome(same, differ, tuple(faults[:MOST_FAULTS]), tuple(lines))


def _told(faults: list[Fault]) -> str:
    if not faults:
        return "same bytes"
    return "DIFFERS" if faults[0].code == "replay-differs" else "cannot be replayed"
