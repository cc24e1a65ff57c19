"""A defect of ours as one line: its kind and its place, and nothing of what it was about."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from offerdesk.complaints import DEBUG, complain
from offerdesk.web.guard.refused import Refused
from rules.errors import Fault


def as_defect(problem: Exception) -> Refused:
    """What is answered for it; it is told where the desk is served, too."""
    fault = _defect(problem)
    complain([fault])
    if os.environ.get(DEBUG):
        traceback.print_exception(problem)
    return Refused(500, fault)


def _defect(problem: Exception) -> Fault:
    """A defect of ours by its kind and place; what it says may be somebody's pay."""
    places = traceback.extract_tb(problem.__traceback__)
    where = f"{Path(places[-1].filename).name} line {places[-1].lineno}" if places else "offerdesk"
    step = f"report this; {DEBUG}=1 shows the traceback where the desk is served"
    return Fault("unexpected", where, type(problem).__name__, "", step)
