"""Snapshots: named by content, published whole, never changed, and always a way back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from rules.errors import FailedWorld
from warehouse.schema import audit, build_marts, insert_rows
from warehouse.snapshot import (
    carry_over,
    content_id,
    current_id,
    drafting,
    find_snapshot,
    open_snapshot,
    publish,
    rollback,
    snapshots,
)


def load(name: str, read: int = 1) -> dict[str, Any]:
    return {
        "load_id": f"id-{name}",
        "source": "guides",
        "file": name,
        "digest": "d",
        "reader": "r",
        "read": read,
        "accepted": read,
        "quarantined": 0,
        "duplicates": 0,
    }


def published(folder: Path, *names: str) -> str:
    with drafting(folder) as draft:
        insert_rows(draft.connection, "load", [load(name) for name in names])
        build_marts(draft.connection)
        return publish(draft)


def code(call: Callable[[], object]) -> str:
    with pytest.raises(FailedWorld) as caught:
        call()
    return caught.value.faults[0].code


def files(snapshot: str, folder: Path) -> list[str]:
    with open_snapshot(snapshot, folder) as connection:
        rows = connection.execute("SELECT file FROM load ORDER BY file").fetchall()
    return [row[0] for row in rows]


def test_equal_content_is_the_same_snapshot_in_any_order(tmp_path: Path) -> None:
    first = published(tmp_path, "a", "b")
    stamp = find_snapshot(first, tmp_path).path.stat().st_mtime_ns
    assert published(tmp_path, "b", "a") == first
    assert find_snapshot(first, tmp_path).path.stat().st_mtime_ns == stamp
    assert published(tmp_path, "a") != first
    assert len(snapshots(tmp_path)) == 2


def test_a_published_snapshot_cannot_be_written(tmp_path: Path) -> None:
    snapshot = find_snapshot(published(tmp_path, "a"), tmp_path)
    assert snapshot.path.stat().st_mode & 0o222 == 0
    with open_snapshot(None, tmp_path) as connection, pytest.raises(duckdb.Error):
        connection.execute("DELETE FROM load")


def test_an_abandoned_draft_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), drafting(tmp_path):
        raise ZeroDivisionError
    assert snapshots(tmp_path) == []
    assert not list(tmp_path.glob(".building-*"))


def test_a_reader_keeps_its_market_while_another_is_published(tmp_path: Path) -> None:
    published(tmp_path, "a")
    with open_snapshot(None, tmp_path) as reader:
        before = current_id(tmp_path)
        with drafting(tmp_path) as draft:
            carry_over(draft, [])
            insert_rows(draft.connection, "load", [load("b")])
            assert reader.execute("SELECT count(*) FROM load").fetchall() == [(1,)]
            assert current_id(tmp_path) == before
            build_marts(draft.connection)
            later = publish(draft)
        assert reader.execute("SELECT count(*) FROM load").fetchall() == [(1,)]
    assert files(later, tmp_path) == ["a", "b"]


def test_carrying_over_leaves_out_what_is_replaced(tmp_path: Path) -> None:
    published(tmp_path, "a", "b")
    with drafting(tmp_path) as draft:
        carry_over(draft, ["a"])
        build_marts(draft.connection)
        assert files(publish(draft), tmp_path) == ["b"]


def test_only_one_builds_at_a_time(tmp_path: Path) -> None:
    def second() -> None:
        with drafting(tmp_path):
            pass

    with drafting(tmp_path):
        assert code(second) == "market-being-built"
    second()


def test_rolling_back_and_forth(tmp_path: Path) -> None:
    assert code(lambda: rollback(None, tmp_path)) == "market-absent"
    first = published(tmp_path, "a")
    assert code(lambda: rollback(None, tmp_path)) == "market-no-earlier"
    second = published(tmp_path, "a", "b")
    os.utime(find_snapshot(first, tmp_path).path, (1, 1))
    assert rollback(None, tmp_path).id == first == current_id(tmp_path)
    assert files(first, tmp_path) == ["a"]
    assert rollback(second[:5], tmp_path).current
    assert [one.id for one in snapshots(tmp_path) if one.current] == [second]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    assert current_id(tmp_path / "none") is None
    assert not (tmp_path / "none").exists()
    assert code(lambda: open_snapshot(None, tmp_path)) == "market-absent"
    published(tmp_path, "a")
    assert code(lambda: open_snapshot("ffffffffffff", tmp_path)) == "market-unknown-snapshot"


def test_a_damaged_snapshot_is_named(tmp_path: Path) -> None:
    path = find_snapshot(published(tmp_path, "a"), tmp_path).path
    path.chmod(0o644)
    path.write_bytes(b"no market" * 1000)
    assert code(lambda: open_snapshot(None, tmp_path)) == "market-unreadable"


BAND = {
    "band_id": "g#1",
    "guide_id": "g",
    "load_id": "l",
    "ordinal": 1,
    "pay_zone_raw": "Nowhere",
    "currency": "USD",
    "pay_frequency": "annual",
    "tc_basis": "unknown",
    "flags": "",
    "as_written": "{}",
}
HELD = {
    "load_id": "a",
    "row_ref": "a.csv#pay:1",
    "code": "lca-not-h1b",
    "severity": "row",
    "raw": "{}",
    "found": "E-3",
}


@pytest.mark.parametrize(
    ("table", "rows", "expected"),
    [
        ("band", [BAND | {"base_min": 2, "base_max": 1}], "band_low_above_high"),
        ("band", [BAND | {"base_min": 0, "base_max": 1}], "band_base_not_positive"),
        ("band", [BAND | {"equity_total_4y_min": 5}], "band_equity_without_basis"),
        ("band", [BAND, BAND | {"band_id": "g#2"}], "band_duplicate_key"),
        ("band", [BAND], "band_without_zone"),
        ("band", [BAND], "row_without_guide"),
        ("load", [load("a", 2) | {"accepted": 1, "quarantined": 1}], "load_count_off"),
        ("quarantine", [HELD, HELD], "quarantine_reason_twice"),
    ],
)
def test_each_audit_finds_its_bad_row(
    tmp_path: Path, table: str, rows: list[dict[str, Any]], expected: str
) -> None:
    with drafting(tmp_path) as draft:
        build_marts(draft.connection)
        assert audit(draft.connection) == []
        insert_rows(draft.connection, table, rows)
        assert expected in {bad.audit for bad in audit(draft.connection)}


def test_counts_that_do_not_balance_are_refused_by_the_table(tmp_path: Path) -> None:
    with drafting(tmp_path) as draft, pytest.raises(duckdb.ConstraintException):
        insert_rows(draft.connection, "load", [load("a") | {"duplicates": 1}])


def test_the_id_does_not_depend_on_when(tmp_path: Path) -> None:
    ids = []
    for name in ("one", "two"):
        with drafting(tmp_path / name) as draft:
            insert_rows(draft.connection, "load", [load("a")])
            ids.append(content_id(draft.connection))
    assert ids[0] == ids[1]
