"""The batch query in the dialect of another engine.

The query holds nothing that sqlglot is known to change the meaning of: no quantiles, maps, list
functions or decimals.  Between engines a rounded number may only differ in the sign of zero.
"""

from __future__ import annotations

from typing import Literal as OneOf

Dialect = OneOf["duckdb", "spark"]
DIALECTS: tuple[Dialect, ...] = ("duckdb", "spark")


def in_dialect(text: str, dialect: Dialect) -> str:
    """A SELECT written for DuckDB, for another engine.

    >>> print(in_dialect("SELECT date_diff('day', a, b) / NULLIF(c, 0.5e0) FROM t", "spark"))
    SELECT
      DATEDIFF(DAY, a, b) / NULLIF(c, 0.5e0)
    FROM t
    """
    if dialect == "duckdb":
        return text
    import sqlglot

    (found,) = sqlglot.transpile(text, read="duckdb", write=dialect, pretty=True)
    return found
