"""A clock that is a month ahead of what was logged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from warehouse import retention
from warehouse.retention import Retention

RULE = Retention(30, "kept for a month", "the owner")


@pytest.fixture
def in_a_month(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is logged now is thirty days old, and a process looks as often as it can."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(days=30, seconds=1)

    monkeypatch.setattr(retention, "datetime", Later)
    monkeypatch.setattr(retention, "PAUSE", 0.0)
