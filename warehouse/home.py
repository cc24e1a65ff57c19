"""Where Offerdesk keeps its state.  Naming a place creates nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

VARIABLE = "OFFERDESK_HOME"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds everything, and the names of the places inside it.

    >>> Home(Path("/data/offerdesk")).log_file.as_posix()
    '/data/offerdesk/log/decisions.sqlite'
    """

    root: Path

    @property
    def market(self) -> Path:
        """Published market snapshots and the pointer to the current one."""
        return _inside(self.root, "market")

    @property
    def log(self) -> Path:
        """Folder of the decision log."""
        return _inside(self.root, "log")

    @property
    def log_file(self) -> Path:
        """The decision log itself."""
        return _inside(self.root, "log/decisions.sqlite")

    @property
    def books(self) -> Path:
        """Rule books that a logged decision was made by, one file per hash."""
        return _inside(self.root, "books")

    @property
    def cache(self) -> Path:
        """Fetched files; can be deleted at any time."""
        return _inside(self.root, "cache")


def home() -> Home:
    """The home in force: ``OFFERDESK_HOME``, else the platform's user data folder."""
    chosen = os.environ.get(VARIABLE)
    if chosen and os.path.isabs(chosen):
        return _fixed(chosen)
    if chosen:
        return Home(Path(chosen).expanduser().absolute())
    from platformdirs import user_data_path

    return Home(user_data_path("offerdesk", appauthor=False))


@lru_cache(maxsize=64)
def _inside(root: Path, place: str) -> Path:
    return root / place


@lru_cache(maxsize=8)
def _fixed(chosen: str) -> Home:
    return Home(Path(chosen))
