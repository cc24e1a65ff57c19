"""One slice of the book as people write it by hand, in one engine after the other.

The slice is what somebody would write without a rule book: what a package is worth, its gaps to
the floors and to the candidate's minimum, the rows that decide on them, and what to ask for.
``offers`` makes the offers it is meant for, ``columns`` says what each engine has to give.

Each module of an engine has a ``NAME``, a ``NOTE`` on how it is used, ``MOST``, the most offers
that it is given, ``IS_SPREAD``, whether parts are spread over two processes, and ``ready``, which
makes what turns a stretch of a Parquet file of offers into a Parquet file of answers.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol

# The offers, the first row, the number of rows, and the file to write.
Work = Callable[[Path, int, int, Path], None]

OURS = ("our_frame", "our_query")
BY_HAND = ("duckdb_sql", "polars_expressions", "pandas_columns")
OURS_WHOLE = ("our_whole_frame", "our_whole_query")
ONE_BY_ONE = ("plain_loop", "zen_batch", "zen_program", "our_judge")
ENGINES = (*OURS, *BY_HAND, *OURS_WHOLE, *ONE_BY_ONE)


class Engine(Protocol):
    """What each module of an engine has."""

    NAME: str
    NOTE: str
    MOST: int
    IS_SPREAD: bool

    def ready(self) -> Work:
        """Everything that is done once, before any offer is seen."""
        ...


def engine(name: str) -> Engine:
    """An engine by the name of its module.

    Raises:
        ImportError: What it needs is not installed.
    """
    found: Engine = import_module(f"bench.batch.{name}")
    return found
