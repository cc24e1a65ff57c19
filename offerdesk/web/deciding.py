"""Who decides for a served desk: this process, or one beside it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from offerdesk.web.making import Asked, Made, Making


class Deciding(Protocol):
    """Decides one offer after the other, in the order in which they are asked about."""

    async def open(self) -> None:
        """Begin to decide."""

    async def decide(self, asked: Asked) -> Made:
        """Decide one offer; see ``Making.make``."""

    async def close(self) -> None:
        """Decide no more."""


class Here:
    """Decides in a thread of this process."""

    def __init__(self, making: Making) -> None:
        self._making = making
        self._thread = ThreadPoolExecutor(1, "deciding")

    async def open(self) -> None:
        """There is nothing to begin."""

    async def decide(self, asked: Asked) -> Made:
        """See ``Deciding``."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._making.make, asked)

    async def close(self) -> None:
        """Wait for what is under way."""
        self._thread.shutdown()
