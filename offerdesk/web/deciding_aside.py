"""Deciding in a process of its own, so that decisions and pages do not wait for one another.

Python code of one process runs on one processor at a time, and a thread that waits for its turn
does so for every small step.  So the desk sends what is asked, without a thread, and goes on; the
process decides one after the other and answers in that order.  One that is lost is replaced.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import socket
import struct
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context, resource_tracker
from pathlib import Path

from offerdesk.web.decider import decide_for
from offerdesk.web.making import Asked, Made
from rules.errors import FailedWorld, Fault, OfferdeskError

LONGEST = 45.0  # [s] for one answer, after which the process is taken for lost
GRACE = 5.0  # [s] for the process to end
PAUSE = 1.0  # [s] after a process that could not begin
STOPS = (signal.SIGINT, signal.SIGTERM)
_LENGTH = struct.Struct("!i")  # as ``multiprocessing.connection`` begins what it sends


@dataclass(frozen=True, slots=True)
class _Waiting:
    """Something asked, and whoever waits for the answer."""

    message: bytes
    answer: asyncio.Future[Made]


class Aside:
    """Has a process decide.

    Args:
        texts: The files of the rule book by name: they are the desk's, whatever has become of
            the folder since.
        keeping: The file in which it is kept whose is what.
    """

    def __init__(self, texts: Mapping[str, str], keeping: Path) -> None:
        self._told = (dict(texts), keeping)
        self._waiting: deque[_Waiting] = deque()
        self._is_ready = False
        self._begin()

    @property
    def pid(self) -> int | None:
        """The number of the process."""
        return self._process.pid

    def wait(self) -> None:
        """Wait until the process can decide, before any of it is asked.

        Raises:
            FailedWorld: ``decider-lost``.
        """
        try:
            self._take(self._connection.recv())
        except (EOFError, OSError) as problem:
            raise _lost("a process that has ended") from problem

    async def open(self) -> None:
        """See ``Deciding``."""
        await self._connect()
        self._listening = asyncio.create_task(self._listen())

    async def decide(self, asked: Asked) -> Made:
        """See ``Deciding``.

        Raises:
            FailedWorld: ``decider-lost``: the process ended over it, or gave no answer in time.
        """
        message = pickle.dumps(asked)
        waiting = _Waiting(message, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._send(message)
        try:
            async with asyncio.timeout(LONGEST):
                return await waiting.answer
        except TimeoutError:
            self._process.kill()
            raise _lost(f"no answer after {LONGEST:g} s") from None

    async def close(self) -> None:
        """End the process, after what it is at."""
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening
        self._writer.close()
        await asyncio.to_thread(self.end)

    def end(self) -> None:
        """End the process, also before anything was asked of it."""
        self._connection.close()
        self._process.join(GRACE)
        self._process.kill()
        self._process.join()

    # --- The process ----------------------------------------------------------------------------

    def _begin(self) -> None:
        context = get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=decide_for, args=(theirs, *self._told))
        resource_tracker.ensure_running()  # where it is begun, signals are let through again
        # Whoever presses Ctrl-C, or ends all processes of a service, stops the desk, and that
        # stops this one once it has answered: it never hears of it itself.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            with theirs:
                process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._connection, self._process = ours, process

    async def _connect(self) -> None:
        ours = socket.socket(fileno=os.dup(self._connection.fileno()))
        self._reader, self._writer = await asyncio.open_unix_connection(sock=ours)

    def _send(self, message: bytes) -> None:
        self._writer.write(_LENGTH.pack(len(message)) + message)

    async def _listen(self) -> None:
        while True:
            with suppress(asyncio.IncompleteReadError, OSError):
                while True:
                    self._take(await self._next())
            with suppress(OSError):  # no process can be begun just now: the next try follows
                await self._replace()

    async def _next(self) -> Made | OfferdeskError | None:
        (length,) = _LENGTH.unpack(await self._reader.readexactly(_LENGTH.size))
        answer: Made | OfferdeskError | None
        answer = pickle.loads(await self._reader.readexactly(length))
        return answer

    def _take(self, answer: Made | OfferdeskError | None) -> None:
        if answer is None:
            self._is_ready = True
            return
        told = self._waiting.popleft().answer
        if told.done():  # nobody waits any more
            return
        if isinstance(answer, OfferdeskError):
            told.set_exception(answer)
        else:
            told.set_result(answer)

    async def _replace(self) -> None:
        """Take another process.

        Only what was next may have been decided; what stands behind it is asked again.  Where a
        process cannot even begin, nobody is left waiting for the one after it.
        """
        self._writer.close()
        has_begun, self._is_ready = self._is_ready, False
        for _ in range(min(1, len(self._waiting)) if has_begun else len(self._waiting)):
            self._take(_lost("a process that has ended"))
        await asyncio.sleep(0 if has_begun else PAUSE)
        await asyncio.to_thread(self._begin_anew)
        await self._connect()
        for waiting in self._waiting:
            self._send(waiting.message)

    def _begin_anew(self) -> None:
        self._process.kill()
        self.end()
        self._begin()


def _lost(found: str) -> FailedWorld:
    step = "look whether it is in the list of decisions, and ask again if not"
    return FailedWorld(Fault("decider-lost", "the process that decides", found, "", step))
