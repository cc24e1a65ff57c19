"""``offerdesk decide OFFER`` as a whole process, and what it imports."""

from __future__ import annotations

import compileall
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.clock import timed

ROOT = Path(__file__).resolve().parent.parent
CODE = ("offerdesk", "pipelines", "warehouse", "rules")
WARM_UP = 2
COMMAND = "import sys; from offerdesk.cli import main; sys.exit(main())"
_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| (\s*)(\S+)")


@dataclass(frozen=True, slots=True)
class Import:
    """One module: its own time and that with everything it imports first [ms]."""

    module: str
    own: float
    with_others: float


@dataclass(frozen=True, slots=True)
class Starting:
    """Whole processes [s].

    Attributes:
        bare: The median of starting Python to do nothing.
        all_imports: Sum over all imports, measured with ``-X importtime``, which itself costs [ms].
    """

    runs: int
    least: float
    median: float
    most: float
    bare: float
    all_imports: float
    slowest: tuple[Import, ...]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def time_starting(offer: Path, runs: int) -> Starting:
    """Start the program again and again; bytecode is compiled first and the disk is warm.

    Args:
        offer: The offer file.
        runs: How many starts are timed.
    """
    compile_code()
    command = [sys.executable, *_command(), "decide", str(offer)]
    for _ in range(min(runs, WARM_UP)):
        _run(command)
    seconds = [timed(_run, command)[0] for _ in range(runs)]
    bare = [timed(_run, [sys.executable, "-c", "pass"])[0] for _ in range(runs)]
    imports = _imports([sys.executable, "-X", "importtime", *_command(), "decide", str(offer)])
    slowest = sorted(imports, key=lambda one: -one.own)[:10]
    return Starting(
        runs,
        round(min(seconds), 4),
        round(median(seconds), 4),
        round(max(seconds), 4),
        round(median(bare), 4),
        round(sum(one.own for one in imports), 1),
        tuple(slowest),
    )


def compile_code() -> None:
    """Make sure that no start has to compile our own modules."""
    for name in CODE:
        compileall.compile_dir(ROOT / name, quiet=2)


def _command() -> list[str]:
    """The installed program where there is one, else what it does."""
    script = Path(sys.executable).with_name("offerdesk")
    return [str(script)] if script.is_file() else ["-c", COMMAND]


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)


def _imports(command: list[str]) -> list[Import]:
    lines = (_LINE.match(line) for line in _run(command).stderr.splitlines())
    return [
        Import(found[4], int(found[1]) / 1000, int(found[2]) / 1000) for found in lines if found
    ]
