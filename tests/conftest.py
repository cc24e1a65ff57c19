from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import settings

from tests.cli.command import Run

ROOT = Path(__file__).resolve().parent.parent

# The same examples on every run and no deadline, since a busy machine is not a defect.
settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the state of the person who runs it, or reports to anybody."""
    place = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("OFFERDESK_HOME", str(place / "offerdesk"))
    monkeypatch.setenv("PREFECT_HOME", str(place / "prefect"))
    monkeypatch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr("offerdesk.courtesy.give_way", lambda: None)  # tests keep their own pace


@pytest.fixture(autouse=True)
def _no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that leaves this machine fails the test, by name."""
    if request.node.get_closest_marker("smoke"):
        return
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            pytest.fail(f"a test tried to reach {address[0]}:{address[1]}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real guides and scenarios that may not be redistributed; most machines lack them."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the reference data (../shared/data) is not on this machine")
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line in this process: its exit code, and what it wrote to both ends."""
    from offerdesk.cli import main

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        told = capsys.readouterr()
        return code, told.out, told.err

    return call
