"""What a refresh is asked for: places on disk, addresses, and sources by name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.fetch import PATIENT, Fetched, Patience, fetch
from pipelines.records import Progress, silent
from pipelines.sources.discovery import Place
from pipelines.sources.registry import SOURCES, source_named
from pipelines.web.archive import data_files, unpack
from rules.errors import Fault, UnusableCase

SCHEMES = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a refresh is asked for.

    Attributes:
        places: Files and folders on disk.
        addresses: What is to be fetched first.
        only: Names of the sources that are wanted; every source when empty.
    """

    places: tuple[Place, ...] = ()
    addresses: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()


def is_address(text: str) -> bool:
    """Whether a text is something to fetch.

    >>> is_address("https://example.org/rates.csv"), is_address("rates.csv")
    (True, False)
    """
    return text.lower().startswith(SCHEMES)


def asked_for(words: Sequence[str], data: Path | None = None) -> Asked:
    """Understand what stands on the command line.

    Args:
        words: Paths, addresses, and names of sources.  A source by its name alone is fetched from
            its publisher; with ``data``, its files are looked for there.
        data: Folder that paths are relative to; alone, all of it is read.

    Raises:
        UnusableCase: ``source-without-address`` for a source that nobody publishes at an address.
    """
    names = [word for word in words if _is_source(word, data)]
    addresses = [word for word in words if is_address(word)]
    paths = [word for word in words if word not in names and word not in addresses]
    places = [Place(data / path if data else Path(path)) for path in paths]
    if data and not paths and not addresses:
        return Asked((Place(data),), (), frozenset(names))
    addresses += [_address_of(name) for name in names]
    return Asked(tuple(places), tuple(addresses))


def _is_source(word: str, data: Path | None) -> bool:
    there = (data / word if data else Path(word)).exists()
    return source_named(word) is not None and not there


def _address_of(name: str) -> str:
    source = source_named(name)
    if source is None or source.address is None:
        known = ", ".join(one.name for one in SOURCES if one.address)
        step = "fetch it by hand and name the file"
        raise UnusableCase(Fault("source-without-address", name, "no public address", known, step))
    return source.address


def fetched(
    asked: Asked, cache: Path, patience: Patience = PATIENT, progress: Progress = silent
) -> list[Place]:
    """Fetch every address, and say where everything is.

    Args:
        asked: What is wanted.
        cache: Folder for what is fetched.
        patience: How long to wait and how often to try again.
        progress: Called with step, done and total [bytes].

    Raises:
        UnusableCase, FailedWorld: As ``pipelines.fetch.fetch``.
    """
    found = list(asked.places)
    for address in asked.addresses:
        file = fetch(address, cache, patience=patience, progress=progress)
        found += _places_of(file, cache)
    return found


def _places_of(file: Fetched, cache: Path) -> Iterator[Place]:
    """The fetched file; of an archive with several data files, each of them."""
    name = known_as(file.address)
    members = data_files(file.path, file.address)
    if not members:
        yield Place(file.path, name)
    for number, member in enumerate(members):
        target = cache / f"{file.digest}.{number}{Path(member).suffix}"
        if not target.exists():
            aside = target.with_suffix(f"{target.suffix}.{os.getpid()}.part")
            unpack(file.path, member, aside, place=file.address)
            aside.replace(target)
        yield Place(target, f"{name}/{member}")


def known_as(address: str) -> str:
    """The name under which a fetched file is known: its address, without what may hold secrets.

    >>> known_as("https://user@example.org:8443/a/rates.zip?key=1#sha256=00")
    'example.org/a/rates.zip'
    """
    parts = urlsplit(address)
    return f"{parts.hostname}{parts.path}"
