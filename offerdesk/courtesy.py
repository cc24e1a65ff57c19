"""Long work gives way to whoever waits for an answer: where nobody does, it takes no longer."""

from __future__ import annotations

import os
from contextlib import suppress

STEPS = 10


def give_way() -> None:
    """Let this process, and all that it starts, come after others; where the system can."""
    with suppress(AttributeError, OSError):
        os.nice(STEPS)
