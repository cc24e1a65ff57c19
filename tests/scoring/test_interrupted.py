"""A sheet whose scoring is cut off, starved or doubled: what stands at OUT is whole."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from offerdesk.scoring import run
from pipelines.scoring.edition import book_as_sent
from pipelines.scoring.job import Job, Part
from pipelines.scoring.run import Asked, Outcome, score_sheet
from pipelines.scoring.tally import DONE
from pipelines.scoring.workers import Processes
from rules.errors import FailedWorld, UnusableCase
from tests.offers import book
from tests.scoring.sheet import silent

ROWS, PARTS = 30_000, 6
MOMENTS = 10
KEPT = (DONE, "answers.parquet", "rejects.parquet", "ledger.parquet")


@pytest.fixture(scope="module")
def expected(sheet: Path) -> pl.DataFrame:
    return pl.read_parquet(finished(sheet, sheet.with_name("expected.parquet")).answers)


def finished(sheet: Path, target: Path) -> Outcome:
    """Score in this process, as the command does on the same day."""
    asked = Asked(sheet, target, today=date.today(), memory=1)
    return score_sheet(asked, Processes(1), silent)


def scoring(
    sheet: Path, target: Path, before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    words = ["score", str(sheet), "-o", str(target), "--memory", "1", "--processes", "2"]
    return subprocess.Popen(
        [sys.executable, "-m", "offerdesk.cli", *words, "--no-reasons", "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=before,
    )


def parts_of(target: Path) -> set[str]:
    """Parts of which everything is kept."""
    kept = [
        {file.name.removesuffix(f".{kind}") for file in target.parent.glob(f".*/*/part-*.{kind}")}
        for kind in KEPT
    ]
    return set.intersection(*kept)


def wait_for_a_part(process: subprocess.Popen[str], target: Path) -> None:
    """Until something is kept, which is for a moment only: starting takes longer than scoring."""
    while process.poll() is None and not parts_of(target):
        time.sleep(0.002)


def assert_whole(target: Path, expected: pl.DataFrame) -> bool:
    """Whether there are answers; what is visible is complete."""
    for file in target.parent.glob(".*/*/part-*.parquet"):
        pl.read_parquet(file)
    if not target.exists():
        return False
    where = target if target.suffix else target / "part-*.parquet"
    assert_frame_equal(pl.read_parquet(where), expected)
    return True


@pytest.mark.slow
@pytest.mark.parametrize("name", ["answers.parquet", "answers"])
def test_killed_at_any_moment_it_goes_on_by_part(
    name: str, sheet: Path, expected: pl.DataFrame, tmp_path: Path
) -> None:
    begun = time.monotonic()
    scoring(sheet, tmp_path / "first" / name).communicate(timeout=300)
    duration = time.monotonic() - begun
    moments = random.Random(20260301)
    reused = unfinished = 0
    for number in range(MOMENTS):
        target = tmp_path / str(number) / name
        process = scoring(sheet, target)
        if number % 2:
            wait_for_a_part(process, target)
        else:
            time.sleep(moments.uniform(0.2, 1.0) * duration)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        unfinished += not assert_whole(target, expected)
        kept = parts_of(target)
        outcome = finished(sheet, target)
        assert outcome.reused == len(kept)
        assert outcome.tally.judged == ROWS
        assert assert_whole(target, expected)
        assert outcome.ledger is not None
        assert len(list(outcome.ledger.glob("part-*.parquet"))) == PARTS
        assert [one for one in target.parent.iterdir() if one.name.startswith(".")] == []
        reused += outcome.reused
    assert unfinished > MOMENTS / 2
    assert reused > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "room"),
    [
        ("a.parquet", 10),  # nothing at all
        ("a", 20_000),  # no part
        ("a.parquet", 250_000),  # parts, but not all of them in one file
        ("a.jsonl", 250_000),
        ("a.csv", 250_000),
        ("a.xlsx", 250_000),
    ],
)
def test_a_full_disk_is_one_clear_sentence(
    name: str, room: int, sheet: Path, tmp_path: Path
) -> None:
    def starve() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    process = scoring(sheet, tmp_path / name, starve)
    told, complaint = process.communicate(timeout=300)
    assert process.returncode == 3, told
    assert complaint.startswith("error[score-unwritable]: "), complaint
    assert len(complaint.splitlines()) == 1, complaint
    assert [one.name for one in tmp_path.iterdir()] == [f".{name}.scoring"]


def test_of_two_at_once_one_is_told(sheet: Path, expected: pl.DataFrame, tmp_path: Path) -> None:
    target = tmp_path / "answers.parquet"
    both = [scoring(sheet, target) for _ in range(2)]
    ended = [(*process.communicate(timeout=300), process.returncode) for process in both]
    codes = sorted(code for _, _, code in ended)
    assert codes in ([0, 0], [0, 3]), ended  # on a busy machine the second may begin late
    for told, complaint, code in ended:
        if code:
            assert complaint.startswith("error[score-running]: ")
        else:
            assert json.loads(told)["judged"] == ROWS
    assert assert_whole(target, expected)


def test_while_one_runs_another_is_told(sheet: Path, tmp_path: Path) -> None:
    target = tmp_path / "answers.parquet"
    caught: list[str] = []

    def meanwhile(step: str, done: int, total: int) -> None:
        with pytest.raises(FailedWorld) as problem:
            finished(sheet, target)
        caught.append(problem.value.faults[0].code)

    asked = Asked(sheet, target, today=date.today(), memory=1)
    outcome = score_sheet(asked, Processes(1), meanwhile)
    assert set(caught) == {"score-running"}
    assert outcome.tally.judged == ROWS
    assert finished(sheet, target).reused == 0


def test_parts_that_were_cut_otherwise_are_not_taken_for_these(
    sheet: Path, expected: pl.DataFrame, tmp_path: Path
) -> None:
    target = tmp_path / "answers.parquet"

    def broken_off(step: str, done: int, total: int) -> None:
        if step == "score" and done:
            raise KeyboardInterrupt

    larger = Asked(sheet, target, today=date.today(), memory=900_000_000, processes=1)
    with pytest.raises(KeyboardInterrupt):
        score_sheet(larger, Processes(1), broken_off)
    assert len(parts_of(target)) == 1
    assert finished(sheet, target).reused == 0
    assert assert_whole(target, expected)


@pytest.mark.parametrize("name", [".", "offers.parquet", "other", "notes"])
def test_what_is_no_answer_is_never_replaced(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "diary.txt").write_text("mine")
    (tmp_path / "notes").write_text("mine")
    pl.DataFrame({"base_salary": [1.0]}).write_parquet(tmp_path / "offers.parquet")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UnusableCase) as caught:
        run(Asked(Path("offers.parquet"), Path(name)), silent)
    assert caught.value.faults[0].code == "sheet-target"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_book_that_is_another_one_here_is_told(sheet: Path, tmp_path: Path) -> None:
    jobs: list[Job] = []

    def seen(work: object, job: Job, parts: list[Part]) -> object:
        jobs.append(job)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_sheet(Asked(sheet, tmp_path / "a.csv"), seen, silent)  # type: ignore[arg-type]
    (job,) = jobs
    assert book_as_sent(job).hash == book().hash
    with pytest.raises(FailedWorld) as caught:
        book_as_sent(replace(job, edition="of last year"))
    assert caught.value.faults[0].code == "score-other-book"
