"""Texts and files as DuckDB's SQL writes them."""

from __future__ import annotations

import re
from pathlib import Path

_WILD = re.compile(r"[\[*?]")


def literal(text: str) -> str:
    """A text as SQL writes it.

    >>> print(literal("O'Neill"))
    'O''Neill'
    """
    return "'" + text.replace("'", "''") + "'"


def one_file(path: Path) -> str:
    """A path as a text that is no pattern: that very file, whatever its name looks like.

    Only for what reads, where ``offers[1].csv`` would mean ``offers1.csv``; COPY ... TO and ATTACH
    take a path as it stands.

    >>> print(one_file(Path("Ann's offers [1].csv")))
    'Ann''s offers [[]1].csv'
    """
    return literal(_WILD.sub(r"[\g<0>]", str(path)))
