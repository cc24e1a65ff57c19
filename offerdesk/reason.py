"""A line of reasoning, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of reasoning and what it rests on.

    Attributes:
        kind: decision, rows, row, condition, signal, figure, fact, parameter, law, pick or market.
        name: The name in the book, or the id of a market row; empty for a condition.
        value: Plain value; None is unknown.  Of a market row, all that is known of it.
    """

    kind: str
    text: str
    name: str = ""
    value: Any = None
    rests_on: tuple[Reason, ...] = ()
