"""The parts of a sheet as tasks of a Prefect flow, on the workers of a Dask cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from bench.sheets import write_sheet
from tests.scoring.cluster import Cluster
from tests.test_prefect_server import awaited, free_port, healthy

pytestmark = pytest.mark.slow
ROWS = 12_000


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Prefect server that this test and its workers know."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    monkeypatch.setenv("PREFECT_API_URL", address)
    try:
        awaited(lambda: healthy(address), "the server")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


def score(sheet: Path, target: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = ["score", str(sheet), "-o", str(target), "--memory", "1", "--format", "json", *more]
    command = [sys.executable, "-m", "offerdesk.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ, timeout=300)


def test_it_answers_as_one_machine_does(server: str, tmp_path: Path, root: Path) -> None:
    sheet = tmp_path / "offers.parquet"
    write_sheet(sheet, ROWS)
    expected = score(sheet, tmp_path / "here.parquet", "--processes", "1")
    assert expected.returncode == 0, expected.stderr
    cluster = Cluster(tmp_path, root)
    try:
        cluster.start(workers=2)
        words = ["--cluster", cluster.address, "--prefect"]
        found = score(sheet, tmp_path / "there.parquet", *words)
    finally:
        cluster.stop()
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["judged"] == ROWS
    assert "Finished in state Completed()" in found.stderr
    here, there = (pl.read_parquet(tmp_path / f"{name}.parquet") for name in ("here", "there"))
    assert_frame_equal(there, here)
