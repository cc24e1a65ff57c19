"""A run: a whole sheet scored part by part, put together at the end, and every row counted.

What a run does lies in a hidden folder beside what it makes, under a key of its own.  A part is
there when its tally is; a run that was killed goes on with the parts that are missing.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path

import orjson
import polars as pl

from pipelines.scoring.columns import Columns, Vocabulary, says_who
from pipelines.scoring.edition import book_of
from pipelines.scoring.job import Job, Part
from pipelines.scoring.kinds import Kinds, check_sections, common_kinds, kinds_of
from pipelines.scoring.market import Cells, keys_of, looked_up
from pipelines.scoring.rivals import land_rivals
from pipelines.scoring.tally import DONE, Tally, in_order
from pipelines.scoring.turn import turn
from pipelines.scoring.workers import Spread, asked_of_part, is_done, score_part
from pipelines.scoring.writing import SPREADSHEET, WITH_REASONS, put_together
from pipelines.sources.offer_sheet import Landed, land
from rules.errors import Fault, UnusableCase
from warehouse.disk import writing_to

# Measured on the examples: 340, 450, 740 and 1,090 MB for a part of 50, 100, 200 and 400 thousand
# rows, and 1,970 MB for all processes where parts had 220 thousand rows.
BYTES_A_ROW = 3_200  # of a part, while it is judged
BESIDE = 250_000_000  # what each process, this one too, needs before it has a row
LEAST_ROWS, MOST_ROWS = 5_000, 400_000
WORTH_A_PROCESS = 100_000  # rows

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Asked:
    """What somebody asks of a run.

    Attributes:
        sheet, target: What is scored, and where the answers go.
        competing: Competing offers in a sheet of their own, under the identifier of the offer.
        table: The table of a DuckDB file.
        book: Folder of another rule book.
        snapshot: The file of a market snapshot; without one the market says nothing.
        snapshot_id: Its id.
        also: Names of the book whose values stand beside the answers.
        carried: Columns of the sheet that stand there, too.
        memory: How much may be used, about [bytes].
        processes: How many at once.
    """

    sheet: Path
    target: Path
    competing: Path | None = None
    table: str | None = None
    book: Path | None = None
    snapshot: Path | None = None
    snapshot_id: str | None = None
    also: Sequence[str] = ()
    carried: Sequence[str] = ()
    has_reasons: bool | None = None
    has_ledger: bool = True
    memory: int = 2_000_000_000
    processes: int = 2
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class Outcome:
    """What a run made.

    Attributes:
        asked: What was asked for.
        tally: What became of all rows.
        columns: What the columns of the sheet were for.
        dropped: Columns that were left behind because they say who or what a person is.
        answers, rejects, ledger: Where they are; no ledger when none was asked for.
        reused: Parts that an earlier run had left.
    """

    asked: Asked
    tally: Tally
    columns: Columns
    dropped: Sequence[str]
    answers: Path
    rejects: Path
    ledger: Path | None
    reused: int


def score_sheet(asked: Asked, spread: Spread, progress: Progress) -> Outcome:
    """Score a sheet.

    Args:
        asked: What is asked.
        spread: How parts are spread over processes or machines.
        progress: Called with a step, the rows that are done and all rows.

    Raises:
        UnusableCase: As ``land`` and ``Vocabulary.sort``.
        FailedWorld: The market cannot be relied on, ``score-running`` while another run writes the
            same answers, ``score-unwritable``, or as ``spread``.
        MalformedBook: The book cannot be used.
    """
    place = asked.target.resolve().with_name(f".{asked.target.resolve().name}.scoring")
    with writing_to(place, "score-unwritable"), turn(place):
        folder = place / _key(asked)
        folder.mkdir(exist_ok=True)
        try:
            outcome = _run(asked, folder, spread, progress)
        except UnusableCase:
            shutil.rmtree(folder, ignore_errors=True)  # nothing in it is worth going on with
            raise
        for left in place.glob("*/"):  # what runs before this one left is of no use any more
            shutil.rmtree(left, ignore_errors=True)
        return outcome


def _run(asked: Asked, folder: Path, spread: Spread, progress: Progress) -> Outcome:
    landed = land(asked.sheet, folder / "sheet", asked.table)
    kinds = kinds_of(landed.files)
    personal = [name for name in kinds if says_who(name, book_of(asked.book))]
    job = _job(asked, folder, {name: kinds[name] for name in kinds if name not in personal})
    parts = list(_parts(landed, _rows_of_a_part(asked), asked.processes))
    rows = sum(part.rows for part in parts)
    progress("read", rows, rows)
    refused = land_rivals(asked.competing, job, parts) if asked.competing else {}
    _look_up(asked, job, parts, spread, progress)
    waiting = [part for part in parts if not is_done(job, part)]
    done = rows - sum(part.rows for part in waiting)
    progress("score", done, rows)
    for part, _ in spread(score_part, job, waiting):
        done += part.rows
        progress("score", done, rows)
    tally = _total(folder, parts, {**landed.faults, **refused})
    target = put_together(asked.target, job, parts, {**landed.faults, **refused})
    return Outcome(
        asked,
        tally,
        job.columns,
        (*landed.dropped, *personal, *job.columns.dropped),
        target.answers,
        target.rejects,
        target.ledger,
        len(parts) - len(waiting),
    )


def _key(asked: Asked) -> str:
    """What parts are kept by: the same for the same question about the same files, cut alike."""
    cut = _rows_of_a_part(asked)
    has_reasons = _has_reasons(asked)
    meant = replace(asked, target=asked.target.resolve(), memory=cut, has_reasons=has_reasons)
    said = asdict(meant)
    files = [file for file in (asked.sheet, asked.competing, asked.snapshot) if file]
    stamps = [[str(one.resolve()), *_stamp(one)] for one in files if one.exists()]
    told = [stamps, book_of(asked.book).hash, {name: str(value) for name, value in said.items()}]
    return hashlib.sha256(orjson.dumps(told)).hexdigest()[:12]


def _stamp(path: Path) -> tuple[int, int]:
    found = [one.stat() for one in (path, *(path.iterdir() if path.is_dir() else ()))]
    return sum(one.st_size for one in found), max(one.st_mtime_ns for one in found)


def _job(asked: Asked, folder: Path, kinds: Kinds) -> Job:
    known = book_of(asked.book).types
    strange = [name for name in asked.also if name not in known]
    if strange:
        found, step = ", ".join(strange), "offerdesk book show"
        raise UnusableCase(Fault("score-unknown-name", "--also", found, "names of the book", step))
    check_sections(asked.sheet, kinds)
    names = list(kinds)
    columns = Vocabulary(book_of(asked.book)).sort(names, asked.sheet.name)
    carried = _carried(asked, names, columns)
    return Job(
        sheet=asked.sheet.name,
        folder=folder,
        book=asked.book,
        edition=book_of(asked.book).hash,
        columns=columns,
        carried=carried,
        kinds=common_kinds(asked.sheet, {name: kinds[name] for name in carried}),
        also=tuple(asked.also),
        today=asked.today,
        snapshot=asked.snapshot_id,
        has_reasons=_has_reasons(asked),
        has_ledger=asked.has_ledger,
        has_rivals=asked.competing is not None,
    )


def _has_reasons(asked: Asked) -> bool:
    is_usual = asked.target.suffix.lower() in WITH_REASONS
    return is_usual if asked.has_reasons is None else asked.has_reasons


def _carried(asked: Asked, names: Sequence[str], columns: Columns) -> Sequence[str]:
    """The identifier, and the columns that were asked for; of a spreadsheet all of them.

    Raises:
        UnusableCase: ``sheet-column-unknown``.
    """
    wanted = asked.carried
    if not wanted:
        is_spreadsheet = asked.target.suffix.lower() in SPREADSHEET
        wanted = [name for name in names if is_spreadsheet and name not in columns.lists]
    strange = [name for name in wanted if name not in names]
    if strange:
        allowed = ", ".join(names)
        raise UnusableCase(
            Fault(
                "sheet-column-unknown", "--keep", ", ".join(strange), allowed, "name one of these"
            )
        )
    own = [columns.identifier] if columns.identifier else []
    return [name for name in dict.fromkeys((*own, *wanted)) if name not in columns.dropped]


def _rows_of_a_part(asked: Asked) -> int:
    room = (asked.memory - BESIDE) // max(1, asked.processes) - BESIDE
    return min(MOST_ROWS, max(LEAST_ROWS, room // BYTES_A_ROW))


def _parts(landed: Landed, most: int, processes: int) -> Iterator[Part]:
    """The files cut into parts of at most so many rows, as many for each process.

    A process is only begun for as many rows as take longer than its start.
    """
    number = before = 0
    for file in landed.files:
        rows = int(pl.scan_parquet(file, glob=False).select(pl.len()).collect().item())
        count = max(-(-rows // most), min(processes, rows // WORTH_A_PROCESS))
        count = count if count < 2 else -(-count // processes) * processes
        for place in range(count):
            start, end = rows * place // count, rows * (place + 1) // count
            number += 1
            yield Part(number, file.resolve(), start, end - start, before)
        before += rows
    if not number:
        yield Part(1, landed.files[0].resolve(), 0, 0, 0)  # a sheet without rows has answers, too


def _look_up(
    asked: Asked, job: Job, parts: Sequence[Part], spread: Spread, progress: Progress
) -> None:
    """Look up every cell of the market that some offer belongs to, once for the whole sheet."""
    if Cells.are_in(job.folder):
        return
    found = [keys for _, keys in spread(asked_of_part, job, parts)]
    keys = keys_of(pl.concat(found))
    progress("look up", 0, keys.height)
    looked_up(keys, book_of(job.book), asked.snapshot).write(job.folder)
    progress("look up", keys.height, keys.height)


def _total(folder: Path, parts: Sequence[Part], faults: Mapping[int, Fault]) -> Tally:
    total = Tally(read=len(faults), refused=len(faults))
    total.reasons.update(fault.code for fault in faults.values())
    for part in parts:
        total.add(Tally.kept(folder / f"{part.name}.{DONE}"))
    total.outcomes, total.reasons = in_order(total.outcomes), in_order(total.reasons)
    return total
