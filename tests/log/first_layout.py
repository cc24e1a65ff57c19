"""A log as the first layout had it, with its rows hashed as they were then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.log.entries import entry
from warehouse.chain import FIRST_LAYOUT, GENESIS, Part, first_layout_hash

SCHEMA = """
    CREATE TABLE decision_log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        previous TEXT NOT NULL UNIQUE,
        logged_at TEXT NOT NULL,
        decision BLOB NOT NULL,
        facts BLOB NOT NULL,
        market BLOB NOT NULL,
        book TEXT NOT NULL,
        snapshot TEXT,
        facts_hash TEXT NOT NULL,
        verdict TEXT NOT NULL,
        status TEXT NOT NULL,
        rule TEXT NOT NULL,
        company TEXT,
        role TEXT
    );
    CREATE TRIGGER decision_log_no_update BEFORE UPDATE ON decision_log
    BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END;
    CREATE TRIGGER decision_log_no_delete BEFORE DELETE ON decision_log
    BEGIN SELECT RAISE(ABORT, 'the decision log is append-only'); END;
    PRAGMA user_version = 1;
    PRAGMA journal_mode = WAL;
"""


def filled_first(path: Path, count: int) -> list[str]:
    """A log of the first layout; the ids of its decisions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(SCHEMA)
        previous, ids = GENESIS, []
        for number in range(count):
            previous = _append(connection, number, previous)
            ids.append(previous[:12])
    return ids


def _append(connection: sqlite3.Connection, number: int, previous: str) -> str:
    one = entry(number)
    now = f"2025-12-{number + 1:02}T10:00:00.000000+00:00"
    parts: dict[str, Part] = {"logged_at": now}
    parts |= {name: getattr(one, name) for name in FIRST_LAYOUT if name != "logged_at"}
    made = first_layout_hash(previous, parts)
    connection.execute(
        f"INSERT INTO decision_log (id, hash, previous, {', '.join(FIRST_LAYOUT)}) "
        f"VALUES (?, ?, ?{', ?' * len(FIRST_LAYOUT)})",
        (made[:12], made, previous, *(parts[name] for name in FIRST_LAYOUT)),
    )
    return made
