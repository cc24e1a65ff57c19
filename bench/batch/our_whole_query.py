"""Verdict, asks and levers out of our book, as a query."""

from __future__ import annotations

from bench.batch import Work
from bench.batch.ours import query_work, whole

NAME = "our book, query: whole"
NOTE = "The same columns."
MOST = 100_000
IS_SPREAD = False


def ready() -> Work:
    """The book made ready for these columns."""
    return query_work(whole())
