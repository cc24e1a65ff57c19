"""Taking in one batch, so that it is either done or not: what is done is not done again.

A batch is read into a folder aside that gets its name when everything is in it.  A refresh that
was cut off finds it there; one that was published forgets it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pipelines.records import LoadCount
from pipelines.sources.discovery import digest_of
from pipelines.sources.registry import SOURCES
from pipelines.sources.source import Batch, Taken
from rules.errors import Fault, UnusableCase
from warehouse.disk import writing_to

STAGED = ".staged"
BALANCE = "balance.json"


def take_in(batch: Batch, market: Path) -> Taken:
    """Read the files of a batch, unless that was done before.

    Args:
        batch: Which files, of which source.
        market: The market folder, in which they wait.

    Raises:
        FailedWorld: ``staging-unwritable``, and what the source's reader raises.
        UnusableCase: ``source-changed``.
    """
    source = next(one for one in SOURCES if one.name == batch.source)
    place = market / STAGED / _key(batch, source.reader)
    with writing_to(place, "staging-unwritable"):
        if not (place / BALANCE).exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(dir=place.parent, prefix=".reading-"))
            try:
                _write_balance(source.take_in(batch, aside), aside)
                _hold_still(batch)
                shutil.rmtree(place, ignore_errors=True)
                os.replace(aside, place)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        return Taken(batch, place, _read_balance(batch, place))


def _hold_still(batch: Batch) -> None:
    """Refuse what was written to while it was read: nobody knows which of its rows were taken."""
    moved = [file for file in batch.files if digest_of(file.path) != file.digest]
    if moved:
        step = "refresh again when nothing writes to it"
        raise UnusableCase(
            [
                Fault("source-changed", str(file.path), "other bytes than a moment ago", "", step)
                for file in moved
            ]
        )


def forget(taken: Sequence[Taken]) -> None:
    """Remove what was taken in and has been published."""
    for one in taken:
        shutil.rmtree(one.folder, ignore_errors=True)


def _key(batch: Batch, reader: str) -> str:
    """What the outcome depends on: the reader, every file, and which bytes are known elsewhere."""
    parts = [reader, *(file.load_id for file in batch.files)]
    parts += sorted(file.digest for file in batch.files if file.digest in batch.known)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _write_balance(loads: Sequence[LoadCount], folder: Path) -> None:
    counts = [[one.read, one.accepted, one.quarantined, one.duplicates] for one in loads]
    (folder / BALANCE).write_text(json.dumps(counts), encoding="utf-8")


def _read_balance(batch: Batch, folder: Path) -> tuple[LoadCount, ...]:
    counts = json.loads((folder / BALANCE).read_text(encoding="utf-8"))
    return tuple(LoadCount(file, *one) for file, one in zip(batch.files, counts, strict=True))
