"""What the cache holds of one address.

    <sha-256 of the content><ending>     a file as fetched, or the member of an archive
    <key of the address>.json            which file the address gave, and when
    <key of the address>.part            a download under way, or one that was broken off
    <key of the address>.part.json       what is needed to go on with it
    <key of the address>.plain, .aside   a file being unpacked
    <key of the address>.lock            held by the process that fetches the address

Nothing but a whole, checked file ever bears the name of a content.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipelines.web.patience import Deadline
from pipelines.web.trouble import Trouble, trouble
from warehouse.whole_file import write_whole


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Partial:
    """The answer that a part belongs to.

    Attributes:
        validator: Strong ETag or Last-Modified; empty when the server gives none, and then
            nothing can go on.
        total: Size of the whole, as sent [bytes]; None when it was not announced.
        encoding: How the body is packed; empty when it is not.
    """

    validator: str
    total: int | None
    encoding: str


@dataclass(frozen=True, slots=True)
class Kept:
    """The file that an address gave last.

    Attributes:
        address: Which address.
        file: Name of the file in the cache.
        member: Name in the cache of the one data file that was in it; None when there was none,
            or more than one.
        digest: SHA-256 of the file.
        size: Of the file [bytes].
        etag: As the server gave it; None when it did not.
        last_modified: As the server gave it; None when it did not.
        when: When it was fetched, ISO 8601.
    """

    address: str
    file: str
    member: str | None
    digest: str
    size: int
    etag: str | None
    last_modified: str | None
    when: str


def _record(path: Path) -> dict[str, Any]:
    """A note as written; empty when there is none or it is damaged."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _no_lock(path: Path, error: sqlite3.Error) -> Trouble:
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        found = "another process that fetches the same address"
        return trouble("fetch-locked", path, found, "wait for it, then try again")
    return trouble("fetch-cache-unwritable", path, str(error), "delete the file, then try again")


class Shelf:
    """The place of one address in the cache; used by whoever holds its lock."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self._key = hashlib.sha256(url.encode()).hexdigest()[:32]
        self.part = self._named("part")
        self.plain = self._named("plain")
        self.aside = self._named("aside")

    def _named(self, ending: str) -> Path:
        return self.folder / f"{self._key}.{ending}"

    @contextmanager
    def locked(self, deadline: Deadline) -> Iterator[None]:
        """Keep every other process from this address; the system frees it if this one dies.

        The lock is SQLite's, which every platform has and which waits by itself.

        Raises:
            FailedWorld: ``fetch-locked`` when another process holds it until the deadline,
                ``fetch-cache-unwritable`` when there can be no lock.
            OSError: The folder cannot be made.
        """
        path = self._named("lock")
        self.folder.mkdir(parents=True, exist_ok=True)
        path.touch()
        with closing(sqlite3.connect(path, timeout=deadline.left(), isolation_level=None)) as lock:
            try:
                lock.execute("PRAGMA journal_mode = MEMORY")  # no second file beside the lock
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error as error:
                raise _no_lock(path, error) from error
            yield

    def partial(self) -> Partial | None:
        """The broken-off download that the next one can go on with; None when there is none."""
        try:
            partial = Partial(**_record(self._named("part.json")))
            size = self.part.stat().st_size
        except (TypeError, OSError):
            return None
        more = partial.total is None or size < partial.total
        return partial if partial.validator and size and more else None

    def begin(self, partial: Partial) -> None:
        """Make room for a new download; the empty part comes first, so that no note outlives it."""
        self.part.write_bytes(b"")
        write_whole(self._named("part.json"), json.dumps(asdict(partial)).encode())

    def discard(self) -> None:
        """Throw away whatever is unfinished."""
        for path in (self._named("part.json"), self.part, self.plain, self.aside):
            path.unlink(missing_ok=True)

    def kept(self) -> Kept | None:
        """What the address gave last; None when a file of it is gone or is not what it was."""
        try:
            kept = Kept(**_record(self._named("json")))
        except TypeError:
            return None
        names = [kept.file] if kept.member is None else [kept.file, kept.member]
        return kept if all(self._intact(name) for name in names) else None

    def _intact(self, name: str) -> bool:
        try:
            return sha256_of(self.folder / name) == name.partition(".")[0]
        except OSError:
            return False

    def adopt(self, path: Path, digest: str, ending: str) -> str:
        """Give a whole file the name of its content, and say which that is."""
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        name = digest + ending
        os.replace(path, self.folder / name)
        return name

    def remember(self, kept: Kept) -> None:
        """Note what the address gave."""
        write_whole(self._named("json"), json.dumps(asdict(kept), indent=1).encode())
