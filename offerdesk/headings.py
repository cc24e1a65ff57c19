"""Whose offer a page is about, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from offerdesk.complaints import printable


def subject_line(record: Mapping[str, Any]) -> str:
    """Whose offer it is, for what, when, and which row decides."""
    parts = [record["company"] or "employer not named", record["role"]]
    parts += [f"as of {_day(record['evaluation_date'])}", f"row {record['rule']}"]
    return printable(", ".join(part for part in parts if part))


def pinned(record: Mapping[str, Any]) -> str:
    """The ids of what an answer was made from."""
    pins = [f"book {record['book'][:12]}", f"facts {record['facts_hash'][:12]}"]
    pins += [f"market {record['snapshot']}"] if record["snapshot"] else []
    return ", ".join(pins)


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"
