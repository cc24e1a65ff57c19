"""Parts put together: the answers as they were asked for, what was refused, and the ledger."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import polars.selectors as cs

from pipelines.scoring.edition import book_of
from pipelines.scoring.job import Job, Part
from pipelines.scoring.keeping import disk_refusals
from pipelines.scoring.ledger import Ledger, described
from pipelines.scoring.parquet_files import put_in_a_row
from pipelines.scoring.score import ROW
from rules.errors import Fault, UnusableCase

SPREADSHEET = (".csv", ".xlsx")
FORMATS = (*SPREADSHEET, ".parquet", ".jsonl")
XLSX_ROWS = 1_048_575
# An address stays a text: a workbook leaves out a link that is long, and all after 65,530 of them.
AS_TEXT = {
    "strings_to_urls": False,
    "strings_to_formulas": False,
    "nan_inf_to_errors": True,
    "default_date_format": "yyyy-mm-dd",
}
FORMULA = r"[=+\-@\t\r]"  # how a text begins that a spreadsheet would calculate
_LEFT = re.compile(r"part-\d{5,}\.parquet|conditions\.csv|views\.sql")
WITH_REASONS = (*SPREADSHEET, ".jsonl")  # where a sentence for each row is usual


@dataclass(frozen=True)
class Made:
    """Where things are; see ``pipelines.scoring.run.Outcome``."""

    answers: Path
    rejects: Path
    ledger: Path | None


def check_target(target: Path, sheets: Sequence[Path], *, has_ledger: bool) -> None:
    """Refuse a target before anything is done: what is there may only be earlier answers.

    Args:
        target: Where the answers go; other things appear beside it.
        sheets: What is read.
        has_ledger: Whether a ledger is among those things.

    Raises:
        UnusableCase: ``sheet-target``.
    """
    if target.suffix.lower() not in (*FORMATS, ""):
        allowed = ", ".join(FORMATS) + ", or a folder for Parquet parts"
        step = "give OUT one of these endings, or none"
        raise UnusableCase(Fault("sheet-target", str(target), target.suffix, allowed, step))
    if not target.name:
        raise UnusableCase(_taken(target, "a folder without a name"))
    ledger = [beside(target, "ledger")] if has_ledger else []
    files = [beside(target, name) for name in ("rejects.csv", "summary.html")]
    folders = ledger if target.suffix else [target, *ledger]
    for made in (*([target] if target.suffix else ()), *files, *folders):
        for sheet in sheets:
            _check_sheet_stays(made, sheet)
    for file in [target, *files] if target.suffix else files:
        if file.is_dir():
            raise UnusableCase(_taken(file, "a folder"))
    for folder in folders:
        strange = _no_parts(folder)
        if strange:
            raise UnusableCase(_taken(folder, f"a folder with {strange[0].name}"))


def _check_sheet_stays(made: Path, sheet: Path) -> None:
    """Refuse to write over a sheet, into a folder that is one, or over the folder that it is in."""
    here, there = made.resolve(), sheet.resolve()
    if here == there:
        raise UnusableCase(_taken(made, "the sheet itself"))
    if here.parent == there or here in there.parents:
        raise UnusableCase(_taken(made, f"a place beside the rows of {sheet.name}"))


def _no_parts(target: Path) -> list[Path]:
    """What stands at a folder of answers or of a ledger and is nothing that a run leaves there."""
    if target.exists() and not target.is_dir():
        return [target]
    found = target.iterdir() if target.exists() else ()
    return sorted(one for one in found if not _LEFT.fullmatch(one.name))


def _taken(target: Path, found: str) -> Fault:
    return Fault("sheet-target", str(target), found, "a name of its own", "write elsewhere")


def put_together(
    target: Path, job: Job, parts: Sequence[Part], faults: Mapping[int, Fault]
) -> Made:
    """Write everything beside ``target``; each file and folder appears whole or not at all."""
    answers = [job.folder / f"{part.name}.answers.parquet" for part in parts]
    if target.suffix:
        _as_one(answers, target, job.folder)
    else:
        _as_folder(answers, target, job.folder)
    rejects = beside(target, "rejects.csv")
    _whole(rejects, job.folder, lambda aside: _rejects(job, parts, faults).write_csv(aside))
    ledger = beside(target, "ledger") if job.has_ledger else None
    if ledger:
        _keep_ledger(ledger, job, parts)
    return Made(target, rejects, ledger)


def beside(target: Path, name: str) -> Path:
    """A file beside the answers: ``answers.rejects.csv``."""
    return target.with_name(f"{target.stem if target.suffix else target.name}.{name}")


def _whole(path: Path, folder: Path, write: Callable[[Path], object]) -> None:
    """A file of the run's folder takes the place of ``path``."""
    aside = folder / path.name
    with disk_refusals():
        write(aside)
    aside.replace(path)


