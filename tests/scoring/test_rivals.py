"""Competing offers stay with their own offer, whatever their keys and columns are called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.scoring.run import Outcome
from rules.sql_lists import OFFER
from tests.offers import PLAIN, rival
from tests.scoring.sheet import sheet_of
from tests.scoring.test_score import decided, scored

BETTER = rival(base_salary=300_000)
RULE, OTHER = decided(PLAIN)["rule"], "D9"  # alone, and beside the better offer


def of_nested(entry: dict[str, Any], tmp_path: Path) -> Outcome:
    """Two plain offers, the first of which competes with an entry."""
    sheet = sheet_of([PLAIN, PLAIN], as_text=True).rename({OFFER: "id"})
    cells = pl.Series("competing_offers", [json.dumps([entry], default=str), None])
    sheet.drop("candidate.competing_offers", strict=False).with_columns(cells).write_csv(
        tmp_path / "offers.csv"
    )
    return scored(tmp_path / "offers.csv", tmp_path / "answers.parquet")


def beside(rivals: str, tmp_path: Path, ids: pl.Series | None = None) -> Outcome:
    """Two plain offers, 0 and 1, and a sheet of competing offers."""
    sheet = sheet_of([PLAIN, PLAIN], as_text=False).rename({OFFER: "id"})
    sheet.with_columns(ids if ids is not None else "id").write_parquet(tmp_path / "o.parquet")
    (tmp_path / "rivals.csv").write_text(rivals, "utf-8")
    return scored(
        tmp_path / "o.parquet", tmp_path / "answers.parquet", competing=tmp_path / "rivals.csv"
    )


def rules(outcome: Outcome) -> list[tuple[int, str]]:
    return pl.read_parquet(outcome.answers).select("row", "rule").rows()


def codes(outcome: Outcome) -> list[tuple[int, str]]:
    return pl.read_csv(outcome.rejects).select("row", "code").rows()


@pytest.mark.parametrize("key", ["offer_id", "position", "Offer ID", "Base Salary"])
@pytest.mark.parametrize("value", [2, "2"], ids=["number", "text"])
def test_an_entry_is_not_moved_by_a_key_of_its_own(key: str, value: Any, tmp_path: Path) -> None:
    outcome = of_nested({**BETTER, key: value}, tmp_path)
    assert rules(outcome) == [(2, RULE)]
    assert codes(outcome) == [(1, "case-unknown-field")]


HEADER = "offer_id,company,status,verified,currency,base_salary"
ROW = "{},Thistle,written,yes,USD,300000"


def test_lines_that_are_no_rows_are_refused_and_the_others_kept(tmp_path: Path) -> None:
    lines = [HEADER, ROW.format(1), "1,x", ROW.format(0), ROW.format(9), ROW.format("")]
    outcome = beside("\n".join(lines) + "\n", tmp_path)
    assert rules(outcome) == [(1, OTHER), (2, OTHER)]
    assert codes(outcome) == [
        (2, "sheet-malformed-row"),
        (4, "sheet-rival-without-offer"),
        (5, "sheet-rival-without-offer"),
    ]
    assert outcome.tally.read == outcome.tally.judged + outcome.tally.refused == 5


@pytest.mark.parametrize("name", ["line", "key", "position", "Base Salary", "identifier"])
def test_a_column_that_is_no_fact_is_told(name: str, tmp_path: Path) -> None:
    outcome = beside(f"{HEADER},{name}\n{ROW.format(0)},5\n", tmp_path)
    assert rules(outcome) == [(2, RULE)]
    assert codes(outcome) == [(1, "case-unknown-field")]


def test_the_offer_is_named_by_offer_id_before_id(tmp_path: Path) -> None:
    outcome = beside(f"id,{HEADER}\n0,{ROW.format(1)}\n", tmp_path)
    assert rules(outcome) == [(1, RULE), (2, OTHER)]


def test_numbers_that_are_kept_as_floats_are_the_same_identifiers(tmp_path: Path) -> None:
    outcome = beside(f"{HEADER}\n{ROW.format(1)}\n", tmp_path, pl.Series("id", [0.0, 1.0]))
    assert rules(outcome) == [(1, RULE), (2, OTHER)]
