"""Memory over many decisions, in a process of its own: ``python -m bench.memory FILE COUNT``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.offers import varied

ROOT = Path(__file__).resolve().parent.parent
LOOK_UP_EVERY = 20


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory [MB] after a warm-up, half way and at the end of many decisions.

    Attributes:
        kb_per_decision: Growth over the second half, when every cache is full [kB].
        log_kb_per_decision: What the log holds of each on disk [kB].
    """

    decisions: int
    after_warm_up: float
    half_way: float
    at_end: float
    kb_per_decision: float
    log_kb_per_decision: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def measure(example: Path, count: int) -> Memory:
    """Decide that many different offers in a fresh process.

    Args:
        example: A JSON file with an offer that brings its market; every twentieth decision leaves
            the market away, so that it is looked up.
        count: How many decisions.
    """
    command = [sys.executable, "-m", "bench.memory", str(example), str(count)]
    ran = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Memory(**json.loads(ran.stdout))


def _decide_many(example: Mapping[str, Any], count: int) -> Memory:
    from offerdesk.desk import Desk
    from warehouse.home import home

    desk = Desk()
    before = _log_size(home().log)
    warm_up = max(1, count // 10)
    marks = {warm_up: 0.0, warm_up + count // 2: 0.0, warm_up + count: 0.0}
    for number, offer in enumerate(varied(example, warm_up + count), start=1):
        if number % LOOK_UP_EVERY == 0:
            del offer["market"]
        desk.decide(offer)
        if number in marks:
            marks[number] = resident()
    first, middle, last = marks.values()
    return Memory(
        count,
        round(first, 1),
        round(middle, 1),
        round(last, 1),
        round((last - middle) * 1024 / (count - count // 2), 3),
        round((_log_size(home().log) - before) / 1024 / (warm_up + count), 2),
    )


def _log_size(folder: Path) -> int:
    """What the log and its journal take on disk [B]; nothing before the first decision."""
    return sum(path.stat().st_size for path in folder.glob("*"))


def resident() -> float:
    """Resident memory of this process [MB]; its peak where the system tells no more."""
    status = Path("/proc/self/statm")
    if status.is_file():
        pages = int(status.read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    file, decisions = sys.argv[1:]
    found = _decide_many(json.loads(Path(file).read_text("utf-8")), int(decisions))
    print(json.dumps(found.as_dict()))
