"""How large a request may be, told while it arrives: what is too large is not read to its end."""

from __future__ import annotations

from starlette.types import Message, Receive, Scope

from offerdesk.web.guard.refused import Refused
from rules.errors import Fault


def check_announced(scope: Scope, limit: int) -> None:
    """Refuse by what a request says of itself.

    Raises:
        Refused: ``request-too-large``, or ``request-malformed`` for a length that is none.
    """
    for name, value in scope["headers"]:
        if name == b"content-length":
            if not value.isdigit():
                fault = Fault("request-malformed", "Content-Length", "no number", "a number")
                raise Refused(400, fault)
            if int(value) > limit:
                raise _too_large(limit)


def limited(receive: Receive, limit: int) -> Receive:
    """What arrives, up to a limit [bytes]."""
    left = limit

    async def receive_some() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_large(limit)
        return message

    return receive_some


def _too_large(limit: int) -> Refused:
    step = "send less at once"
    found = f"more than {limit:,} bytes"
    fault = Fault("request-too-large", "the request's body", found, f"{limit:,} bytes", step)
    return Refused(413, fault, {"Connection": "close"})
