"""Verdict, asks and levers out of our book, on frames."""

from __future__ import annotations

from bench.batch import Work
from bench.batch.ours import frame_work, whole

NAME = "our book, frames: whole"
NOTE = "Verdict, rule, status, all asks and all levers with amount, score and sentence."
MOST = 10**9
IS_SPREAD = True


def ready() -> Work:
    """The book made ready for these columns."""
    return frame_work(whole())
