"""A run's job and its parts: what is sent to whoever scores."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.scoring.columns import ROW_IN_SHEET, Columns
from rules.sql_lists import OFFER

GIVEN = f"{OFFER} (as given)"


@dataclass(frozen=True)
class Job:
    """What every part of a run has in common; small enough to be sent anywhere.

    Attributes:
        sheet: The sheet as its reader knows it.
        folder: Where the run keeps its parts and what they need.
        book: Folder of the rule book; the one that comes with Offerdesk when not given.
        edition: The hash of that book.
        columns: What the columns of the sheet are for.
        carried: Columns that stand beside the answers as they are.
        kinds: What those are that one file of the sheet keeps otherwise than another.
        also: Names of the book whose values stand there, too.
        today: The evaluation date of a row that names none.
        snapshot: Id of the market snapshot.
        has_reasons: Whether each answer says why in a sentence.
        has_ledger: Whether the truth of every condition is kept.
        has_rivals: Whether competing offers came in a sheet of their own.
    """

    sheet: str
    folder: Path
    book: Path | None
    edition: str
    columns: Columns
    carried: Sequence[str]
    kinds: Mapping[str, pl.DataType]
    also: Sequence[str]
    today: date
    snapshot: str | None
    has_reasons: bool
    has_ledger: bool
    has_rivals: bool


@dataclass(frozen=True)
class Part:
    """Consecutive rows of a file.

    Attributes:
        number: Of the part, from 1.
        start: The first row in the file, from 0.
        before: Rows of the sheet that stand in earlier files.
    """

    number: int
    file: Path
    start: int
    rows: int
    before: int

    @property
    def name(self) -> str:
        """What its files are called by."""
        return f"part-{self.number:05}"


def raw_part(part: Part, wanted: Collection[str]) -> pl.DataFrame:
    """The rows of a part as they stand, numbered under ``offer_id`` as in the sheet, from 1.

    A column of the sheet that has that name is there as ``offer_id (as given)``.

    Args:
        part: The part.
        wanted: Columns of the sheet; those that another file of it has say nothing here.
    """
    lazy = pl.scan_parquet(part.file, glob=False)
    here = lazy.collect_schema().names()
    names = [name for name in here if name in wanted or name == ROW_IN_SHEET]
    rows = lazy.select(names).slice(part.start, part.rows).collect()
    rows = rows.rename({OFFER: GIVEN}) if OFFER in names else rows
    if ROW_IN_SHEET in names:
        return rows.rename({ROW_IN_SHEET: OFFER})
    first = part.before + part.start + 1
    number = pl.int_range(first, first + part.rows, eager=True).alias(OFFER)
    absent = (pl.lit(None).alias(given(name)) for name in wanted if name not in here)
    return pl.DataFrame([*rows.get_columns(), number]).with_columns(absent)


def as_text(identifiers: pl.Series) -> pl.Series:
    """Identifiers as text; numbers are the same however a file keeps them, and bytes are digits."""
    if identifiers.dtype.is_float():
        whole = identifiers.cast(pl.Int64, strict=False)
        identifiers = whole if (whole == identifiers).all() else identifiers
    if identifiers.dtype == pl.Binary:
        return identifiers.bin.encode("hex")
    return identifiers.cast(pl.String)


def given(name: str) -> str:
    """What a column of the sheet is called beside ours."""
    return GIVEN if name == OFFER else name
