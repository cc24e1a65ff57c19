"""A served desk under a mixed load, while the market is refreshed and a sheet is scored.

``python -m bench.serving`` serves a desk, loads it from another process and, meanwhile, publishes
a larger market twice and uploads a sheet.  Afterwards every decision that was acknowledged is
looked for in the log.  ``--long`` does so for ten minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench import machine
from bench.filings import write_filings
from bench.processes import OFFERDESK, ROOT, offerdesk, tree
from bench.report import keep, table
from bench.web_load import DECIDE, KEYED

RESULTS = Path(__file__).resolve().parent / "results"
TARGET_RATE, TARGET_P99 = 300, 60.0  # decisions a second, [ms]
FILINGS = (20_000, 40_000)  # rows of what is taken in meanwhile
SHEET = ROOT / "examples" / "sheets" / "offers.csv"
Figures = Mapping[str, Any]


@contextmanager
def served(home: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A desk in a process of its own: its address, and the process."""
    command = [sys.executable, "-c", OFFERDESK, "serve", "--port", "0", "--rate", "100000"]
    environment = {**os.environ, "OFFERDESK_HOME": str(home), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().split()[-1], process
        finally:
            process.send_signal(signal.SIGTERM)


def measure(seconds: float, rate: int, folder: Path) -> Figures:
    """Load a desk for so long.

    Args:
        seconds: How long.
        rate: Decisions a second; other requests come on top.
        folder: For the home and what is taken in.
    """
    home, out = folder / "home", folder / "load.json"
    offerdesk("refresh", str(ROOT / "examples" / "guides"), home=home)
    for number, rows in enumerate(FILINGS):
        (folder / f"filings {number}").mkdir()
        write_filings(folder / f"filings {number}" / "filings.csv", rows, number)
    with served(home) as (address, process):
        desk = tree(process.pid)
        before = sum(map(_worked, desk))
        with ThreadPoolExecutor(1) as others:
            meanwhile = others.submit(_meanwhile, seconds, folder, address)
            _loaded(address, rate, seconds, out)
        meanwhile.result()
        worked, memory = sum(map(_worked, desk)) - before, sum(map(_memory, desk))
    found = json.loads(out.read_text("utf-8"))
    acknowledged = found.pop("ids")
    return {
        "seconds": seconds,
        "rate": rate,
        **found,
        "acknowledged": len(acknowledged),
        "lost": len(set(acknowledged) - _logged(home)),
        "cpu_seconds": round(worked, 1),
        "peak_mb": memory,
    }


def _loaded(address: str, rate: int, seconds: float, out: Path) -> None:
    """Let another process load the desk, and keep what it found."""
    asked = ["--rate", str(rate), "--seconds", str(seconds), "--out", str(out)]
    command = [sys.executable, "-m", "bench.web_load", address, *asked]
    subprocess.run(command, cwd=ROOT, check=True)


def _meanwhile(seconds: float, folder: Path, address: str) -> None:
    """What others do while the desk is asked: a sheet is sent, and the market grows twice."""
    begin = time.monotonic()
    httpx.post(
        f"{address}api/batches", files={"sheet": (SHEET.name, SHEET.read_bytes())}
    ).raise_for_status()
    for number in range(len(FILINGS)):
        due = begin + seconds * (number + 1) / (len(FILINGS) + 2)
        time.sleep(max(0.0, due - time.monotonic()))
        place = str(folder / f"filings {number}")  # published, whichever offers it flips
        offerdesk("refresh", place, "--flip-budget", "1", home=folder / "home")


def _logged(home: Path) -> set[str]:
    with closing(sqlite3.connect(home / "log" / "decisions.sqlite")) as log:
        (name,) = log.execute(
            "SELECT name FROM sqlite_master WHERE name IN ('chain', 'decision_log') LIMIT 1"
        ).fetchone()
        return {row_id for (row_id,) in log.execute(f"SELECT id FROM {name}")}


def _worked(process: int) -> float:
    """Time that processors worked on a process so far [s]."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(process: int) -> int:
    """The most memory that a process ever held [MB]."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


def as_markdown(described: Figures, found: Figures) -> str:
    """One page about it."""
    return "\n".join([*_head(described, found), *_times(found), *_verdict(found), ""])


def _head(described: Figures, found: Figures) -> Iterator[str]:
    yield "# A served desk under load\n"
    yield f"Measured {described['measured_at']} on {described['processor']}, {described['cores']}"
    yield f"cores, load {described['load_before']} before and {described['load_after']} after;"
    yield "the desk, what asks it and what refreshes the market share these cores.\n"
    yield f"{found['rate']} decisions a second for {found['seconds']:g} s, each of another offer"
    yield f"than the one before, one in {KEYED} under an idempotency key, with reads among them; a"
    yield f"sheet is scored and the market is published {len(FILINGS)} times meanwhile. Times are"
    yield "in milliseconds and count from when a request was due, not from when it was sent.\n"


def _times(found: Figures) -> Iterator[str]:
    head = ["request", "answered", "least", "p50", "p99", "most"]
    names = ("runs", "least", "p50", "p99", "most")
    yield from table(
        head, [[kind, *(one[name] for name in names)] for kind, one in found["requests"].items()]
    )
    yield ""


def _verdict(found: Figures) -> Iterator[str]:
    decided = found["requests"][DECIDE]
    rate = decided["runs"] / found["lasted"]
    checks = [
        (f"{TARGET_RATE} decisions a second", f"{rate:.1f}", round(rate) >= TARGET_RATE),
        (f"p99 under {TARGET_P99:g} ms", f"{decided['p99']:.1f} ms", decided["p99"] < TARGET_P99),
        ("not one error", f"{sum(found['errors'].values())}", not found["errors"]),
        ("every acknowledged decision logged", f"{found['lost']} lost", not found["lost"]),
        ("every published market used", _markets(found), len(_used(found)) == len(FILINGS) + 1),
    ]
    told = [[aim, what, "met" if is_met else "MISSED"] for aim, what, is_met in checks]
    yield from table(["aim", "found", ""], told)
    yield ""
    yield f"- CPU of the desk: {found['cpu_seconds']} s, {_each(found)} ms for each request"
    yield f"- CPU of what asks it: {found['asking_seconds']} s"
    yield f"- most memory of the desk, its two processes together: {found['peak_mb']} MB"
    yield f"- requests that the load itself sent more than 5 ms late: {found['late']}"
    yield from (f"- {error}: {count}" for error, count in found["errors"].items())


def _used(found: Figures) -> list[str]:
    return [name for name in found["snapshots"] if name != "None"]


def _markets(found: Figures) -> str:
    return ", ".join(f"{name} for {found['snapshots'][name]}" for name in _used(found))


def _each(found: Figures) -> float:
    count = sum(one["runs"] for one in found["requests"].values())
    return round(found["cpu_seconds"] / count * 1e3, 2)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and keep it."""
    parser = argparse.ArgumentParser(prog="python -m bench.serving", description=__doc__)
    parser.add_argument("--long", action="store_true", help="ten minutes instead of one")
    parser.add_argument("--seconds", type=float, help="another time")
    parser.add_argument("--rate", type=int, default=TARGET_RATE, help="decisions a second")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the page is kept")
    wanted = parser.parse_args(arguments)
    described = machine.describe()
    with tempfile.TemporaryDirectory() as folder:
        seconds = wanted.seconds or (600.0 if wanted.long else 60.0)
        found = measure(seconds, wanted.rate, Path(folder))
    described["load_after"] = machine.load()
    page = as_markdown(described, found)
    kept = {"machine": described, **found}
    keep(wanted.results, "serve", kept, page)


if __name__ == "__main__":
    main()
