"""A DuckDB of its own for taking in one file: bounded in memory, gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

MEMORY = "700MB"


@contextmanager
def workbench(aside: Path) -> Iterator[DuckDBPyConnection]:
    """An empty database; what does not fit into memory goes into ``aside``."""
    connection = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(aside / "spill"),
            "preserve_insertion_order": True,
        }
    )
    try:
        connection.execute("SET enable_progress_bar = false")
        yield connection
    finally:
        connection.close()
