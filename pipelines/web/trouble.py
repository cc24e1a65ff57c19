"""What goes wrong while a file is fetched, and whether another attempt may help."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.errors import FailedWorld, Fault

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

FULL_STEP = "free some space, then refresh again: what is here already is kept"
BY_HAND = "open the address in a browser, save the file, and refresh with the saved file"


class Trouble(FailedWorld):
    """One attempt failed.

    Attributes:
        again: Whether another attempt may end otherwise.
        after: How long to wait before it [s]; None leaves that to the usual backoff.
    """

    def __init__(self, fault: Fault, *, again: bool = False, after: float | None = None) -> None:
        super().__init__(fault)
        self.again = again
        self.after = after

    @property
    def code(self) -> str:
        """The code of its one fault."""
        return self.faults[0].code


def trouble(
    code: str,
    place: object,
    found: str,
    step: str,
    allowed: str = "",
    *,
    again: bool = False,
    after: float | None = None,
) -> Trouble:
    """A failed attempt, from the parts of its fault."""
    return Trouble(Fault(code, str(place), found, allowed, step), again=again, after=after)


def _disk(error: OSError, place: Path) -> Trouble:
    found = error.strerror or str(error)
    if error.errno in _FULL:
        return trouble("fetch-disk-full", place, found, FULL_STEP)
    step = "make the folder writable, or set OFFERDESK_HOME to one that is"
    return trouble("fetch-cache-unwritable", place, found, step)


@contextmanager
def on_disk(place: Path) -> Iterator[None]:
    """Say in our words what the disk refuses.

    Raises:
        FailedWorld: ``fetch-disk-full`` or ``fetch-cache-unwritable``.
    """
    try:
        yield
    except OSError as error:
        raise _disk(error, place) from error
