"""A whole refresh of one large file, in a process of its own: seconds and memory.

``python -m bench.refresh_lca 100000 1000000 5000000`` prints a table; the file is made first and
does not count, everything from finding it to the published market does.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.filings import write_filings
from bench.report import table

ROOT = Path(__file__).resolve().parent.parent
EVERY = 0.05  # [s] between two looks at the memory
REFRESH = "import sys; from offerdesk.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh of a file: its rows and size [MB], time taken [s], most memory at once [MB].

    Attributes:
        cpu_seconds: Time that processors worked on it, all together; on a busy machine it tells
            more than the time taken.
        balance: What the refresh said of its rows.
    """

    rows: int
    file_mb: float
    seconds: float
    cpu_seconds: float
    peak_mb: float
    balance: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def measure(rows: int, folder: Path, seed: int = 1) -> Refresh:
    """Make a file of that many rows, and time its refresh into an empty home.

    Args:
        rows: How many.
        folder: For the file and the home; both are left there.
        seed: Another one makes another file.
    """
    file = folder / "h1b" / f"filings_{rows}.csv"
    file.parent.mkdir(exist_ok=True)
    write_filings(file, rows, seed)
    environment = {**os.environ, "OFFERDESK_HOME": str(folder / f"home_{rows}")}
    environment |= {"PREFECT_API_URL": "", "PYTHONPATH": str(ROOT)}
    begin, worked = time.perf_counter(), _worked()
    process = subprocess.Popen(
        [sys.executable, "-c", REFRESH, "refresh", str(file)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    said, _ = process.communicate()
    seconds = time.perf_counter() - begin
    watcher.join()
    if process.returncode:
        raise RuntimeError(said)
    size = file.stat().st_size / 2**20
    figures = (size, seconds, _worked() - worked, peak[0])
    return Refresh(rows, *(round(figure, 1) for figure in figures), said.strip())


def _worked() -> float:
    """Processor time of the processes that this one started and that have ended [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(process: subprocess.Popen[str], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_resident, _tree(process.pid))))
        time.sleep(EVERY)


def _tree(root: int) -> list[int]:
    """A process and all that it started."""
    found = [root]
    for one in found:
        for children in Path("/proc").glob(f"{one}/task/*/children"):
            try:
                found += map(int, children.read_text("ascii").split())
            except OSError:  # it has just ended
                continue
    return found


def _resident(process: int) -> float:
    """Resident memory of a process [MB]; none when it has just ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main(arguments: Sequence[str]) -> None:
    """Measure every size asked for, and print them."""
    head = ["rows", "file MB", "seconds", "CPU seconds", "peak MB"]
    with tempfile.TemporaryDirectory() as folder:
        found = [measure(int(rows), Path(folder)) for rows in arguments or ["100000"]]
    lines = [[one.rows, one.file_mb, one.seconds, one.cpu_seconds, one.peak_mb] for one in found]
    print(*table(head, lines), sep="\n")
    print(found[-1].balance)


if __name__ == "__main__":
    main(sys.argv[1:])
