"""What the desk on the web remembers beside the log: whose is what, and what was asked before.

It holds ids and signatures only, never an offer or a decision, so that what is removed from the
log is gone.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from offerdesk.web.guard.refused import Refused
from rules.errors import FailedWorld, Fault
from warehouse.home import home
from warehouse.journal import UNATTENDED, Emptying, use_wal

WAIT = 30.0  # [s] for another server of the same home
KEPT = timedelta(days=7)  # how long an idempotency key is known
_SCHEMA = """
    PRAGMA synchronous = NORMAL;
    -- Grain: one row for each thing that a user has made.
    CREATE TABLE IF NOT EXISTS owned (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        user TEXT NOT NULL,
        UNIQUE (kind, id)
    );
    CREATE INDEX IF NOT EXISTS owned_by_user ON owned (user, kind, seq);
    -- Grain: one row for each key of a user; what was asked under it is a signature.
    CREATE TABLE IF NOT EXISTS once (
        user TEXT NOT NULL,
        key TEXT NOT NULL,
        asked TEXT NOT NULL,
        made TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (user, key)
    );
    CREATE INDEX IF NOT EXISTS once_by_age ON once (at);
"""


def keeping_file() -> Path:
    """The file of the home."""
    return home().root / "web" / "keeping.sqlite"


@dataclass(frozen=True, slots=True)
class Once:
    """Something that is to be done once, however often it is asked for.

    Attributes:
        key: The client's name for it.
        asked: A signature of what is asked.
    """

    key: str
    asked: str


class Keeping:
    """The file in which it is remembered; safe from several threads and processes.

    Args:
        file: Made when there is none.
        emptied_aside: Whether a thread empties its journal, for who writes to it all the time.

    Raises:
        FailedWorld: ``web-unwritable``.
    """

    def __init__(self, file: Path, *, emptied_aside: bool = False) -> None:
        self._file = file
        self._turn = threading.RLock()
        self._emptying = Emptying(file, self._turn) if emptied_aside else None
        with self._told():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._connection = sqlite3.connect(
                file, timeout=WAIT, isolation_level=None, check_same_thread=False
            )
            file.chmod(0o600)
            use_wal(self._connection, WAIT)
            self._connection.executescript(_SCHEMA)
            if self._emptying:
                self._connection.execute(f"PRAGMA wal_autocheckpoint = {UNATTENDED}")
                self._emptying.start()

    def close(self) -> None:
        """Let the file go."""
        if self._emptying:
            self._emptying.stop()
        self._connection.close()

    def make(
        self, kind: str, user: str, work: Callable[[], str], once: Once | None = None
    ) -> tuple[str, bool]:
        """Do something for a user, and keep whose it is in the same step.

        With a key the work is done by one at a time, so that whoever asks meanwhile waits and
        then gets what the first one got.

        Args:
            kind: What is made, such as ``decision``.
            user: For whom.
            work: Makes it and gives its id.
            once: Says that it is done once only.

        Returns:
            The id, and whether it was made now.

        Raises:
            Refused: ``idempotency-key-reused`` when something else was asked under the key.
            FailedWorld: ``web-unwritable``, and whatever ``work`` raises.
        """
        if once is None:
            made = work()
            with self._writing() as connection:
                _own(connection, kind, user, made)
            return made, True
        with self._writing() as connection:
            earlier = _earlier(connection, user, once)
            if earlier is not None:
                return earlier, False
            made = work()
            _own(connection, kind, user, made)
            now = datetime.now(UTC)
            connection.execute("DELETE FROM once WHERE at < ?", ((now - KEPT).isoformat(),))
            connection.execute(
                "INSERT INTO once VALUES (?, ?, ?, ?, ?)",
                (user, once.key, once.asked, made, now.isoformat()),
            )
        return made, True

    def check_writable(self) -> None:
        """Insist that something could be kept.

        Raises:
            FailedWorld: ``web-unwritable``.
        """
        with self._writing():
            pass

    def is_of(self, kind: str, user: str, made: str) -> bool:
        """Whether a user has made something."""
        query = "SELECT 1 FROM owned WHERE kind = ? AND id = ? AND user = ?"
        return bool(self._rows(query, kind, made, user))

    def made_by(
        self, kind: str, user: str | None, limit: int, before: str | None = None
    ) -> list[str]:
        """What a user has made, the newest first; everybody's without a user.

        Args:
            kind: What was made.
            user: By whom.
            limit: At most so many.
            before: Only what was made before this one.
        """
        query = """
            SELECT id FROM owned
            WHERE kind = ?1 AND user = coalesce(?2, user) AND seq < coalesce(
                (SELECT seq FROM owned WHERE kind = ?1 AND id = ?3), 9223372036854775807)
            ORDER BY seq DESC LIMIT ?4
        """
        return [made for (made,) in self._rows(query, kind, user, before, limit)]

    def _rows(self, query: str, *parameters: object) -> Sequence[tuple[str, ...]]:
        with self._turn, self._told():
            return self._connection.execute(query, parameters).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._turn:
            with self._told():
                self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                with self._told():
                    self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as problem:
            step = "free some space, or make the folder writable"
            fault = Fault("web-unwritable", str(self._file), str(problem), "", step)
            raise FailedWorld(fault) from problem


def _own(connection: sqlite3.Connection, kind: str, user: str, made: str) -> None:
    connection.execute("INSERT INTO owned (kind, id, user) VALUES (?, ?, ?)", (kind, made, user))


def _earlier(connection: sqlite3.Connection, user: str, once: Once) -> str | None:
    query = "SELECT asked, made FROM once WHERE user = ? AND key = ?"
    found = connection.execute(query, (user, once.key)).fetchone()
    if found is None:
        return None
    asked, made = found
    if asked != once.asked:
        step = "take a new key for another request"
        fault = Fault(
            "idempotency-key-reused", "Idempotency-Key", "another request", "the same one", step
        )
        raise Refused(422, fault)
    return str(made)
