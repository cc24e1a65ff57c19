"""Tables that a run keeps: each is whole or not there, and a disk that refuses is told as one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from warehouse.whole_file import whole_file

LIGHTLY = 1  # zstd's level: amounts take half the time of the usual 3, and a fifth more room


def keep(table: pl.DataFrame, file: Path) -> None:
    """Write a table as Parquet.

    Raises:
        OSError: The disk refuses.
    """
    with disk_refusals(), whole_file(file) as aside:
        table.write_parquet(aside, compression_level=LIGHTLY)


@contextmanager
def disk_refusals() -> Iterator[None]:
    """What is written inside fails with OSError; Polars has other names for a disk that is full.

    Raises:
        OSError: The disk refuses.
    """
    try:
        yield
    except pl.exceptions.ComputeError as problem:
        raise OSError(str(problem)) from problem
