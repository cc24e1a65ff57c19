"""What small books are compiled to, letter by letter, and what the text concludes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from rules.covering.scopes import Scopes
from rules.frame import Frame
from tests.batch import answers, frame_answers
from tests.expressions import same_but_for_zero
from tests.golden.fixtures import FILES, read, small_book, written

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@each_file
def test_the_text_is_the_golden_one(file: Path) -> None:
    """Where a change is meant, ``python -m tests.golden`` writes the files anew."""
    golden = read(file)
    assert golden.emitted() == golden.texts
    assert written(golden) == file.read_text("utf-8")


@each_file
def test_duckdb_concludes_what_the_file_says(file: Path, tmp_path: Path) -> None:
    golden = read(file)
    with duckdb.connect() as database:
        rows = answers(database, golden.query, golden.cases(), tmp_path)
    assert [{name: row[name] for name in golden.columns} for row in rows] == golden.expected()


@each_file
def test_a_frame_concludes_what_the_file_says(file: Path) -> None:
    golden = read(file)
    rows = frame_answers(Frame(small_book(golden.head), golden.columns), golden.cases())
    for row, expected in zip(rows, golden.expected(), strict=True):
        for name, value in expected.items():
            assert same_but_for_zero(row[name], value), name


@each_file
def test_the_interpreter_concludes_what_the_file_says(file: Path) -> None:
    golden = read(file)
    if "rows" in golden.head:
        pytest.skip("it looks at one world only")
    scopes = Scopes(small_book(golden.head))
    for case, expected in zip(golden.cases(), golden.expected(), strict=True):
        values = scopes.of(case)
        assert {name: values[name] for name in golden.columns} == expected


def test_files_are_read_as_they_are_written() -> None:
    assert len(FILES) >= 10
