"""Parquet files put one after the other are read as one, by whoever reads them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.scoring.parquet_files import put_in_a_row

ROWS = 3_000


def answers(start: int, rows: int) -> pl.DataFrame:
    """Columns of every kind that answers have, and some that they may carry."""
    number = pl.int_range(start, start + rows, eager=True).alias("row")
    return pl.DataFrame(number).with_columns(
        verdict=pl.when(pl.col("row") % 3 == 0).then(pl.lit("accept")).otherwise(pl.lit("counter")),
        lever=pl.lit("bird_in_hand", pl.Enum(["a_lever", "bird_in_hand"])),
        amount=pl.when(pl.col("row") % 7 > 0).then(pl.col("row") * 0.1),
        holds=pl.when(pl.col("row") % 5 > 0).then(pl.col("row") % 2 == 0),
        nothing=pl.lit(None, pl.Float64),
        day=pl.lit(date(2026, 1, 31)),
        several=pl.concat_list(pl.col("row"), pl.lit(1)),
        nested=pl.struct(pl.col("row").cast(pl.String).alias("id"), pl.lit(1.5).alias("value")),
    )


def written(folder: Path, *rows: int) -> tuple[list[Path], pl.DataFrame]:
    """Files of so many rows each, in several row groups, and all of it."""
    files, parts = [], []
    for place, some in enumerate(rows):
        parts.append(answers(sum(rows[:place]), some))
        files.append(folder / f"{place}.parquet")
        parts[-1].write_parquet(files[-1], row_group_size=1_000)
    return files, pl.concat(parts)


@pytest.mark.parametrize("rows", [(ROWS, ROWS, 10), (1, 1), (0, ROWS), (ROWS,), (0, 0)])
def test_several_are_read_as_one(rows: tuple[int, ...], tmp_path: Path) -> None:
    files, whole = written(tmp_path, *rows)
    target = tmp_path / "one.parquet"
    assert put_in_a_row(files, target)
    assert pl.read_parquet(target).equals(whole)
    assert pl.read_parquet(target).schema == whole.schema


def test_each_row_is_found_by_its_number(tmp_path: Path) -> None:
    """What is said of each row group, by which readers skip it, is still right."""
    files, whole = written(tmp_path, ROWS, ROWS)
    target = tmp_path / "one.parquet"
    put_in_a_row(files, target)
    some = pl.col("row").is_between(2_500, 3_500)
    assert pl.scan_parquet(target).filter(some).collect().equals(whole.filter(some))
    query = f"SELECT count(*), sum(amount) FROM '{target}' WHERE row BETWEEN 2500 AND 3500"
    with duckdb.connect() as database:
        count, total = database.execute(query).fetchall()[0]
    assert count == 1_001
    assert total == pytest.approx(whole.filter(some)["amount"].sum())


def test_columns_that_differ_are_left_to_others(tmp_path: Path) -> None:
    files, _ = written(tmp_path, 10)
    other = tmp_path / "other.parquet"
    answers(10, 10).with_columns(pl.col("amount").cast(pl.Float32)).write_parquet(other)
    assert not put_in_a_row([*files, other], tmp_path / "one.parquet")
    assert not (tmp_path / "one.parquet").exists()
