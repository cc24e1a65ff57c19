"""Competing offers in a sheet of their own, brought to the offers that they compete with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pipelines.scoring.columns import IDENTIFIERS, ROW_IN_SHEET, identifier_of, plain_name
from pipelines.scoring.job import Job, Part, as_text, given, raw_part
from pipelines.scoring.keeping import keep
from pipelines.scoring.lists import names_of, nested
from pipelines.scoring.part import COMPETING
from pipelines.sources.offer_sheet import Landed, land
from rules.errors import Fault, UnusableCase
from rules.sql_lists import OFFER, POSITION

KEY = "identifier of the offer"  # with spaces, as no column of an entry is called


def land_rivals(sheet: Path, job: Job, parts: Sequence[Part]) -> Mapping[int, Fault]:
    """Keep the competing offers, each under the row of its offer, in the order of their sheet.

    Returns:
        Negative numbers of rows that are none, or belong to no offer -> what is wrong with them.

    Raises:
        UnusableCase: ``sheet-without-identifier``, ``sheet-identifier-twice`` or
            ``sheet-rivals-twice``.
    """
    _check_one_place(sheet, job, parts)
    landed = land(sheet, job.folder / "rivals")
    rivals = _keyed(landed, sheet, job)
    found = rivals.join(_numbered(job, parts), on=KEY, how="left", maintain_order="left")
    lost = found.filter(pl.col(OFFER).is_null())
    kept = found.filter(pl.col(OFFER).is_not_null()).sort(OFFER, ROW_IN_SHEET)
    kept = kept.with_columns(pl.int_range(pl.len()).over(OFFER).cast(pl.Int32).alias(POSITION))
    keep(kept.drop(ROW_IN_SHEET, KEY), job.folder / "rivals.parquet")
    faults = {-row: fault for row, fault in landed.faults.items()}
    return faults | {
        -row: _lost(sheet, row, key) for row, key in lost.select(ROW_IN_SHEET, KEY).rows()
    }


def _keyed(landed: Landed, sheet: Path, job: Job) -> pl.DataFrame:
    """The rows of a sheet of competing offers, with their number and the identifier they name.

    Raises:
        UnusableCase: ``sheet-without-identifier``.
    """
    files = [pl.read_parquet(file, glob=False) for file in landed.files]
    rivals = pl.concat(files, how="diagonal_relaxed")
    if ROW_IN_SHEET not in rivals.columns:
        rivals = rivals.with_columns(pl.int_range(1, pl.len() + 1).alias(ROW_IN_SHEET))
    columns = [name for name in rivals.columns if name != ROW_IN_SHEET]
    identifier = identifier_of(columns)
    if identifier is None or job.columns.identifier is None:
        missing = sheet.name if identifier is None else job.sheet
        raise UnusableCase(_no_identifier(missing))
    stated = [name for name in columns if plain_name(name) not in IDENTIFIERS]
    key = as_text(rivals[identifier]).str.strip_chars().alias(KEY)
    return rivals.select(ROW_IN_SHEET, key, *stated).rename(names_of(tuple(stated)))


def _check_one_place(sheet: Path, job: Job, parts: Sequence[Part]) -> None:
    """Refuse competing offers that stand with their offers as well.

    Raises:
        UnusableCase: ``sheet-rivals-twice``.
    """
    columns = [column for column, name in job.columns.lists.items() if name == COMPETING]
    for part in parts if columns else ():
        raw = raw_part(part, columns)
        for column in columns:
            entries = nested(raw, column)
            if entries.height:
                place = f"{job.sheet} row {entries[OFFER][0]}, {column}"
                raise UnusableCase(_twice(place, sheet))


def _numbered(job: Job, parts: Sequence[Part]) -> pl.DataFrame:
    """The row of each offer by its identifier.

    Raises:
        UnusableCase: ``sheet-identifier-twice``.
    """
    identifier = str(job.columns.identifier)
    name = given(identifier)
    found = pl.concat(
        raw.select(as_text(raw[name]).str.strip_chars().alias(KEY), OFFER)
        for raw in (raw_part(part, [identifier]) for part in parts)
    ).drop_nulls()
    twice = found.filter(pl.col(KEY).is_duplicated())
    if twice.height:
        key, row = twice.row(0)
        raise UnusableCase(
            Fault(
                "sheet-identifier-twice",
                f"{job.sheet} row {row}",
                f"{job.columns.identifier} {key}, on {twice.height} rows in all",
                "an identifier for each offer, so that its competing offers find it",
                "make the identifiers different",
            )
        )
    return found


def _no_identifier(sheet: str) -> Fault:
    return Fault(
        "sheet-without-identifier",
        sheet,
        "no column that tells offers apart",
        f"a column {' or '.join(IDENTIFIERS)} in both sheets",
        "add it, so that competing offers find their offer",
    )


def _twice(place: str, sheet: Path) -> Fault:
    return Fault(
        "sheet-rivals-twice",
        place,
        f"competing offers, beside those in {sheet.name}",
        "one place for all competing offers",
        f"move them to {sheet.name}, or leave that sheet out",
    )


def _lost(sheet: Path, row: int, key: str | None) -> Fault:
    return Fault(
        "sheet-rival-without-offer",
        f"{sheet.name} row {row}",
        "no identifier" if key is None else f"the identifier {key}",
        "an identifier of the sheet of offers",
        "correct it, or add the offer",
    )
