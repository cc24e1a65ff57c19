"""A long log made again, as whole commands: seconds, processor time and memory.

``python -m bench.replaying`` decides offers that all differ from one another, then times
``offerdesk replay --all`` and ``offerdesk log verify`` over them; deciding them is not timed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import machine
from bench.offers import varied
from bench.processes import offerdesk
from bench.report import keep, table
from offerdesk.desk import Desk
from offerdesk.offers import read_offer
from offerdesk.samples import examples, sample_market
from warehouse.heads import latest

RESULTS = Path(__file__).resolve().parent / "results"
TARGET = 60.0  # [s] for a hundred thousand decisions on two cores


@dataclass(frozen=True, slots=True)
class Command:
    """A command over a log: seconds, processor time of all processes [s] and most memory [MB]."""

    name: str
    decisions: int
    log_mb: float
    seconds: float
    cpu_seconds: float
    peak_mb: float
    said: str


def fill(home: Path, count: int, processes: int = 2) -> None:
    """Log that many decisions of offers that all differ, of all examples in turn."""
    os.environ["OFFERDESK_HOME"] = str(home)
    sample_market()
    Desk()
    share = -(-count // processes)
    context = multiprocessing.get_context("spawn")
    asked = [(home, start, min(share, count - start)) for start in range(0, count, share)]
    with context.Pool(processes) as pool:
        pool.starmap(_decide, asked)
    head = latest()
    if head is None or head.seq != count:
        raise RuntimeError(f"{head} is the head of {count} decisions")


def _decide(home: Path, start: int, count: int) -> None:
    os.environ["OFFERDESK_HOME"] = str(home)
    desk = Desk()
    paths = sorted((examples() / "offers").glob("*.yaml"))
    made = [varied(read_offer(path).value, count, start=start, throughout=True) for path in paths]
    for number in range(count):
        desk.decide(next(made[number % len(made)]))


def measure(home: Path, *command: str) -> Command:
    """Time a command over the log of a home.

    Raises:
        RuntimeError: It failed, with what it said.
    """
    head = latest(home / "log" / "decisions.sqlite")
    size = sum(file.stat().st_size for file in (home / "log").iterdir()) / 2**20
    ran = offerdesk(*command, home=home)
    figures = (round(one, 1) for one in (size, ran.seconds, ran.cpu_seconds, ran.peak_mb))
    count = head.seq if head else 0
    return Command(" ".join(command), count, *figures, ran.said.strip().splitlines()[0])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table and keep it."""
    wanted = _parser().parse_args(arguments)
    described = machine.describe()
    with tempfile.TemporaryDirectory() as made:
        home = wanted.home or Path(made) / "home"
        if not (home / "log").exists():
            fill(home, wanted.decisions)
        described["load_before"] = machine.load()
        found = [
            measure(home, "replay", "--all"),
            measure(home, "log", "verify"),
        ]
    text = _page(described, found)
    kept = {
        "machine": {**described, "load_after": machine.load()},
        "target_s": TARGET,
        "commands": list(map(asdict, found)),
    }
    keep(wanted.results, "replay", kept, text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.replaying", description=__doc__)
    parser.add_argument("--decisions", type=int, default=100_000, help="how many to replay")
    parser.add_argument("--home", type=Path, help="keep the log here, or use the one that is")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the tables are kept")
    return parser


def _page(described: Mapping[str, Any], found: Sequence[Command]) -> str:
    head = ["command", "decisions", "log MB", "seconds", "CPU seconds", "CPU ms each", "peak MB"]
    lines = [
        [
            f"`{one.name}`",
            f"{one.decisions:,}",
            one.log_mb,
            one.seconds,
            one.cpu_seconds,
            round(one.cpu_seconds / max(1, one.decisions) * 1000, 2),
            one.peak_mb,
        ]
        for one in found
    ]
    on = f"{described['processor']}, {described['cores']} cores, load {described['load_before']}"
    return "\n".join(
        [
            "# The log made again\n",
            f"Measured {described['measured_at']} on {on}; SQLite {described['sqlite']}.",
            f"Wanted: 100,000 decisions byte for byte in under {TARGET:.0f} s on two cores.",
            "No two of the offers are the same; memory is that of all processes together.\n",
            *table(head, lines),
            "",
            *(f"- `{one.name}`: {one.said}" for one in found),
            "",
        ]
    )


if __name__ == "__main__":
    main()
