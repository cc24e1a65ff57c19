"""Fetch a file by its address: resumed, checked, and kept by what it holds.

A file that has not changed is not fetched again, one that was broken off goes on where it
stopped, and nothing is ever kept that is not whole.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.records import Progress, silent
from pipelines.web.address import read_address
from pipelines.web.archive import data_files, unpack
from pipelines.web.cache import Kept, Shelf, sha256_of
from pipelines.web.patience import PATIENT, Deadline, Patience
from pipelines.web.trouble import Trouble, on_disk

if TYPE_CHECKING:
    from pipelines.web.download import Download, Job

__all__ = ["PATIENT", "Fetched", "Patience", "fetch"]

# Damage on the way is repaired by a second copy; a second damaged copy is what the server has.
_DAMAGE = {"fetch-bad-encoding", "fetch-digest-mismatch", "fetch-overlong"}

# stamina warns of every retry; without a handler, Python would print that among our own words.
logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched, now or before.

    Attributes:
        path: The file to read: the one data file of an archive that has exactly one, and else
            the file as the server sent it.
        digest: SHA-256 of what the server sent (of the archive, not of the file in it).
        address: Where it came from.
        fetched: False when the file here was still the right one.
        etag: As the server gave it; None when it did not.
        last_modified: As the server gave it; None when it did not.
        size: Of what the server sent [bytes].
        archive: The archive that ``path`` was unpacked from; None when it was not.
    """

    path: Path
    digest: str
    address: str
    fetched: bool
    etag: str | None
    last_modified: str | None
    size: int
    archive: Path | None = None


class _Again:
    """Decides after each failure whether to try once more, and after how long."""

    def __init__(self, patience: Patience, deadline: Deadline) -> None:
        self._patience = patience
        self._deadline = deadline
        self._damages = 0

    def __call__(self, failure: Exception) -> bool | float:
        if not isinstance(failure, Trouble) or not failure.again:
            return False
        self._damages += failure.code in _DAMAGE
        wait = failure.after or 0.0
        if self._damages > 1 or wait > min(self._patience.retry_after, self._deadline.left()):
            return False
        return True if failure.after is None else wait


def _persistently(job: Job) -> Download | None:
    """Attempt it until it succeeds, or until another attempt would not help."""
    import stamina

    from pipelines.web.download import attempt, client

    patience = job.patience
    with client() as http:
        for one in stamina.retry_context(
            on=_Again(patience, job.deadline),
            attempts=patience.attempts,
            timeout=job.deadline.seconds,
            wait_initial=patience.first_wait,
            wait_max=patience.longest_wait,
            wait_jitter=patience.jitter,
        ):
            with one:
                return attempt(http, job)
    raise AssertionError("the last attempt returns or raises")


def _member(path: Path, job: Job) -> str | None:
    """Name in the cache of the one data file of an archive; None when there is not just one."""
    names = data_files(path, job.address.url)
    if len(names) != 1:
        return None
    aside = job.shelf.aside
    unpack(path, names[0], aside, job.patience, job.address.url)
    return job.shelf.adopt(aside, sha256_of(aside), Path(names[0]).suffix.lower())


def _keep(new: Download, job: Job) -> Kept:
    """Put a file in its place, with what was in it."""
    size = new.path.stat().st_size
    try:
        member = _member(new.path, job)
        file = job.shelf.adopt(new.path, new.digest, new.suffix)
    finally:
        job.shelf.discard()
    when = datetime.now(UTC).isoformat(timespec="seconds")
    kept = Kept(job.address.url, file, member, new.digest, size, new.etag, new.last_modified, when)
    job.shelf.remember(kept)
    return kept


def _fetched(kept: Kept, folder: Path, now: bool) -> Fetched:
    file = folder / kept.file
    path = file if kept.member is None else folder / kept.member
    archive = None if kept.member is None else file
    return Fetched(
        path, kept.digest, kept.address, now, kept.etag, kept.last_modified, kept.size, archive
    )


def fetch(
    address: str,
    cache: Path,
    *,
    digest: str | None = None,
    progress: Progress = silent,
    patience: Patience = PATIENT,
) -> Fetched:
    """Bring the file at an address into the cache, unless it is there already.

    Args:
        address: http or https, without credentials; may end in ``#sha256=`` and a digest.
        cache: Folder of fetched files, ``warehouse.home.home().cache / "fetched"``.
        digest: The SHA-256 that the file must have. A file that has it is never asked for
            again; without one the server is asked whether the file has changed.
        progress: Called with ``fetch``, bytes done and bytes in all (0 while unknown).
        patience: How long to wait, how often to try, and how large a file may be.

    Raises:
        UnusableCase: The address cannot be used: ``fetch-scheme``, ``fetch-credentials``,
            ``fetch-bad-address``, ``fetch-bad-digest``.
        FailedWorld: Nothing came (``fetch-unreachable``, ``fetch-timeout``, ``fetch-tls``);
            the server would not (``fetch-not-found``, ``fetch-refused``,
            ``fetch-server-failed``, ``fetch-bad-answer``, ``fetch-redirects``,
            ``fetch-scheme``); what came is not the file (``fetch-truncated``,
            ``fetch-overlong``, ``fetch-digest-mismatch``, ``fetch-bad-encoding``,
            ``fetch-too-large``, ``fetch-not-data``, ``fetch-bad-archive``,
            ``fetch-unsafe-archive``); or it cannot be kept (``fetch-disk-full``,
            ``fetch-cache-unwritable``, ``fetch-locked``).
    """
    wanted = read_address(address, digest)
    shelf, deadline = Shelf(cache, wanted.url), Deadline(patience.deadline)
    with on_disk(cache), shelf.locked(deadline):
        kept = shelf.kept()
        if kept is not None and kept.digest == wanted.digest:
            return _fetched(kept, cache, now=False)
        from pipelines.web.download import Job

        known = kept if wanted.digest is None else None
        job = Job(wanted, shelf, known, patience, deadline, progress)
        new = _persistently(job)
        if new is None:
            assert kept is not None
            shelf.discard()
            return _fetched(kept, cache, now=False)
        return _fetched(_keep(new, job), cache, now=True)
