"""Two hundred ways to tamper with a log, each found and named with its place."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from rules.errors import FailedWorld, Fault
from tests.log.altering import altered
from tests.log.forging import forged
from tests.log.tampering import ENTRIES, Tampering, prepared
from warehouse.heads import Head, latest
from warehouse.verification import verify

WAYS = [*altered(random.Random(5)), *forged(random.Random(5))]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Head]:
    path = prepared(tmp_path_factory.mktemp("log"))
    head = latest(path)
    assert head is not None
    assert head.seq == ENTRIES
    return path, head


def faults(path: Path, *heads: Head) -> tuple[Fault, ...]:
    try:
        return verify(path, heads).faults
    except FailedWorld as problem:
        return problem.faults


def test_there_are_two_hundred_and_no_two_are_the_same() -> None:
    assert len(WAYS) >= 200
    assert len({one.name for one in WAYS}) == len(WAYS)


def test_the_log_is_sound_before(sound: tuple[Path, Head]) -> None:
    path, head = sound
    found = verify(path, [head])
    assert found.faults == ()
    assert (found.decisions, found.redacted) == (12, 2)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name.replace(" ", "-"))
def test_it_is_found_and_named(way: Tampering, sound: tuple[Path, Head], tmp_path: Path) -> None:
    folder = shutil.copytree(sound[0].parent, tmp_path / "log")
    path = folder / sound[0].name
    way.do(path)
    found = faults(path) if not way.needs_head else faults(path, sound[1])
    assert found
    assert all(fault.next_step and str(path) in fault.place for fault in found)
    if way.needs_head:
        assert [fault.code for fault in found] == ["log-head-missing"]
        assert faults(path) == ()  # which is why heads are kept elsewhere
    if way.rows:
        assert any(f"row {number}" in fault.place for fault in found for number in way.rows)
