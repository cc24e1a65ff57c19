"""Batches taken in side by side give the same as one after the other, and fail the same."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from pipelines import workers
from pipelines.records import silent
from pipelines.sources.discovery import Place
from pipelines.sources.guides import Guides
from pipelines.steps import discover
from pipelines.workers import take_in_all
from rules.errors import FailedWorld, Fault
from tests.guide_files import guide_text, write_guide


@pytest.fixture
def guides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(Guides, "files_together", 3)
    for number in range(14):
        name = f"larkspur{number}/data-engineer"
        write_guide(tmp_path / "in", guide_text(f"Larkspur{number}"), name)
    return tmp_path / "in"


def test_side_by_side_is_the_same_as_one_by_one(
    guides: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = discover([Place(guides)], tmp_path / "market").batches()
    assert len(batches) == 5
    seen: list[int] = []
    beside = take_in_all(batches, tmp_path / "a", lambda step, done, total: seen.append(done))
    assert seen == [1, 2, 3, 4, 5]
    monkeypatch.setattr(workers, "WORTH_IT", 100)
    alone = take_in_all(batches, tmp_path / "b", silent)
    assert [one.loads for one in beside] == [one.loads for one in alone]
    assert [one.batch for one in beside] == batches
    assert all(one.folder.is_dir() for one in beside)


def test_a_fault_in_a_worker_comes_home_whole(guides: Path, tmp_path: Path) -> None:
    batches = discover([Place(guides)], tmp_path / "market").batches()
    (tmp_path / "market").write_text("no folder", encoding="utf-8")
    with pytest.raises(FailedWorld) as caught:
        take_in_all(batches, tmp_path / "market", silent)
    (fault,) = caught.value.faults
    assert fault.code == "staging-unwritable"


def test_an_error_keeps_its_faults_on_the_way() -> None:
    error = FailedWorld([Fault("a", "b", "c", "d", "e"), Fault("f", "g", "h")])
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is FailedWorld
    assert again.faults == error.faults
    assert str(again) == str(error)
