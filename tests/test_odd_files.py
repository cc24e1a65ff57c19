"""Files that are not as their publisher makes them: taken in, held with a reason, or refused."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.records import LoadCount, SourceFile
from pipelines.sources import guides as guide_source
from pipelines.sources.aijobs import AIJOBS, COLUMNS
from pipelines.sources.discovery import digest_of, recognised
from pipelines.sources.levels_fyi import COLUMNS as REPORTED
from pipelines.sources.registry import SOURCES
from pipelines.sources.source import Batch
from pipelines.taking import take_in
from rules.errors import FailedWorld, UnusableCase
from tests.sheets import csv_of
from tests.taking import asked, taken, written

GIVEN: dict[str, object] = {
    "work_year": 2024, "experience_level": "SE", "employment_type": "FT",
    "job_title": "Data Engineer", "salary": 150_000, "salary_currency": "USD",
    "salary_in_usd": 150_000, "employee_residence": "US", "remote_ratio": 0,
    "company_location": "US", "company_size": "M",
}  # fmt: skip
ROWS = 6
PAY = csv_of(COLUMNS, *({"company_size": size} for size in "SMLSML"), given=GIVEN)
REPORT: dict[str, object] = {
    "timestamp": "6/7/2020 11:33:27", "company": "Larkspur", "level": "L4",
    "title": "Data Engineer", "totalyearlycompensation": 180_000, "location": "Austin, TX",
    "yearsofexperience": 5, "basesalary": 150_000, "stockgrantvalue": 20_000, "bonus": 10_000,
}  # fmt: skip


def judged(folder: Path, content: str | bytes, name: str = "pay.csv") -> LoadCount:
    """What became of the rows of one file; its quarantine lies in ``folder / "taken"``."""
    path, aside = written(folder / "in" / name, content), folder / "taken"
    aside.mkdir()
    file = recognised(SourceFile("", path, path.name, digest_of(path)), SOURCES)
    source = next(one for one in SOURCES if one.name == file.source)
    (count,) = source.take_in(Batch(file.source, (file,)), aside)
    return count


def reasons(folder: Path) -> list[tuple[Any, ...]]:
    """Code and finding of every row that was held."""
    table = duckdb.sql(f"SELECT code, found FROM '{folder}/taken/quarantine.parquet'")
    return table.fetchall()


def lines(change: Callable[[list[str]], Sequence[str]]) -> str:
    return "\n".join(change(PAY.splitlines())) + "\n"


SAME = {
    "byte order mark": b"\xef\xbb\xbf" + PAY.encode(),
    "UTF-16": PAY.encode("utf-16"),
    "semicolons": PAY.replace(",", ";"),
    "tabs": PAY.replace(",", "\t"),
    "carriage returns": PAY.replace("\n", "\r"),
    "both ends of a line": PAY.replace("\n", "\r\n"),
    "no end of the last line": PAY.rstrip("\n"),
    "blank lines": PAY.replace("\n", "\n\n"),
    "headers in capitals": PAY.replace("salary", "SALARY"),
    "a column twice": lines(lambda all_: [f"{line},{line.split(',')[0]}" for line in all_]),
    "columns without a name": lines(lambda all_: [f"{line},," for line in all_]),
    "the other way round": lines(lambda all_: [",".join(line.split(",")[::-1]) for line in all_]),
    "columns that we name so": lines(
        lambda all_: [f"{line},{'usd,currency,stated,place' if n == 0 else 'a,b,c,d'}"
                      for n, line in enumerate(all_)]
    ),
}  # fmt: skip


@pytest.mark.parametrize("content", SAME.values(), ids=SAME)
def test_another_spelling_of_the_same_rows(tmp_path: Path, content: str | bytes) -> None:
    count = judged(tmp_path, content)
    assert (count.file.source, count.read, count.accepted) == ("aijobs", ROWS, ROWS)


@pytest.mark.parametrize("where", [1, 3, ROWS])
def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path: Path, where: int) -> None:
    content = lines(lambda all_: [f'"{x}' if n == where else x for n, x in enumerate(all_)])
    count = judged(tmp_path, content)
    assert (count.read, count.accepted, count.quarantined) == (ROWS, ROWS - 1, 1)
    ((code, found),) = reasons(tmp_path)
    assert (code, "Data Engineer" in found) == ("aijobs-row-width", True)


def test_two_quotes_that_are_never_closed(tmp_path: Path) -> None:
    content = lines(lambda all_: [x.replace("Data", 'Data "') for x in all_])
    count = judged(tmp_path, content)
    assert count.read == ROWS


@pytest.mark.parametrize("amount", ["inf", "-inf", "nan", "1e999", "Infinity"])
def test_no_pay_is_infinite(tmp_path: Path, amount: str) -> None:
    rows = [{"salary": amount, "salary_in_usd": amount}, {}]
    count = judged(tmp_path, csv_of(COLUMNS, *rows, given=GIVEN))
    assert (count.read, count.accepted) == (2, 1)
    assert "aijobs-salary-not-a-number" in {code for code, _ in reasons(tmp_path)}


def test_a_reported_total_is_not_infinite_either(tmp_path: Path) -> None:
    rows = [{"totalyearlycompensation": "inf", "basesalary": "nan"}, {}]
    count = judged(tmp_path, csv_of(REPORTED, *rows, given=REPORT))
    assert (count.read, count.accepted, count.quarantined) == (2, 1, 1)


def test_columns_beside_reports_that_we_name_so(tmp_path: Path) -> None:
    ours = ("extra", "stated", "grant_value", "reading", "tc")
    count = judged(tmp_path, csv_of((*REPORTED, *ours), {}, given=REPORT | dict.fromkeys(ours, 7)))
    assert (count.read, count.accepted) == (1, 1)


def packed(content: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("inner.csv", content)
    return held.getvalue()


REFUSED = {
    "nothing": (b"", "an empty file"),
    "blanks": (b"  \n\n", "an empty file"),
    "gzip": (gzip.compress(PAY.encode()), "a packed file"),
    "zip": (packed(PAY), "a packed file"),
    "web page": (b"<!doctype html><html><body>Not found</body></html>", "a web page"),
    "bytes": (bytes(range(256)) * 9, "bytes that are not text"),
    "prose": (b"Dear all,\n", "Dear all"),
}


@pytest.mark.parametrize(("content", "found"), REFUSED.values(), ids=REFUSED)
def test_what_holds_no_table_is_refused_as_what_it_is(
    tmp_path: Path, content: bytes, found: str
) -> None:
    count = judged(tmp_path, content)
    assert (count.file.source, count.read, count.quarantined) == ("unrecognised", 1, 1)
    ((code, said),) = reasons(tmp_path)
    assert (code, said.startswith(found)) == ("file-not-recognised", True)


def test_a_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    count = judged(tmp_path, PAY.splitlines()[0] + "\n")
    assert (count.file.source, count.read) == ("aijobs", 0)


def test_whatever_breaks_a_reader_holds_the_file(tmp_path: Path) -> None:
    broken = replace(
        AIJOBS, select=lambda head: "SELECT CAST(job_title AS INTEGER) FROM source_row"
    )
    path, aside = written(tmp_path / "pay.csv", PAY), tmp_path / "taken"
    aside.mkdir()
    file = SourceFile("aijobs", path, path.name, digest_of(path))
    (count,) = broken.take_in(Batch("aijobs", (file,)), aside)
    assert (count.read, count.accepted, count.quarantined) == (1, 0, 1)
    ((code, found),) = reasons(tmp_path)
    assert (code, len(found.splitlines())) == ("aijobs-unreadable", 1)
    assert [one.name for one in aside.iterdir()] == ["quarantine.parquet"]


def test_a_guide_that_breaks_its_reader_holds_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "a" / "b.md", "# x\n")
    file = SourceFile("guides", path, "a/b.md", digest_of(path))
    reading = guide_source.read(file, lambda path: {"bands": 1 / 0})
    assert [one.code for one in reading.held] == ["guide-record-malformed"]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "in" / "pay.csv", PAY)
    file = recognised(SourceFile("", path, path.name, digest_of(path)), SOURCES)
    path.write_text(PAY + PAY.splitlines()[1] + "\n")
    with pytest.raises(UnusableCase, match="source-changed"):
        take_in(Batch("aijobs", (file,)), tmp_path / "market")
    left = [one for one in (tmp_path / "market").rglob("*") if one.is_file()]
    assert left == []


def test_rows_as_json(tmp_path: Path) -> None:
    count = judged(tmp_path, json.dumps([GIVEN, GIVEN]), "pay.json")
    assert (count.file.source, count.read) == ("aijobs", 2)


GONE = {
    "nothing": b"",
    "a header": PAY.splitlines()[0].encode() + b"\n",
    "a web page": b"<html>Not found</html>",
    "packed": gzip.compress(PAY.encode()),
    "all of it bad": PAY.replace("2024", "?").encode(),
}


@pytest.mark.parametrize("content", GONE.values(), ids=GONE)
def test_what_stands_in_the_place_of_a_file_does_not_empty_the_market(
    tmp_path: Path, content: bytes
) -> None:
    taken(tmp_path, "pay.csv", PAY)
    with pytest.raises(FailedWorld, match="load_refused"):
        taken(tmp_path, "pay.csv", content)
    assert asked(tmp_path, "SELECT count(*) FROM pay") == [(ROWS,)]
