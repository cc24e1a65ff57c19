"""One run at a time for each target."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from rules.errors import FailedWorld, Fault


@contextmanager
def turn(place: Path) -> Iterator[None]:
    """Keep every other run from a place; the system frees the turn of a run that was killed.

    Args:
        place: The folder of all that is unfinished; gone again when nothing is left in it.

    Raises:
        FailedWorld: ``score-running`` while another run has its turn.
        OSError, sqlite3.OperationalError: The folder cannot be written.
    """
    place.mkdir(parents=True, exist_ok=True)
    try:
        with _locked(place / "turn"):
            yield
    finally:
        with suppress(OSError):
            place.rmdir()


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """The lock is SQLite's, which every platform has."""
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            raise _busy(file) from error
        if not file.exists():  # the run before has just taken it away: a third would not see us
            raise _busy(file)
        try:
            yield
        finally:
            file.unlink(missing_ok=True)


def _busy(file: Path) -> FailedWorld:
    step = "wait for it to end, or write elsewhere"
    found = "another run that writes the same answers"
    return FailedWorld(Fault("score-running", str(file.parent), found, "", step))
