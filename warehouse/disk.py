"""A disk that refuses, told in one sentence, whoever noticed it first."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.errors import FailedWorld, Fault

_REFUSED = re.compile(
    r"(?i)could not write|write failed|no space|file too large|disk|checkpoint|temp_directory"
)


@contextmanager
def writing_to(place: Path, code: str) -> Iterator[None]:
    """What is written inside is written, or refused with a code.

    Args:
        place: Where to.
        code: Of the fault, such as ``market-unwritable``.

    Raises:
        FailedWorld: When the disk refuses; DuckDB and SQLite have their own ways of saying so.
    """
    import duckdb

    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise _unwritable(place, code, error) from error
    except duckdb.Error as error:
        if not _REFUSED.search(str(error)):
            raise
        raise _unwritable(place, code, error) from error


def _unwritable(place: Path, code: str, error: Exception) -> FailedWorld:
    step = "free some space, or make the folder writable, and try again"
    return FailedWorld(Fault(code, str(place), " ".join(str(error).split()), "", step))
