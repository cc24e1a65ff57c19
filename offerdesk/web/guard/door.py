"""The door: every request passes it, and every answer leaves by it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from offerdesk.web.guard.csrf import add_form_cookie
from offerdesk.web.guard.headers import add_safe_headers
from offerdesk.web.guard.hosts import name_in
from offerdesk.web.guard.origin import is_foreign
from offerdesk.web.guard.pace import Pace
from offerdesk.web.guard.refused import Refused
from offerdesk.web.guard.sizes import check_announced, limited
from offerdesk.web.guard.who import Doorkeeper
from offerdesk.web.settings import Settings
from rules.errors import Fault

Answer = Callable[[Request, Exception], Awaitable[Response]]
UPLOADS = ("/api/batches", "/batches")
BURST = 2  # [s] of the rate that may come at once


class Door:
    """Turns away what is not to be answered, and bounds the rest in size and time.

    Args:
        app: What answers.
        settings: The limits.
        keeper: Knows the users.
        answer: How a refusal or a defect of ours is told.
    """

    def __init__(
        self, app: ASGIApp, settings: Settings, keeper: Doorkeeper, answer: Answer
    ) -> None:
        self._app, self._settings, self._keeper, self._answer = app, settings, keeper, answer
        self._pace = Pace(settings.rate, max(1, settings.rate * BURST))
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope.setdefault("state", {})["user"] = None
        is_head = scope["method"] == "HEAD"
        way_out = _WayOut(scope, send, is_head=is_head)
        scope["method"] = "GET" if is_head else scope["method"]  # answered alike, but for the body
        self._inside += 1
        try:
            await self._let_in(Request(scope), receive, way_out)
        except Exception as problem:
            if way_out.has_begun:
                raise  # too late for another answer
            response = await self._answer(Request(scope), problem)
            await response(scope, receive, way_out)
        finally:
            self._inside -= 1

    async def _let_in(self, request: Request, receive: Receive, send: Send) -> None:
        self._check(request)
        is_upload = request.method == "POST" and request.url.path.startswith(UPLOADS)
        settings = self._settings
        size = settings.upload_bytes if is_upload else settings.body_bytes
        seconds = settings.upload_seconds if is_upload else settings.body_seconds
        check_announced(request.scope, size)
        try:
            async with asyncio.timeout(seconds):
                await self._app(request.scope, limited(receive, size), send)
        except TimeoutError:
            step = "send it faster, or ask for less at once"
            found = f"no end after {seconds:g} s"
            raise Refused(503, Fault("request-too-slow", "the request", found, "", step)) from None

    def _check(self, request: Request) -> None:
        name = name_in(request.headers.get("host", ""))
        if name is None or name not in self._settings.hosts:
            raise _misdirected(self._settings.hosts)
        if self._inside > self._settings.most_at_once:
            fault = Fault("desk-busy", "the desk", f"{self._inside} requests at once", "", "wait")
            raise Refused(503, fault, {"Retry-After": "1"})
        user = self._keeper.user_of(request)
        request.state.user = user
        wait = self._pace.wait(user or (request.client.host if request.client else ""))
        if wait:
            raise _too_often(self._settings.rate, wait)
        if is_foreign(request):
            raise _foreign()


def _misdirected(hosts: frozenset[str]) -> Refused:
    step = "call it by a name that it knows; `offerdesk serve --allow-host NAME` adds one"
    return Refused(
        421, Fault("host-unknown", "Host", "another name", ", ".join(sorted(hosts)), step)
    )


def _too_often(rate: float, wait: float) -> Refused:
    fault = Fault("too-often", "the client", "more requests", f"{rate:g} a second", "wait")
    return Refused(429, fault, {"Retry-After": str(int(wait) + 1)})


def _foreign() -> Refused:
    step = "send it from a page of this desk, or by a program"
    return Refused(403, Fault("origin-foreign", "Origin", "another site", "this desk", step))


class _WayOut:
    """Sends an answer with what every answer bears."""

    def __init__(self, scope: Scope, send: Send, *, is_head: bool) -> None:
        self._scope, self._send, self._is_head = scope, send, is_head
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(scope=message)
            add_safe_headers(headers)
            secret = self._scope["state"].get("new_form_secret")
            if secret:
                add_form_cookie(headers, secret, secure=self._scope["scheme"] == "https")
        elif self._is_head:
            message = {**message, "body": b""}
        await self._send(message)
