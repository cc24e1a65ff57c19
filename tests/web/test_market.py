"""The market over the API: what the commands tell, a page at a time, and no path of this disk."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from offerdesk.holdings import contents, held_back, percentiles
from tests.web.client import TestClient, code
from tests.web.recorded import furnish
from warehouse.snapshot import current_id, snapshots


@pytest.fixture
def richer(home: Path, tmp_path: Path) -> str:
    """A second snapshot, with a row that is held back and with percentiles."""
    furnish(tmp_path)
    found = current_id()
    assert found
    return found


def test_snapshots_are_listed_without_their_places(
    client: TestClient, richer: str, home: Path
) -> None:
    told = client.get("/api/market/snapshots")
    listed = told.json()["published"]
    assert [one["id"] for one in listed] == [one.id for one in snapshots()]
    assert [one["id"] for one in listed if one["current"]] == [richer]
    assert str(home) not in told.text


def test_a_snapshot_tells_what_it_holds(client: TestClient, richer: str) -> None:
    told = client.get(f"/api/market/snapshots/{richer}").json()
    assert told["rows"] == contents(richer)["rows"]
    assert code(client.get("/api/market/snapshots/ffff")) == (404, "market-unknown-snapshot")
    assert code(client.get("/api/market/snapshots/..%2Fx"))[0] == 404
    assert code(client.get("/api/market/snapshots/xyz")) == (422, "request-parameter")


def test_two_snapshots_are_compared(client: TestClient, richer: str) -> None:
    (before,) = [one.id for one in snapshots() if one.id != richer]
    told = client.get(f"/api/market/snapshots/{before}/diff?to={richer}").json()
    assert told == client.get(f"/api/market/snapshots/{before}/diff").json()
    tables = {one["table"]: one["added"] for one in told["tables"]}
    assert tables["load"] == 2
    same = client.get(f"/api/market/snapshots/{richer}/diff?to={richer}").json()
    assert same["tables"] == []


def test_sources_are_listed(client: TestClient) -> None:
    told = client.get("/api/market/sources").json()["sources"]
    assert {"guides", "ecb"} <= {one["name"] for one in told}


def test_held_rows_are_listed_a_page_at_a_time_and_shown(client: TestClient, richer: str) -> None:
    expected = held_back()
    assert expected
    told = client.get("/api/market/quarantine?limit=1").json()
    assert told["rows"][0]["row_ref"] == expected[0]["row_ref"]
    assert told["next"] == (1 if len(expected) > 1 else None)
    assert client.get(f"/api/market/quarantine?after={len(expected)}").json()["rows"] == []
    row = quote(expected[0]["row_ref"], safe="/")
    whole = client.get(f"/api/market/quarantine/{row}").json()["reasons"]
    assert whole[0]["code"] == expected[0]["code"]
    assert code(client.get("/api/market/quarantine/none")) == (404, "quarantine-unknown-row")
    reasons = client.get("/api/market/quarantine-reasons").json()["reasons"]
    assert sum(one["count"] for one in reasons) == len(expected)
    assert client.get("/api/market/quarantine?code=none").json() == {"rows": [], "next": None}


def test_percentiles_are_found_by_what_they_are_about(client: TestClient, richer: str) -> None:
    everything = client.get("/api/market/percentiles?limit=1000").json()["percentiles"]
    assert len(everything) == len(percentiles(None, {}, 1000)) > 1
    role = everything[0]["role_family"]
    some = client.get(f"/api/market/percentiles?role={role}&metric=base").json()["percentiles"]
    assert some == [
        one for one in everything if (one["role_family"], one["metric"]) == (role, "base")
    ]
    assert client.get("/api/market/percentiles?role=none").json()["percentiles"] == []
    first = client.get("/api/market/percentiles?limit=1").json()
    second = client.get(f"/api/market/percentiles?limit=1&after={first['next']}").json()
    assert first["percentiles"] + second["percentiles"] == everything[:2]


@pytest.mark.parametrize("word", ["'; DROP TABLE load; --", "%", "x" * 200])
def test_what_is_asked_is_data_and_no_sql(client: TestClient, word: str) -> None:
    for path in ("percentiles?role=", "quarantine?source=", "quarantine-reasons?code="):
        told = client.get(f"/api/market/{path}{quote(word)}")
        assert told.status_code == 200
    assert client.get("/api/market/quarantine?source=" + "x" * 201).status_code == 422


def test_without_a_market_it_is_told_how_to_make_one(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OFFERDESK_HOME", str(tmp_path / "empty"))
    assert client.get("/api/market/snapshots").json() == {"published": [], "held": []}
    told = client.get("/api/market/percentiles")
    assert code(told) == (404, "market-absent")
    assert "offerdesk refresh" in told.json()["detail"]
    assert client.get("/readyz").json()["snapshot"] is None
