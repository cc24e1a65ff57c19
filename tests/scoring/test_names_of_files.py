"""A file is that very file, also where its name would be a pattern to those who read it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from offerdesk.scored_page import as_html
from tests.offers import PLAIN, varied
from tests.scoring.test_score import scored, write
from warehouse.ledger import ask

NAMES = ("offers[1]", "offers?", "offers*")
OTHER = varied({"offer.base_salary": 30_000}, PLAIN)  # walks away


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
@pytest.mark.parametrize("name", NAMES)
def test_no_other_file_is_taken_for_the_sheet(name: str, kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "of[2026]"
    folder.mkdir()
    write([PLAIN], folder / f"{name}{kind}")
    for beside in (folder, tmp_path / "of2"):
        beside.mkdir(exist_ok=True)
        write([OTHER, OTHER], beside / f"offers1{kind}")
    outcome = scored(folder / f"{name}{kind}", tmp_path / "answers.parquet")
    assert pl.read_parquet(outcome.answers)["verdict"].to_list() == ["accept"]


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".jsonl", ".xlsx", ""])
def test_answers_may_have_any_name(kind: str, tmp_path: Path) -> None:
    write([PLAIN, varied({"offer.base_salary": -1}, PLAIN)], tmp_path / "offers.csv")
    target = tmp_path / "[new]" / f"answers [1]{kind}"
    outcome = scored(tmp_path / "offers.csv", target, has_ledger=True)
    assert outcome.answers.exists()
    assert outcome.ledger is not None
    assert ask(outcome.ledger, "SELECT row FROM ledger")[1] == [(1,)]
    assert "amounts are never negative" in as_html(outcome)


def test_competing_offers_in_a_file_of_any_name(tmp_path: Path) -> None:
    write([PLAIN], tmp_path / "offers.csv")
    rivals = "id,company,status,verified,currency,base_salary\n0,Thistle,written,yes,USD,{}\n"
    (tmp_path / "rivals[1].csv").write_text(rivals.format(900_000), "utf-8")
    (tmp_path / "rivals1.csv").write_text(rivals.format(90_000), "utf-8")
    outcome = scored(
        tmp_path / "offers.csv", tmp_path / "a.parquet", competing=tmp_path / "rivals[1].csv"
    )
    assert pl.read_parquet(outcome.answers)["verdict"].to_list() != ["accept"]
