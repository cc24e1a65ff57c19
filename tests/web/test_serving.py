"""The command: where it listens, what it insists on, and how it ends."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import pytest

from offerdesk.cli import main
from offerdesk.web.guard.hosts import names_of
from offerdesk.web.guard.tokens import VARIABLE
from tests.web.client import ANN, YAML, as_user
from tests.web.process import serving


def test_it_serves_until_it_is_told_to_stop(root: Path, offers: Path) -> None:
    with serving(root, "--access-log") as (address, process):
        assert address.startswith("http://127.0.0.1:")
        told = httpx.post(
            f"{address}api/decisions",
            content=(offers / "pinterest.yaml").read_bytes(),
            headers=YAML,
        )
        assert told.json()["verdict"] == "counter"
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "owner POST /api/decisions 201" in errors
        assert "Traceback" not in errors


def test_ctrl_c_ends_it_once_what_is_under_way_is_answered(
    root: Path, offers: Path, home: Path
) -> None:
    offer = (offers / "pinterest.yaml").read_bytes()
    with serving(root) as (address, process), httpx.Client(headers=YAML, timeout=30) as client:
        asked = partial(client.post, f"{address}api/decisions", content=offer)
        asked()
        with closing(sqlite3.connect(home / "log" / "decisions.sqlite")) as log:
            log.execute("BEGIN IMMEDIATE")  # whoever decides has to wait
            with ThreadPoolExecutor(1) as pool:
                under_way = pool.submit(asked)
                time.sleep(0.3)
                os.killpg(process.pid, signal.SIGINT)
                time.sleep(0.3)
                log.rollback()
                assert under_way.result().status_code == 201
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert errors == ""


def test_whoever_decides_ends_with_the_desk(root: Path) -> None:
    with serving(root) as (_, process):
        task = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        started = task.read_text("ascii").split()
        assert started
        process.kill()
        process.wait()
        deadline = time.monotonic() + 60
        while any(map(is_alive, started)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(is_alive, started))


def is_alive(pid: str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_tokens_come_from_the_environment_and_are_not_shown(root: Path) -> None:
    with serving(root, **{VARIABLE: f"ann:{ANN}"}) as (address, process):
        assert httpx.get(f"{address}api/decisions").status_code == 401
        assert httpx.get(f"{address}api/decisions", headers=as_user(ANN)).status_code == 200
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        assert ANN.encode() not in shown


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "localhost.example"])
def test_it_is_open_to_other_machines_only_with_tokens(
    host: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", "--host", host]) == 3
    told = capsys.readouterr().err
    assert told.startswith("error[serve-open-to-all]")
    assert "--tokens" in told


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert main(["serve", "--port", str(taken.getsockname()[1])]) == 3
    assert capsys.readouterr().err.startswith("error[serve-port-taken]")


def test_a_bad_token_file_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("ann:short", "utf-8")
    file.chmod(0o600)
    assert main(["serve", "--tokens", str(file)]) == 3
    assert capsys.readouterr().err.startswith("error[tokens-malformed]")


def test_a_token_is_no_option() -> None:
    from offerdesk.serve_command import serve

    options = {option for one in serve.params for option in one.opts}
    assert "--tokens" in options
    assert "--token" not in options


def test_names_by_which_it_goes() -> None:
    assert names_of("127.0.0.1", []) == {"localhost", "127.0.0.1", "::1"}
    assert names_of("0.0.0.0", ["Desk.example"]) == {"0.0.0.0", "desk.example"}
