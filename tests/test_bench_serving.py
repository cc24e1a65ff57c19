"""The benchmark of a served desk asks what it says, counts from when it was due, and runs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.serving import as_markdown, measure
from bench.web_load import DECIDE, READS, kinds

MACHINE = dict.fromkeys(("measured_at", "processor", "cores", "load_before", "load_after"), "-")


def test_a_second_holds_every_kind_of_request_spread_evenly() -> None:
    second = kinds(300)
    assert Counter(second) == {DECIDE: 300, **READS}
    half = Counter(second[: len(second) // 2])
    assert half[DECIDE] == pytest.approx(150, abs=2)
    assert half["GET /api/decisions/{id}"] == pytest.approx(7, abs=1)


def found(**changes: Any) -> dict[str, Any]:
    times = {"runs": 18_000, "least": 1.0, "p50": 2.0, "p99": 20.0, "most": 30.0}
    sound = {
        "seconds": 60.0,
        "rate": 300,
        "lasted": 60.01,
        "requests": {DECIDE: times},
        "errors": {},
        "snapshots": {"None": 1, "a": 1, "b": 1, "c": 1},
        "late": 0,
        "lost": 0,
        "cpu_seconds": 40.0,
        "asking_seconds": 8.0,
        "peak_mb": 130,
    }
    return sound | changes


def test_what_is_missed_is_told() -> None:
    assert "MISSED" not in as_markdown(MACHINE, found())
    slow = {DECIDE: {**found()["requests"][DECIDE], "p99": 60.1}}
    for changes in (
        {"lasted": 70.0},
        {"requests": slow},
        {"errors": {"GET / 500": 1}},
        {"lost": 1},
        {"snapshots": {"None": 1, "a": 1}},
    ):
        assert as_markdown(MACHINE, found(**changes)).count("MISSED") == 1


@pytest.mark.slow
def test_a_desk_is_measured(tmp_path: Path) -> None:
    measured = measure(4.0, 20, tmp_path)
    assert measured["acknowledged"] == measured["requests"][DECIDE]["runs"] > 40
    assert measured["lost"] == 0
    assert measured["errors"] == {}
    assert measured["cpu_seconds"] > 0
