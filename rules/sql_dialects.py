"""The batch query in the dialect of another engine.

The query holds nothing that sqlglot is known to change the meaning of: no quantiles, maps, list
functions or decimals.  Between engines a rounded number may only differ in the sign of zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Literal as OneOf

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

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

    tree = sqlglot.parse_one(text, read="duckdb")
    _keep_apart(tree)
    return tree.sql(dialect=dialect, pretty=True)


def _keep_apart(tree: Expr) -> None:
    r"""Put two minus signs before a sum in a sum, and before a product in a product.

    >>> in_dialect("SELECT ((a + b) + c) + (d * 2)", "spark").replace("\n", "").replace(" ", "")
    'SELECT(-(-((-(-(a+b)))+c)))+(d*2)'

    Spark takes ``(a + b) + c`` and ``a + (b + c)`` for one expression and works out only one of
    them, although the last bit may differ.  Two minus signs change no number, and part the sums.
    """
    from sqlglot import exp

    for node in list(tree.find_all(exp.Add, exp.Mul)):
        for side in (node.this, node.expression):
            inner = side.unnest()
            if type(inner) is type(node):
                place = exp.Paren()
                side.replace(place)
                once = exp.Paren(this=exp.Neg(this=exp.Paren(this=inner)))
                place.set("this", exp.Neg(this=once))
