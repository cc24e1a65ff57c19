"""docs/batch.md shows what really happens: its commands run, its excerpts are printed."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from pathlib import Path

import click
import duckdb
import polars as pl
import pytest

from offerdesk.cli import main, offerdesk_command
from offerdesk.samples import examples


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "batch.md").read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [block for name, block in found if name == language]


@pytest.fixture
def desk(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the example sheet in every format that the page speaks of."""
    monkeypatch.chdir(tmp_path)
    sheet = examples() / "sheets" / "offers.csv"
    shutil.copytree(sheet.parent, "examples/sheets")
    rows = pl.read_csv(sheet, infer_schema=False)
    rows.write_excel("offers.xlsx")
    rows.write_ndjson("offers.jsonl")
    rows.write_parquet("offers.parquet")
    rows.drop("competing_offers").write_csv("offers-alone.csv")
    with duckdb.connect("offers.duckdb") as connection:
        connection.execute("CREATE TABLE offers AS FROM 'offers.parquet'")
    Path("competing.csv").write_text(blocks(page, "csv")[0], "utf-8")
    Path("nested.jsonl").write_text(blocks(page, "json")[0], "utf-8")
    return tmp_path


def commands(page: str) -> list[list[str]]:
    return [shlex.split(line)[1:] for one in blocks(page, "sh") for line in one.splitlines()]


def test_every_command_runs(page: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = commands(page)
    assert len(shown) > 8
    here = [words for words in shown if "--cluster" not in words]
    assert len(shown) == len(here) + 1
    for words in here:
        code = main([*words, *(["--processes", "1"] if words[0] == "score" else [])])
        told, complaint = capsys.readouterr()
        assert (code, complaint) == (0, ""), words
        assert told.startswith("9 rows = 8 judged + 1 refused") or words[0] == "ledger"


def test_the_cluster_is_asked_for_as_shown(page: str) -> None:
    (words,) = [one for one in commands(page) if "--cluster" in one]
    command = offerdesk_command.get_command(click.Context(offerdesk_command), words[0])
    assert command is not None
    with command.make_context("score", words[1:]) as context:
        assert context.params["cluster"] == "tcp://scheduler:8786"


def test_what_blocks_is_what_is_printed(
    page: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in commands(page)[:2]:
        assert main(words) == 0
    told = capsys.readouterr().out
    assert blocks(page, "")[0] in told


def test_a_line_may_be_an_offer_file(desk: Path) -> None:
    assert main(["score", "nested.jsonl", "-o", "answers.parquet", "--processes", "1"]) == 0
    found = pl.read_parquet("answers.parquet")
    assert found.select("row", "id").rows() == [(1, "1")]


def test_the_columns_are_those_it_names(page: str, desk: Path) -> None:
    assert main(["score", "examples/sheets/offers.csv", "-o", "answers.csv"]) == 0
    with Path("answers.csv").open(encoding="utf-8", newline="") as file:
        head = next(csv.reader(file))
    own = pl.read_csv("examples/sheets/offers.csv", n_rows=1).columns
    given = [name for name in head if name not in own]
    assert set(own) - set(head) == {"age", "competing_offers"}
    table = re.findall(r"^\| (`[^|]*) \|", page, re.MULTILINE)
    named = {name for line in table for name in re.findall(r"`(\w+)`", line)}
    made = re.compile(r"ask_\w+_(opening|target|floor)|lever_[1-4](_component|_amount)?")
    assert {name for name in given if not made.fullmatch(name)} == {
        name for name in named if not re.match(r"_|lever_", name)
    }


def test_a_private_rival_decides_and_is_never_named(desk: Path) -> None:
    assert main(["score", "examples/sheets/offers.csv", "-o", "answers.csv"]) == 0
    rows = {row["offer_id"]: row for row in pl.read_csv("answers.csv").to_dicts()}
    assert rows["A-04"]["because"].startswith("Larch & Loom is ")
    levers = [rows["A-04"][f"lever_{place}"] for place in range(1, 5)]
    assert "competing_offer" not in levers
    assert {(row["verdict"], row["status"]) for row in rows.values()} == {
        ("accept", "decided"),
        ("counter", "decided"),
        ("walk_away", "decided"),
        ("counter", "needs_review"),
    }


def test_it_can_be_read_in_one_sitting(page: str) -> None:
    assert len(page.splitlines()) <= 150
