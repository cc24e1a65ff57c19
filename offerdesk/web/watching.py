"""A line in the access log, and a count, for each request: by the route, never by the address.

The path of a page may hold an id and its query may hold anything, so that neither is written.
"""

from __future__ import annotations

import logging
import time

from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offerdesk.web.metrics import Metrics

LOG = logging.getLogger("offerdesk.access")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watch:
    """Sees every request come and its answer go.

    Args:
        app: What answers.
        metrics: Where it is counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin, status, method = time.perf_counter(), 0, scope["method"]

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._metrics.in_flight.inc()
        try:
            await self._app(scope, receive, sending)
        finally:
            self._metrics.in_flight.dec()
            self._note(scope, method, status, time.perf_counter() - begin)

    def _note(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        method = method if method in METHODS else "OTHER"  # anything can be sent as one
        route = route_of(scope)
        self._metrics.answered(method, route, status, seconds)
        user = scope.get("state", {}).get("user") or "-"
        LOG.info("%s %s %s %d %.1f ms", user, method, route, status, seconds * 1e3)


def route_of(scope: Scope) -> str:
    """The template of the route that answered, such as ``/api/decisions/{id}``."""
    if isinstance(scope.get("endpoint"), StaticFiles):
        return "/static"
    found = getattr(scope.get("route"), "path", None)
    return str(found) if found else "none"
