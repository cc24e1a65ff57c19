"""Where things are looked up, which would hold up the answers to others: in a few threads."""

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

    async def read(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Do what only reads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._reading, partial(work, *args, **kwargs))

    def close(self) -> None:
        """Wait for what is under way."""
        self._reading.shutdown()
