"""A decision, as the front door hands it out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, why, and what to do about it.

    Attributes:
        record: Everything about it as plain values: the same inputs give the same record.
        facts: The facts it was made from, by name; what nobody stated is absent.
        id: Where it stands in the decision log; None when it was not logged.
    """

    record: Mapping[str, Any]
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

    def to_json(self, *, ascii_only: bool = False) -> str:
        """The record as JSON: no clock and no id, so that equal decisions are equal texts."""
        return json.dumps(self.record, indent=2, ensure_ascii=ascii_only, default=_plain)

    def to_text(self, *, width: int = 80, colour: bool = False, unicode: bool = True) -> str:
        """The decision for a person, in lines of at most ``width`` characters."""
        from offerdesk.page import page_of
        from offerdesk.render import as_text

        return as_text(page_of(self), width=width, colour=colour, unicode=unicode)

    def to_markdown(self) -> str:
        """The decision as Markdown, to be pasted into a note."""
        from offerdesk.markdown import as_markdown
        from offerdesk.page import page_of

        return as_markdown(page_of(self))

    def to_form(self, form: str) -> str:
        """The decision as ``json``, ``md`` or, as wide as the screen, ``text``."""
        if form == "json":
            from offerdesk.screen import is_unicode

            return self.to_json(ascii_only=not is_unicode())
        if form == "md":
            return self.to_markdown()
        from offerdesk.screen import screen

        return self.to_text(**screen())


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
