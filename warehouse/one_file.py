"""A file as DuckDB's reading functions take it: that very file, whatever its name looks like."""

from __future__ import annotations

import re
from pathlib import Path

_WILD = re.compile(r"[\[*?]")


def one_file(path: Path) -> str:
    """A path as a text of SQL that is no pattern; ``offers[1].csv`` would mean ``offers1.csv``.

    Only for what reads: COPY ... TO takes a path as it stands.

    >>> print(one_file(Path("Ann's offers [1].csv")))
    'Ann''s offers [[]1].csv'
    """
    return "'" + _WILD.sub(r"[\g<0>]", str(path)).replace("'", "''") + "'"
