"""Sheets of offers to score: the examples, varied, as many rows as are wanted."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from bench.offers import varied
from offerdesk.samples import examples
from pipelines.scoring.parquet_files import put_in_a_row
from pipelines.sources.offer_sheet import flat
from rules.source import read_document

KINDS = 400  # different offers of each example; beyond that amounts alone are moved
AMOUNTS = (
    "offer.base_salary",
    "offer.equity_grant_value",
    "offer.sign_on_y1",
    "candidate.min_base",
)
STRETCH = 200_000  # rows written at once


def write_sheet(target: Path, rows: int) -> None:
    """Write a Parquet sheet whose every row is another offer.

    Grain: one row for each offer, in turn one of each example, its market beside it and its
    competing offers nested in it.
    """
    kinds = pl.DataFrame(list(_rows()), infer_schema_length=None)
    parts = target.with_suffix(".parts")
    parts.mkdir(exist_ok=True)
    files = []
    for number, start in enumerate(range(0, rows, STRETCH)):
        files.append(parts / f"{number:04}.parquet")
        stretch = _stretch(kinds, start, min(STRETCH, rows - start))
        stretch.write_parquet(files[-1], row_group_size=100_000)
    put_in_a_row(files, target)
    shutil.rmtree(parts)


def _stretch(kinds: pl.DataFrame, start: int, rows: int) -> pl.DataFrame:
    """Some rows; an amount never comes twice in the same offer."""
    place = pl.int_range(start, start + rows, eager=True)
    moved = 1 + 0.02 * (place.cast(pl.Float64) * 0.6180339887498949 % 1.0)
    found = kinds[place % kinds.height]
    return found.with_columns(
        (pl.col(name) * moved).round(2).alias(name) for name in AMOUNTS if name in found.columns
    ).with_columns(place.alias("offer_id"))


def _rows() -> Iterator[dict[str, Any]]:
    """Every example in turn, as rows of a sheet."""
    files = sorted((examples() / "offers").glob("*.yaml"))
    several = [list(varied(_with_day(path), KINDS, throughout=True)) for path in files]
    for together in zip(*several, strict=True):
        for one in together:
            yield {name: _plain(value) for name, value in flat(one)}


def _with_day(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = copy.deepcopy(read_document(path).value)
    return found


def _plain(value: Any) -> Any:
    """Numbers as doubles, so that a column is of one kind."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, list):
        return [_plain(one) for one in value] or None
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return value
