"""What the front door answers: a record of plain values, and its forms for people and machines."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from offerdesk.page import Page


@dataclass(frozen=True)
class Answer(ABC):
    """An answer to a question about an offer.

    Attributes:
        record: Everything about it as plain values: the same inputs give the same record.
    """

    record: Mapping[str, Any]

    @abstractmethod
    def page(self) -> Page:
        """The answer as a page, to be laid out."""

    def to_json(self, *, ascii_only: bool = False) -> str:
        """The record as JSON: no clock and no id, so that equal answers are equal texts."""
        return json.dumps(self.record, indent=2, ensure_ascii=ascii_only, default=_plain)

    def to_text(self, *, width: int = 80, colour: bool = False, unicode: bool = True) -> str:
        """The answer for a person, in lines of at most ``width`` characters."""
        from offerdesk.render import as_text

        return as_text(self.page(), width=width, colour=colour, unicode=unicode)

    def to_markdown(self) -> str:
        """The answer as Markdown, to be pasted into a note."""
        from offerdesk.markdown import as_markdown

        return as_markdown(self.page())

    def to_form(self, form: str) -> str:
        """The answer as ``json``, ``md`` or, as wide as the screen, ``text``."""
        from offerdesk.screen import is_unicode, screen

        if form == "json":
            return self.to_json(ascii_only=not is_unicode())
        return self.to_markdown() if form == "md" else self.to_text(**screen())


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
