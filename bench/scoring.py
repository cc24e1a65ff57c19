"""Whole sheets scored, and the book alone beside engines in which people write it by hand.

``python -m bench.scoring`` makes the offers first, which does not count.  With ``--long`` there are
also ten million of them, and for whole sheets fifty where the disk has room; that takes half an
hour.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import polars as pl

from bench import machine
from bench.batch import ENGINES, engine
from bench.batch.columns import ANSWERS, differences
from bench.batch.offers import write_offers
from bench.batch.ours import book, whole
from bench.batch.running import Run
from bench.processes import offerdesk, run
from bench.report import keep
from bench.score_report import as_markdown
from bench.sheets import write_sheet

RESULTS = Path(__file__).resolve().parent / "results"
SIZES = [10_000, 100_000, 1_000_000]
LONG = [10_000_000, 50_000_000]
BYTES_AN_OFFER = 400  # of the sheet, the answers, the ledger and what a run keeps meanwhile
REFERENCE, WHOLE_REFERENCE = "our_frame", "our_whole_frame"
MOST_COMPARED = 1_000_000  # answers that are compared at once; of larger sheets, the counts

Figures = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables and keep them."""
    wanted = _parser().parse_args(arguments)
    described = machine.describe()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        long = LONG if wanted.long else ()
        scored = list(_scored([*wanted.sizes, *long], folder))
        compared = compare([*wanted.sizes, *long[:1]], folder, wanted.engines)
    found = {
        "machine": {**described, "load_after": machine.load(), "book": book().hash[:12]},
        "scored": scored,
        "engines": compared,
    }
    text = as_markdown(found)
    keep(wanted.results, "score", found, text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.scoring", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES, help="offers in a sheet")
    parser.add_argument("--engines", nargs="*", default=ENGINES, help="what is compared")
    parser.add_argument("--long", action="store_true", help="ten and fifty million, too")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are kept")
    return parser


# --- Whole sheets ---------------------------------------------------------------------------


def _scored(sizes: Sequence[int], folder: Path) -> Iterator[Figures]:
    """``offerdesk score`` for each size, without and with the ledger; files are removed."""
    for rows in sizes:
        if shutil.disk_usage(folder).free < rows * BYTES_AN_OFFER:
            _say(f"no room for {rows:,} offers")
            continue
        _say(f"a sheet of {rows:,} offers")
        sheet = folder / "sheet.parquet"
        write_sheet(sheet, rows)
        yield from scored_both_ways(sheet, rows, folder)
        sheet.unlink()


def scored_both_ways(sheet: Path, rows: int, folder: Path) -> list[Figures]:
    """A sheet scored without and with the ledger.

    Args:
        sheet: The sheet.
        rows: How many offers it has.
        folder: For what is written; it is removed.

    Raises:
        RuntimeError: The two did not give the same, or not an answer for each offer.
    """
    found: list[Figures] = []
    targets: list[Path] = []
    for option in ("--no-ledger", "--ledger"):
        target = folder / f"scored{option}" / "answers.parquet"
        target.parent.mkdir()
        targets.append(target)
        options = ("--output", str(target), option, "--processes", "2", "--format", "json")
        ran = offerdesk("score", str(sheet), *options, home=folder / "home")
        told = json.loads(ran.said)
        found.append(
            {
                "rows": rows,
                "ledger": option == "--ledger",
                "seconds": round(ran.seconds, 2),
                "cpu_seconds": round(ran.cpu_seconds, 2),
                "peak_mb": round(ran.peak_mb),
                "high_water_mb": round(ran.high_water_mb),
                "written_mb": round(_size(target.parent) / 2**20, 1),
                "judged": told["judged"],
                "outcomes": told["outcomes"],
            }
        )
    check_same(found, targets)
    for target in targets:
        shutil.rmtree(target.parent)
    return found


def check_same(found: Sequence[Figures], answers: Sequence[Path]) -> None:
    """Whether both ways of scoring gave the same answers, one for each offer.

    Raises:
        RuntimeError: They did not.
    """
    first, second = found
    rows = first["rows"]
    if first["outcomes"] != second["outcomes"] or not first["judged"] == second["judged"] == rows:
        raise RuntimeError(f"{rows:,} offers, with the ledger and without, have other outcomes")
    if rows <= MOST_COMPARED:
        one, other = (pl.read_parquet(path).sort("row") for path in answers)
        if not one.equals(other):
            raise RuntimeError(f"{rows:,} offers, with the ledger and without, have other answers")


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


# --- The book alone -------------------------------------------------------------------------


def compare(sizes: Sequence[int], folder: Path, engines: Sequence[str]) -> Figures:
    """Every engine over the same offers, one after the other, and whether they agree.

    Args:
        sizes: Numbers of offers, in growing order.
        folder: For the offers and the answers.
        engines: Modules of ``bench.batch``; those of ``REFERENCE`` and ``WHOLE_REFERENCE`` first
            among those that they are compared with.
    """
    folders = {rows: folder / f"offers_{rows}" for rows in sizes}
    for rows, place in folders.items():
        write_offers(place, rows, book())
    runs: list[Run] = []
    absent: dict[str, str] = {}
    for name in engines:
        _say(name)
        try:
            most = engine(name).MOST
        except ImportError as problem:
            absent[name] = str(problem)
            continue
        enough = [rows for rows in sizes if rows < most]
        enough += [rows for rows in sizes if rows >= most][:1]
        runs += [_timed(name, folders[rows]) for rows in enough]
    largest = {one.engine: one for one in runs}
    return {
        "runs": [asdict(one) for one in runs],
        "names": {name: engine(name).NAME for name in largest},
        "notes": {name: engine(name).NOTE for name in largest},
        "absent": absent,
        "differing": {name: _differing(name, folders, runs) for name in largest},
        "verdicts": _verdicts(folders[sizes[-1]] / REFERENCE),
    }


def _timed(name: str, folder: Path) -> Run:
    command = [sys.executable, "-m", "bench.batch.running", name, str(folder)]
    ran = run(command, {"POLARS_MAX_THREADS": "2"})
    return replace(Run(**json.loads(ran.said)), peak_mb=round(ran.peak_mb))


def _differing(name: str, folders: Mapping[int, Path], runs: Sequence[Run]) -> dict[str, int]:
    """Column -> for how many offers, over all that it was given, it is not as in our frames."""
    is_whole = name.startswith("our_whole")
    reference, columns = REFERENCE, list(ANSWERS)
    if is_whole:
        reference, columns = WHOLE_REFERENCE, ["offer_id", *whole()]
    total: dict[str, int] = {}
    for place in folders.values():
        if (place / name).is_dir():
            for column, count in differing_answers(place, reference, name, columns).items():
                total[column] = total.get(column, 0) + count
    return total


def differing_answers(
    place: Path, reference: str, name: str, columns: Sequence[str]
) -> dict[str, int]:
    """For how many offers the answers of an engine differ, where it was given them.

    Args:
        place: The folder of the offers, in which each engine left its answers.
        reference: The engine that is right.
        name: The other one.
        columns: What is compared.
    """
    found, expected = (pl.scan_parquet(place / one / "*.parquet") for one in (name, reference))
    total: Counter[str] = Counter()
    for start in range(0, found.select(pl.len()).collect().item(), MOST_COMPARED):
        here = pl.col("offer_id").is_between(start, start + MOST_COMPARED - 1)
        some = found.filter(here).collect()
        last = here & (pl.col("offer_id") <= some["offer_id"].max())
        total.update(differences(expected.filter(last).collect(), some, columns))
    return dict(total)


def _verdicts(answers: Path) -> dict[str, int]:
    counted = pl.read_parquet(answers / "*.parquet").group_by("rule", "verdict").len()
    return {f"{rule} {verdict}": count for rule, verdict, count in counted.sort("rule").rows()}


def _say(what: str) -> None:
    print(f"measuring: {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
