"""The last run in which every backend was compared on this very book.

``python -m tests.parity --output rules/parity.json`` makes the report, over a hundred thousand
offers that try each condition of the book both ways and on its line.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from rules.book import Book

REPORT = Path(__file__).parent / "parity.json"


@lru_cache(maxsize=1)
def _report() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(REPORT.read_text("utf-8"))
    return found


def parity_run(book: Book) -> str | None:
    """The id of the run; None for a book that nobody compared, such as a changed one."""
    report = _report()
    agreed = report["book"] == book.hash and not report["differences"]
    return str(report["id"]) if agreed else None
