"""Heads of the log: the latest entry at some moment, kept to compare with later.

A head vouches for its entry and all before it.  Those beside the log help against accidents and
careless hands; against somebody who may write there only one kept elsewhere helps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rules.errors import Fault
from warehouse.log_file import place_of, reading
from warehouse.whole_file import write_whole

FILE = "heads.txt"
MOST = 1000  # [heads] remembered beside the log, the latest
_WRITTEN = re.compile(r"([1-9][0-9]*):([0-9a-f]{12,64})")


@dataclass(frozen=True, slots=True)
class Head:
    """The number of an entry and its hash, written ``1042:9f3c...``.

    >>> str(head_of("7:0123456789ab"))
    '7:0123456789ab'
    """

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def head_of(text: str) -> Head | None:
    """A head as it is written; None of anything else."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    return Head(int(found[1]), found[2]) if found else None


def latest(path: Path | None = None) -> Head | None:
    """The head of a log; None while nothing is logged.

    Raises:
        FailedWorld: As ``warehouse.log_file.reading``.
    """
    place = place_of(path)
    if not place.exists():
        return None
    with reading(place) as (connection, entries):
        found = connection.execute(f"SELECT seq, hash FROM {entries} ORDER BY seq DESC LIMIT 1")
        last = found.fetchone()
    return Head(*last) if last else None


def remembered(place: Path) -> tuple[list[Head], list[Fault]]:
    """The heads beside a log, and what is wrong with their file."""
    path = place.with_name(FILE)
    try:
        lines = path.read_text("ascii").split()
    except FileNotFoundError:
        return [], []
    except (OSError, ValueError) as problem:
        return [], [_unreadable(path, str(problem))]
    heads = [head_of(line) for line in lines]
    unread = [line for line, head in zip(lines, heads, strict=True) if head is None]
    faults = [_unreadable(path, f"{unread[0]!r}")] if unread else []
    return [head for head in heads if head is not None], faults


def _unreadable(path: Path, found: str) -> Fault:
    return Fault("log-heads-unreadable", str(path), found, "", "restore it from a backup")


def remember(head: Head, path: Path | None = None) -> bool:
    """Keep a head beside its log, where that can be written.

    Returns:
        Whether it is kept.
    """
    place = place_of(path)
    known, faults = remembered(place)
    if faults:
        return False
    kept = [*(one for one in known if one != head), head][-MOST:]
    try:
        write_whole(place.with_name(FILE), "".join(f"{one}\n" for one in kept).encode("ascii"))
    except OSError:
        return False
    return True
