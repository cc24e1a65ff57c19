"""What is looked up about a market, as cards: one for each thing looked up and each key.

A snapshot is a DuckDB file, made for questions over all of its rows; one offer asks for a few
rows of one employer, and DuckDB takes longer to load and to plan than to answer that.  So beside
a snapshot lies a small SQLite file with the same rows by key.  It holds nothing of its own: where
it is missing, damaged, or of another snapshot or layout, it is made again out of the snapshot.

To look up something more, add its query to ``CARDS`` and read it with ``Cards.rows``.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from functools import lru_cache, partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol
from weakref import finalize
from zlib import crc32

import orjson

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = Mapping[str, Any]

_OF_GUIDE = "SELECT guide_id AS key, * EXCLUDE (load_id) FROM"
# Every rate that holds on a day of fixing: nearly all were fixed on it, few before and not since.
_RATES = """
    WITH fixing AS (
        SELECT day, lead(day) OVER (ORDER BY day) AS next FROM (SELECT DISTINCT day FROM fx)
    ),
    late AS (SELECT fx.* FROM fx JOIN fixing USING (day) WHERE valid_to >= next),
    holding AS (
        SELECT day, currency, per_eur, NULL AS fixed_on FROM fx
        UNION ALL
        SELECT fixing.day, currency, per_eur, late.day
        FROM late JOIN fixing ON fixing.day > late.day AND fixing.day <= late.valid_to
    )
    SELECT day::VARCHAR AS day,
        list(currency ORDER BY currency) AS currencies,
        list(per_eur ORDER BY currency) AS per_eur,
        coalesce(list(currency || ' of ' || fixed_on ORDER BY currency)
            FILTER (fixed_on IS NOT NULL), []) AS earlier
    FROM holding GROUP BY day
"""
# Grain: one row per key and row of the market.  ``key`` is what is asked for, always a text, and
# the order says in which order the rows of a key come.  Dates are read back as ISO texts.
CARDS: Mapping[str, tuple[str, str]] = {
    # By employer: its name in the guide, and the name of the folder that the guide came in.
    "guide": (
        """
        SELECT unnest(list_distinct([company_id, split_part(guide_id, '/', 1)])) AS key,
            guide.* EXCLUDE (load_id, source_hash), pivots
        FROM guide LEFT JOIN (
            SELECT guide_id, list(peer_level_raw ORDER BY ordinal) AS pivots
            FROM level_map WHERE peer_company_id = 'google' GROUP BY guide_id
        ) USING (guide_id)
        """,
        "key, guide_id",
    ),
    # By guide, as all that follow.
    "band": (
        """
        SELECT guide_id AS key, band.* EXCLUDE (load_id, as_written), zones
        FROM band JOIN (
            SELECT band_id, list({'geo_id': geo_id, 'country': country, 'parent': parent,
                'remote': remote} ORDER BY geo_id) AS zones
            FROM band_zone GROUP BY band_id
        ) USING (band_id)
        """,
        "key, ordinal",
    ),
    "target": (f"{_OF_GUIDE} target", "key, ordinal"),
    "accept_floor": (f"{_OF_GUIDE} accept_floor", "key, ordinal"),
    "competing": (f"{_OF_GUIDE} competing", "key, ordinal"),
    "premium": (f"{_OF_GUIDE} premium", "ALL"),
    "sign_on": (f"{_OF_GUIDE} sign_on", "ALL"),
    # By day of fixing: every rate that holds on it, and which of them were fixed earlier.
    "fx": (f"SELECT day AS key, * FROM ({_RATES})", "key"),
    # By nothing: the last day of fixing.
    "fx_newest": ("SELECT '' AS key, max(day)::VARCHAR AS day FROM fx HAVING count(*) > 0", "key"),
    # By employer: what is claimed of its vesting, the newest claim first.
    "vest_claim": (
        """
        SELECT company_id AS key, record_key, company_raw, schedule, claimed_by, as_of_from,
            as_of_to
        FROM vesting WHERE NOT duplicate AND len(schedule) > 0
        """,
        "key, as_of_from DESC, as_of_to, claimed_by, record_key",
    ),
    # By kind of role and place, <family>@<place>: a city or a metropolitan area.
    "wage_level": (
        """
        SELECT role_family || '@' || unnest(list_distinct([geo_id, metro])) AS key,
            record_key, source, occupation, area_id, area_name, level_1, level_2, level_3,
            level_4, period_start, period_end, national_employment, flags
        FROM wage_level WHERE role_family <> 'other'
        """,
        "key, period_start DESC, record_key",
    ),
    # By employer (empty for all of them), role family, metric and country, joined by bars.
    "percentile": (
        """
        SELECT concat_ws('|', coalesce(company_id, ''), role_family, metric, country) AS key,
            * EXCLUDE (company_id, role_family, metric)
        FROM percentile WHERE metric IN ('base', 'tc')
        """,
        "key, step, level_std, place, source, currency",
    ),
}
_LAYOUT = crc32(repr(sorted(CARDS.items())).encode())
_MADE = "made of"  # the card that says what the file was made of
_SCHEMA = (
    "CREATE TABLE card (name TEXT, key TEXT, rows BLOB NOT NULL, crc INTEGER NOT NULL, "
    "PRIMARY KEY (name, key))"
)
MOST_REMEMBERED = 256  # cards of a snapshot: what is asked for of an employer is asked for again
_BATCH = 10_000  # [rows] taken from DuckDB at a time


class Cards(Protocol):
    """Rows of a market by what they are and whom they concern."""

    def rows(self, card: str, key: str) -> list[Row]:
        """The rows of a card in its order, with plain values; none where there are none."""


class TableCards:
    """Cards straight out of the tables of an open market.

    Args:
        connection: A snapshot, or a draft of one.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def rows(self, card: str, key: str) -> list[Row]:
        """See ``Cards``."""
        query, order = CARDS[card]
        found = _queried(self._connection, f"FROM ({query}) WHERE key = ? ORDER BY {order}", [key])
        return _read_back(_line([_without_key(row) for row in found]))


