"""Logs that are forged with care: chains worked out anew, and whole files put in their place."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.log.entries import filled
from tests.log.tampering import (
    DECISIONS,
    ENTRIES,
    REDACTED,
    WHOLE,
    Act,
    Connection,
    Tampering,
    closed_up,
    near,
    run,
    without,
)
from warehouse.chain import GENESIS, OPEN, PARTS, Seed, commitments, entry_hash, sealed


def forged(draw: random.Random) -> Iterator[Tampering]:
    """All of them, each different from the others."""
    yield from _worked_out_anew(draw)
    yield from _files(draw)


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
        gone = [*without(number), *closed_up(number)]
        yield Tampering(f"row {number} removed, all after it anew",
                        _then_chained(*gone), needs_head=True)  # fmt: skip
    for number in draw.sample(WHOLE[:-1], 4):
        change = f"UPDATE chain SET rule = 'D99' WHERE seq = {number}"
        yield Tampering(f"row {number} judged otherwise, it alone anew",
                        _then_chained(change, last=number), rows=near(number))  # fmt: skip
    for number in draw.sample(WHOLE, 3):
        change = f"UPDATE content SET company = 'Another' WHERE seq = {number}"
        yield Tampering(f"another employer in row {number}, sealed anew",
                        _then_sealed(change, number), rows=near(number))  # fmt: skip


def _then_chained(*changes: str, last: int = ENTRIES) -> Act:
    def act(connection: Connection) -> None:
        run(*changes)(connection)
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
        act = run(f"PRAGMA user_version = {version}")
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
