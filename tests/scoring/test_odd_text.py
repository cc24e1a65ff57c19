"""Sheets of text as people keep them: what stands there is read, or refused in its own row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from pipelines.scoring.run import Outcome
from rules.errors import UnusableCase
from rules.quoting import as_plain_number
from tests.scoring.test_score import scored

HEADER = ["id", "company", "currency", "base_salary", "equity_grant_value", "min_base"]
ROW = ["A1", "Quillfern", "USD", "210000", "120000", "190000"]
Rows = Sequence[Sequence[Any]]


def numbers(outcome: Outcome) -> list[int]:
    return pl.read_parquet(outcome.answers)["row"].to_list()


def rejects(outcome: Outcome) -> list[tuple[int, str]]:
    return pl.read_csv(outcome.rejects).select("row", "code").rows()


def of_text(text: str | bytes, name: str, tmp_path: Path) -> Outcome:
    sheet = tmp_path / name
    sheet.write_bytes(text if isinstance(text, bytes) else text.encode())
    return scored(sheet, tmp_path / "answers.parquet")


# --- CSV --------------------------------------------------------------------------------------


def csv(*lines: str) -> str:
    return "\n".join([",".join(HEADER), *lines]) + "\n"


LINE = ",".join(ROW)


def test_blank_lines_count_for_nobody(tmp_path: Path) -> None:
    text = csv("", LINE, "", "", LINE, "x", LINE, '"A2\n\n",Quillfern,USD,210000,,', "y")
    outcome = of_text("\r\n" + text, "offers.csv", tmp_path)
    assert numbers(outcome) == [1, 2, 4, 5]
    assert rejects(outcome) == [(3, "sheet-malformed-row"), (6, "sheet-malformed-row")]
    assert pl.read_csv(outcome.rejects)["place"][0] == "offers.csv row 3"


def test_a_row_in_which_nothing_stands_is_no_offer(tmp_path: Path) -> None:
    outcome = of_text(csv(LINE, ",,,,,", "A3,,,,,", ' , ,"",,,'), "offers.csv", tmp_path)
    assert numbers(outcome) == [1, 3]
    assert rejects(outcome) == [(2, "sheet-blank-row"), (4, "sheet-blank-row")]
    assert pl.read_csv(outcome.rejects)["id"][0] is None


# --- JSON Lines -------------------------------------------------------------------------------


OFFER = json.dumps(dict(zip(HEADER, ROW, strict=True)))
ODD_LINES = {
    "mark": (("\ufeff" + OFFER).encode(), [1], []),
    "wide": (f"{OFFER}\n{OFFER}\n".encode("utf-16"), [1, 2], []),
    "broken first": (f"{{bad\n\n{OFFER}".encode(), [2], [(1, "sheet-malformed-row")]),
    "empty object": (f"{OFFER}\n{{}}\n".encode(), [1], [(2, "sheet-blank-row")]),
    "no key": (f'{OFFER[:-1]}, "": 5}}\n'.encode(), [1], []),
    "long": (f'{OFFER[:-1]}, "notes": "{"x" * 100_000}"}}\n'.encode(), [1], []),
}


@pytest.mark.parametrize("name", ODD_LINES)
def test_odd_lines_of_json(name: str, tmp_path: Path) -> None:
    text, judged, refused = ODD_LINES[name]
    outcome = of_text(text, "offers.jsonl", tmp_path)
    assert numbers(outcome) == judged
    assert rejects(outcome) == refused


def test_a_broken_line_is_told_by_its_number_in_the_file(tmp_path: Path) -> None:
    outcome = of_text(f"\n{OFFER}\n\n[1]\n", "offers.jsonl", tmp_path)
    place, found = pl.read_csv(outcome.rejects).select("place", "found").row(0)
    assert (place, found) == ("offers.jsonl line 4", "a value that is no object")


# --- Workbooks --------------------------------------------------------------------------------


def workbook(path: Path, sheets: dict[str, Rows], values: dict[str, Any] | None = None) -> Path:
    """A workbook; a text that begins with ``=`` is a formula, with the value that it is given."""
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(at, column, cell, None, (values or {}).get(cell, ""))
                    elif cell is not None:
                        sheet.write(at, column, cell)
    return path


def changed(name: str, value: Any) -> list[Any]:
    return [value if one == name else cell for one, cell in zip(HEADER, ROW, strict=True)]


def test_errors_and_formulas_without_a_value_do_not_say_nothing(tmp_path: Path) -> None:
    cells = ["=NA()", "=1/0", "=2*60000", "=2*65000"]
    rows = [changed("equity_grant_value", cell) for cell in cells]
    values = {"=NA()": "#N/A", "=1/0": "#DIV/0!", "=2*65000": 130_000}
    sheet = workbook(tmp_path / "offers.xlsx", {"Offers": [HEADER, *rows]}, values)
    _forget_values(sheet, "2*60000")
    outcome = scored(sheet, tmp_path / "answers.parquet")
    assert numbers(outcome) == [4]
    assert rejects(outcome) == [(row, "case-wrong-type") for row in (1, 2, 3)]
    found = pl.read_csv(outcome.rejects)["found"].to_list()
    assert found == ["`#N/A`", "`#DIV/0!`", "`=2*60000`"]


def _forget_values(path: Path, formula: str) -> None:
    """Leave a formula without its value, as programs do that cannot work it out."""
    from zipfile import ZipFile

    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    kept, _, rest = parts[sheet].decode().partition(f"<f>{formula}</f>")
    start = kept.rindex("<c ")
    kept = kept[:start] + kept[start:].replace(' t="str"', "")
    parts[sheet] = f"{kept}<f>{formula}</f>{rest[rest.index('</c>') :]}".encode()
    with ZipFile(path, "w") as book:
        for name, part in parts.items():
            book.writestr(name, part)


def test_blank_rows_above_the_header_and_columns_before_it(tmp_path: Path) -> None:
    rows: Rows = [[], [None], [None, *HEADER], [None, *ROW], [], [None, *ROW]]
    outcome = scored(
        workbook(tmp_path / "offers.xlsx", {"Offers": rows}), tmp_path / "answers.parquet"
    )
    assert numbers(outcome) == [1, 3]
    assert rejects(outcome) == [(2, "sheet-blank-row")]


NOTES: Rows = [["Read me first"], ["Offers of spring"]]


def test_the_worksheet_with_pay_is_the_one_that_is_meant(tmp_path: Path) -> None:
    sheet = workbook(tmp_path / "o.xlsx", {"Notes": NOTES, "Offers": [HEADER, ROW, ROW]})
    assert numbers(scored(sheet, tmp_path / "answers.parquet")) == [1, 2]


def test_of_several_worksheets_with_pay_one_is_named(tmp_path: Path) -> None:
    sheets = {"Spring": [HEADER, ROW], "Autumn": [HEADER, ROW, ROW]}
    sheet = workbook(tmp_path / "o.xlsx", sheets)
    with pytest.raises(UnusableCase, match=r"sheet-table: .*2 worksheets.*Spring, Autumn"):
        scored(sheet, tmp_path / "answers.parquet")
    with pytest.raises(UnusableCase, match="sheet-table"):
        scored(sheet, tmp_path / "answers.parquet", table="Winter")
    assert numbers(scored(sheet, tmp_path / "answers.parquet", table="Autumn")) == [1, 2]


def test_a_table_of_a_file_that_has_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "offers.csv").write_text(csv(LINE), "utf-8")
    with pytest.raises(UnusableCase, match="sheet-table"):
        scored(tmp_path / "offers.csv", tmp_path / "answers.parquet", table="Autumn")


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "offers.xlsx").write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(UnusableCase, match="sheet-kind"):
        scored(tmp_path / "offers.xlsx", tmp_path / "answers.parquet")


def test_dates_of_a_workbook(tmp_path: Path) -> None:
    rows = [[*HEADER, "evaluation_date"], *([*ROW, day] for day in ("2026-04-14", 46126))]
    path = tmp_path / "offers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        form = book.add_format({"num_format": "dd.mm.yy"})
        for at, row in enumerate([*rows, [*ROW, date(2026, 4, 14)]]):
            for column, cell in enumerate(row):
                is_day = isinstance(cell, date)
                sheet.write(at, column, cell, *([form] if is_day else []))
    outcome = scored(path, tmp_path / "answers.parquet")
    assert numbers(outcome) == [1, 3]
    assert rejects(outcome) == [(2, "case-not-a-date")]


# --- What to write instead ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stands", "step"),
    {
        "15%": "0.15",
        "$0.85": "0.85",
        "1,250,000.50 USD": "1250000.5",
        "210 000 kr": "210000",
        "92K/yr": "92000",
    }.items(),
)
def test_an_amount_in_another_spelling(stands: str, step: str) -> None:
    assert as_plain_number(stands) == f"write {step}"


@pytest.mark.parametrize(
    "stands", ["0,15", "12,5%", "210.000", "210.000,00", "12,34,567", "#DIV/0!", "=2*3"]
)
def test_what_may_mean_several_numbers_is_not_guessed_at(stands: str) -> None:
    assert as_plain_number(stands) == as_plain_number("a lot")
