"""Decisions made for the users of a served desk, each once where it is to be made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import import_module

from offerdesk.decision import Decision
from offerdesk.desk import Desk
from offerdesk.offers import Offer
from offerdesk.replay import as_logged
from offerdesk.samples import examples
from offerdesk.web.guard.tokens import OWNER
from offerdesk.web.keeping import Keeping, Once
from rules.decision import canonical_bytes
from warehouse import log

KIND = "decision"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be decided; it can be sent to another process.

    Attributes:
        user: Whose decision it will be.
        offer: Reads the offer, or gives what was read; for ``offerdesk.decide``.
        market: Id of a market snapshot; the one in force when not given.
        as_of: Another day than the offer's own.
        is_logged: Whether it is to be remembered.
        once: Says that it is decided once only, however often it is asked for.
    """

    user: str
    offer: Callable[[], Offer]
    market: str | None = None
    as_of: date | None = None
    is_logged: bool = True
    once: Once | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A decision as it is answered.

    Attributes:
        id: Where it stands in the log; None when it was not logged.
        verdict, status: Of the decision.
        body: All of it as JSON in one form, with the id.
        is_new: Whether it was made now, and not when the same was asked before.
    """

    id: str | None
    verdict: str
    status: str
    body: bytes
    is_new: bool = True


def made_of(decision: Decision, *, is_new: bool = True) -> Made:
    """A decision as it is answered."""
    known = {} if decision.id is None else {"id": decision.id}
    body = canonical_bytes({**known, **decision.record})
    return Made(decision.id, decision.verdict, decision.status, body, is_new)


class Making:
    """Decides for users, one offer after the other.

    Args:
        desk: Decides and logs.
        keeping: Knows whose is what, and what was asked before.
    """

    def __init__(self, desk: Desk, keeping: Keeping) -> None:
        self._desk, self._keeping = desk, keeping

    def make(self, asked: Asked) -> Made:
        """Decide; what is to be logged is in the log before this returns.

        Raises:
            OfferdeskError: As ``offerdesk.decide`` and ``Keeping.make``.
        """
        is_kept = asked.once is not None or asked.user != OWNER  # who sees all of the log anyhow
        if not (asked.is_logged and is_kept):
            return made_of(self._decided(asked))
        made: list[Decision] = []

        def work() -> str:
            made.append(self._decided(asked))
            return str(made[0].id)

        row_id, is_new = self._keeping.make(KIND, asked.user, work, asked.once)
        return made_of(made[0] if is_new else as_logged(log.read(row_id)), is_new=is_new)

    def _decided(self, asked: Asked) -> Decision:
        return self._desk.decide(
            asked.offer(), market=asked.market, as_of=asked.as_of, log=asked.is_logged
        )


def practise(desk: Desk) -> None:
    """Decide the examples and forget them, so that all is loaded that deciding needs.

    Raises:
        OfferdeskError: As ``offerdesk.decide``.
    """
    for offer in sorted((examples() / "offers").glob("*.yaml")):
        desk.decide(offer, log=False)
    import_module("warehouse.books")
