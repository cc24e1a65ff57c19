"""Long work gives way to whoever waits for an answer: where nobody does, it takes no longer."""

from __future__ import annotations

import os
from contextlib import suppress

STEPS = 19  # as far as it goes


def give_way() -> None:
    """Let this process, and all that it starts, come after others; where the system can."""
    with suppress(AttributeError, OSError):
        os.nice(STEPS)
        # Once it has its turn it may go on a little longer; it never interrupts who answers.
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
