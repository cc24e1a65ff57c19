"""Competing offers in a sheet of their own, brought to the offers that they compete with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pipelines.scoring.columns import IDENTIFIERS, plain_name
from pipelines.scoring.job import GIVEN, Job, Part, raw_part
from pipelines.scoring.keeping import keep
from pipelines.scoring.lists import nested
from pipelines.scoring.part import COMPETING
from pipelines.sources.offer_sheet import land
from rules.errors import Fault, UnusableCase
from rules.sql_lists import OFFER, POSITION


def land_rivals(sheet: Path, job: Job, parts: Sequence[Part]) -> Mapping[int, Fault]:
    """Keep the competing offers, each under the row of its offer, in the order of their sheet.

    Returns:
        Negative numbers of rows that belong to no offer -> what is wrong with them.

    Raises:
        UnusableCase: ``sheet-without-identifier``, ``sheet-identifier-twice`` or
            ``sheet-rivals-twice``.
    """
    _check_one_place(sheet, job, parts)
    landed = land(sheet, job.folder / "rivals")
    rivals = pl.concat([pl.read_parquet(file, glob=False) for file in landed.files])
    names = {name: plain_name(name) for name in rivals.columns}
    key = next((old for old, new in names.items() if new in IDENTIFIERS), None)
    if key is None or job.columns.identifier is None:
        missing = sheet.name if key is None else job.sheet
        raise UnusableCase(_no_identifier(missing))
    offers = _numbered(job, parts)
    keyed = rivals.with_columns(pl.col(key).cast(pl.String).str.strip_chars().alias("key"))
    found = (
        keyed.drop(key)
        .with_row_index("line", offset=1)
        .join(offers, on="key", how="left", maintain_order="left")
    )
    lost = found.filter(pl.col(OFFER).is_null())
    kept = found.filter(pl.col(OFFER).is_not_null()).sort(OFFER, "line")
    kept = kept.with_columns(pl.int_range(pl.len()).over(OFFER).cast(pl.Int32).alias(POSITION))
    renamed = {name: new for name, new in names.items() if name != key}
    keep(kept.drop("line", "key").rename(renamed), job.folder / "rivals.parquet")
    return {
        -line: _lost(sheet, line, str(value)) for line, value in lost.select("line", "key").rows()
    }


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
    name = GIVEN if identifier == OFFER else identifier
    found = pl.concat(
        raw_part(part, [identifier]).select(
            pl.col(name).cast(pl.String).str.strip_chars().alias("key"), OFFER
        )
        for part in parts
    ).drop_nulls()
    twice = found.filter(pl.col("key").is_duplicated())
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


def _lost(sheet: Path, line: int, key: str) -> Fault:
    return Fault(
        "sheet-rival-without-offer",
        f"{sheet.name} row {line}",
        f"the identifier {key}",
        "an identifier of the sheet of offers",
        "correct it, or add the offer",
    )
