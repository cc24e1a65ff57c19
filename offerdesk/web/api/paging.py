"""Lists of what a user has made, a page at a time, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Protocol, TypeVar

from fastapi import Query

Limit = Annotated[int, Query(ge=1, le=200)]
After = Annotated[
    str | None, Query(pattern="^[0-9a-f]{12}$", description="`next` of the page before.")
]


class Identified(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str:
        """Tells it from the others."""
        ...


One = TypeVar("One", bound=Identified)


def page_of(found: Sequence[One], limit: int) -> tuple[Sequence[One], str | None]:
    """A page, and after which id the next one begins; None where this is the last.

    Args:
        found: One more than the page may hold, where there are as many.
        limit: How many it may hold.
    """
    return found[:limit], found[limit - 1].id if len(found) > limit else None
