"""The batch query step by step, each kept as a table: a wrong step is tried from there on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from rules.case import Case
from rules.sql import quoted
from rules.sql_steps import Query
from tests.batch import fill


class Staged:
    """A query whose every step has been worked out for some cases.

    Args:
        database: Where the tables are made.
        query: The query.
        cases: Of these.
        at: A folder for files on the way.
    """

    def __init__(
        self, database: duckdb.DuckDBPyConnection, query: Query, cases: Sequence[Case], at: Path
    ) -> None:
        self._database, self._steps = database, query.steps
        database.execute("SET enable_progress_bar = false")
        fill(database, query, cases, at)
        for step in query.steps:
            self._make("main", step.name, step.select)

    def differs(self, number: int, select: str) -> bool:
        """Whether the last step differs when a step is another SELECT.

        Raises:
            duckdb.Error: It is none that DuckDB takes.
        """
        step, *later = self._steps[number:]
        self._database.execute("CREATE SCHEMA wrong")
        self._database.execute("SET search_path = 'wrong,main'")
        try:
            self._make("wrong", step.name, select)
            if self._is_same(step.name):
                return False
            for one in later:
                self._make("wrong", one.name, one.select)
            return not self._is_same(self._steps[-1].name)
        finally:
            self._database.execute("SET search_path = 'main'")
            self._database.execute("DROP SCHEMA wrong CASCADE")

    def _make(self, schema: str, name: str, select: str) -> None:
        self._database.execute(f"CREATE TABLE {schema}.{quoted(name)} AS {select}")

    def _is_same(self, name: str) -> bool:
        """Whether a step has the same rows, as many of each; NULL is NULL here."""
        ours, theirs = f"FROM main.{quoted(name)}", f"FROM wrong.{quoted(name)}"
        both = f"({ours} EXCEPT ALL {theirs}) UNION ALL ({theirs} EXCEPT ALL {ours})"
        return self._database.execute(f"SELECT 1 FROM ({both}) LIMIT 1").fetchone() is None
