"""The benchmark of a refresh makes the same file again, and it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.filings import write_filings
from bench.refreshing import measure_filings


def test_the_same_seed_gives_the_same_file(tmp_path: Path) -> None:
    texts = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_filings(tmp_path / name, 500, seed)
        texts.append((tmp_path / name).read_text(encoding="utf-8"))
    assert texts[0] == texts[1] != texts[2]
    assert texts[0].count("\n") == 501


@pytest.mark.slow
def test_a_refresh_is_measured(tmp_path: Path) -> None:
    found = measure_filings(2000, tmp_path)
    assert found.name == "2,000 made-up filings"
    assert found.seconds > 0
    assert found.cpu_seconds > 0
    assert found.peak_mb > 50
    assert found.balance.startswith("2,000 rows read = ")
