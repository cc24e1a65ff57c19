"""Where things are looked up, which would hold up the answers to others: in a few threads.

What asks the prover goes to one thread of its own: z3 breaks when two threads use it at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
READERS = 4


class Working:
    """The threads of a served desk."""

    def __init__(self) -> None:
        self._reading = ThreadPoolExecutor(READERS, "reading")
        self._proving = ThreadPoolExecutor(1, "proving")

    async def read(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do what only reads."""
        return await _in(self._reading, partial(work, *args, **kwargs))

    async def prove(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do what asks the prover, one after the other."""
        return await _in(self._proving, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Wait for what is under way."""
        self._reading.shutdown()
        self._proving.shutdown(cancel_futures=True)


async def _in(pool: ThreadPoolExecutor, work: Callable[[], R]) -> R:
    return await asyncio.get_running_loop().run_in_executor(pool, work)
