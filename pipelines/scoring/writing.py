"""Parts put together: the answers as they were asked for, what was refused, and the ledger."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.scoring.ledger import Ledger, described
from pipelines.scoring.score import ROW, Job, Part, book_of
from rules.errors import Fault, UnusableCase

SPREADSHEET = (".csv", ".xlsx")
FORMATS = (*SPREADSHEET, ".parquet", ".jsonl")
XLSX_ROWS = 1_048_575


@dataclass(frozen=True)
class Made:
    """Where things are; see ``pipelines.scoring.run.Outcome``."""

    answers: Path
    rejects: Path
    ledger: Path | None


def check_target(target: Path) -> None:
    """Refuse a target before anything is done.

    Raises:
        UnusableCase: ``sheet-target``.
    """
    if target.suffix.lower() not in (*FORMATS, ""):
        allowed = ", ".join(FORMATS) + ", or a folder for Parquet parts"
        raise UnusableCase(Fault("sheet-target", str(target), target.suffix, allowed))


def put_together(
    target: Path, job: Job, parts: Sequence[Part], faults: Mapping[int, Fault]
) -> Made:
    """Write everything beside ``target``; each file appears whole or not at all."""
    answers = [job.folder / f"{part.name}.answers.parquet" for part in parts]
    if target.suffix:
        _as_one(answers, target)
    else:
        _as_folder(answers, target)
    rejects = beside(target, "rejects.csv")
    _whole(rejects, lambda aside: _rejects(job, parts, faults).write_csv(aside))
    ledger = beside(target, "ledger") if job.has_ledger else None
    if ledger:
        _keep_ledger(ledger, job, parts)
    return Made(target, rejects, ledger)


def beside(target: Path, name: str) -> Path:
    """A file beside the answers: ``answers.rejects.csv``."""
    return target.with_name(f"{target.stem if target.suffix else target.name}.{name}")


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    aside = path.with_name(f".{path.name}.part")
    write(aside)
    aside.replace(path)


def _as_folder(answers: Sequence[Path], target: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for file in answers:
        file.rename(target / file.name.replace(".answers", ""))


def _as_one(answers: Sequence[Path], target: Path) -> None:
    rows = pl.scan_parquet(list(answers))
    match target.suffix.lower():
        case ".parquet":
            _whole(target, lambda aside: rows.sink_parquet(aside, maintain_order=True))
        case ".jsonl":
            _whole(target, lambda aside: rows.sink_ndjson(aside, maintain_order=True))
        case ".csv":
            _whole(target, lambda aside: _as_cells(rows).sink_csv(aside, maintain_order=True))
        case _:
            _as_workbook(_as_cells(rows).collect(), target)


def _as_workbook(rows: pl.DataFrame, target: Path) -> None:
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
    _whole(target, lambda aside: rows.write_excel(aside))


def _as_cells(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows as a spreadsheet can hold them: a list or a mapping as JSON, and no formula."""
    nested = [name for name, kind in rows.collect_schema().items() if kind.is_nested()]
    return _harmless(rows.with_columns(_as_json(name) for name in nested))


def _as_json(name: str) -> pl.Expr:
    cell = pl.struct(pl.col(name).alias("cell")).struct.json_encode()
    bare = cell.str.strip_prefix('{"cell":').str.head(-1)
    return pl.when(pl.col(name).is_not_null()).then(bare).alias(name)


def _harmless(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Texts that a spreadsheet would take for a formula, with an apostrophe before them."""
    texts = [name for name, kind in rows.collect_schema().items() if kind == pl.String]
    is_formula = {name: pl.col(name).str.contains(r"^[=+\-@\t\r]") for name in texts}
    return rows.with_columns(
        pl.when(risky).then(pl.lit("'") + pl.col(name)).otherwise(pl.col(name)).alias(name)
        for name, risky in is_formula.items()
    )


def _rejects(job: Job, parts: Sequence[Part], faults: Mapping[int, Fault]) -> pl.DataFrame:
    """Grain: one row for each fault of a row of a sheet."""
    found = pl.concat(
        pl.read_parquet(job.folder / f"{part.name}.rejects.parquet") for part in parts
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
    return _harmless(pl.concat([found, whole], how="diagonal").sort(ROW).lazy()).collect()


def _keep_ledger(target: Path, job: Job, parts: Sequence[Part]) -> None:
    """The ledger as a folder: its parts, and what each of its columns is."""
    aside = target.with_name(f".{target.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for part in parts:
        (job.folder / f"{part.name}.ledger.parquet").rename(aside / f"{part.name}.parquet")
    ledger = Ledger(book_of(job.book))
    pl.DataFrame(described(ledger.conditions)).write_csv(aside / "conditions.csv")
    (aside / "views.sql").write_text(ledger.views(), "utf-8")
    shutil.rmtree(target, ignore_errors=True)
    aside.rename(target)