class KeptCards:
    """Cards of a published snapshot, out of the file beside it.

    Where the file turns out to be damaged it is removed, so that the next process makes it again,
    and this one goes on with the tables.

    Args:
        snapshot: The snapshot's file.

    Raises:
        sqlite3.Error, ValueError: There is no such file, or it was made of something else.
    """

    def __init__(self, snapshot: Path) -> None:
        self._snapshot = snapshot
        self._tables: Cards | None = None
        # Nobody writes to the file once it has its name, so that it needs no locks.
        self._kept = sqlite3.connect(
            f"{beside(snapshot).absolute().as_uri()}?mode=ro&immutable=1",
            uri=True,
            check_same_thread=False,
        )
        finalize(self, self._kept.close)  # nobody else knows when the last reader is gone
        if _found(self._kept, _MADE, "") != [_made_of(snapshot)]:
            raise ValueError("made of something else")
        # Not through ``self``: a snapshot must be let go as soon as nobody uses it.
        self._found = lru_cache(maxsize=MOST_REMEMBERED)(partial(_found, self._kept))

    def rows(self, card: str, key: str) -> list[Row]:
        """See ``Cards``."""
        if self._tables is None:
            try:
                return self._found(card, key)
            except (sqlite3.Error, ValueError):
                with suppress(OSError):
                    beside(self._snapshot).unlink()
                self._tables = TableCards(_tables(self._snapshot))
        return self._tables.rows(card, key)


def _tables(snapshot: Path) -> DuckDBPyConnection:
    from warehouse.snapshot import open_file  # DuckDB is slow to load

    return open_file(snapshot)


def beside(snapshot: Path) -> Path:
    """Where the cards of a snapshot are.

    >>> beside(Path("market/0123456789ab.duckdb")).name
    '0123456789ab.cards.sqlite'
    """
    return snapshot.with_suffix(".cards.sqlite")


