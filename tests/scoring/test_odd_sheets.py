"""Sheets as they happen to be: every row comes back, nothing of somebody's is written over."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.scoring.run import Outcome
from pipelines.scoring.writing import check_target
from pipelines.sources.worksheet import rows_of, worksheets
from rules.errors import FailedWorld, UnusableCase
from tests.offers import PLAIN
from tests.scoring.test_score import decided, scored, write

BARE: dict[str, Any] = {
    "company": "Quillfern",
    "currency": "USD",
    "base_salary": 210_000,
    "min_base": 190_000,
}


def answers(outcome: Outcome) -> pl.DataFrame:
    return pl.read_csv(outcome.answers)


def rule_of(**facts: Any) -> str:
    """The rule for an offer that states some facts."""
    mine = {name: facts.pop(name) for name in ("min_base", "min_tc") if name in facts}
    return str(decided({"offer": facts, "candidate": mine})["rule"])


# --- Few rows and columns -------------------------------------------------------------------


@pytest.mark.parametrize("kind", [".csv", ".parquet"])
@pytest.mark.parametrize("out", ["answers.csv", "answers.xlsx", "answers.parquet", "answers"])
def test_a_sheet_without_rows_has_answers_without_rows(kind: str, out: str, tmp_path: Path) -> None:
    frame = pl.DataFrame([BARE]).clear()
    sheet = tmp_path / f"offers{kind}"
    frame.write_parquet(sheet) if kind == ".parquet" else frame.write_csv(sheet)
    outcome = scored(sheet, tmp_path / out)
    assert outcome.answers.exists()
    assert (outcome.tally.read, outcome.tally.judged, outcome.tally.refused) == (0, 0, 0)


def test_pay_alone_is_an_offer(tmp_path: Path) -> None:
    pl.DataFrame({"base_salary": [210_000] * 3}).write_parquet(tmp_path / "offers.parquet")
    outcome = scored(tmp_path / "offers.parquet", tmp_path / "answers.csv")
    assert answers(outcome)["rule"].to_list() == [rule_of(base_salary=210_000)] * 3


# --- Several files ----------------------------------------------------------------------------


def folder_of(tmp_path: Path, *frames: pl.DataFrame) -> Path:
    folder = tmp_path / "offers"
    folder.mkdir()
    for number, frame in enumerate(frames):
        frame.write_parquet(folder / f"{number}.parquet")
    return folder


@pytest.mark.parametrize("out", ["answers.csv", "answers.parquet"])
@pytest.mark.parametrize("first", [0, 1])
def test_a_column_that_only_one_file_has_is_read(first: int, out: str, tmp_path: Path) -> None:
    more = {**BARE, "min_tc": 900_000}
    frames = [pl.DataFrame([BARE]), pl.DataFrame([more])]
    sheet = folder_of(tmp_path, frames[first], frames[1 - first])
    outcome = scored(sheet, tmp_path / out, carried=["min_tc"])
    rows = (pl.read_csv if out.endswith("csv") else pl.read_parquet)(outcome.answers)
    rules = [rule_of(**BARE), rule_of(**more)]
    assert rules[0] != rules[1]
    assert rows["rule"].to_list() == [rules[first], rules[1 - first]]
    assert sorted(rows["min_tc"].to_list(), key=str) == [900_000, None]


def test_a_column_may_be_of_another_kind_in_another_file(tmp_path: Path) -> None:
    text = {name: str(value) for name, value in BARE.items()}
    frames = [pl.DataFrame([one]) for one in ({**BARE, "n": 1}, {**text, "n": "x"})]
    sheet = folder_of(tmp_path, *frames)
    outcome = scored(sheet, tmp_path / "answers.csv")
    assert answers(outcome)["rule"].to_list() == [rule_of(**BARE)] * 2
    assert answers(outcome)["n"].to_list() == ["1", "x"]


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    sheet = folder_of(tmp_path, pl.DataFrame([BARE]))
    (sheet / "9.parquet").write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(FailedWorld, match=r"sheet-unreadable: .*9\.parquet"):
        scored(sheet, tmp_path / "answers.csv")


def test_files_in_folders_below_are_not_left_out_in_silence(tmp_path: Path) -> None:
    sheet = folder_of(tmp_path, pl.DataFrame([BARE]))
    (sheet / "1.PARQUET").write_bytes((sheet / "0.parquet").read_bytes())
    assert scored(sheet, tmp_path / "answers.csv").tally.read == 2
    (sheet / "currency=EUR").mkdir()
    pl.DataFrame([BARE]).write_parquet(sheet / "currency=EUR" / "0.parquet")
    with pytest.raises(UnusableCase, match="sheet-kind"):
        scored(sheet, tmp_path / "answers.csv")


# --- Names ------------------------------------------------------------------------------------


def test_columns_that_are_called_as_ours_stay_apart(tmp_path: Path) -> None:
    mine = {"verdict": "mine", "book": "mine", "guide_source": "a survey"}
    pl.DataFrame([{**BARE, **mine}]).write_csv(tmp_path / "offers.csv")
    outcome = scored(tmp_path / "offers.csv", tmp_path / "answers.csv", also=["base_salary"])
    (row,) = answers(outcome).to_dicts()
    assert {name: row[f"{name} (as given)"] for name in mine} == mine
    assert row["verdict"] in ("accept", "counter", "walk_away")
    assert row["base_salary (as given)"] == row["base_salary"] == BARE["base_salary"]


def test_what_stands_there_anyway_is_added_once(tmp_path: Path) -> None:
    pl.DataFrame([BARE]).write_parquet(tmp_path / "offers.parquet")
    also = ["verdict", "guide_source", "tc_y1", "tc_y1", "ask_base_floor"]
    outcome = scored(tmp_path / "offers.parquet", tmp_path / "answers.parquet", also=also)
    columns = pl.read_parquet(outcome.answers).columns
    assert [columns.count(name) for name in also] == [1] * len(also)


# --- Who somebody is --------------------------------------------------------------------------


@pytest.mark.parametrize("out", ["answers.csv", "answers.jsonl"])
def test_who_somebody_is_is_not_passed_on_from_typed_sheets(out: str, tmp_path: Path) -> None:
    person = {"email": "ann@quillfern.example", "first_name": "Ann", "Birth date": date(1990, 1, 1)}
    pl.DataFrame([{**BARE, **person, "gender": "f"}]).write_parquet(tmp_path / "offers.parquet")
    outcome = scored(tmp_path / "offers.parquet", tmp_path / out)
    written = outcome.answers.read_text("utf-8")
    assert not [word for word in ("quillfern", "Ann", "1990", "email") if word in written]
    assert sorted(outcome.dropped) == sorted([*person, "gender"])


# --- What stands in the way -------------------------------------------------------------------


def refused(target: Path, *sheets: Path) -> bool:
    try:
        check_target(target, sheets, has_ledger=True)
    except UnusableCase as problem:
        return [one.code for one in problem.faults] == ["sheet-target"]
    return False


def test_nothing_that_is_read_is_written_over(tmp_path: Path) -> None:
    sheet, rivals, folder = (tmp_path / name for name in ("a.rejects.csv", "b.csv", "c"))
    write([PLAIN], sheet)
    write([PLAIN], rivals)
    folder.mkdir()
    pl.DataFrame([BARE]).write_parquet(folder / "part-00001.parquet")
    assert refused(tmp_path / "a.parquet", sheet)  # its rejects
    assert refused(rivals, sheet, rivals)
    assert refused(folder / "part-00001.parquet", folder)
    assert refused(folder / "answers.csv", folder)
    assert refused(folder, folder / "part-00001.parquet")
    assert refused(Path())
    assert not refused(tmp_path / "answers.csv", sheet, rivals, folder)


def test_what_no_run_has_left_stays(tmp_path: Path) -> None:
    for name, file in (("spark", "part-00000-1f.snappy.parquet"), ("a.ledger", "notes.txt")):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).touch()
    (tmp_path / "b.csv").mkdir()
    assert refused(tmp_path / "spark")
    assert refused(tmp_path / "a.csv")
    assert refused(tmp_path / "b.csv")
    write([PLAIN], tmp_path / "offers.csv")
    for _ in range(2):  # what a run has left gives way
        outcome = scored(tmp_path / "offers.csv", tmp_path / "answers")
    assert not refused(outcome.answers, tmp_path / "offers.csv")


# --- Columns ----------------------------------------------------------------------------------


def of_column(name: str, value: object, tmp_path: Path) -> Outcome:
    pl.DataFrame([{**BARE, name: value}]).write_csv(tmp_path / "offers.csv")
    return scored(tmp_path / "offers.csv", tmp_path / "answers.csv", also=["guide_as_of"])


@pytest.mark.parametrize("name", ["fraud_cheque", "said_base_locked", "Clawback on layoff"])
def test_a_fact_that_no_column_can_state_is_not_passed_over(name: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableCase, match=r"sheet-column-unknown.*read out of `"):
        of_column(name, "yes", tmp_path)


def test_a_fact_is_stated_under_its_own_name(tmp_path: Path) -> None:
    outcome = of_column("guide_as_of", "2026-03", tmp_path)
    assert answers(outcome)["guide_as_of"].to_list() == ["2026-03-01"]


def test_a_name_that_stands_twice_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "offers.csv").write_text("base_salary,min_base,min_base\n1,2,3\n", "utf-8")
    with pytest.raises(UnusableCase, match=r"sheet-column-twice.*`min_base` again, as column 3"):
        scored(tmp_path / "offers.csv", tmp_path / "answers.csv")


def test_a_section_in_a_column_is_not_passed_over(tmp_path: Path) -> None:
    offer = {**BARE, "candidate": {"min_tc": 900_000}}
    pl.DataFrame([offer]).write_parquet(tmp_path / "offers.parquet")
    with pytest.raises(UnusableCase, match=r"sheet-column-unknown.*candidate\.min_base"):
        scored(tmp_path / "offers.parquet", tmp_path / "answers.csv")


# --- DuckDB -----------------------------------------------------------------------------------


def database(tmp_path: Path, *statements: str) -> Path:
    with duckdb.connect(str(tmp_path / "offers.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE offers AS SELECT 'Quillfern' AS company, 'USD' AS currency, "
            "210000 AS base_salary, 190000 AS min_base, uuid() AS id, INTERVAL 1 DAY AS span"
        )
        for statement in statements:
            connection.execute(statement)
    return tmp_path / "offers.duckdb"


@pytest.mark.parametrize("out", ["answers.csv", "answers.jsonl", "answers.parquet"])
def test_kinds_that_only_duckdb_has(out: str, tmp_path: Path) -> None:
    outcome = scored(database(tmp_path), tmp_path / out, carried=["span"])
    assert outcome.tally.judged == 1
    if out.endswith("csv"):
        (row,) = answers(outcome).to_dicts()
        assert (len(row["id"]), row["span"], row["rule"]) == (36, "1 day", rule_of(**BARE))


def test_bytes_are_written_as_digits(tmp_path: Path) -> None:
    rows = [{**BARE, "id": b"\xff\x01"}, {**BARE, "id": b"\xfe", "base_salary": 1}]
    pl.DataFrame(rows).write_parquet(tmp_path / "offers.parquet")
    outcome = scored(tmp_path / "offers.parquet", tmp_path / "answers.csv")
    assert answers(outcome)["id"].to_list() == ["ff01"]
    assert pl.read_csv(outcome.rejects)["id"].to_list() == ["fe"]


def test_tables_of_every_schema_and_views(tmp_path: Path) -> None:
    sheet = database(
        tmp_path, "CREATE SCHEMA spring", "CREATE VIEW spring.some AS FROM offers LIMIT 0"
    )
    with pytest.raises(UnusableCase, match=r"sheet-table: .*2 tables.*offers, spring\.some"):
        scored(sheet, tmp_path / "answers.csv")
    assert scored(sheet, tmp_path / "answers.csv", table="spring.some").tally.read == 0
    assert scored(sheet, tmp_path / "answers.csv", table="offers").tally.read == 1


def test_another_program_s_database_is_refused_and_nothing_fetched(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "offers.db")) as connection:
        connection.execute("CREATE TABLE offers (base_salary)")
        connection.commit()
    with pytest.raises(FailedWorld, match="sheet-unreadable") as problem:
        scored(tmp_path / "offers.db", tmp_path / "answers.csv")
    assert "http" not in str(problem.value)


# --- Once more ----------------------------------------------------------------------------------


def test_the_summary_is_the_same_each_time(tmp_path: Path) -> None:
    odd = {"base_salary": 1, "min_base": "x", "company": None}
    rows = [{**BARE, "base_salary": pay} for pay in (90_000, 210_000, 400_000)]
    rows += [{**BARE, name: value} for name, value in odd.items()]
    write([{"offer": row} for row in rows], tmp_path / "offers.csv")
    tally = scored(tmp_path / "offers.csv", tmp_path / "answers.csv").tally
    for counts in (tally.outcomes, tally.reasons):
        assert list(counts.items()) == sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        assert counts


# --- Workbooks that are written -----------------------------------------------------------------


def test_a_workbook_keeps_long_addresses_and_names_that_differ_in_capitals(tmp_path: Path) -> None:
    link = "https://jobs.example/" + "x" * 3_000
    pl.DataFrame([{**BARE, "link": link, "Verdict": "mine"}]).write_csv(tmp_path / "offers.csv")
    outcome = scored(tmp_path / "offers.csv", tmp_path / "answers.xlsx")
    header, row = rows_of(outcome.answers, worksheets(outcome.answers)[0])
    found = dict(zip(header, row, strict=True))
    assert found["link"] == link
    assert found["Verdict (as given)"] == "mine"
    assert found["verdict"] in ("accept", "counter", "walk_away")
