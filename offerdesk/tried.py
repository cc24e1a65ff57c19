"""A logged decision beside what another book, or another market, makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

KINDS = ("verdict", "asks", "words", "same", "refused", "own_market")
TOGETHER = "no single change alone"
Outcome = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Tried:
    """A logged decision, judged again.

    Attributes:
        kind: What differs: ``verdict`` (or its status), ``asks``, only the ``words`` and reasons,
            nothing (``same``); or the facts are ``refused`` by the other book, or brought their
            ``own_market``, so that no snapshot changes them.
        before, after: Verdict, status and row; None where nothing was decided.
        asked, asks: What is asked for over four years, before and after [the offer's currency].
        causes: For another verdict the changes each of which alone brings it about.
        untried: Why changes were not tried alone, or not all; empty where each was.
        market_rows: For another verdict the market rows that differ, whether or not they count.
    """

    id: str
    company: str | None
    role: str | None
    currency: str | None
    kind: str
    before: Outcome
    after: Outcome | None
    asked: float | None
    asks: float | None
    found: str = ""
    causes: tuple[str, ...] = ()
    untried: str = ""
    market_rows: tuple[str, ...] = ()

    @property
    def brought_about_by(self) -> tuple[str, ...]:
        """The causes of another verdict; or that there is no single one, or that none is known."""
        if self.kind != "verdict" or self.causes:
            return self.causes
        return (f"not known: {self.untried}" if self.untried else TOGETHER,)


def counted(tried: Iterable[Tried]) -> Counter[str]:
    """How many decisions of each kind."""
    return Counter(one.kind for one in tried)


def is_held(tried: Iterable[Tried], level: str) -> bool:
    """Whether anything changed that must not: a verdict, an ask, or anything at all."""
    counts = counted(tried)
    levels = {"verdict": ("verdict", "refused"), "asks": ("verdict", "refused", "asks")}
    return any(counts[kind] for kind in levels.get(level, ("verdict", "refused", "asks", "words")))
