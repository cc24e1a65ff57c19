"""A refresh, run by Prefect where there is one, and otherwise at once in this process."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines.records import Progress, RefreshReport
from rules.errors import FailedWorld, Fault

Say = Callable[[str], None]


def _profile_url(environment: Mapping[str, str]) -> str | None:
    """The API of the active Prefect profile, read without importing Prefect."""
    place = Path(environment.get("PREFECT_HOME") or "~/.prefect").expanduser()
    path = Path(environment.get("PREFECT_PROFILES_PATH") or place / "profiles.toml")
    try:
        profiles = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    name = environment.get("PREFECT_PROFILE") or profiles.get("active")
    profile = profiles.get("profiles", {}).get(name, {})
    return profile.get("PREFECT_API_URL") or None


def prefect_api(environment: Mapping[str, str] = os.environ) -> str | None:
    """Address of the Prefect API that is configured; None when there is none.

    >>> prefect_api({"PREFECT_API_URL": "http://127.0.0.1:4200/api"})
    'http://127.0.0.1:4200/api'
    >>> prefect_api({"PREFECT_HOME": "/nonexistent"}) is None
    True
    """
    return environment.get("PREFECT_API_URL") or _profile_url(environment)


def _say_on_stderr(line: str) -> None:
    print(line, file=sys.stderr)


def on_terminal(step: str, done: int, total: int) -> None:
    """Progress as one line that is written over; says nothing when stderr is no terminal."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{step} {done}/{total}", end=end, file=sys.stderr, flush=True)


def _by_prefect(asking: Mapping[str, Any]) -> RefreshReport:
    try:
        from pipelines.flow import refresh_flow
    except ImportError as error:
        step = "install offerdesk again, or refresh without --prefect"
        raise FailedWorld(
            Fault("prefect-not-installed", "refresh", str(error), "", step)
        ) from error
    report: RefreshReport = refresh_flow(**asking)
    return report


def refresh(
    sources: Sequence[str | Path] = (),
    folder: Path | None = None,
    *,
    data: Path | None = None,
    offers: Sequence[Path] = (),
    budget: float | None = None,
    prefect: bool | None = None,
    dry_run: bool = False,
    say: Say = _say_on_stderr,
    progress: Progress = on_terminal,
) -> RefreshReport:
    """Bring the market up to date with some sources.

    Args:
        sources: Paths of files and folders, addresses, and names of sources.
        folder: The market folder; the home's when not given.
        data: Folder that paths are relative to; alone, all of it is read.
        offers: Example offers that the gate asks about, beside those of the decision log.
        budget: Fraction of the open offers whose verdict may flip; 5 % when not given.
        prefect: Whether Prefect runs it; when not given, it does where an API is configured.
        dry_run: Do everything but publish.
        say: Told in one line how the refresh runs.
        progress: Called with step, done and total.

    Raises:
        UnusableCase: ``source-not-found``, ``source-empty``, ``source-unreadable`` and the like.
        FailedWorld: ``audit-failed``, ``refresh-held``, ``prefect-not-installed``, and as
            ``pipelines.fetch`` and ``warehouse.snapshot``.
    """
    from pipelines.asking import asked_for, is_address
    from pipelines.gate import BUDGET

    words = [str(source) for source in sources]
    budget = BUDGET if budget is None else budget
    address = prefect_api()
    if prefect or (prefect is None and address):
        say(f"refresh: run by Prefect ({address or 'a server of its own, started now'})")
        return _by_prefect(
            {
                "sources": [w if is_address(w) else _absolute(w) for w in words],
                "data": str(data.absolute()) if data else None,
                "folder": str(folder.absolute()) if folder else None,
                "offers": [str(offer.absolute()) for offer in offers],
                "budget": budget,
                "dry_run": dry_run,
            }
        )
    say("refresh: run directly (no Prefect API is configured)")
    from pipelines.steps import refresh_steps

    return refresh_steps(
        asked_for(words, data),
        folder,
        offers=offers,
        budget=budget,
        dry_run=dry_run,
        progress=progress,
    )


def _absolute(word: str) -> str:
    """A path as it is known everywhere; a name that is no path here stays as it is."""
    return str(Path(word).absolute()) if Path(word).exists() else word
