"""The Idempotency-Key of a request: the same request under the same key is answered alike."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header
from starlette.requests import Request

from offerdesk.web.guard.key import signed
from offerdesk.web.guard.refused import Refused
from offerdesk.web.keeping import Once
from rules.errors import Fault

KEY = r"[!-~]{1,255}"
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=f"^{KEY}$",
        description="A name of your own for this request. Sent again under it within a week, the"
        " request is not done again, but answered as the first time.",
        examples=["4c0f1a1e-offer-of-meadowlark"],
    ),
]


def once(request: Request, *asked: str | bytes) -> Once | None:
    """What a request says of its being done once; None without a key.

    Args:
        request: Bears the key.
        asked: What it asks for, beside its path and query.

    Raises:
        Refused: ``idempotency-key-malformed``.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not re.fullmatch(KEY, key):
        allowed = "1 to 255 visible ASCII characters"
        fault = Fault("idempotency-key-malformed", "Idempotency-Key", "another form", allowed)
        raise Refused(422, fault)
    path, query = request.url.path, request.url.query
    return Once(key, signed(request.app.state.key, "once", path, query, *asked))
