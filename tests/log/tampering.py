"""Ways to tamper with a log, each with the rows that must be named.

Whoever tampers may write the file as they like: the guards of the tables are dropped first, and
where it says so whole chains are worked out anew.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.log.entries import filled
from warehouse import log, log_file
from warehouse.chain import GENESIS, OPEN, PARTS, Seed, commitments, entry_hash, sealed

DECISIONS, REDACTED = 12, (1, 4)  # places among the decisions; six are logged before
ENTRIES = DECISIONS + len(REDACTED)
GONE = tuple(place + 1 for place in REDACTED)  # row numbers of what was redacted
REDACTIONS = tuple(DECISIONS // 2 + place + 1 for place in range(len(REDACTED)))
WHOLE = tuple(n for n in range(1, ENTRIES + 1) if n not in (*GONE, *REDACTIONS))
CHAIN = ("id", "hash", "previous", "logged_at", "kind", "commitments", *OPEN[2:])
CONTENT = ("seed", *PARTS)

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


def every_way(seed: int = 5) -> Iterator[Tampering]:
    """All of them, each different from the others."""
    draw = random.Random(seed)
    yield from _bits(draw)
    yield from _emptied(draw)
    yield from _swapped(draw)
    yield from _removed()
    yield from _numbered()
    yield from _added()
    yield from _redactions()
    yield from _worked_out_anew(draw)
    yield from _files(draw)


# --- Single values ------------------------------------------------------------------------------


def _bits(draw: random.Random) -> Iterator[Tampering]:
    """A bit turned over in each column, in several rows."""
    for table, columns in (("chain", CHAIN), ("content", CONTENT)):
        for column in columns:
            for number in _rows_with(column, draw):
                bit = draw.randrange(1 << 16)
                name = f"bit {bit} of {table}.{column} in row {number}"
                yield Tampering(name, _turned(table, column, number, bit), rows=_near(number))


def _rows_with(column: str, draw: random.Random) -> Sequence[int]:
    if column in ("redacts", "reason", "redacted_by"):
        return REDACTIONS
    if column in CONTENT:
        return draw.sample(WHOLE, 5)
    if column == "snapshot":
        return draw.sample([n for n in WHOLE if n not in REDACTIONS and _has_snapshot(n)], 3)
    return draw.sample([*WHOLE, *GONE], 4)


def _has_snapshot(number: int) -> bool:
    place = number - 1 if number <= DECISIONS // 2 else number - 1 - len(REDACTED)
    return place % 2 == 1


def _turned(table: str, column: str, number: int, bit: int) -> Act:
    def act(connection: Connection) -> None:
        query = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE seq = ?"
        value, kind = connection.execute(query, (number,)).fetchone()
        data = bytearray(value)
        data[bit // 8 % len(data)] ^= 1 << bit % 8
        cast = "CAST(? AS TEXT)" if kind == "text" else "?"
        change = f"UPDATE {table} SET {column} = {cast} WHERE seq = ?"
        connection.execute(change, (bytes(data), number))

    return act


def _near(number: int) -> tuple[int, ...]:
    """A row, or the one that its broken link shows at."""
    return number, number + 1


def _emptied(draw: random.Random) -> Iterator[Tampering]:
    for column in ("commitments", "book", "verdict", "status", "rule"):
        for number in draw.sample(WHOLE, 3):
            yield Tampering(
                f"{column} of row {number} emptied",
                _run(f"UPDATE chain SET {column} = NULL WHERE seq = {number}"),
                rows=_near(number),
            )
    for column in ("seed", "company", "role"):
        for number in draw.sample(WHOLE, 2):
            change = _run(f"UPDATE content SET {column} = NULL WHERE seq = {number}")
            yield Tampering(f"{column} of row {number} emptied", change, rows=(number,))
    for number in draw.sample(WHOLE, 3):
        change = _run(
            f"UPDATE chain SET commitments = NULL WHERE seq = {number}",
            f"UPDATE content SET seed = NULL WHERE seq = {number}",
        )
        yield Tampering(f"row {number} passed off as of layout 1", change, rows=(number,))
    for number in draw.sample(WHOLE, 2):
        change = _run(f"UPDATE content SET facts = CAST(facts AS TEXT) WHERE seq = {number}")
        other = _run(f"UPDATE chain SET rule = CAST(rule AS BLOB) WHERE seq = {number}")
        yield Tampering(f"facts of row {number} as text", change, rows=(number,))
        yield Tampering(f"rule of row {number} as bytes", other, rows=(number,))


def _run(*statements: str) -> Act:
    def act(connection: Connection) -> None:
        for statement in statements:
            connection.execute(statement)

    return act


# --- Rows ---------------------------------------------------------------------------------------


def _swapped(draw: random.Random) -> Iterator[Tampering]:
    pairs = draw.sample(list(combinations(WHOLE, 2)), 8)
    for a, b in pairs[:4]:
        for table, name in (("chain", "entries"), ("content", "contents")):
            yield Tampering(f"{name} of rows {a} and {b} swapped", _swap(table, a, b), rows=(a, b))
    for (a, b), column in zip(pairs[4:], ("facts", "market", "seed", "company"), strict=True):
        act = _swap_values("content", column, a, b)
        yield Tampering(f"{column} of rows {a} and {b} swapped", act, rows=(a, b))


def _swap(table: str, a: int, b: int) -> Act:
    return _run(
        f"UPDATE {table} SET seq = -1 WHERE seq = {a}",
        f"UPDATE {table} SET seq = {a} WHERE seq = {b}",
        f"UPDATE {table} SET seq = {b} WHERE seq = -1",
    )


def _swap_values(table: str, column: str, a: int, b: int) -> Act:
    def act(connection: Connection) -> None:
        query = f"SELECT {column} FROM {table} WHERE seq = ?"
        values = [connection.execute(query, (one,)).fetchone()[0] for one in (a, b)]
        for value, one in zip(values, (b, a), strict=True):
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE seq = ?", (value, one))

    return act


def _removed() -> Iterator[Tampering]:
    for number in range(1, ENTRIES):
        gone = _gone(number)
        yield Tampering(f"row {number} removed", _run(*gone), rows=_near(number))
        closed = _run(*gone, *_closed_up(number))
        yield Tampering(f"row {number} removed, closed up", closed, rows=_near(number))
    for count in (1, 2, 5, ENTRIES):
        gone = _gone(*range(ENTRIES - count + 1, ENTRIES + 1))
        name = f"the last {count} removed"
        yield Tampering(name, _run(*gone))
        counted = f"UPDATE sqlite_sequence SET seq = {ENTRIES - count} WHERE name = 'chain'"
        yield Tampering(f"{name}, and the counter set", _run(*gone, counted), needs_head=True)
    for number in WHOLE[::3]:
        act = _run(f"DELETE FROM content WHERE seq = {number}")
        yield Tampering(f"content of row {number} removed", act, rows=(number,))


def _gone(*numbers: int) -> list[str]:
    told = ", ".join(map(str, numbers))
    return [f"DELETE FROM {table} WHERE seq IN ({told})" for table in ("content", "chain")]


def _closed_up(number: int) -> list[str]:
    """The rows behind a gap move up, one after the other, and the counter with them."""
    moves = [
        f"UPDATE {table} SET seq = {one - 1} WHERE seq = {one}"
        for one in range(number + 1, ENTRIES + 1)
        for table in ("chain", "content")
    ]
    return [*moves, f"UPDATE sqlite_sequence SET seq = {ENTRIES - 1} WHERE name = 'chain'"]


def _numbered() -> Iterator[Tampering]:
    yield Tampering(
        "the last row under a later number",
        _run(*(f"UPDATE {t} SET seq = 99 WHERE seq = {ENTRIES}" for t in ("chain", "content"))),
        rows=(99,),
    )
    yield Tampering(
        "every row under a later number",
        _run(
            *(f"UPDATE {table} SET seq = -seq - 100" for table in ("chain", "content")),
            *(f"UPDATE {table} SET seq = -seq" for table in ("chain", "content")),
            f"UPDATE sqlite_sequence SET seq = {ENTRIES + 100} WHERE name = 'chain'",
        ),
        rows=(101,),
    )
    yield Tampering(
        "the counter set back",
        _run("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'chain'"),
    )
    yield Tampering("the counter removed", _run("DELETE FROM sqlite_sequence"))


def _added() -> Iterator[Tampering]:
    for number in WHOLE[::2]:
        yield Tampering(f"row {number} again at the end", _copied(number), rows=(ENTRIES + 1,))
    yield Tampering(
        "content of no entry",
        _run(
            "INSERT INTO content SELECT 77, seed, decision, facts, market, facts_hash, company, "
            "role FROM content WHERE seq = 1"
        ),
        rows=(77,),
    )


def _copied(number: int) -> Act:
    """A row once more, in tables that no longer insist on what is unique."""

    def act(connection: Connection) -> None:
        (made,) = connection.execute(
            "SELECT sql FROM sqlite_master WHERE name = 'chain'"
        ).fetchone()
        loose = made.replace("UNIQUE", "").replace("TABLE chain", "TABLE loose")
        names = ", ".join(("id", "hash", "previous", "commitments", *OPEN))
        _run(
            loose,
            "INSERT INTO loose SELECT * FROM chain",
            "DROP TABLE chain",
            "ALTER TABLE loose RENAME TO chain",
            f"INSERT INTO chain ({names}) SELECT {names} FROM chain WHERE seq = {number}",
            f"INSERT INTO content SELECT {ENTRIES + 1}, seed, decision, facts, market, facts_hash, "
            f"company, role FROM content WHERE seq = {number}",
        )(connection)

    return act


def _redactions() -> Iterator[Tampering]:
    for gone, redaction in zip(GONE, REDACTIONS, strict=True):
        rows = (gone, redaction)
        yield Tampering(f"content back in row {gone}", _put_back(gone), rows=rows)
        yield Tampering(
            f"redaction {redaction} says another reason",
            _run(f"UPDATE chain SET reason = 'none' WHERE seq = {redaction}"),
            rows=rows,
        )
        other = f"(SELECT hash FROM chain WHERE seq = {WHOLE[0]})"
        yield Tampering(
            f"redaction {redaction} of another decision",
            _run(f"UPDATE chain SET redacts = {other} WHERE seq = {redaction}"),
            rows=rows,
        )
        yield Tampering(
            f"redaction {redaction} of none",
            _run(f"UPDATE chain SET redacts = 'none' WHERE seq = {redaction}"),
            rows=rows,
        )
        yield Tampering(
            f"redaction {redaction} as a decision",
            _run(f"UPDATE chain SET kind = 'decision' WHERE seq = {redaction}"),
            rows=rows,
        )
        yield Tampering(
            f"content in redaction {redaction}", _put_back(redaction), rows=(redaction,)
        )


def _put_back(number: int) -> Act:
    return _run(
        f"INSERT INTO content SELECT {number}, seed, decision, facts, market, facts_hash, company, "
        f"role FROM content WHERE seq = {WHOLE[0]}"
    )


# --- With the chain worked out anew -------------------------------------------------------------


def _worked_out_anew(draw: random.Random) -> Iterator[Tampering]:
    """What is in itself without a fault: only a head kept elsewhere tells."""
    for number in draw.sample(WHOLE, 4):
        change = f"UPDATE chain SET verdict = 'accept', rule = 'D99' WHERE seq = {number}"
        yield Tampering(f"row {number} judged otherwise, all after it anew",
                        _then_chained(change), needs_head=True)  # fmt: skip
    for number in draw.sample(WHOLE, 4):
        change = f"UPDATE content SET facts = X'7B7D' WHERE seq = {number}"
        yield Tampering(f"other facts in row {number}, all after it anew",
                        _then_chained(change), needs_head=True)  # fmt: skip
    for number in draw.sample(WHOLE[:-1], 3):
        gone = [*_gone(number), *_closed_up(number)]
        yield Tampering(f"row {number} removed, all after it anew",
                        _then_chained(*gone), needs_head=True)  # fmt: skip
    for number in draw.sample(WHOLE[:-1], 4):
        change = f"UPDATE chain SET rule = 'D99' WHERE seq = {number}"
        yield Tampering(f"row {number} judged otherwise, it alone anew",
                        _then_chained(change, last=number), rows=_near(number))  # fmt: skip
    for number in draw.sample(WHOLE, 3):
        change = f"UPDATE content SET company = 'Another' WHERE seq = {number}"
        yield Tampering(f"another employer in row {number}, sealed anew",
                        _then_sealed(change, number), rows=_near(number))  # fmt: skip


def _then_chained(*changes: str, last: int = ENTRIES) -> Act:
    def act(connection: Connection) -> None:
        _run(*changes)(connection)
        previous = GENESIS
        for number in range(1, last + 1):
            previous = _chained(connection, number, previous) or previous

    return act


def _then_sealed(change: str, number: int) -> Act:
    def act(connection: Connection) -> None:
        connection.execute(change)
        _seal(connection, number)

    return act


def _chained(connection: Connection, number: int, previous: str) -> str | None:
    """Seal and chain a row anew, and let its redaction follow it."""
    _seal(connection, number)
    names = ("hash", "commitments", *OPEN)
    found = connection.execute(
        f"SELECT {', '.join(names)} FROM chain WHERE seq = ?", (number,)
    ).fetchone()
    if found is None:
        return None
    told: dict[str, Any] = dict(zip(names, found, strict=True))
    made = entry_hash(previous, told, told["commitments"])
    change = "UPDATE chain SET previous = ?, hash = ?, id = ? WHERE seq = ?"
    connection.execute(change, (previous, made, made[:12], number))
    connection.execute("UPDATE chain SET redacts = ? WHERE redacts = ?", (made, told["hash"]))
    return made


def _seal(connection: Connection, number: int) -> None:
    names = ("seed", *PARTS)
    found = connection.execute(
        f"SELECT {', '.join(names)} FROM content WHERE seq = ?", (number,)
    ).fetchone()
    if found is not None:
        seals = sealed(commitments(Seed(found[0]), dict(zip(PARTS, found[1:], strict=True))))
        connection.execute("UPDATE chain SET commitments = ? WHERE seq = ?", (seals, number))


# --- The file -----------------------------------------------------------------------------------


def _files(draw: random.Random) -> Iterator[Tampering]:
    for version in (0, 1, 3, 99):
        act = _run(f"PRAGMA user_version = {version}")
        yield Tampering(f"passed off as of layout {version}", act)
    yield Tampering("half of the file", to_file=_halved)
    yield Tampering("an empty file", to_file=_empty, needs_head=True)
    yield Tampering("no file", to_file=Path.unlink, needs_head=True)
    yield Tampering("another log in its place", to_file=_another, needs_head=True)
    yield Tampering("an earlier copy of it", to_file=_earlier, needs_head=True)
    for place in draw.sample(range(DECISIONS // 2, DECISIONS), 5):
        text = f"Employer {place}".encode()
        name = f"a bit of `Employer {place}` turned over on the disk"
        yield Tampering(name, to_file=_scratched(text, draw.randrange(8)))


def _halved(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _another(path: Path) -> None:
    path.unlink()
    filled(path, DECISIONS, REDACTED)


def _earlier(path: Path) -> None:
    """As a backup of an earlier day would be: sound, and shorter."""
    path.unlink()
    shutil.copy(path.with_name("earlier.sqlite"), path)


def _scratched(text: bytes, bit: int) -> Callable[[Path], None]:
    def to_file(path: Path) -> None:
        data = bytearray(path.read_bytes())
        at = data.index(text)
        data[at] ^= 1 << bit
        path.write_bytes(data)

    return to_file


def prepared(folder: Path) -> Path:
    """A sound log to tamper with, and beside it what it was half-way."""
    path = folder / "decisions.sqlite"
    ids = [log.append(entry, path) for entry in _first_half()]
    log_file.close_writers()
    shutil.copy(path, folder / "earlier.sqlite")
    _second_half(ids, path)
    log_file.close_writers()
    return path


def _first_half() -> list[log.LogEntry]:
    from tests.log.entries import entry

    return [entry(number) for number in range(DECISIONS // 2)]


def _second_half(ids: Sequence[str], path: Path) -> None:
    from tests.log.entries import entry
    from warehouse.redaction import redact

    for place in REDACTED:
        redact([ids[place]], reason=f"asked to, {place}", by="a clerk", path=path)
    for number in range(DECISIONS // 2, DECISIONS):
        log.append(entry(number), path)
