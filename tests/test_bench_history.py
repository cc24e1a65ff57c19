"""The benchmarks of the log run, and count what they say they count."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench import attributing, replaying


def test_pairs_are_attributed(tmp_path: Path) -> None:
    found = attributing.measure(8, tmp_path)
    assert found.pairs == found.exact == sum(found.by_causes.values()) == 8
    assert found.numbers > 0
    assert found.ms_each > 0


@pytest.mark.slow
def test_a_log_is_filled_and_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("OFFERDESK_HOME", str(home))
    replaying.fill(home, 41)
    found = replaying.measure(home, "replay", "--all", "--no-each")
    assert (found.decisions, found.said) == (41, "41 replayed, every one the same byte for byte.")
    assert found.cpu_seconds > 0
    assert found.log_mb > 0.4
