"""One uploaded sheet scored, in a process of its own that is bounded in memory and disk.

It goes the way of ``offerdesk score``: the same readers, the same reasons, the same files.
"""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from offerdesk import courtesy
from offerdesk.complaints import MOST
from offerdesk.web.arriving import COMPETING, SHEET
from offerdesk.web.telling import as_told
from rules.errors import Fault, OfferdeskError
from warehouse.whole_file import write_whole

MEMORY = 1_500_000_000  # what scoring is told to use, about [bytes]
MOST_MEMORY = 6_000_000_000  # what the process gets at all [bytes]
MOST_DISK = 20_000_000_000  # for any of its files [bytes]
LONGEST_RUN = 3600.0  # [s]
EVERY = 0.25  # [s] between two notes about progress


@dataclass(frozen=True, slots=True)
class Batch:
    """How a sheet stands.

    Attributes:
        state: waiting, running, done or failed.
        sheet: What its sender calls it.
        competing: What they call the sheet of competing offers; None without one.
        form: What kind of file the answers are.
        market: Id of the market snapshot that was asked for.
        step: What is being done.
        rows_done, rows: How far the step is.
        faults: Why it failed.
    """

    id: str
    state: str
    sheet: str
    form: str
    market: str | None = None
    competing: str | None = None
    step: str = ""
    rows_done: int = 0
    rows: int = 0
    faults: Sequence[dict[str, str]] = field(default_factory=list)

    @staticmethod
    def read(folder: Path) -> Batch:
        """The state that lies in the folder of a batch."""
        return Batch(**json.loads((folder / "state.json").read_bytes()))


def keep_state(folder: Path, batch: Batch) -> None:
    """Keep how a batch stands."""
    write_whole(folder / "state.json", json.dumps(asdict(batch)).encode())


class Scoring:
    """Has one sheet after the other scored by a process."""

    def __init__(self) -> None:
        self._process: multiprocessing.process.BaseProcess | None = None
        self._turn = threading.Lock()
        self._lock: sqlite3.Connection | None = None
        self.is_stopped = False

    def takes_turn(self, folder: Path) -> bool:
        """Whether no other server of this home has these sheets scored; then this one does."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = sqlite3.connect(
            folder / ".turn", timeout=0, isolation_level=None, check_same_thread=False
        )
        try:
            self._lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return False
        return True

    def run(self, folder: Path) -> None:
        """Score the sheet of a folder; when this returns, it is done or failed, or all stops."""
        context = multiprocessing.get_context("spawn")
        with self._turn:
            if self.is_stopped:
                return
            self._process = context.Process(target=score_batch, args=(folder,))
            self._process.start()
        self._process.join(LONGEST_RUN)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        batch = Batch.read(folder)
        if batch.state in {"waiting", "running"} and not self.is_stopped:
            found = f"a process that ended with {self._process.exitcode}"
            told = "send a smaller sheet, or score it with `offerdesk score`"
            fault = Fault("batch-process-lost", "the batch", found, "", told)
            keep_state(folder, replace(batch, state="failed", faults=_told([fault])))

    def stop(self) -> None:
        """End the process that is scoring; the parts that it has done stay."""
        with self._turn:
            self.is_stopped = True
            if self._process is not None and self._process.is_alive():
                self._process.terminate()
        if self._lock is not None:
            self._lock.close()


def score_batch(folder: Path) -> None:
    """Score the sheet of a folder: the whole work of the process."""
    from rules.orphans import end_with_parent

    end_with_parent()
    courtesy.give_way()
    _bound()
    batch = replace(Batch.read(folder), state="running", step="read")
    keep_state(folder, batch)
    try:
        rows = _score(folder, batch)
        keep_state(folder, replace(batch, state="done", step="", rows_done=rows, rows=rows))
    except OfferdeskError as problem:
        keep_state(folder, replace(batch, state="failed", faults=_told(problem.faults)))
    except MemoryError:
        told = "send a smaller sheet, or score it with `offerdesk score`"
        fault = Fault("batch-too-large", "the sheet", "more than fits into memory", "", told)
        keep_state(folder, replace(batch, state="failed", faults=_told([fault])))


def _told(faults: Sequence[Fault]) -> list[dict[str, str]]:
    return [as_told(fault) for fault in faults[:MOST]]


def _bound() -> None:
    """What a malicious sheet may take of this machine, where the system can bound it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_DISK, MOST_DISK))


def _score(folder: Path, batch: Batch) -> int:
    from offerdesk.scored import as_json_summary
    from offerdesk.scored_page import as_html
    from offerdesk.scoring import run
    from pipelines.scoring.run import Asked

    (sheet,) = folder.glob(f"{SHEET}.*")
    asked = Asked(
        sheet,
        folder / f"answers.{batch.form}",
        next(folder.glob(f"{COMPETING}.*"), None),
        has_reasons=True,
        has_ledger=True,
        memory=MEMORY,
        processes=1,
    )
    outcome = run(asked, _Progress(folder, batch), market=batch.market)
    write_whole(folder / "answers.summary.html", as_html(outcome).encode())
    summary: dict[str, Any] = json.loads(as_json_summary(outcome))
    for place in ("answers", "rejects", "ledger"):
        del summary[place]  # of this machine's disk
    write_whole(folder / "answers.summary.json", json.dumps(summary).encode())
    return outcome.tally.read


class _Progress:
    """Notes how far it is, now and then."""

    def __init__(self, folder: Path, batch: Batch) -> None:
        self._folder, self._batch = folder, batch
        self._noted = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._noted < EVERY and done < total:
            return
        self._noted = now
        keep_state(self._folder, replace(self._batch, step=step, rows_done=done, rows=total))
