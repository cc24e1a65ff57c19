"""The slice out of our book, as a query."""

from __future__ import annotations

from bench.batch import Work
from bench.batch.ours import SLICE, query_work

NAME = "our book, query: the slice"
NOTE = "The generated query on two threads of DuckDB, which plans it anew for every file."
MOST = 10**9
IS_SPREAD = False


def ready() -> Work:
    """The book made ready for these columns."""
    return query_work(SLICE)
