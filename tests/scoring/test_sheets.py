"""Sheets of every kind are read, and every kind of answer is written; no row is lost between."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.sources.offer_sheet import land
from rules.errors import UnusableCase
from rules.sql_lists import OFFER
from tests.offers import PLAIN, rival, varied
from tests.scoring.sheet import Raw, flat, sheet_of
from tests.scoring.test_score import decided, expected, scored, told, write

OFFERS: Sequence[Raw] = [
    varied({"offer.base_salary": 195_000 + 1_000 * place}, PLAIN) for place in range(12)
]


def test_workbook_in_and_out(tmp_path: Path) -> None:
    sheet = sheet_of(OFFERS, as_text=False).rename({OFFER: "id"})
    sheet.write_excel(tmp_path / "offers.xlsx")
    outcome = scored(tmp_path / "offers.xlsx", tmp_path / "answers.xlsx", has_reasons=True)
    again = pl.read_parquet(land(outcome.answers, tmp_path / "aside").files)
    assert again["verdict"].to_list() == [decided(raw)["verdict"] for raw in OFFERS]
    assert "offer.base_salary" in again.columns  # a spreadsheet gets its own columns back


def test_lines_of_json(tmp_path: Path) -> None:
    rivals = {"candidate.competing_offers": [rival(base_salary=260_000)]}
    raws = [*OFFERS, varied(rivals, PLAIN)]
    lines = [json.dumps(raw, default=str) for raw in raws]
    sheet = tmp_path / "offers.jsonl"
    sheet.write_text("\n".join([*lines[:3], "{broken", *lines[3:]]) + "\n", "utf-8")
    outcome = scored(sheet, tmp_path / "answers.jsonl", has_reasons=True)
    rows = [json.loads(line) for line in outcome.answers.read_text("utf-8").splitlines()]
    assert [row["row"] for row in rows] == [n for n in range(1, len(raws) + 2) if n != 4]
    assert [told(row) for row in rows] == [expected(decided(raw)) for raw in raws]
    assert outcome.tally.reasons == {"sheet-malformed-row": 1}
    assert outcome.tally.read == len(raws) + 1 == outcome.tally.judged + outcome.tally.refused


def test_a_table_of_a_database(tmp_path: Path) -> None:
    sheet_of(OFFERS, as_text=False).write_parquet(tmp_path / "offers.parquet")
    with duckdb.connect(str(tmp_path / "offers.duckdb")) as database:
        source = tmp_path / "offers.parquet"
        database.execute(f"CREATE TABLE offers AS SELECT * FROM '{source}'")
        database.execute("CREATE TABLE other (x INTEGER)")
    outcome = scored(tmp_path / "offers.duckdb", tmp_path / "answers", table="offers")
    files = sorted(outcome.answers.iterdir())
    assert pl.read_parquet(files)["verdict"].to_list() == [decided(r)["verdict"] for r in OFFERS]
    with pytest.raises(UnusableCase, match="sheet-table"):
        scored(tmp_path / "offers.duckdb", tmp_path / "answers")


def test_lines_that_are_no_rows_keep_the_numbers_of_the_others(tmp_path: Path) -> None:
    write(OFFERS[:4], tmp_path / "offers.csv")
    lines = (tmp_path / "offers.csv").read_text("utf-8").splitlines()
    (tmp_path / "offers.csv").write_text("\n".join([*lines[:2], "1,2", *lines[2:]]) + "\n")
    outcome = scored(tmp_path / "offers.csv", tmp_path / "answers.parquet")
    assert pl.read_parquet(outcome.answers)["row"].to_list() == [1, 3, 4, 5]
    rejects = pl.read_csv(outcome.rejects)
    assert rejects.select("row", "code").rows() == [(2, "sheet-malformed-row")]


def test_competing_offers_in_a_sheet_of_their_own(tmp_path: Path) -> None:
    rivals = [rival(base_salary=300_000), rival(base_salary=260_000, company="Second")]
    raws = [*OFFERS[:3], varied({"candidate.competing_offers": rivals}, PLAIN)]
    write([*OFFERS[:3], PLAIN], tmp_path / "offers.csv")
    rows = [{"id": "3", **flat(one)} for one in rivals] + [{"id": "99", **flat(rivals[0])}]
    pl.DataFrame(rows, infer_schema_length=None).write_csv(tmp_path / "rivals.csv")
    outcome = scored(
        tmp_path / "offers.csv",
        tmp_path / "answers.parquet",
        competing=tmp_path / "rivals.csv",
        has_reasons=True,
    )
    found = pl.read_parquet(outcome.answers).to_dicts()
    assert [told(row) for row in found] == [expected(decided(raw)) for raw in raws]
    assert outcome.tally.reasons == {"sheet-rival-without-offer": 1}


@pytest.mark.parametrize("name", ["id", "Offer ID", "offer_id"])
def test_the_identifier_may_have_each_of_its_names(name: str, tmp_path: Path) -> None:
    sheet = sheet_of([PLAIN, PLAIN], as_text=True).rename({OFFER: name})
    sheet.write_csv(tmp_path / "offers.csv")
    rivals = pl.DataFrame([{name: "1", **flat(rival(base_salary=300_000))}])
    rivals.write_csv(tmp_path / "rivals.csv")
    outcome = scored(
        tmp_path / "offers.csv", tmp_path / "answers.parquet", competing=tmp_path / "rivals.csv"
    )
    one, other = pl.read_parquet(outcome.answers)["rule"].to_list()
    assert one == decided(PLAIN)["rule"] != other


def test_competing_offers_stand_in_one_place(tmp_path: Path) -> None:
    raws = [varied({"candidate.competing_offers": [rival()]}, PLAIN)]
    write(raws, tmp_path / "offers.csv")
    pl.DataFrame([{"id": "0", **flat(rival())}]).write_csv(tmp_path / "rivals.csv")
    with pytest.raises(UnusableCase, match="sheet-rivals-twice"):
        scored(tmp_path / "offers.csv", tmp_path / "a.csv", competing=tmp_path / "rivals.csv")
    assert not (tmp_path / "a.csv").exists()


def test_formulas_are_made_harmless(tmp_path: Path) -> None:
    sheet = sheet_of(OFFERS[:2], as_text=True).drop(OFFER)
    sheet.with_columns(pl.Series("notes", ["=1+1", "fine"])).write_csv(tmp_path / "offers.csv")
    outcome = scored(tmp_path / "offers.csv", tmp_path / "answers.csv")
    assert pl.read_csv(outcome.answers)["notes"].to_list() == ["'=1+1", "fine"]


def test_protected_columns_are_not_passed_on(tmp_path: Path) -> None:
    sheet = sheet_of(OFFERS[:2], as_text=True).drop(OFFER)
    sheet.with_columns(pl.lit("f").alias("gender")).write_csv(tmp_path / "offers.csv")
    outcome = scored(tmp_path / "offers.csv", tmp_path / "answers.csv")
    assert "gender" not in outcome.answers.read_text("utf-8")
    assert list(outcome.dropped) == ["gender"]


BAD_SHEETS = {
    "sheet-column-unknown": "base_salry,company\n1,A\n",
    "sheet-without-offers": "company,notes\nA,B\n",
    "sheet-column-twice": "base_salary,offer.base_salary\n1,2\n",
    "sheet-kind": "nothing here\n",
}


@pytest.mark.parametrize("code", BAD_SHEETS)
def test_sheets_that_cannot_be_scored(code: str, tmp_path: Path) -> None:
    (tmp_path / "offers.csv").write_text(BAD_SHEETS[code], "utf-8")
    with pytest.raises(UnusableCase, match=code):
        scored(tmp_path / "offers.csv", tmp_path / "answers.csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["offers.csv"]


def test_a_ledger_answers_who_blocks(tmp_path: Path) -> None:
    from warehouse.ledger import ask

    write(OFFERS, tmp_path / "offers.csv")
    outcome = scored(tmp_path / "offers.csv", tmp_path / "answers.csv")
    assert outcome.ledger is not None
    _, rows = ask(outcome.ledger, "SELECT rule || ': ' || condition, offers FROM blockers")
    assert {name: count for name, count in rows if count} == {
        name: count for name, count in outcome.tally.blockers.items() if count
    }
    _, rows = ask(outcome.ledger, 'SELECT count(*) FROM ledger WHERE "row D10"')
    assert rows == [(sum(decided(raw)["rows"]["D10"] is True for raw in OFFERS),)]
