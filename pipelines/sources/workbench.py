"""A DuckDB of its own for taking in one file: bounded in memory, gone afterwards.

Its tables lie in a file, compressed; in memory a few million rows of text would spill as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

MEMORY = "1GB"
# A text as a number; NULL for what is none, and for the infinite, which no pay is.
NUMBER = (
    "CREATE MACRO number(said) AS "
    "CASE WHEN isfinite(TRY_CAST(said AS DOUBLE)) THEN TRY_CAST(said AS DOUBLE) END"
)


@contextmanager
def workbench(aside: Path) -> Iterator[DuckDBPyConnection]:
    """An empty database in ``aside``."""
    connection = duckdb.connect(
        str(aside / "workbench.duckdb"),
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(aside / "spill"),
            "preserve_insertion_order": True,
        },
    )
    try:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("PRAGMA disable_checkpoint_on_shutdown")  # nobody opens it again
        connection.execute(NUMBER)
        yield connection
    finally:
        connection.close()
