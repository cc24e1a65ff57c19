"""Names that mean the same, kept as tables beside this file."""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib.resources import files

Row = dict[str, str]


def plain(text: str) -> str:
    """A name for comparing: lower case, no accents, words of letters and digits only.

    >>> plain("  São  Paulo (HQ)"), plain("ML/AI Engineer"), plain("AT&T")
    ('sao paulo hq', 'ml ai engineer', 'at t')
    """
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", bare.lower()))


@cache
def alias_rows(name: str) -> dict[str, Row]:
    """A table of names: every plain name to its row."""
    lines = files(__name__).joinpath(f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return {plain(alias): row for row in csv.DictReader(lines) for alias in row["names"].split("|")}
