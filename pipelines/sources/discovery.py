"""Which files there are at a place, under which name each is known, and of which source it is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.records import SourceFile
from pipelines.sources.head import head_of
from pipelines.sources.source import Source
from rules.errors import Fault, UnusableCase


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look: a file or a folder.

    Attributes:
        path: The file or folder.
        name: Under which name a single file is known; the last two parts of its path when not
            given.  What was fetched is known by its address, wherever it is kept.
    """

    path: Path
    name: str | None = None


MAPPING = ".mapping.yaml"  # beside a person's own sheet: says what its columns mean
CHUNK = 1024 * 1024


def files_at(place: Place) -> Iterator[tuple[str, Path]]:
    """Every file at a place with its name: the file itself, or all below a folder.

    Raises:
        UnusableCase: ``source-not-found`` when nothing is there, ``source-empty`` for a folder
            without files.
    """
    if place.path.is_file():
        yield place.name or _name(place.path), place.path
        return
    if not place.path.is_dir():
        raise UnusableCase(Fault("source-not-found", str(place.path), "no such file or folder"))
    found = sorted(path for path in place.path.rglob("*") if _counts(path, place.path))
    if not found:
        raise UnusableCase(Fault("source-empty", str(place.path), "no file", "files of any source"))
    for path in found:
        yield _name(path), path


def _name(path: Path) -> str:
    return "/".join(path.absolute().parts[-2:])


def _counts(path: Path, place: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(place).parts)
    return path.is_file() and not hidden and not path.name.endswith(MAPPING)


def mapping_beside(path: Path) -> Path | None:
    """The mapping file of a person's own sheet; None for any other file."""
    beside = path.with_name(path.stem + MAPPING)
    return beside if beside.is_file() else None


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes, and of its mapping's where it has one.

    Raises:
        UnusableCase: ``source-unreadable``.
    """
    digest = hashlib.sha256()
    try:
        for part in filter(None, (path, mapping_beside(path))):
            with part.open("rb") as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
    except OSError as error:
        raise UnusableCase(Fault("source-unreadable", str(path), str(error))) from error
    return digest.hexdigest()


def recognised(file: SourceFile, sources: Sequence[Source]) -> SourceFile:
    """The file with the source that it is of: the first that recognises it."""
    head = head_of(file.path)
    return replace(file, source=next(one.name for one in sources if one.recognises(head)))


def discovered(
    places: Sequence[Place],
    sources: Sequence[Source],
    known: Callable[[str, str], str | None],
    only: Collection[str] = (),
) -> tuple[list[SourceFile], list[SourceFile]]:
    """All files at some places, and those of them that are new or changed.

    Args:
        places: Files and folders.
        sources: The sources there are, the most particular first; the last takes what is left.
        known: From name and digest, the source as which exactly this file was taken in before.
        only: Names of the sources that are wanted; all of them when empty.

    Raises:
        UnusableCase: As ``files_at`` and ``digest_of``; ``source-name-twice`` when two files
            would be known by one name.
    """
    files: dict[str, SourceFile] = {}
    for name, path in (found for place in places for found in files_at(place)):
        file = SourceFile("", path, name, digest_of(path))
        if name in files and files[name].digest != file.digest:
            step = "refresh them one after the other, or rename a folder"
            found = f"{files[name].path} and {path}"
            raise UnusableCase(Fault("source-name-twice", name, found, "one file a name", step))
        files[name] = file
    wanted: list[SourceFile] = []
    changed: list[SourceFile] = []
    for name, unread in files.items():
        source = known(name, unread.digest)
        file = replace(unread, source=source) if source else recognised(unread, sources)
        if file.source in only or not only:
            wanted.append(file)
            changed += () if source else (file,)
    return wanted, changed
