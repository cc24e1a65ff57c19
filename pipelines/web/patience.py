"""How long to wait for a file, how often to try, and how large it may be."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """The limits of one fetch.

    Attributes:
        attempts: How often to try, the first time included.
        connect: For the connection to stand [s].
        stall: Between two pieces of the answer [s].
        deadline: For everything together, the waits included [s].
        first_wait: Before the second attempt [s]; doubles from one attempt to the next.
        longest_wait: The most that doubling leads to [s].
        jitter: Up to so much more, at random, so that many clients do not come back at once [s].
        retry_after: The longest wait that a server may ask for [s]; a longer one ends the fetch.
        redirects: How many to follow.
        largest: Size of a file, as sent and when unpacked [bytes].
        largest_ratio: Of unpacked to packed; more than this is no data but a trap.
    """

    attempts: int = 5
    connect: float = 10.0
    stall: float = 30.0
    deadline: float = 1800.0
    first_wait: float = 0.5
    longest_wait: float = 30.0
    jitter: float = 1.0
    retry_after: float = 120.0
    redirects: int = 5
    largest: int = 2 * 1024**3
    largest_ratio: int = 250


PATIENT = Patience()


class Deadline:
    """A moment by which something must be done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Time until then; 0 when it has passed [s]."""
        return max(0.0, self._end - time.monotonic())
