"""A request that is turned away before the desk has looked at what it asks."""

from __future__ import annotations

from collections.abc import Mapping

from rules.errors import Fault, OfferdeskError


class Refused(OfferdeskError):
    """Turned away, with the status of the answer and headers that tell more.

    Attributes:
        status: Of the answer, such as 401.
        headers: Of the answer, such as ``Retry-After``.
    """

    def __init__(self, status: int, fault: Fault, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(fault)
        self.status = status
        self.headers = dict(headers or {})

    def __reduce__(self) -> tuple[type[Refused], tuple[int, Fault, dict[str, str]]]:  # type: ignore[override]
        return type(self), (self.status, self.faults[0], self.headers)
