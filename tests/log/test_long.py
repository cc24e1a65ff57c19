"""A log that has grown long: what is read of it costs no more than of a short one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.log.entries import filled
from warehouse import log
from warehouse.log_file import reading

STEP = 10  # steps of SQLite that are counted as one
FEW = 200


class Counting:
    """Counts the steps that SQLite takes for what is read."""

    def __init__(self) -> None:
        self.steps = 0

    def count(self) -> int:
        self.steps += 1
        return 0

    @contextmanager
    def reading(self, path: Path) -> Iterator[tuple[sqlite3.Connection, str]]:
        with reading(path) as (connection, entries):
            connection.set_progress_handler(self.count, STEP)
            yield connection, entries


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()
    monkeypatch.setattr(log, "reading", made.reading)
    return made


def test_an_early_decision_is_found_without_reading_those_after_it(
    counting: Counting, tmp_path: Path
) -> None:
    path = tmp_path / "log.sqlite"
    first = filled(path, 1_500)[0]
    assert log.read(first, path).id == first
    assert 0 < counting.steps < FEW


def test_a_page_far_back_is_found_without_reading_those_before_it(
    counting: Counting, tmp_path: Path
) -> None:
    path = tmp_path / "log.sqlite"
    ids = filled(path, 1_500)
    assert [line.id for line in log.listing(2, path, before=ids[3])] == [ids[2], ids[1]]
    assert 0 < counting.steps < FEW
