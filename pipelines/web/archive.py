"""What a zip archive holds, unpacked without trusting it."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from pipelines.web.patience import PATIENT, Patience
from pipelines.web.trouble import BY_HAND, Trouble, on_disk, trouble

TABLES = {".csv", ".json", ".jsonl", ".parquet", ".tsv", ".xlsx"}
_WORKBOOK = "[Content_Types].xml"  # an .xlsx is a zip archive as well
_DRIVE = re.compile(r"[A-Za-z]:")
_MEMBERS = 10_000
_PIECE = 1 << 20
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError)


def _unsafe(place: str, found: str) -> Trouble:
    return trouble("fetch-unsafe-archive", place, found, BY_HAND, "an archive of plain data files")


@contextmanager
def _opened(archive: Path, place: str) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(archive) as opened:
            yield opened
    except _BROKEN as error:
        found = f"a broken archive: {error}"
        raise trouble("fetch-bad-archive", place, found, "fetch it again later") from error


def _danger(member: zipfile.ZipInfo) -> str | None:
    """Why no honest archive holds such a member; None when it may."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or _DRIVE.match(member.filename):
        return f"a member that would be written elsewhere, {member.filename!r}"
    if stat.S_ISLNK(member.external_attr >> 16):
        return f"a link, {member.filename!r}"
    if member.flag_bits & 1:
        return f"an encrypted member, {member.filename!r}"
    return None


def _is_table(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return path.suffix.lower() in TABLES and not hidden


def data_files(archive: Path, place: str = "") -> list[str]:
    """The data files in an archive, by name; none when the file is no archive, or a workbook.

    Args:
        archive: The file.
        place: Where it comes from, for faults; the file itself when empty.

    Raises:
        FailedWorld: ``fetch-unsafe-archive`` when any member is absolute, climbs out, is a link
            or is encrypted; ``fetch-bad-archive`` when it cannot be read.
    """
    if not zipfile.is_zipfile(archive):
        return []
    place = place or str(archive)
    with _opened(archive, place) as opened:
        members = opened.infolist()
    if len(members) > _MEMBERS:
        raise _unsafe(place, f"{len(members)} members")
    if any(member.filename == _WORKBOOK for member in members):
        return []
    danger = next(filter(None, map(_danger, members)), None)
    if danger:
        raise _unsafe(place, danger)
    return sorted(member.filename for member in members if _is_table(member.filename))


def _copy(source: IO[bytes], out: IO[bytes], most: int, place: str) -> None:
    written = 0
    while piece := source.read(_PIECE):
        written += len(piece)
        if written > most:
            raise _unsafe(place, f"a member that unpacks to more than {most} bytes")
        out.write(piece)


def unpack(
    archive: Path, name: str, target: Path, patience: Patience = PATIENT, place: str = ""
) -> None:
    """Write one member of an archive to a file of our own choosing.

    Args:
        archive: The file.
        name: Of the member, as ``data_files`` gives it.
        target: Where to write it.
        patience: How large it may be.
        place: Where the archive comes from, for faults; the file itself when empty.

    Raises:
        FailedWorld: ``fetch-unsafe-archive`` when it unpacks to too much, ``fetch-bad-archive``,
            ``fetch-disk-full`` or ``fetch-cache-unwritable``.
    """
    place = place or str(archive)
    with _opened(archive, place) as opened, on_disk(target):
        member = opened.getinfo(name)
        most = min(patience.largest, patience.largest_ratio * member.compress_size + _PIECE)
        if member.file_size > most:
            raise _unsafe(place, f"a member of {member.file_size} bytes unpacked, {name!r}")
        with opened.open(member) as source, target.open("wb") as out:
            _copy(source, out, most, place)
