"""The benchmark of asks compares each with brute force, and goes on where it was interrupted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("bench", reason="the benchmarks are not part of the source archive")

from bench.asking import CHUNK, Bench, main


def test_it_compares_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, results = tmp_path / "kept.jsonl", tmp_path / "results"
    line = [{"number": n, "outcome": "agrees", "proof": "z3"} for n in range(CHUNK)]
    kept.write_text(json.dumps(line) + "\n", "utf-8")
    wanted = ["--offers", str(CHUNK), "--whole", "1", "--workers", "1"]
    main([*wanted, "--kept", str(kept), "--results", str(results)])
    record = json.loads((results / "ask.json").read_text("utf-8"))
    assert record["outcomes"] == {"agrees": CHUNK}
    assert record["whole_command"]["runs"] == 1
    assert record["differ"] == []
    assert re.search(rf"\| compared +\| +{CHUNK} \|", capsys.readouterr().out)


def test_an_offer_is_asked_about_by_proof_and_by_force() -> None:
    made = Bench()
    found = [made.compared(number) for number in range(100_000, 100_012)]
    assert {one.outcome for one in found} >= {"agrees"}
    assert "DIFFERS" not in {one.outcome for one in found}
    assert any(one.flips for one in found)
    assert any(one.proof == "z3" and one.points > 1000 for one in found)
