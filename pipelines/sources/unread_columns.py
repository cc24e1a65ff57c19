"""Columns that a source does not read, kept from being taken for the names of its SQL.

A publisher, or a person with a spreadsheet, adds columns.  One that is called ``stated`` or
``usd`` would stand for what the source works out under that name.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from pipelines.sources.head import Head

UNREAD = " (not read)"


def out_of_the_way(head: Head, read: Collection[str], sql: str) -> Head:
    """The beginning of a file, where columns that are not read and clash have another name.

    Args:
        head: As found.
        read: Names of the columns that the source reads, in any case.
        sql: All that the source says about its rows.

    >>> from pathlib import Path
    >>> head = Head(Path("a.csv"), "csv", ("salary", "usd", "note"))
    >>> out_of_the_way(head, {"SALARY"}, "SELECT salary / 2 AS usd, usd + 1").header
    ('salary', 'usd (not read)', 'note')
    """
    wanted = {name.strip().casefold() for name in read}
    spoken = set(re.findall(r"\w+", sql.casefold()))

    def named(name: str) -> str:
        plain = name.strip().casefold()
        return f"{name.strip()}{UNREAD}" if plain in spoken and plain not in wanted else name

    return replace(head, header=tuple(map(named, head.header)))
