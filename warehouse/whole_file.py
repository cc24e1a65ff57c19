"""Writing a file so that a reader sees all of it or none of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to write that then takes the place of ``path`` in one step, on the disk by then.

    Each writer has one of its own, so that several may write the same ``path``: the last one wins.
    When the writer fails, ``path`` stays what it was.

    Raises:
        OSError: The folder cannot be written.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(name)
        with open(name, "rb+") as written:
            os.fsync(written.fileno())
        os.chmod(name, 0o644)  # a temporary file is private; what it replaces is for all readers
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_whole(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content`` in one step, creating its folder when needed.

    Raises:
        OSError: The folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as aside:
        aside.write_bytes(content)
