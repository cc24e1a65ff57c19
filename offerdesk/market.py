"""Where the market of an offer comes from, when the offer does not bring its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rules.case import Facts
from rules.errors import FailedWorld

ABSENT = (
    "There is no market snapshot, so no band was looked up; "
    "`offerdesk refresh FOLDER` makes one out of negotiation guides."
)
UNIDENTIFIED = "Without an employer and a currency no market row can be looked up."


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for an offer.

    Attributes:
        market: In the shape of an offer's own ``market`` section; empty when there is none.
        snapshot: Id of the snapshot that was searched.
        notice: What the reader should know about the search.
    """

    market: Mapping[str, Any]
    snapshot: str | None = None
    notice: str | None = None


class Search:
    """Finds the market of one offer by its facts, and keeps what it found.

    Args:
        snapshot: Id of a snapshot; the one in force when not given.
        folder: Another market folder than the home's.
    """

    def __init__(self, snapshot: str | None = None, folder: Path | None = None) -> None:
        self._snapshot, self._folder = snapshot, folder
        self.found = Found({})

    def __call__(self, facts: Facts) -> Mapping[str, Any]:
        """Look up; what was found is also kept in ``found``.

        Raises:
            FailedWorld: As ``warehouse.market.find_market``; a snapshot that was asked for by
                id must exist, none at all is a notice.
        """
        self.found = self._look_up(facts)
        return self.found.market

    def _look_up(self, facts: Facts) -> Found:
        from warehouse.market import ASKED
        from warehouse.snapshot import find_snapshot

        try:
            snapshot = find_snapshot(self._snapshot, self._folder)
        except FailedWorld as problem:
            if self._snapshot is None and problem.faults[0].code == "market-absent":
                return Found({}, notice=ABSENT)
            raise
        company = facts["company"]
        if not isinstance(company, str) or facts["currency"] is None:
            return Found({}, snapshot.id, UNIDENTIFIED)
        market = _found(str(snapshot.path), tuple(facts[name] for name in ASKED))
        notice = None if market["guide"] else _no_row(company, snapshot.id)
        return Found(market, snapshot.id, notice)


@lru_cache(maxsize=1024)
def _found(path: str, asked: tuple[Any, ...]) -> Mapping[str, Any]:
    """A published snapshot never changes, so that an answer out of it holds for good."""
    from warehouse.cards import cards_of
    from warehouse.market import ASKED, market_of

    return market_of(cards_of(Path(path)), dict(zip(ASKED, asked, strict=True)))


def _no_row(company: str, snapshot: str) -> str:
    return (
        f"Market snapshot {snapshot} has no band of {company} for this role; "
        "state one under `market`, or refresh with a guide that has it."
    )
