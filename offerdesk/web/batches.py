"""Sheets of the users of a served desk: taken in, scored one after the other, kept with answers.

Each lies in a folder of its own.  A sheet is scored by a process of its own, which cannot take
the desk with it; one that was being scored when the desk stopped goes on when it is served again.
"""

from __future__ import annotations

import json
import secrets
import shutil
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from offerdesk.complaints import printable
from offerdesk.web.arriving import COMPETING, SHEET, Handed
from offerdesk.web.batch_run import Batch, Scoring, keep_state
from offerdesk.web.guard.refused import Refused
from offerdesk.web.guard.tokens import OWNER
from offerdesk.web.keeping import Keeping, Once
from rules.errors import FailedWorld, Fault

KIND = "batch"
MOST_WAITING = 20
INCOMING, LONGEST_NAME = ".incoming", 200
FORMS = ("csv", "xlsx", "jsonl", "parquet")  # of the answers
SHEETS = (".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson", ".json", ".parquet")
PLACES = {SHEET: "the sheet", COMPETING: "the sheet of competing offers"}
PARTS = {"results": "", "rejects": "rejects.csv", "page": "summary.html", "summary": "summary.json"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of a sheet.

    Attributes:
        form: What kind of file the answers are to be; one of ``FORMS``.
        market: Id of the market snapshot; the one in force when not given.
    """

    form: str = "csv"
    market: str | None = None


class Batches:
    """The sheets, and the thread that has them scored.

    Args:
        folder: Where they lie.
        keeping: Knows whose is what.
        scored: Called with the rows judged and refused of each sheet that is done.
    """

    def __init__(
        self, folder: Path, keeping: Keeping, scored: Callable[[int, int], object]
    ) -> None:
        self._folder, self._keeping, self._scored = folder, keeping, scored
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._scoring = Scoring()
        self._thread = threading.Thread(target=self._work, name="batches", daemon=True)

    def start(self) -> None:
        """Begin to score, first what was left undone; another server of this home does that."""
        if self._scoring.takes_turn(self._folder):
            shutil.rmtree(self._folder / INCOMING, ignore_errors=True)
            for left in sorted(self._folder.glob("*/state.json"), key=_age):
                if Batch.read(left.parent).state in {"waiting", "running"}:
                    self._queue.put(left.parent.name)
        self._thread.start()

    def stop(self) -> None:
        """End what is being scored; it goes on at the next start."""
        self._queue.put(None)
        self._scoring.stop()
        self._thread.join()

    def take(self, user: str, handed: Handed, wish: Wish, once: Once | None) -> tuple[str, bool]:
        """Take a sheet in.

        Args:
            user: Whose it is.
            handed: Its files; they are moved away.
            wish: What is asked of it.
            once: Says that it is taken in once only.

        Returns:
            The batch's id, and whether it was made now.

        Raises:
            Refused: ``sheet-kind-unknown``, ``batch-form-unknown`` or ``batch-queue-full``.
            FailedWorld: As ``Keeping.make``.
        """
        _check(handed, wish)
        if self._queue.qsize() >= MOST_WAITING:
            fault = Fault("batch-queue-full", "the queue", "sheets that wait", "", "wait")
            raise Refused(429, fault, {"Retry-After": "60"})
        batch_id, is_new = self._keeping.make(KIND, user, lambda: self._placed(handed, wish), once)
        if is_new:
            self._queue.put(batch_id)
        return batch_id, is_new

    def incoming(self) -> Path:
        """A folder for what is still arriving; on the same disk, so that it need not be copied."""
        place = self._folder / INCOMING
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        return place

    def _placed(self, handed: Handed, wish: Wish) -> str:
        batch_id = secrets.token_hex(6)
        folder = self._folder / batch_id
        folder.mkdir(parents=True, mode=0o700)
        for field, file in handed.files.items():
            shutil.move(file.place, folder / f"{field}{file.suffix}")
        names = {field: printable(file.name)[:LONGEST_NAME] for field, file in handed.files.items()}
        batch = Batch(
            batch_id, "waiting", names[SHEET], wish.form, wish.market, names.get(COMPETING)
        )
        keep_state(folder, batch)
        return batch_id

    def read(self, user: str, batch_id: str) -> Batch:
        """How a batch stands.

        Raises:
            FailedWorld: ``batch-unknown-id`` where there is none, or it is somebody else's.
        """
        return Batch.read(self._of(user, batch_id))

    def page(self, user: str, limit: int, before: str | None = None) -> list[Batch]:
        """The batches of a user, newest first.

        Raises:
            FailedWorld: ``batch-unknown-id`` for a ``before`` that is not theirs.
        """
        if before is not None:
            self._of(user, before)
        whose = None if user == OWNER else user
        found = self._keeping.made_by(KIND, whose, limit, before)
        folders = (self._folder / one for one in found)
        return [Batch.read(one) for one in folders if one.is_dir()]

    def file(self, user: str, batch_id: str, part: str) -> Path:
        """A file of a batch that is done.

        Args:
            user: Whose it is.
            batch_id: Which.
            part: One of ``PARTS``.

        Raises:
            FailedWorld: ``batch-unknown-id`` or ``batch-not-ready``.
        """
        folder = self._of(user, batch_id)
        batch = Batch.read(folder)
        if batch.state != "done":
            step = f"GET /api/batches/{batch_id} tells when it is done"
            raise FailedWorld(Fault("batch-not-ready", "the batch", batch.state, "done", step))
        return folder / (f"answers.{PARTS[part]}" if PARTS[part] else f"answers.{batch.form}")

    def summary(self, user: str, batch_id: str) -> dict[str, Any]:
        """What a batch that is done came to; every counter whole.

        Raises:
            FailedWorld: As ``file``.
        """
        found: dict[str, Any] = json.loads(self.file(user, batch_id, "summary").read_bytes())
        return found

    def forget(self, user: str, batch_id: str) -> None:
        """Remove a sheet and its answers; one that is being scored stays.

        Raises:
            FailedWorld: ``batch-unknown-id`` or ``batch-under-way``.
        """
        folder = self._of(user, batch_id)
        if Batch.read(folder).state == "running":
            step = "wait until it is done"
            raise Refused(409, Fault("batch-under-way", "the batch", "running", "", step))
        shutil.rmtree(folder)

    def _of(self, user: str, batch_id: str) -> Path:
        is_theirs = user == OWNER or self._keeping.is_of(KIND, user, batch_id)
        folder = self._folder / batch_id
        if not (is_theirs and batch_id.isalnum() and (folder / "state.json").is_file()):
            step = "GET /api/batches lists yours"
            raise FailedWorld(Fault("batch-unknown-id", "batches", repr(batch_id), "", step))
        return folder

    def _work(self) -> None:
        while (batch_id := self._queue.get()) is not None:
            folder = self._folder / batch_id
            if not folder.is_dir():  # forgotten while it waited
                continue
            with suppress(FileNotFoundError):  # forgotten as soon as it was done
                self._scoring.run(folder)
                self._count(folder)
            if self._scoring.is_stopped:
                return

    def _count(self, folder: Path) -> None:
        if Batch.read(folder).state == "done":
            told = json.loads((folder / "answers.summary.json").read_bytes())
            self._scored(told["judged"], told["refused"])


def _age(state: Path) -> float:
    return state.stat().st_mtime


def _check(handed: Handed, wish: Wish) -> None:
    for field, file in handed.files.items():
        if file.suffix not in SHEETS:
            allowed = ", ".join(one[1:] for one in SHEETS)
            found = file.suffix[1:] or "a file without an ending"
            step = "save it as CSV, XLSX, JSON Lines or Parquet"
            raise Refused(415, Fault("sheet-kind-unknown", PLACES[field], found, allowed, step))
    if wish.form not in FORMS:
        fault = Fault("batch-form-unknown", "form", repr(wish.form), ", ".join(FORMS))
        raise Refused(422, fault)
