"""A Dask cluster of this machine: a scheduler and workers, each a process that can be killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipelines.scoring.job import Job, Part
from pipelines.scoring.tally import Tally
from pipelines.scoring.workers import score_part

PATIENCE = 120  # [s] the machine may be busy
LISTENS = re.compile(r"(?:Scheduler at|Start worker at): +(tcp://\S+)")
DAWDLE = 0.3  # [s] so that a part is under way long enough to be interrupted


def awaited(check: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not check():
        if time.monotonic() > deadline:
            pytest.fail(f"{what}: waited {PATIENCE} s")
        time.sleep(0.02)


def noted(job: Job, part: Part) -> Tally:
    """Score a part in no hurry, and note by whom it was begun and ended."""
    notes = job.folder.parent.parent / "notes"
    _note(notes, f"begun {part.number} {os.getpid()}")
    time.sleep(DAWDLE)
    tally = score_part(job, part)
    _note(notes, f"ended {part.number} {os.getpid()}")
    return tally


def _note(file: Path, line: str) -> None:
    with file.open("a") as notes:
        notes.write(f"{line}\n")


@dataclass
class Cluster:
    folder: Path
    root: Path
    address: str = ""
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, workers: int) -> None:
        self.scheduler, self.address = self._started("scheduler", "scheduler", "--port", "0")
        for number in range(workers):
            words = ["worker", self.address, "--no-nanny", "--nthreads", "1"]
            place = str(self.folder / "spilled")
            worker, _ = self._started(f"worker-{number}", *words, "--local-directory", place)
            self.workers.append(worker)

    def _started(self, name: str, *words: str) -> tuple[subprocess.Popen[bytes], str]:
        told = self.folder / f"{name}.log"
        here = ["--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        with told.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *words, *here],
                cwd=self.folder,
                env=os.environ | {"PYTHONPATH": str(self.root), "POLARS_MAX_THREADS": "1"},
                stdout=log,
                stderr=log,
            )
        awaited(lambda: LISTENS.search(told.read_text("utf-8")), f"{name} listens")
        found = LISTENS.search(told.read_text("utf-8"))
        assert found
        return process, found[1]

    def stop(self) -> None:
        for process in (*self.workers, *([self.scheduler] if self.scheduler else [])):
            process.kill()
            process.wait()
