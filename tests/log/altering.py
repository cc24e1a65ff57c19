"""Values and rows of a log that are altered, moved, removed or added."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import combinations

from tests.log.tampering import (
    DECISIONS,
    ENTRIES,
    GONE,
    REDACTED,
    REDACTIONS,
    WHOLE,
    Act,
    Connection,
    Tampering,
    closed_up,
    near,
    run,
    without,
)
from warehouse.chain import OPEN, PARTS

CHAIN = ("id", "hash", "previous", "logged_at", "kind", "commitments", *OPEN[2:])
CONTENT = ("seed", *PARTS)


def altered(draw: random.Random) -> Iterator[Tampering]:
    """All of them, each different from the others."""
    yield from _bits(draw)
    yield from _emptied(draw)
    yield from _swapped(draw)
    yield from _removed()
    yield from _numbered()
    yield from _added()
    yield from _redactions()


# --- Single values ------------------------------------------------------------------------------


def _bits(draw: random.Random) -> Iterator[Tampering]:
    """A bit turned over in each column, in several rows."""
    for table, columns in (("chain", CHAIN), ("content", CONTENT)):
        for column in columns:
            for number in _rows_with(column, draw):
                bit = draw.randrange(1 << 16)
                name = f"bit {bit} of {table}.{column} in row {number}"
                yield Tampering(name, _turned(table, column, number, bit), rows=near(number))


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


def _emptied(draw: random.Random) -> Iterator[Tampering]:
    for column in ("commitments", "book", "verdict", "status", "rule"):
        for number in draw.sample(WHOLE, 3):
            yield Tampering(
                f"{column} of row {number} emptied",
                run(f"UPDATE chain SET {column} = NULL WHERE seq = {number}"),
                rows=near(number),
            )
    for column in ("seed", "company", "role"):
        for number in draw.sample(WHOLE, 2):
            change = run(f"UPDATE content SET {column} = NULL WHERE seq = {number}")
            yield Tampering(f"{column} of row {number} emptied", change, rows=(number,))
    for number in draw.sample(WHOLE, 3):
        change = run(
            f"UPDATE chain SET commitments = NULL WHERE seq = {number}",
            f"UPDATE content SET seed = NULL WHERE seq = {number}",
        )
        yield Tampering(f"row {number} passed off as of layout 1", change, rows=(number,))
    for number in draw.sample(WHOLE, 2):
        change = run(f"UPDATE content SET facts = CAST(facts AS TEXT) WHERE seq = {number}")
        other = run(f"UPDATE chain SET rule = CAST(rule AS BLOB) WHERE seq = {number}")
        yield Tampering(f"facts of row {number} as text", change, rows=(number,))
        yield Tampering(f"rule of row {number} as bytes", other, rows=(number,))


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
    return run(
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
        gone = without(number)
        yield Tampering(f"row {number} removed", run(*gone), rows=near(number))
        closed = run(*gone, *closed_up(number))
        yield Tampering(f"row {number} removed, closed up", closed, rows=near(number))
    for count in (1, 2, 5, ENTRIES):
        gone = without(*range(ENTRIES - count + 1, ENTRIES + 1))
        name = f"the last {count} removed"
        yield Tampering(name, run(*gone))
        counted = f"UPDATE sqlite_sequence SET seq = {ENTRIES - count} WHERE name = 'chain'"
        yield Tampering(f"{name}, and the counter set", run(*gone, counted), needs_head=True)
    for number in WHOLE[::3]:
        act = run(f"DELETE FROM content WHERE seq = {number}")
        yield Tampering(f"content of row {number} removed", act, rows=(number,))


def _numbered() -> Iterator[Tampering]:
    yield Tampering(
        "the last row under a later number",
        run(*(f"UPDATE {t} SET seq = 99 WHERE seq = {ENTRIES}" for t in ("chain", "content"))),
        rows=(99,),
    )
    yield Tampering(
        "every row under a later number",
        run(
            *(f"UPDATE {table} SET seq = -seq - 100" for table in ("chain", "content")),
            *(f"UPDATE {table} SET seq = -seq" for table in ("chain", "content")),
            f"UPDATE sqlite_sequence SET seq = {ENTRIES + 100} WHERE name = 'chain'",
        ),
        rows=(101,),
    )
    yield Tampering(
        "the counter set back",
        run("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'chain'"),
    )
    yield Tampering("the counter removed", run("DELETE FROM sqlite_sequence"))


def _added() -> Iterator[Tampering]:
    for number in WHOLE[::2]:
        yield Tampering(f"row {number} again at the end", _copied(number), rows=(ENTRIES + 1,))
    yield Tampering(
        "content of no entry",
        run(
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
        run(
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
            run(f"UPDATE chain SET reason = 'none' WHERE seq = {redaction}"),
            rows=rows,
        )
        other = f"(SELECT hash FROM chain WHERE seq = {WHOLE[0]})"
        yield Tampering(
            f"redaction {redaction} of another decision",
            run(f"UPDATE chain SET redacts = {other} WHERE seq = {redaction}"),
            rows=rows,
        )
        yield Tampering(
            f"redaction {redaction} of none",
            run(f"UPDATE chain SET redacts = 'none' WHERE seq = {redaction}"),
            rows=rows,
        )
        yield Tampering(
            f"redaction {redaction} as a decision",
            run(f"UPDATE chain SET kind = 'decision' WHERE seq = {redaction}"),
            rows=rows,
        )
        yield Tampering(
            f"content in redaction {redaction}", _put_back(redaction), rows=(redaction,)
        )


def _put_back(number: int) -> Act:
    return run(
        f"INSERT INTO content SELECT {number}, seed, decision, facts, market, facts_hash, company, "
        f"role FROM content WHERE seq = {WHOLE[0]}"
    )
