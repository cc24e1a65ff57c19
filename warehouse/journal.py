"""The journal of an SQLite file, emptied aside: whoever appends never waits for the disk.

SQLite lets the append that finds the journal long move it into the file, and that takes as long
as the disk does.  Where many wait for their appends, a thread does it instead.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

Turn = AbstractContextManager[object]
EVERY = 5.0  # [s]; while the disk is waited for an append may be, so that it is done seldom
MOST = 48_000  # pages of a journal that is begun anew when the disk is quick
AT_LAST = 2 * MOST  # pages of one that is begun anew however long that takes
UNATTENDED = 2 * AT_LAST  # pages after which an append empties it itself after all
AGAIN, IN_A_ROW = 5, 3  # tries to find the disk quick, and how often it has to be
QUICK = 0.005  # [s]
PATIENCE = 0.05  # [s] for those who read, who keep a journal from being begun anew


def use_wal(connection: sqlite3.Connection, wait: float) -> None:
    """Keep a journal beside the file from now on.

    Args:
        connection: To the file.
        wait: How long others may have their turn [s]: unlike every other statement this one does
            not wait for it by itself.

    Raises:
        sqlite3.OperationalError: Others did not let go.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


class Emptying:
    """A thread that moves what stands in the journal into the file, now and then.

    It is no failure when it cannot: the journal then grows, and whoever appends empties it.

    Args:
        path: The file; there need not be one yet.
        turn: Held by whoever of this process writes to it.
        every: Time between two looks [s].
    """

    def __init__(self, path: Path, turn: Turn, every: float = EVERY) -> None:
        self._path, self._turn, self._every = path, turn, every
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="emptying", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, after what is under way."""
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._ended.wait(self._every):
            with suppress(sqlite3.Error):
                self._empty_while_wanted()

    def _empty_while_wanted(self) -> None:
        if not self._path.exists():
            return
        # Where somebody writes or reads for longer, the next look will do.
        with closing(sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)) as kept:
            while not self._ended.wait(self._every):
                empty(kept, self._turn)


def empty(connection: sqlite3.Connection, turn: Turn, most: int = MOST) -> None:
    """Move the journal into the file, beside those who read and write.

    SQLite begins a journal anew when somebody writes after all of it was moved.  While many write
    that never comes to pass, so that they have to wait for the last part.  It is small, and is
    moved at a moment at which the disk is quick: not while it still does what the large part left
    to do, or what somebody else wants of it.

    Args:
        connection: Whose own waiting time is what it waits for others at most.
        turn: Held by whoever of this process writes.
        most: Pages from which on the journal is begun anew.
    """
    pages = _moved(connection, "PASSIVE")
    if pages > most and (_finds_the_disk_quick(connection) or pages > AT_LAST):
        with turn:
            _moved(connection, "RESTART")


def _finds_the_disk_quick(connection: sqlite3.Connection) -> bool:
    """Whether what came meanwhile was moved quickly, several times in a row."""
    in_a_row = 0
    for _ in range(AGAIN):
        begin = time.perf_counter()
        _moved(connection, "PASSIVE")
        in_a_row = in_a_row + 1 if time.perf_counter() - begin < QUICK else 0
        if in_a_row == IN_A_ROW:
            return True
    return False


def _moved(connection: sqlite3.Connection, way: str) -> int:
    """Move what can be moved; the pages that stood in the journal."""
    _, pages, _ = connection.execute(f"PRAGMA wal_checkpoint({way})").fetchone()
    return int(pages)
