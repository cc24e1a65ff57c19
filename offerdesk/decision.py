"""A decision, as the front door hands it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from offerdesk.answer import Answer

if TYPE_CHECKING:
    from offerdesk.page import Page


@dataclass(frozen=True)
class Decision(Answer):
    """What was decided, why, and what to do about it.

    Attributes:
        record: Everything about it as plain values: the same inputs give the same record.
        facts: The facts it was made from, by name; what nobody stated is absent.
        id: Where it stands in the decision log; None when it was not logged.
    """

    facts: Mapping[str, Any]
    id: str | None = None

    @property
    def verdict(self) -> str:
        """``accept``, ``counter`` or ``walk_away``."""
        return str(self.record["verdict"])

    @property
    def status(self) -> str:
        """``decided``, or ``needs_review`` when the verdict is provisional."""
        return str(self.record["status"])

    @property
    def rule(self) -> str:
        """The row of the book that decided."""
        return str(self.record["rule"])

    def page(self) -> Page:
        """The decision as a page."""
        from offerdesk.page import page_of

        return page_of(self)