def cards_of(snapshot: Path) -> KeptCards | TableCards:
    """The cards of a published snapshot, opened once per process, and made again when need be.

    Raises:
        FailedWorld: ``market-unreadable`` when the snapshot itself would have to be read and
            cannot be.
    """
    made = _made_of(snapshot)
    return _cards_of(os.getpid(), snapshot, made["bytes"], made["written"])


@lru_cache(maxsize=8)
def _cards_of(_: int, snapshot: Path, __: int, ___: int) -> KeptCards | TableCards:
    with suppress(sqlite3.Error, ValueError):
        return KeptCards(snapshot)
    connection = _tables(snapshot)
    try:
        write_cards(connection, snapshot, snapshot)
        return KeptCards(snapshot)
    except (sqlite3.Error, OSError):  # nothing can be written here
        return TableCards(connection)


def write_cards(connection: DuckDBPyConnection, content: Path, snapshot: Path) -> None:
    """Write the cards of a market beside a snapshot, in one step.

    Args:
        connection: The market.
        content: Its file.
        snapshot: The file that it is, or is about to be, published as.

    Raises:
        OSError, sqlite3.Error: The folder cannot be written.
    """
    with TemporaryDirectory(dir=snapshot.parent, prefix=".cards-") as folder:
        aside = Path(folder) / "cards.sqlite"
        with closing(sqlite3.connect(aside, isolation_level=None)) as kept:
            kept.execute("PRAGMA journal_mode = OFF")  # a half-written file never gets its name
            kept.execute("BEGIN")
            kept.execute(_SCHEMA)
            kept.executemany("INSERT INTO card VALUES (?, ?, ?, ?)", _all_cards(connection))
            kept.execute(
                "INSERT INTO card VALUES (?, ?, ?, ?)", _card(_MADE, "", [_made_of(content)])
            )
            kept.execute("COMMIT")
        aside.chmod(0o444)
        os.replace(aside, beside(snapshot))


def _all_cards(connection: DuckDBPyConnection) -> Iterator[tuple[str, str, bytes, int]]:
    for name, (query, order) in CARDS.items():
        rows = _queried(connection, f"FROM ({query}) WHERE key IS NOT NULL ORDER BY {order}")
        for key, of_key in groupby(rows, itemgetter("key")):
            yield _card(name, key, [_without_key(row) for row in of_key])


def _queried(
    connection: DuckDBPyConnection, query: str, parameters: Any = None
) -> Iterator[dict[str, Any]]:
    from duckdb import CatalogException  # loaded already, since there is a connection

    try:
        cursor = connection.cursor().execute(query, parameters)
    except CatalogException:  # a snapshot of an older layout: it has no such table
        return
    columns = [column[0] for column in cursor.description or ()]
    while batch := cursor.fetchmany(_BATCH):
        yield from (dict(zip(columns, values, strict=True)) for values in batch)


def _without_key(row: dict[str, Any]) -> Row:
    del row["key"]
    return row


def _card(name: str, key: str, rows: list[Row]) -> tuple[str, str, bytes, int]:
    line = _line(rows)
    return name, key, line, _sum(name, key, line)


def _line(rows: list[Row]) -> bytes:
    return orjson.dumps(rows)


def _read_back(line: bytes) -> list[Row]:
    rows: list[Row] = orjson.loads(line)
    return rows


def _sum(name: str, key: str, line: bytes) -> int:
    return crc32(line, crc32(f"{name}\0{key}".encode()))


def _found(kept: sqlite3.Connection, card: str, key: str) -> list[Row]:
    query = "SELECT rows, crc FROM card WHERE name = ? AND key = ?"
    found = kept.execute(query, (card, key)).fetchone()
    if found is None:
        return []
    line, crc = found
    if not isinstance(line, bytes) or _sum(card, key, line) != crc:
        raise ValueError("damaged")
    return _read_back(line)


def _made_of(snapshot: Path) -> dict[str, int]:
    """A snapshot that was written to afterwards is another one, and so is one that was moved."""
    stat = snapshot.stat()
    return {"layout": _LAYOUT, "bytes": stat.st_size, "written": stat.st_mtime_ns}
