"""What was worked out from a book, kept as JSON for the next start.

It is found by the content of the book and of the modules that worked it out, so that neither a
changed book nor another version ever reads what is not its own.  Any of it may be lost or damaged:
then it is worked out again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

_CODE = Path(__file__).parent


def place(cache: Path | None, kind: str, texts: Mapping[str, str]) -> Path | None:
    """Where something worked out from a book is kept; None where nothing can be.

    Args:
        cache: The folder for what may be lost.
        kind: What it is.
        texts: The files of the book.
    """
    modules = _modules()
    if cache is None or not modules:
        return None
    digest = hashlib.sha256(modules)
    for part in (part for item in texts.items() for part in item):
        data = part.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return cache / f"{kind}-{digest.hexdigest()[:32]}.json"


@cache
def _modules() -> bytes:
    """A digest of all modules of this package; empty where they cannot be read."""
    try:
        sources = [path.read_bytes() for path in sorted(_CODE.glob("*.py"))]
    except OSError:
        return b""
    return hashlib.sha256(b"\0".join(sources)).digest() if sources else b""


def keep(path: Path, value: object) -> None:
    """Keep plain values; where that cannot be done, it costs speed and nothing else."""
    try:
        content = orjson.dumps(value)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(f".{os.getpid()}")
        aside.write_bytes(_seal(content) + content)
        aside.replace(path)
    except (OSError, orjson.JSONEncodeError):
        return


def kept(path: Path) -> Any:
    """What was kept, to the byte; None when there is none."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    content = data[_SEAL:]
    return orjson.loads(content) if content and data[:_SEAL] == _seal(content) else None


def _seal(content: bytes) -> bytes:
    return hashlib.sha256(content).digest().hex().encode() + b"\n"


_SEAL = 65
