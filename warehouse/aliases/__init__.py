"""Names that mean the same, kept as tables beside this file.

Each table says in its first lines, or in its columns, where its facts are from and of which date.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from pathlib import Path

Row = dict[str, str]
_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "đ": "d", "ß": "ss"})


def plain(text: str) -> str:
    """A name for comparing: lower case, no accents, words of letters and digits only.

    >>> plain("  São  Paulo (HQ)"), plain("ML/AI Engineer"), plain("AT&T")
    ('sao paulo hq', 'ml ai engineer', 'at t')
    """
    if not text.isascii():
        letters = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_WORD.findall(text.lower()))


@cache
def rows_of(name: str) -> tuple[Row, ...]:
    """The rows of a table, without the lines that comment on it."""
    lines = Path(__file__).with_name(f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return tuple(csv.DictReader(line for line in lines if not line.startswith("#")))


@cache
def alias_rows(name: str) -> dict[str, Row]:
    """A table of names: every plain name to its row."""
    return {plain(alias): row for row in rows_of(name) for alias in row["names"].split("|")}
