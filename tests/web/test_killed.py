"""A desk that is killed under load has lost nothing that it acknowledged."""

from __future__ import annotations

import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.web.client import YAML
from tests.web.process import serving
from warehouse import log
from warehouse.verification import verify

CLIENTS = 6


class Asking:
    """Clients that ask for decisions until the desk is gone, each under a key of its own.

    Attributes:
        acknowledged: Id of the decision by the key under which it was asked for.
        unanswered: Keys of requests that got no answer.
    """

    def __init__(self, address: str, offer: bytes, first: int) -> None:
        self.acknowledged: dict[str, str] = {}
        self.unanswered: list[str] = []
        self._address, self._offer, self._next = address, offer, first
        self._turn = threading.Lock()

    def run(self) -> None:
        with httpx.Client(base_url=self._address, headers=YAML, timeout=30) as client:
            while not self.unanswered:
                key = self._key()
                try:
                    told = client.post("api/decisions", **request(key, self._offer))
                except httpx.TransportError:
                    self.unanswered.append(key)
                    return
                assert told.status_code == 201, told.text
                self.acknowledged[key] = told.json()["id"]

    def _key(self) -> str:
        with self._turn:
            self._next += 1
            return f"key-{self._next}"


def request(key: str, offer: bytes) -> dict[str, object]:
    return {"content": offer, "headers": {"idempotency-key": key}}


def killed_under_load(address: str, desk: subprocess.Popen[str], offer: bytes, n: int) -> Asking:
    asking = Asking(address, offer, n * 1_000_000)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = [pool.submit(asking.run) for _ in range(CLIENTS)]
        while len(asking.acknowledged) < 100:
            time.sleep(0.01)
        desk.kill()
        for client in clients:
            client.result()
    return asking


@pytest.mark.slow
def test_nothing_that_was_acknowledged_is_lost(root: Path, offers: Path) -> None:
    offer = (offers / "pinterest.yaml").read_bytes()
    acknowledged: dict[str, str] = {}
    for number in range(3):
        with serving(root) as (address, desk):
            asking = killed_under_load(address, desk, offer, number)
        acknowledged |= asking.acknowledged
        assert asking.unanswered
        logged = {row.id for row in log.rows()}
        assert set(acknowledged.values()) <= logged
        assert verify().faults == ()
    with serving(root) as (address, _), httpx.Client(base_url=address, headers=YAML) as client:
        for key, row_id in list(acknowledged.items())[::10]:
            assert client.get(f"api/decisions/{row_id}").json()["id"] == row_id
            again = client.post("api/decisions", **request(key, offer))
            assert again.json()["id"] == row_id
        for key in asking.unanswered:
            ids = {
                client.post("api/decisions", **request(key, offer)).json()["id"] for _ in range(2)
            }
            assert len(ids) == 1


@pytest.mark.slow
def test_a_sheet_that_was_being_scored_is_scored_after_a_new_start(
    root: Path, tmp_path: Path
) -> None:
    lines = (root / "examples" / "sheets" / "offers.csv").read_text("utf-8").splitlines()
    sheet = "\n".join([lines[0], *(lines[1:] * 4_000)]).encode()
    with serving(root) as (address, desk):
        told = httpx.post(f"{address}api/batches", files={"sheet": ("a.csv", sheet)}).json()
        while httpx.get(f"{address}api/batches/{told['id']}").json()["state"] != "running":
            time.sleep(0.02)
        desk.kill()
    with serving(root) as (address, _):
        deadline = time.monotonic() + 120
        batch = told
        while batch["state"] in {"waiting", "running"} and time.monotonic() < deadline:
            time.sleep(0.2)
            batch = httpx.get(f"{address}api/batches/{told['id']}").json()
        assert (batch["state"], batch["rows"]) == ("done", len(lines[1:]) * 4_000)
