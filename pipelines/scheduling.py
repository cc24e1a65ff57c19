"""A schedule on a laptop: a Prefect server of one's own, and refreshes served from here."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rules.errors import FailedWorld, Fault

PATIENCE = 120.0  # [s] a first start migrates its database, which takes a while
# Nothing is reported to anybody.
QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "INFO",
}


def serve(
    sources: Sequence[str],
    data: Path | None,
    *,
    cron: str,
    timezone: str | None = None,
    port: int = 4200,
) -> None:
    """Refresh on a schedule until stopped, by the Prefect API that is configured or one's own.

    Args:
        sources: As for ``pipelines.refresh.refresh``.
        data: As for ``pipelines.refresh.refresh``.
        cron: When, as five cron fields.
        timezone: Of the cron fields; UTC when not given.
        port: Of the server.

    Raises:
        FailedWorld: ``schedule-no-server`` when the server does not come up.
        UnusableCase: ``schedule-cron`` for fields that are no schedule.
    """
    from pipelines.refresh import prefect_api

    os.environ.update(QUIET)
    address = prefect_api()
    if address:
        _serve_here(sources, data, cron, timezone)
        return
    with own_server(port) as address:
        os.environ["PREFECT_API_URL"] = address
        print(f"schedule: server at {address.removesuffix('/api')}, cron {cron!r}", flush=True)
        _serve_here(sources, data, cron, timezone)


def _serve_here(sources: Sequence[str], data: Path | None, cron: str, timezone: str | None) -> None:
    from pipelines.flow import serve_refresh

    serve_refresh([str(one) for one in sources], str(data) if data else None, cron, timezone)


@contextmanager
def own_server(port: int) -> Iterator[str]:
    """A Prefect server on this machine, ended with the block; its API address.

    Raises:
        FailedWorld: ``schedule-no-server``.
    """
    command = [sys.executable, "-m", "prefect", "server", "start"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        command, env=os.environ | QUIET, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}/api"
    try:
        _await(server, f"{address}/health")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await(server: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    found = "it ended at once" if server.poll() is not None else f"no answer in {PATIENCE:.0f} s"
    step = "look whether the port is taken, or name another with --port"
    raise FailedWorld(Fault("schedule-no-server", address, found, "a server that answers", step))
