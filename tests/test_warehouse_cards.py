"""What is looked up by key: the same as in the tables, and made again whenever it is not usable."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.refresh import refresh
from rules.errors import FailedWorld
from warehouse import cards
from warehouse.cards import CARDS, KeptCards, TableCards, beside, cards_of
from warehouse.market import find_market
from warehouse.schema import build_marts
from warehouse.snapshot import current_id, drafting, find_snapshot, open_snapshot

COMPANIES = ("Pinterest", "Stripe", "OpenAI", "Nobody")
PLACES = (
    ("San Francisco", "USD"),
    ("New York", "USD"),
    ("Remote", "USD"),
    ("London", "GBP"),
    ("Berlin", "EUR"),
    (None, "USD"),
)
ROLES = (("ml_ai_engineer", "ML/AI Engineer"), ("software_engineer", "Staff Software Engineer"))
# Cards of reference data, which guides do not have; see test_market_reference.
REFERENCE = {"fx", "fx_newest", "vest_claim", "wage_level", "percentile"}
LEVELS = ((None, None), ("L5", 5.0), ("Senior", None))


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market that was refreshed from the example guides."""
    place = tmp_path_factory.mktemp("market")
    refresh(
        [root / "examples" / "guides"],
        place,
        prefect=False,
        say=lambda _: None,
        progress=lambda *_: None,
    )
    return place


@pytest.fixture
def snapshot(folder: Path) -> Iterator[Path]:
    """The file of its snapshot; what a test does to it or its cards is undone."""
    path = find_snapshot(None, folder).path
    whole, made = path.read_bytes(), path.stat().st_mtime_ns
    yield path
    path.chmod(0o644)
    path.write_bytes(whole)
    os.utime(path, ns=(made, made))
    beside(path).unlink(missing_ok=True)
    cards._cards_of.cache_clear()


def every_offer() -> Iterator[dict[str, Any]]:
    for company in COMPANIES:
        for region, currency in PLACES:
            for family, title in ROLES:
                for label, std in LEVELS:
                    yield {
                        "company": company,
                        "role_family": family,
                        "role_title": title,
                        "level_label": label,
                        "level_std": std,
                        "region": region,
                        "currency": currency,
                        "evaluation_date": date(2026, 3, 2),
                    }


def found(market: KeptCards | TableCards) -> list[dict[str, Any]]:
    return [find_market(market, **offer) for offer in every_offer()]


def test_publishing_a_market_writes_its_cards(folder: Path) -> None:
    path = beside(find_snapshot(None, folder).path)
    assert path.is_file()
    assert path.stat().st_mode & 0o222 == 0
    assert sorted(one.name for one in folder.iterdir() if not one.name.startswith(".")) == sorted(
        ["CURRENT", f"{current_id(folder)}.duckdb", path.name]
    )


def test_cards_and_tables_give_the_same_market(folder: Path) -> None:
    kept = found(KeptCards(find_snapshot(None, folder).path))
    with open_snapshot(None, folder) as connection:
        assert found(TableCards(connection)) == kept
    assert sum(one["guide"] is not None for one in kept) >= 20


def test_every_row_of_every_card_is_the_same_in_both(folder: Path) -> None:
    kept = KeptCards(find_snapshot(None, folder).path)
    counts = dict.fromkeys(CARDS, 0)
    with open_snapshot(None, folder) as connection:
        tables = TableCards(connection)
        for name, (query, _) in CARDS.items():
            for (key,) in connection.execute(f"SELECT DISTINCT key FROM ({query})").fetchall():
                assert tables.rows(name, key) == kept.rows(name, key)
                counts[name] += len(kept.rows(name, key))
    assert all(counts[name] for name in CARDS if name not in REFERENCE), counts
    assert kept.rows("guide", "nobody") == []


def test_the_latest_cards_are_remembered_and_no_more(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "MOST_REMEMBERED", 3)
    kept = KeptCards(snapshot)
    first = kept.rows("guide", "meta")
    assert kept.rows("guide", "meta") is first
    for name in ("nobody", "nowhere", "nothing"):
        kept.rows("guide", name)
    assert kept.rows("guide", "meta") is not first
    assert kept.rows("guide", "meta") == first


def test_an_empty_market_has_no_cards(tmp_path: Path) -> None:
    with drafting(tmp_path) as draft:
        build_marts(draft.connection)
        tables = TableCards(draft.connection)
        assert [tables.rows(name, "any") for name in CARDS] == [[] for _ in CARDS]


def test_missing_cards_are_made_again(snapshot: Path) -> None:
    before = found(cards_of(snapshot))
    beside(snapshot).unlink()
    cards._cards_of.cache_clear()
    assert found(cards_of(snapshot)) == before
    assert isinstance(cards_of(snapshot), KeptCards)
    assert beside(snapshot).is_file()


@pytest.mark.parametrize("content", [b"", b"no cards at all" * 500])
def test_what_is_no_cards_file_is_made_again(snapshot: Path, content: bytes) -> None:
    before = found(cards_of(snapshot))
    beside(snapshot).chmod(0o644)
    beside(snapshot).write_bytes(content)
    cards._cards_of.cache_clear()
    assert found(cards_of(snapshot)) == before
    assert isinstance(cards_of(snapshot), KeptCards)


def test_cards_of_another_layout_are_made_again(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cards_of(snapshot)
    before = beside(snapshot).stat().st_ino
    monkeypatch.setattr(cards, "_LAYOUT", 1)
    cards._cards_of.cache_clear()
    assert found(cards_of(snapshot))[0]["guide"] is not None
    assert beside(snapshot).stat().st_ino != before


def test_a_changed_figure_is_never_believed(snapshot: Path) -> None:
    """A figure that was changed in the file is not what its sum says; the tables are read."""
    before = found(cards_of(snapshot))
    beside(snapshot).chmod(0o644)
    with closing(sqlite3.connect(beside(snapshot))) as kept, kept:
        kept.execute(
            "UPDATE card SET rows = CAST(replace(CAST(rows AS TEXT), '0000.0', '1000.0') AS BLOB)"
            " WHERE name = 'band'"
        )
    cards._cards_of.cache_clear()
    assert found(cards_of(snapshot)) == before
    assert not beside(snapshot).exists()
    cards._cards_of.cache_clear()
    assert found(cards_of(snapshot)) == before
    assert beside(snapshot).is_file()


def test_where_nothing_can_be_written_the_tables_are_read(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = found(cards_of(snapshot))
    beside(snapshot).unlink()

    def refused(*_: Any) -> None:
        raise PermissionError("read-only")

    monkeypatch.setattr(cards, "write_cards", refused)
    cards._cards_of.cache_clear()
    assert found(cards_of(snapshot)) == before
    assert isinstance(cards_of(snapshot), TableCards)


def test_a_snapshot_damaged_afterwards_is_noticed(snapshot: Path) -> None:
    cards_of(snapshot)
    snapshot.chmod(0o644)
    snapshot.write_bytes(b"no market" * 1000)
    with pytest.raises(FailedWorld, match="market-unreadable"):
        cards_of(snapshot)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_looks_up_for_itself(snapshot: Path) -> None:
    offer = next(every_offer())
    before = find_market(cards_of(snapshot), **offer)
    child = os.fork()
    if child == 0:
        same = find_market(cards_of(snapshot), **offer) == before
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert find_market(cards_of(snapshot), **offer) == before
