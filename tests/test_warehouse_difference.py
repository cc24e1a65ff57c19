"""What differs between two snapshots is told by table and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.steps import refresh_steps
from rules.errors import FailedWorld
from tests.guide_files import guide_text, write_guide
from warehouse.difference import difference, market_file
from warehouse.snapshot import snapshots


def write(folder: Path, company: str, base: str) -> None:
    write_guide(folder, guide_text(company, base=base), f"{company.lower()}/data-engineer")


def test_rows_added_and_changed_are_told_with_what_they_say(tmp_path: Path) -> None:
    write(tmp_path, "Larkspur", "$150K\u2013$190K")
    first = refresh_steps([tmp_path]).snapshot
    write(tmp_path, "Larkspur", "$150K\u2013$192K")
    write(tmp_path, "Tern", "$140K\u2013$180K")
    second = refresh_steps([tmp_path]).snapshot
    found = {one.table: one for one in difference(market_file(first), market_file(second))}
    assert (found["band"].added, found["band"].removed, found["band"].changed) == (1, 0, 1)
    (change,) = found["band"].changes
    assert change.key == ("larkspur/data-engineer#1",)
    assert change.columns["base_max"] == (190_000, 192_000)
    assert "load_id" not in change.columns
    assert (found["load"].added, found["load"].changed) == (1, 0)
    assert "premium" not in found
    back = {one.table: one for one in difference(market_file(second), market_file(first))}
    assert (back["band"].added, back["band"].removed) == (0, 1)


def test_a_snapshot_does_not_differ_from_itself(tmp_path: Path) -> None:
    write(tmp_path, "Larkspur", "$150K\u2013$190K")
    refresh_steps([tmp_path])
    (only,) = snapshots()
    assert difference(only.path, market_file(None)) == []
    with pytest.raises(FailedWorld, match="market-unknown-snapshot"):
        market_file("ffff")
