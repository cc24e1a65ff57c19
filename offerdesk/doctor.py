"""Is this installation fit to decide?  Each check looks at one thing and reports one finding.

Only the standard library is imported at the top: the doctor must be able to speak when one of
our own packages is missing or is somebody else's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
OURS = ("offerdesk", "pipelines", "warehouse", "rules")
REBUILD = (
    "build it again: CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject "
    "pip install --no-cache-dir --force-reinstall --no-deps durable-rules"
)


class Health(StrEnum):
    """How a finding stands: a warning leaves Offerdesk usable, a fault does not."""

    SOUND = "sound"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw.

    Attributes:
        check: The thing looked at, such as ``log``.
        health: Sound, a warning or a fault.
        found: What is there, with its place where it has one.
        next_step: What the reader can do; empty when the finding is sound.
    """

    check: str
    health: Health
    found: str
    next_step: str = ""


def _python() -> Finding:
    found = f"Python {sys.version.split()[0]} at {sys.executable}"
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return Finding("python", Health.SOUND, found)
    return Finding("python", Health.WARNING, found, "use Python 3.11 to 3.14")


def _package(name: str) -> Finding:
    """Another distribution may own the name: ``rules``, for one, is also on PyPI."""
    ours = Path(__file__).resolve().parent.parent / name / "__init__.py"
    spec = find_spec(name)
    if spec is None:
        return Finding(name, Health.FAULT, "not installed", "install offerdesk again")
    origin = Path(spec.origin).resolve() if spec.origin else None
    if origin == ours:
        return Finding(name, Health.SOUND, str(ours.parent))
    stranger = origin or next(iter(spec.submodule_search_locations or []), "nowhere")
    return Finding(
        name,
        Health.FAULT,
        f"a stranger's package: {stranger}",
        "install offerdesk on its own, as in `pipx install offerdesk`",
    )


def _engine() -> Finding:
    """Asks the engine a question whose answer is known, as loading alone proves little."""
    from rules.engine import Engine, Proposition
    from rules.errors import FailedWorld
    from rules.expression import Name

    try:
        probe = Engine({"probe": [Proposition("probe", Name("fact"))]})
        answer = probe.conclude("probe", {"fact": True}).truths["probe"]
    except FailedWorld as error:
        return Finding("durable-rules", Health.FAULT, str(error), REBUILD)
    if answer is not True:
        return Finding("durable-rules", Health.FAULT, f"concluded {answer} from a fact", REBUILD)
    return Finding("durable-rules", Health.SOUND, f"{_version('durable-rules')}, concludes")


def _duckdb() -> Finding:
    try:
        import_module("warehouse.snapshot")
    except ImportError as error:
        found = f"does not load: {error}"
        return Finding("duckdb", Health.FAULT, found, "install offerdesk again")
    return Finding("duckdb", Health.SOUND, _version("duckdb"))


def _version(distribution: str) -> str:
    from importlib.metadata import version

    return version(distribution)


def _home() -> Finding:
    """Nothing is created: the nearest folder that exists decides."""
    from warehouse.home import home

    root = home().root
    nearest = next(folder for folder in (root, *root.parents) if folder.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return Finding("home", Health.SOUND, str(root))
    return Finding(
        "home",
        Health.FAULT,
        f"{root}: {nearest} is not a folder that can be written to",
        "set OFFERDESK_HOME to a folder of your own",
    )


def _log() -> Finding:
    from warehouse.home import home
    from warehouse.verification import verify

    place = home().log_file
    if not place.exists():
        return Finding("log", Health.SOUND, f"{place}: nothing logged yet")
    faults = verify().faults
    if not faults:
        return Finding("log", Health.SOUND, f"{place}: the chain holds")
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return Finding("log", Health.FAULT, f"{faults[0]}{more}", "restore the log from a backup")


def _market() -> Finding:
    from rules.errors import FailedWorld
    from warehouse.snapshot import current_id, open_snapshot

    try:
        snapshot = current_id()
        if snapshot is None:
            found = "no snapshot published yet"
            return Finding("market", Health.WARNING, found, "run `offerdesk refresh`")
        open_snapshot(snapshot).close()
    except FailedWorld as error:
        step = "`offerdesk market rollback` returns to an earlier snapshot"
        return Finding("market", Health.FAULT, str(error), step)
    return Finding("market", Health.SOUND, f"snapshot {snapshot}")


def _book() -> Finding:
    from rules.errors import MalformedBook
    from rules.loader import load_book

    try:
        return Finding("book", Health.SOUND, f"hash {load_book().hash}")
    except MalformedBook as error:
        found = f"{error.faults[0]} ({len(error.faults)} in all)"
        return Finding("book", Health.FAULT, found, "`offerdesk book check` lists every fault")


CHECKS: tuple[tuple[str, Callable[[], Finding]], ...] = (
    ("python", _python),
    *((name, partial(_package, name)) for name in OURS),
    ("durable-rules", _engine),
    ("duckdb", _duckdb),
    ("home", _home),
    ("log", _log),
    ("market", _market),
    ("book", _book),
)


def _run(name: str, check: Callable[[], Finding]) -> Finding:
    """A check that fails is a finding too: the others still run."""
    try:
        return check()
    except Exception as error:
        found = f"{type(error).__name__}: {error}"
        return Finding(name, Health.FAULT, found, "see to the findings above this one first")


def diagnose() -> list[Finding]:
    """Look at everything a decision needs, without changing anything.

    No C compiler is looked for: one is needed when durable-rules is installed, never later.

    Returns:
        One finding per check, always in the same order; never raises.

    >>> [finding.check for finding in diagnose()][:2]
    ['python', 'offerdesk']
    """
    return [_run(name, check) for name, check in CHECKS]
