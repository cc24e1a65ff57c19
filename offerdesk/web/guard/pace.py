"""How often one client may ask: a bucket for each, which fills again while they wait."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MOST_CLIENTS = 10_000  # remembered; the one that was not seen for longest is forgotten first


class Pace:
    """A limit on requests for each client by itself.

    Args:
        rate: Requests in the long run [per second].
        burst: How many may come at once after a pause.
        clock: Seconds that only go forward.
    """

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Count one request.

        Returns:
            0 when it is within the limit; else the time until the next one will be [s].
        """
        now = self._clock()
        left, since = self._buckets.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - since) * self._rate)
        allowed = left >= 1
        self._buckets[client] = (left - allowed, now)
        if len(self._buckets) > MOST_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
