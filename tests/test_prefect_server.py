"""The refresh on a real Prefect server, by a process worker; a run that dies is noticed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.guide_files import guide_text, write_guide
from warehouse.snapshot import current_id, open_snapshot

pytestmark = pytest.mark.slow
PATIENCE = 180  # [s] the machine may be busy


@dataclass(frozen=True)
class Server:
    """A Prefect server with its API address and the environment of those who talk to it."""

    address: str
    environment: dict[str, str]

    def prefect(self, *words: str) -> str:
        command = [sys.executable, "-m", "prefect", "--no-prompt", *words]
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=self.environment["OFFERDESK_CHECKOUT"],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self.address}{path}",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def state_of(self, run: str) -> str:
        (found,) = self.ask("/flow_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})
        return str(found["state_type"])

    def run(self, parameters: dict[str, Any]) -> str:
        words = ["deployment", "run", "refresh/by-hand", "--params", json.dumps(parameters)]
        told = self.prefect(*words)
        return next(line.split()[-1] for line in told.splitlines() if "UUID" in line)


def awaited(check: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with suppress(OSError):
            if check():
                return
        time.sleep(0.3)
    pytest.fail(f"{what}: waited {patience:.0f} s")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def healthy(address: str) -> bool:
    with urllib.request.urlopen(f"{address}/health", timeout=2) as answer:
        return bool(answer.status == 200)


@pytest.fixture
def server(tmp_path: Path, root: Path) -> Iterator[Server]:
    port = free_port()
    address = f"http://127.0.0.1:{port}/api"
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    shutil.copy(root / "prefect.yaml", checkout)
    for package in ("offerdesk", "pipelines", "warehouse", "rules", "examples"):
        (checkout / package).symlink_to(root / package)
    environment = os.environ | {
        "PREFECT_API_URL": address,
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "OFFERDESK_CHECKOUT": str(checkout),
        "OFFERDESK_DATA": str(tmp_path / "data"),
        "PYTHONPATH": str(root),
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    processes = [
        subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    ]
    try:
        awaited(lambda: healthy(address), "the server")
        found = Server(address, environment)
        found.prefect("work-pool", "create", "--type", "process", "offerdesk")
        found.prefect("deploy", "--all")
        worker = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "offerdesk"]
        processes.append(
            subprocess.Popen(
                worker,
                env=environment,
                cwd=checkout,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        yield found
    finally:
        for process in reversed(processes):
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def processes_of(run: str) -> list[int]:
    """Processes that execute a flow run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"PREFECT__FLOW_RUN_ID={run}".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
    return found


def write_guides(folder: Path, count: int, last: int = 0) -> None:
    for number in range(count):
        text = guide_text(f"Larkspur{number}", base=f"$150K\u2013$19{last}K")
        write_guide(folder, text, f"larkspur{number}/data-engineer")


def test_a_killed_run_is_noticed_and_the_next_one_heals(server: Server, tmp_path: Path) -> None:
    write_guides(tmp_path / "data", 3)
    first = server.run({"data": str(tmp_path / "data")})
    awaited(lambda: server.state_of(first) == "COMPLETED", "the first refresh")
    before = current_id()
    assert before is not None

    write_guides(tmp_path / "data", 4000, last=5)
    second = server.run({"data": str(tmp_path / "data")})
    awaited(lambda: server.state_of(second) == "RUNNING", "the second refresh to begin")
    awaited(lambda: bool(processes_of(second)), "its process")
    time.sleep(2)
    for process in processes_of(second):
        os.kill(process, signal.SIGKILL)
    awaited(lambda: server.state_of(second) == "CRASHED", "the crash to be noticed")
    assert current_id() == before

    third = server.run({"data": str(tmp_path / "data")})
    awaited(lambda: server.state_of(third) == "COMPLETED", "the third refresh", 300)
    with open_snapshot() as connection:
        assert connection.execute("SELECT count(*) FROM guide").fetchall() == [(4000,)]
    artifacts = server.ask("/artifacts/filter", {})
    keys = {artifact["key"] for artifact in artifacts}
    assert {"refresh-summary", "refresh-loads", "refresh-quarantine", "refresh-flips"} <= keys


def test_the_automation_is_made_once(server: Server) -> None:
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.dead_runs"],
            env=server.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            cwd=server.environment["OFFERDESK_CHECKOUT"],
        )
        assert done.returncode == 0, done.stderr
    found = server.ask("/automations/filter", {})
    assert [one["name"] for one in found] == ["offerdesk: a refresh that died"]
    (trigger,) = [one["trigger"] for one in found]
    assert trigger["posture"] == "Proactive"
