"""What a served desk is told when it starts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from offerdesk.web.guard.hosts import LOOPBACK_NAMES
from offerdesk.web.guard.tokens import Tokens
from rules.source import LIMIT_BYTES


@dataclass(frozen=True, slots=True)
class Settings:
    """How a desk is served; what is not said is right for one person on their own machine.

    Attributes:
        tokens: Who may come in; without any, everybody who can connect is the owner.
        hosts: Names by which a browser may know this desk.
        book: Folder of another rule book.
        rate: Requests that one client may make in the long run [per second].
        body_bytes, upload_bytes: The largest request, and the largest sheet [bytes].
        body_seconds, upload_seconds: How long one may take to arrive and to be answered [s].
        most_at_once: Requests that may be under way.
    """

    tokens: Tokens = field(default_factory=Tokens)
    hosts: frozenset[str] = LOOPBACK_NAMES
    book: Path | None = None
    rate: float = 1000.0
    body_bytes: int = LIMIT_BYTES
    upload_bytes: int = 200_000_000
    body_seconds: float = 60.0
    upload_seconds: float = 900.0
    most_at_once: int = 512
