"""Whole refreshes, each in a process of its own: seconds and memory.

``python -m bench.refreshing`` refreshes the reference data (``--data``), again with nothing new,
and made-up files of labour-office filings; files are made first and do not count, everything from
finding them to the published market does.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import machine
from bench.filings import write_filings
from bench.processes import ROOT, offerdesk
from bench.report import keep, table

DATA = ROOT.parent / "shared" / "data"
RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh: what of, its size [MB], time taken [s], most memory of all processes [MB].

    Attributes:
        cpu_seconds: Time that processors worked on it, all together; on a busy machine it tells
            more than the time taken.
        balance: What the refresh said of its rows.
    """

    name: str
    file_mb: float
    seconds: float
    cpu_seconds: float
    peak_mb: float
    balance: str


def measure_filings(rows: int, folder: Path, seed: int = 1) -> Refresh:
    """Make a file of that many rows, and time its refresh into an empty home.

    Args:
        rows: How many.
        folder: For the file and the home; both are left there.
        seed: Another one makes another file.
    """
    file = folder / "h1b" / f"filings_{rows}.csv"
    file.parent.mkdir(exist_ok=True)
    write_filings(file, rows, seed)
    return measure(f"{rows:,} made-up filings", file, folder / f"home_{rows}")


def measure(name: str, place: Path, home: Path) -> Refresh:
    """Time the refresh of a file or folder into a home.

    Raises:
        RuntimeError: The refresh failed, with what it said.
    """
    ran = offerdesk("refresh", str(place), home=home)
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    size = sum(file.stat().st_size for file in files) / 2**20
    seconds, worked, peak = (
        round(figure, 1) for figure in (ran.seconds, ran.cpu_seconds, ran.peak_mb)
    )
    return Refresh(name, round(size, 1), seconds, worked, peak, _balance(ran.said))


def _balance(said: str) -> str:
    """The line that accounts for every row; the last line where nothing was read."""
    lines = said.strip().splitlines()
    return next((line for line in lines if " rows read = " in line), lines[-1])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is asked for, print it and keep it."""
    wanted = _parser().parse_args(arguments)
    described = machine.describe()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        found: list[Refresh] = []
        if wanted.data.is_dir():
            for name in ("the reference data, whole", "the same again, nothing new"):
                found.append(measure(name, wanted.data, folder / "home"))
        found += [measure_filings(rows, folder) for rows in wanted.filings]
    text = _page(described, found)
    kept = {
        "machine": {**described, "load_after": machine.load()},
        "refreshes": list(map(asdict, found)),
    }
    keep(wanted.results, "refresh", kept, text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.refreshing", description=__doc__)
    sizes = [100_000, 1_000_000, 5_000_000]
    parser.add_argument("--filings", type=int, nargs="*", default=sizes, help="rows of the files")
    parser.add_argument("--data", type=Path, default=DATA, help="a folder of real files")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are kept")
    return parser


def _page(described: Mapping[str, Any], found: Sequence[Refresh]) -> str:
    head = ["refresh of", "MB", "seconds", "CPU seconds", "peak MB"]
    lines = [[one.name, one.file_mb, one.seconds, one.cpu_seconds, one.peak_mb] for one in found]
    on = f"{described['processor']}, {described['cores']} cores, load {described['load_before']}"
    return "\n".join(
        [
            "# Refreshes\n",
            f"Measured {described['measured_at']} on {on}; DuckDB {described['duckdb']}.",
            "Memory is that of all processes of the refresh together.\n",
            *table(head, lines),
            "",
            *(f"- {one.name}: {one.balance}" for one in found),
            "",
        ]
    )


if __name__ == "__main__":
    main()
