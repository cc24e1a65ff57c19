"""Accept, counter or walk away: the front door, and the only name outsiders import.

Importing it costs next to nothing: every public name is fetched when it is first asked for.

    >>> import offerdesk
    >>> offerdesk.UnusableCase.exit_code
    1
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offerdesk.asks import Ask, ask
    from offerdesk.decision import Decision
    from offerdesk.desk import Desk, decide
    from offerdesk.doctor import Finding, diagnose
    from offerdesk.firmness import Firmness, fragility
    from offerdesk.open_questions import Questions, questions
    from offerdesk.together import decide_together
    from rules.errors import FailedWorld, Fault, MalformedBook, OfferdeskError, UnusableCase
    from rules.what_if.movable import Wishes

__version__ = "0.1.0"

__all__ = [
    "Ask",
    "Decision",
    "Desk",
    "FailedWorld",
    "Fault",
    "Finding",
    "Firmness",
    "MalformedBook",
    "OfferdeskError",
    "Questions",
    "UnusableCase",
    "Wishes",
    "__version__",
    "ask",
    "decide",
    "decide_together",
    "diagnose",
    "fragility",
    "questions",
]

_HOMES = {
    "Ask": "offerdesk.asks",
    "Decision": "offerdesk.decision",
    "Desk": "offerdesk.desk",
    "FailedWorld": "rules.errors",
    "Fault": "rules.errors",
    "Finding": "offerdesk.doctor",
    "Firmness": "offerdesk.firmness",
    "MalformedBook": "rules.errors",
    "OfferdeskError": "rules.errors",
    "Questions": "offerdesk.open_questions",
    "UnusableCase": "rules.errors",
    "Wishes": "rules.what_if.movable",
    "ask": "offerdesk.asks",
    "decide": "offerdesk.desk",
    "decide_together": "offerdesk.together",
    "diagnose": "offerdesk.doctor",
    "fragility": "offerdesk.firmness",
    "questions": "offerdesk.open_questions",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
