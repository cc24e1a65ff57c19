"""The slice out of our book, on frames."""

from __future__ import annotations

from bench.batch import Work
from bench.batch.ours import SLICE, frame_work

NAME = "our book, frames: the slice"
NOTE = "All of the book that these columns hang on, in parts, as `offerdesk score` does it."
MOST = 10**9
IS_SPREAD = True


def ready() -> Work:
    """The book made ready for these columns."""
    return frame_work(SLICE)
