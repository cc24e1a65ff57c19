"""A way to tamper with a log, and a sound log to do it to.

Whoever tampers may write the file as they like: the guards of the tables are dropped first.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.log.entries import entry
from warehouse import log, log_file
from warehouse.redaction import redact

DECISIONS, REDACTED = 12, (1, 4)  # places among the decisions; six are logged before
ENTRIES = DECISIONS + len(REDACTED)
GONE = tuple(place + 1 for place in REDACTED)  # row numbers of what was redacted
REDACTIONS = tuple(DECISIONS // 2 + place + 1 for place in range(len(REDACTED)))
WHOLE = tuple(n for n in range(1, ENTRIES + 1) if n not in (*GONE, *REDACTIONS))

Connection = sqlite3.Connection
Act = Callable[[Connection], None]


@dataclass(frozen=True)
class Tampering:
    """One way to tamper.

    Attributes:
        name: What is done, for the reader of a failure.
        act: Does it to an open log; ``to_file``: or to its file.
        rows: One of these must be named; empty where only the file can be.
        needs_head: Only a head that was kept elsewhere tells.
    """

    name: str
    act: Act | None = None
    to_file: Callable[[Path], None] | None = None
    rows: tuple[int, ...] = ()
    needs_head: bool = False

    def do(self, path: Path) -> None:
        if self.to_file:
            self.to_file(path)
            return
        assert self.act is not None
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for (trigger,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            self.act(connection)


def near(number: int) -> tuple[int, ...]:
    """A row, or the one that its broken link shows at."""
    return number, number + 1


def run(*statements: str) -> Act:
    def act(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return act


def without(*numbers: int) -> list[str]:
    told = ", ".join(map(str, numbers))
    return [f"DELETE FROM {table} WHERE seq IN ({told})" for table in ("content", "chain")]


def closed_up(number: int) -> list[str]:
    """The rows behind a gap move up, one after the other, and the counter with them."""
    moves = [
        f"UPDATE {table} SET seq = {one - 1} WHERE seq = {one}"
        for one in range(number + 1, ENTRIES + 1)
        for table in ("chain", "content")
    ]
    return [*moves, f"UPDATE sqlite_sequence SET seq = {ENTRIES - 1} WHERE name = 'chain'"]


def prepared(folder: Path) -> Path:
    """A sound log to tamper with, and beside it what it was half-way."""
    path = folder / "decisions.sqlite"
    ids = [log.append(entry(number), path) for number in range(DECISIONS // 2)]
    log_file.close_writers()
    shutil.copy(path, folder / "earlier.sqlite")
    _second_half(ids, path)
    log_file.close_writers()
    return path


def _second_half(ids: Sequence[str], path: Path) -> None:
    for place in REDACTED:
        redact([ids[place]], reason=f"asked to, {place}", by="a clerk", path=path)
    for number in range(DECISIONS // 2, DECISIONS):
        log.append(entry(number), path)
