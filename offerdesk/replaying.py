"""The whole log made again, in parallel: every decision, or those that differ by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from offerdesk.log_parts import Part, Tell, Work, part_by_part
from offerdesk.replay import faults_of
from rules.errors import FailedWorld, Fault
from warehouse.log import last_number, rows
from warehouse.verification import verify_redacted

FEW = 40  # decisions of which each gets a line of its own
MOST_FAULTS = 20  # told with their place, of a part and of all; the others are counted


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
    each = last_number() <= FEW if each is None else each
    work = Work("replay", partial(_replayer, each), "not replayed")
    same = differ = 0
    faults: list[Fault] = []
    for outcome in part_by_part(work, processes=processes, tell=tell):
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


def _replayer(each: bool) -> Callable[[Part], Outcome]:
    return partial(replayed, each=each)


def replayed(part: Part, each: bool = False) -> Outcome:
    """Replay the decisions of a part of the log, one after the other."""
    same = differ = 0
    faults: list[Fault] = []
    lines: list[str] = []
    for row in rows(after=part.after, last=part.last):
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
