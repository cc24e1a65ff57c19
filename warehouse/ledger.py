"""The ledger of a scored sheet, asked in SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from rules.errors import Fault, UnusableCase

VIEWS = "views.sql"


def ask(folder: Path, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run a query over a ledger.

    Args:
        folder: As ``offerdesk score`` leaves it.
        query: A SELECT over ``ledger``, ``conditions`` and ``blockers``.

    Returns:
        The names of the columns, and the rows.

    Raises:
        UnusableCase: ``ledger-missing`` or ``ledger-query``.
    """
    views = folder / VIEWS
    if not views.exists():
        found = "no ledger" if folder.is_dir() else "no such folder"
        allowed = "the folder OUT.ledger that `offerdesk score` made"
        raise UnusableCase(Fault("ledger-missing", str(folder), found, allowed))
    with duckdb.connect(config={"file_search_path": str(folder)}) as connection:
        try:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(views.read_text("utf-8"))
            answer = connection.execute(query)
            return [column[0] for column in answer.description or ()], answer.fetchall()
        except duckdb.Error as problem:
            said = str(problem).splitlines()[0]
            allowed = "a SELECT over ledger, conditions and blockers"
            raise UnusableCase(Fault("ledger-query", "SQL", said, allowed)) from problem
