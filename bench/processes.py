"""A program as a process of its own: how long it and all that it starts take, and what memory."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EVERY = 0.05  # [s] between two looks at the memory
OFFERDESK = "import sys; from offerdesk.cli import main; sys.exit(main(sys.argv[1:]))"


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that has ended well.

    Attributes:
        seconds: From its start to its end [s].
        cpu_seconds: Time that processors worked on it, all processes together; on a busy machine
            it tells more than the time taken [s].
        peak_mb: The most memory that its processes held at one moment, all together [MB].
        high_water_mb: The most that each of them ever held, summed up: never less than the
            peak, and certain where a look may miss it [MB].
        said: What it wrote.
    """

    seconds: float
    cpu_seconds: float
    peak_mb: float
    high_water_mb: float
    said: str


def offerdesk(*arguments: str, home: Path) -> Ran:
    """Run an ``offerdesk`` command.

    Args:
        arguments: The command and what comes after it.
        home: What it keeps goes there.

    Raises:
        RuntimeError: It failed, with what it said.
    """
    return run([sys.executable, "-c", OFFERDESK, *arguments], {"OFFERDESK_HOME": str(home)})


def run(command: Sequence[str], changes: Mapping[str, str]) -> Ran:
    """Run a program and watch it.

    Args:
        command: The program and its arguments.
        changes: To the environment.

    Raises:
        RuntimeError: It failed, with what it said.
    """
    environment = {**os.environ, "PREFECT_API_URL": "", "PYTHONPATH": str(ROOT), **changes}
    begin, worked = time.perf_counter(), _worked()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    memory = _Memory()
    watcher = threading.Thread(target=memory.watch, args=(process,), daemon=True)
    watcher.start()
    said, _ = process.communicate()
    seconds = time.perf_counter() - begin
    watcher.join()
    if process.returncode:
        raise RuntimeError(said)
    return Ran(seconds, _worked() - worked, memory.peak, sum(memory.high_waters.values()), said)


class _Memory:
    """Memory of a process and all that it started [MB]."""

    def __init__(self) -> None:
        self.peak = 0.0
        self.high_waters: dict[int, float] = {}

    def watch(self, process: subprocess.Popen[str]) -> None:
        while process.poll() is None:
            found = {one: _memory(one) for one in tree(process.pid)}
            self.peak = max(self.peak, sum(now for now, _ in found.values()))
            self.high_waters |= {one: most for one, (_, most) in found.items() if most}
            time.sleep(EVERY)


def _worked() -> float:
    """Processor time of the processes that this one started and that have ended [s]."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tree(root: int) -> list[int]:
    """A process and all that it started."""
    found = [root]
    for one in found:
        for children in Path("/proc").glob(f"{one}/task/*/children"):
            try:
                found += map(int, children.read_text("ascii").split())
            except OSError:  # it has just ended
                continue
    return found


def _memory(process: int) -> tuple[float, float]:
    """What a process holds and the most it ever held [MB]; nothing when it has just ended."""
    try:
        lines = Path(f"/proc/{process}/status").read_text("utf-8").splitlines()
    except OSError:
        return 0.0, 0.0
    found = dict(line.split(":", 1) for line in lines)
    now, most = (int(found.get(name, "0").split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, most
