"""A refresh, run by Prefect where there is one, and otherwise at once in this process."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

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


def _by_prefect(sources: Sequence[Path], folder: Path | None, dry_run: bool) -> RefreshReport:
    try:
        from pipelines.flow import refresh_flow
    except ImportError as error:
        step = "install offerdesk with its prefect extra, or refresh without --prefect"
        raise FailedWorld(
            Fault("prefect-not-installed", "refresh", str(error), "", step)
        ) from error
    paths = [str(source.absolute()) for source in sources]
    report: RefreshReport = refresh_flow(paths, str(folder) if folder else None, dry_run)
    return report


def refresh(
    sources: Sequence[Path],
    folder: Path | None = None,
    *,
    prefect: bool | None = None,
    dry_run: bool = False,
    say: Say = _say_on_stderr,
    progress: Progress = on_terminal,
) -> RefreshReport:
    """Bring the market up to date with the files at some places.

    Args:
        sources: Guides, or folders of guides.
        folder: The market folder; the home's when not given.
        prefect: Whether Prefect runs it; when not given, it does where an API is configured.
        dry_run: Do everything but publish.
        say: Told in one line how the refresh runs.
        progress: Called with step, done and total.

    Raises:
        UnusableCase: ``source-not-found``, ``source-empty`` or ``source-unreadable``.
        FailedWorld: ``audit-failed``, ``prefect-not-installed``, and as ``warehouse.snapshot``.
    """
    address = prefect_api()
    if prefect or (prefect is None and address):
        say(f"refresh: run by Prefect ({address or 'a server of its own, started now'})")
        return _by_prefect(sources, folder, dry_run)
    say("refresh: run directly (no Prefect API is configured)")
    from pipelines.steps import refresh_steps

    return refresh_steps(sources, folder, dry_run=dry_run, progress=progress)
