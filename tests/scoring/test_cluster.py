"""A sheet scored on a cluster: the same answers, whoever is killed on the way."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipelines.scoring.cluster import on_cluster
from pipelines.scoring.job import Job, Part
from pipelines.scoring.run import Asked, Outcome, score_sheet
from pipelines.scoring.tally import DONE
from pipelines.scoring.workers import Processes, Spread, Work, score_part
from rules.errors import FailedWorld
from tests.offers import DAY
from tests.scoring.cluster import PATIENCE, Cluster, awaited, noted
from tests.scoring.sheet import silent

pytestmark = pytest.mark.slow
ROWS, PARTS = 60_000, 12
SMALL = 1  # [bytes] of memory: parts as small as can be


@pytest.fixture(scope="module")
def expected(sheet: Path) -> Outcome:
    return scored(sheet, sheet.with_name("local") / "answers.parquet", Processes(1))


@pytest.fixture
def cluster(tmp_path: Path, root: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path, root)
    try:
        made.start(workers=2)
        yield made
    finally:
        made.stop()


def scored(sheet: Path, target: Path, spread: Spread) -> Outcome:
    asked = Asked(sheet, target, today=DAY, memory=SMALL)
    return score_sheet(asked, spread, silent)


def assert_same(found: Outcome, expected: Outcome) -> None:
    assert found.tally == expected.tally
    assert_frame_equal(pl.read_parquet(found.answers), pl.read_parquet(expected.answers))
    assert found.rejects.read_bytes() == expected.rejects.read_bytes()
    assert found.ledger is not None
    assert expected.ledger is not None
    names = sorted(one.name for one in expected.ledger.iterdir())
    assert sorted(one.name for one in found.ledger.iterdir()) == names
    for name in names:
        assert (found.ledger / name).read_bytes() == (expected.ledger / name).read_bytes(), name


def left_beside(target: Path) -> list[str]:
    return sorted(one.name for one in target.parent.iterdir() if one.name.startswith("."))


def test_it_answers_as_one_machine_does(sheet: Path, expected: Outcome, cluster: Cluster) -> None:
    target = cluster.folder / "out" / "answers.parquet"
    found = scored(sheet, target, on_cluster(cluster.address))
    assert_same(found, expected)
    assert found.tally.judged == ROWS
    assert left_beside(target) == []


def noting(spread: Spread, at_third: Callable[[Path], object]) -> Spread:
    """Parts that note who scores them; something happens when three have come home."""

    def noted_spread(work: Work, job: Job, parts: Sequence[Part]) -> Iterator[tuple[Part, Any]]:
        if work is not score_part:
            yield from spread(work, job, parts)
            return
        for number, one in enumerate(spread(noted, job, parts), 1):
            if number == 3:
                at_third(job.folder)
            yield one

    return noted_spread


def test_a_worker_that_is_killed_costs_the_part_it_was_at(
    sheet: Path, expected: Outcome, cluster: Cluster
) -> None:
    target = cluster.folder / "out" / "answers.parquet"
    notes = target.parent / "notes"
    victim = cluster.workers[0]

    def is_at_a_part() -> bool:
        mine = [line for line in notes.read_text().splitlines() if line.endswith(f" {victim.pid}")]
        return bool(mine) and mine[-1].startswith("begun")

    def kill(_: Path) -> None:
        awaited(is_at_a_part, "a part is under way")
        victim.kill()

    found = scored(sheet, target, noting(on_cluster(cluster.address), kill))
    assert_same(found, expected)
    lines = [line.split() for line in notes.read_text().splitlines()]
    ended = {(part, pid) for word, part, pid in lines if word == "ended"}
    lost = {
        part
        for word, part, pid in lines
        if pid == str(victim.pid) and (word, (part, pid) in ended) == ("begun", False)
    }
    assert len(lost) == 1
    begun = Counter(part for word, part, _ in lines if word == "begun")
    assert begun.keys() == {str(number) for number in range(1, PARTS + 1)}
    twice = {part for part, times in begun.items() if times > 1}
    assert lost <= twice
    assert {(part, str(victim.pid)) for part in twice - lost} <= ended  # asked for, done already
    assert {part for _, part, pid in lines if pid != str(victim.pid)} >= lost


def asked(sheet: Path, target: Path, address: str) -> list[str]:
    words = [sys.executable, "-m", "offerdesk.cli", "score", str(sheet), "-o", str(target)]
    return [*words, "--memory", "1", "--no-reasons", "--format", "json", "--cluster", address]


def tallies(target: Path) -> list[Path]:
    return list(target.parent.glob(f".{target.name}.scoring/*/part-*.{DONE}"))


def test_parts_outlive_the_one_who_asked_for_them(
    sheet: Path, expected: Outcome, cluster: Cluster
) -> None:
    target = cluster.folder / "out" / "answers.parquet"
    words = asked(sheet, target, cluster.address)
    client = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    awaited(lambda: len(tallies(target)) >= 3, "three parts are done")
    client.kill()
    client.wait()
    assert [one for one in target.parent.iterdir() if one.suffix != ".scoring"] == []
    for file in target.parent.glob(".*/*/part-*.parquet"):
        pl.read_parquet(file)
    again = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
    assert again.returncode == 0, again.stderr
    told = json.loads(again.stdout)
    assert told["parts_reused"] >= 3
    assert (told["read"], told["judged"]) == (ROWS, ROWS)
    assert_frame_equal(
        pl.read_parquet(target).drop("snapshot"), pl.read_parquet(expected.answers).drop("snapshot")
    )
    assert left_beside(target) == []


def test_a_cluster_that_loses_its_scheduler_is_told_and_its_parts_are_kept(
    sheet: Path, expected: Outcome, cluster: Cluster
) -> None:
    target = cluster.folder / "out" / "answers.parquet"
    assert cluster.scheduler is not None
    scheduler = cluster.scheduler
    with pytest.raises(FailedWorld) as caught:
        scored(sheet, target, noting(on_cluster(cluster.address), lambda _: scheduler.kill()))
    assert [fault.code for fault in caught.value.faults] == ["cluster-part-failed"]
    found = scored(sheet, target, Processes(1))
    assert found.reused >= 3
    assert_same(found, expected)


def test_no_scheduler_is_one_clear_sentence(sheet: Path, tmp_path: Path) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{one.getsockname()[1]}"
    words = asked(sheet, tmp_path / "answers.parquet", address)
    told = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE)
    assert told.returncode == 3
    assert told.stderr.startswith(f"error[cluster-unreachable]: {address}: "), told.stderr
    assert len(told.stderr.splitlines()) == 1, told.stderr
    assert not (tmp_path / "answers.parquet").exists()


def test_a_cluster_without_workers_is_one_clear_sentence(
    sheet: Path, tmp_path: Path, root: Path
) -> None:
    made = Cluster(tmp_path, root)
    try:
        made.start(workers=0)
        with pytest.raises(FailedWorld) as caught:
            scored(sheet, tmp_path / "answers.parquet", on_cluster(made.address))
    finally:
        made.stop()
    assert [fault.code for fault in caught.value.faults] == ["cluster-without-workers"]


def test_a_folder_that_no_worker_sees_is_told(sheet: Path, cluster: Cluster) -> None:
    def elsewhere(work: Work, job: Job, parts: Sequence[Part]) -> Iterator[tuple[Part, Any]]:
        away = [Part(p.number, Path("/nowhere") / p.file.name, p.start, p.rows, 0) for p in parts]
        return on_cluster(cluster.address)(work, job, away)

    with pytest.raises(FailedWorld) as caught:
        scored(sheet, cluster.folder / "answers.parquet", elsewhere)
    (fault,) = caught.value.faults
    assert (fault.code, "/nowhere" in fault.found) == ("cluster-part-failed", True)
    assert os.environ["OFFERDESK_HOME"] not in fault.found