def _swapped(aside: Path, target: Path) -> None:
    """A folder of the run's takes the place of ``target``, which goes away with the run's."""
    if target.exists():
        target.rename(aside.with_name(f"{aside.name} before"))
    aside.rename(target)


def _emptied(folder: Path) -> Path:
    """An empty folder, whatever a run that was killed had left there."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(folder.with_name(f"{folder.name} before"), ignore_errors=True)
    folder.mkdir()
    return folder


def _as_folder(answers: Sequence[Path], target: Path, folder: Path) -> None:
    aside = _emptied(folder / "answers")
    for file in answers:
        file.rename(aside / file.name.replace(".answers", ""))
    _swapped(aside, target)


def _as_one(answers: Sequence[Path], target: Path, folder: Path) -> None:
    rows = pl.scan_parquet(list(answers), glob=False)
    match target.suffix.lower():
        case ".parquet":
            _whole(
                target,
                folder,
                lambda aside: (
                    put_in_a_row(answers, aside) or rows.sink_parquet(aside, maintain_order=True)
                ),
            )
        case ".jsonl":
            lines = _legible(rows)
            _whole(target, folder, lambda aside: lines.sink_ndjson(aside, maintain_order=True))
        case ".csv":
            cells = _as_cells(rows)
            _whole(target, folder, lambda aside: cells.sink_csv(aside, maintain_order=True))
        case _:
            _as_workbook(_as_cells(rows).collect(), target, folder)


def _as_workbook(rows: pl.DataFrame, target: Path, folder: Path) -> None:
    if rows.height > XLSX_ROWS:
        raise UnusableCase(
            Fault(
                "sheet-target",
                str(target),
                f"{rows.height:,} rows",
                f"at most {XLSX_ROWS:,} in a workbook",
                "write CSV or Parquet",
            )
        )
    _whole(target, folder, lambda aside: _write_excel(rows, aside))


def _write_excel(rows: pl.DataFrame, file: Path) -> None:
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxFileError

    try:
        with Workbook(str(file), AS_TEXT) as book:
            rows.write_excel(book)
    except XlsxFileError as problem:
        raise OSError(str(problem)) from problem


def _as_cells(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows as a spreadsheet can hold them: a list or a mapping as JSON, and no formula."""
    nested = [name for name, kind in rows.collect_schema().items() if kind.is_nested()]
    return harmless(_legible(rows.with_columns(_as_json(name) for name in nested)))


def _legible(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Bytes, such as identifiers of 16 of them, in hexadecimal digits."""
    return rows.with_columns(cs.binary().bin.encode("hex"))


def _as_json(name: str) -> pl.Expr:
    cell = pl.struct(pl.col(name).alias("cell")).struct.json_encode()
    bare = cell.str.strip_prefix('{"cell":').str.head(-1)
    return pl.when(pl.col(name).is_not_null()).then(bare).alias(name)


def harmless(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Texts that a spreadsheet would take for a formula, with an apostrophe before them."""
    texts = [name for name, kind in rows.collect_schema().items() if kind == pl.String]
    is_formula = {name: pl.col(name).str.contains(f"^{FORMULA}") for name in texts}
    return rows.with_columns(
        pl.when(risky).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, risky in is_formula.items()
    )


def _rejects(job: Job, parts: Sequence[Part], faults: Mapping[int, Fault]) -> pl.DataFrame:
    """Grain: one row for each fault of a row of a sheet."""
    found = pl.concat(
        pl.read_parquet(job.folder / f"{part.name}.rejects.parquet", glob=False) for part in parts
    )
    whole = pl.DataFrame(
        [
            {
                ROW: abs(row),
                "code": fault.code,
                "place": fault.place,
                "found": fault.found,
                "allowed": fault.allowed,
                "next": fault.next_step,
            }
            for row, fault in sorted(faults.items())
        ],
        {name: kind for name, kind in found.schema.items() if name != "id"},
    )
    return harmless(pl.concat([found, whole], how="diagonal").sort(ROW).lazy()).collect()


def _keep_ledger(target: Path, job: Job, parts: Sequence[Part]) -> None:
    """The ledger as a folder: its parts, and what each of its columns is."""
    aside = _emptied(job.folder / "ledger")
    for part in parts:
        (job.folder / f"{part.name}.ledger.parquet").rename(aside / f"{part.name}.parquet")
    ledger = Ledger(book_of(job.book))
    pl.DataFrame(described(ledger.conditions)).write_csv(aside / "conditions.csv")
    (aside / "views.sql").write_text(ledger.views(), "utf-8")
    _swapped(aside, target)
