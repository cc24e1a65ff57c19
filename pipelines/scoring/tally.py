"""What became of the rows of a sheet, counted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

DONE = "tally.json"  # the last file that a part leaves


@dataclass
class Tally:
    """What became of rows; tallies add up.

    Attributes:
        read, judged, refused: Rows; the first is always the sum of the others.
        outcomes: Rule, verdict and status, with how many offers.
        reasons: Code of a fault -> rows that were refused for it.
        said: Row and place of a sentence in it, from 0 -> offers whose reason it is; empty where
            no reasons were asked for.
        questions: Question of an offer that needs review -> how many.
        fired: Kind and name of a rule -> for how many offers it was TRUE.
        blockers: Rule and condition -> offers that it alone kept from being accepted.
    """

    read: int = 0
    judged: int = 0
    refused: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    questions: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    blockers: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Take another one in."""
        for name, value in vars(other).items():
            own = getattr(self, name)
            if isinstance(value, int):
                setattr(self, name, own + value)
            else:
                own.update(value)  # unlike the sum of two counters, this keeps what is 0

    @staticmethod
    def kept(path: Path) -> Tally:
        """The tally that a part left."""
        found = json.loads(path.read_text("utf-8"))
        tally = Tally()
        for name, value in found.items():
            setattr(tally, name, value if isinstance(value, int) else Counter(value))
        return tally


def in_order(counts: Counter[str]) -> Counter[str]:
    """The same with the most first, and by name among as many, whatever was counted first.

    >>> list(in_order(Counter(b=1, c=2, a=1)))
    ['c', 'a', 'b']
    """
    return Counter(dict(sorted(counts.items(), key=lambda one: (-one[1], one[0]))))
