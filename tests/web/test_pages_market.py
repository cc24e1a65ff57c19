"""The pages of the market: what is held back, mended and let in; what is held, and published."""

from __future__ import annotations

from pathlib import Path

import pytest

from offerdesk.desk import Desk
from offerdesk.web.settings import Settings
from pipelines.steps import refresh_steps
from rules.errors import FailedWorld
from tests.guide_files import guide_text, write_guide
from tests.test_gate import OFFER, SHIFTED, refreshed
from tests.test_readmission import BAND, REMOTE
from tests.web.client import ANN, TOKENS, TestClient, as_user, served
from tests.web.forms import HTML, page, send, words
from warehouse.snapshot import current_id, held_snapshots


@pytest.fixture
def guide(home: Path, tmp_path: Path) -> Path:
    """A guide in the market with a row that is held back."""
    path = write_guide(tmp_path, guide_text(rows=REMOTE))
    refresh_steps([path])
    return path


def test_counts_balance_on_the_page(client: TestClient, guide: Path) -> None:
    shown = words(page(client, "/market"))
    assert "Negotiation guides guides 3" in shown
    assert "guide low above high" in shown


def test_no_market_at_all_is_told(client: TestClient, home: Path) -> None:
    for path in (home / "market").iterdir():
        path.unlink() if path.is_file() else None
    assert "is published yet, so that only" in words(page(client, "/market"))


def test_a_held_row_is_mended_and_let_in(client: TestClient, guide: Path) -> None:
    first = current_id()
    shown = page(client, "/market/quarantine?source=guides")
    assert BAND in shown
    row = page(client, f"/market/quarantine/row?ref={BAND.replace('#', '%23')}")
    assert "165000" in row
    mended = {"ref": BAND, "changes": "base_min=130000\nbase_max=165000", "reason": "swapped"}
    told = send(client, "/market/quarantine/row", mended)
    assert told.status_code == 303
    assert current_id() != first
    assert current_id() in told.headers["location"]
    assert "Nothing is held back" in page(client, "/market/quarantine")


@pytest.mark.parametrize(
    ("filled", "code"),
    [
        ({"changes": "base_min=130000"}, "repair-without-reason"),
        ({"changes": "", "reason": "looks fine"}, "repair-still-faulty"),
        ({"changes": "nonsense=1", "reason": "x"}, "repair-unknown-column"),
        ({"changes": "base_min", "reason": "x"}, "repair-change"),
    ],
)
def test_a_repair_that_cannot_be_is_told_and_kept(
    client: TestClient, guide: Path, filled: dict[str, str], code: str
) -> None:
    first = current_id()
    told = send(client, "/market/quarantine/row", {"ref": BAND, **filled})
    assert told.status_code == 422
    assert code in told.text
    assert filled["changes"] in told.text
    assert current_id() == first


def test_what_differs_between_two_snapshots(client: TestClient, home: Path, tmp_path: Path) -> None:
    first = current_id()
    write_guide(tmp_path, guide_text())
    refresh_steps([tmp_path])
    shown = words(page(client, f"/market/snapshots/{first}"))
    assert "What differs from" in shown
    assert "band" in shown
    assert "It is in force" in words(page(client, f"/market/snapshots/{current_id()}"))


def test_a_held_market_shows_its_flips_and_is_released(
    client: TestClient, home: Path, tmp_path: Path
) -> None:
    held = a_held_market(tmp_path)
    assert "waits for a person" in words(page(client, "/market"))
    shown = words(page(client, f"/market/snapshots/{held}"))
    assert "Larkspur" in shown
    assert "would be decided otherwise" in shown
    told = send(client, f"/market/snapshots/{held}/release", {})
    assert told.status_code == 303
    assert current_id() == held
    assert held_snapshots() == []


def a_held_market(folder: Path) -> str:
    """A refresh that flips an open offer; the id under which it waits."""
    refreshed(folder)
    Desk().decide(OFFER)
    with pytest.raises(FailedWorld, match="refresh-held"):
        refreshed(folder, SHIFTED)
    (held,) = held_snapshots()
    return held.id


def test_only_the_owner_changes_the_market_or_sees_whose_offers_flip(
    home: Path, tmp_path: Path
) -> None:
    held = a_held_market(tmp_path)
    with served(Settings(tokens=TOKENS)) as client:
        client.headers.update(as_user(ANN))
        shown = words(page(client, f"/market/snapshots/{held}"))
        assert "Larkspur" not in shown
        assert "Publish it all the same" not in shown
        assert send(client, f"/market/snapshots/{held}/release", {}).status_code == 403
        assert send(client, "/market/quarantine/row", {"ref": BAND}).status_code == 403
    assert [one.id for one in held_snapshots()] == [held]


@pytest.mark.parametrize("path", ["/market/snapshots/ffff", "/market/quarantine/row?ref=nothing"])
def test_what_is_not_there_is_told(client: TestClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404
