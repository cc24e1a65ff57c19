"""The end of a connection at its deadline, whatever it waits for then."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Timer
from typing import Any

from pipelines.web.patience import Deadline


class Watch:
    """Keeps an eye on the newest connection of a client, as its ``trace`` extension.

    A read timeout starts anew with every byte, so that a server that sends a byte now and then
    is waited for without end, in the headers above all.
    """

    def __init__(self) -> None:
        self._socket: socket.socket | None = None

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Take note of a connection, plain or encrypted, when one is made."""
        extra = getattr(info.get("return_value"), "get_extra_info", None)
        if event.endswith(".complete") and extra is not None:
            self._socket = extra("socket")

    def end(self) -> None:
        """Let whoever reads from the connection find its end."""
        if self._socket is not None:
            with suppress(OSError):  # it has ended by itself
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def watched(deadline: Deadline) -> Iterator[Watch]:
    """A watch that ends the connection at the deadline."""
    watch = Watch()
    timer = Timer(deadline.left(), watch.end)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
