"""Everything that can go wrong, as one tree.

    OfferdeskError
    ├── MalformedBook    the rule book cannot be used            exit code 1
    ├── UnusableCase     the offer handed in cannot be judged    exit code 1
    └── FailedWorld      the market, the log or the disk failed  exit code 3

A rule that says no is a decision, not an error.  Every error carries all of its faults, so
that a reader mends a file once and not once per fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        code: Stable, lower-case words joined by hyphens, such as ``case-unknown-field``.
        place: File, line or field path, as exact as is known.
        found: What stands there.
        allowed: What may stand there; empty when there is nothing to choose from.
        next_step: What the reader can do now.
    """

    code: str
    place: str
    found: str
    allowed: str = ""
    next_step: str = ""

    def __str__(self) -> str:
        parts = [f"{self.code}: {self.place}: found {self.found}"]
        if self.allowed:
            parts.append(f"allowed: {self.allowed}")
        if self.next_step:
            parts.append(f"next: {self.next_step}")
        return "; ".join(parts)


class OfferdeskError(Exception):
    """Base of the tree; holds at least one fault."""

    exit_code: ClassVar[int] = 1

    def __init__(self, faults: Fault | Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[OfferdeskError], tuple[tuple[Fault, ...]]]:
        """An error that crosses to another process keeps its faults."""
        return type(self), (self.faults,)


class MalformedBook(OfferdeskError):
    """The rule book breaks its own grammar, types, units or references."""


class UnusableCase(OfferdeskError):
    """The offer, candidate or market handed in cannot be judged as it stands."""


class FailedWorld(OfferdeskError):
    """The market, the decision log, the engine or the disk cannot be relied on."""

    exit_code: ClassVar[int] = 3
