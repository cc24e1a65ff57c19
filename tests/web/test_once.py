"""The same request under the same key is done once, whatever happens in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from offerdesk.web.guard.refused import Refused
from offerdesk.web.keeping import KEPT, Keeping, Once
from offerdesk.web.settings import Settings
from tests.web.client import ANN, BOB, TOKENS, YAML, TestClient, as_user, code, decided, served
from warehouse import log

KEY = {"idempotency-key": "a key of mine".replace(" ", "-")}


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Keeping]:
    made = Keeping(tmp_path / "keeping.sqlite")
    yield made
    made.close()


def test_the_same_request_is_answered_as_the_first_time(client: TestClient, offers: Path) -> None:
    offer = (offers / "pinterest.yaml").read_bytes()
    told = [client.post("/api/decisions", content=offer, headers={**YAML, **KEY}) for _ in range(3)]
    assert [one.status_code for one in told] == [201] * 3
    assert len({one.content for one in told}) == 1
    assert len({(one.headers["location"], one.headers["etag"]) for one in told}) == 1
    assert [one.headers.get("idempotency-replayed") for one in told] == [None, "true", "true"]
    assert len(list(log.rows())) == 1


def test_another_request_under_the_key_is_refused(client: TestClient, offers: Path) -> None:
    decided(client, offers / "pinterest.yaml", **KEY)
    offer = (offers / "pinterest.yaml").read_bytes()
    for path, content in (
        ("/api/decisions", offer + b"\n"),
        ("/api/decisions?as_of=2026-03-05", offer),
        ("/api/batches", offer),
    ):
        kind = {"content-type": "text/csv"} if "batches" in path else YAML
        told = client.post(path, content=content, headers={**kind, **KEY})
        assert code(told) == (422, "idempotency-key-reused")
    assert len(list(log.rows())) == 1


def test_a_refused_request_leaves_its_key_free(client: TestClient, offers: Path) -> None:
    told = client.post("/api/decisions", content=b"offer: {}", headers={**YAML, **KEY})
    wrong = client.post("/api/decisions", content=b"offer: {x: 1}", headers={**YAML, **KEY})
    assert (told.status_code, wrong.status_code) in {(201, 422), (422, 422)}
    if told.status_code == 422:
        decided(client, offers / "pinterest.yaml", **KEY)


def test_a_key_holds_over_a_new_start(offers: Path) -> None:
    ids = set()
    for _ in range(2):
        with served() as client:
            ids.add(decided(client, offers / "pinterest.yaml", **KEY)["id"])
    assert len(ids) == 1


def test_keys_are_each_user_s_own(offers: Path) -> None:
    with served(Settings(tokens=TOKENS)) as client:
        one = decided(client, offers / "pinterest.yaml", **KEY, **as_user(ANN))
        other = decided(client, offers / "harbour-lane.yaml", **KEY, **as_user(BOB))
        assert (one["rule"], other["rule"]) == ("D9", "D10")


def test_those_who_ask_at_the_same_time_get_the_same(client: TestClient, offers: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(decided, client, offers / "pinterest.yaml", **KEY) for _ in range(8)]
        assert len({one.result()["id"] for one in asked}) == 1
    assert len(list(log.rows())) == 1


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "\u00e9"])
def test_a_malformed_key_is_refused(client: TestClient, offers: Path, key: str) -> None:
    headers = {**YAML, "idempotency-key": key.encode()}
    offer = (offers / "pinterest.yaml").read_bytes()
    told = client.post("/api/decisions", content=offer, headers=headers)  # type: ignore[arg-type]
    assert told.status_code == 422
    assert list(log.rows()) == []


def test_work_that_fails_is_not_kept(keeping: Keeping) -> None:
    def broken() -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        keeping.make("decision", "ann", broken, Once("k", "x"))
    assert keeping.make("decision", "ann", lambda: "one", Once("k", "y")) == ("one", True)
    assert keeping.make("decision", "ann", lambda: "two", Once("k", "y")) == ("one", False)
    with pytest.raises(Refused, match="idempotency-key-reused"):
        keeping.make("decision", "ann", lambda: "two", Once("k", "x"))


def test_many_may_make_the_file_at_once(tmp_path: Path) -> None:
    together = threading.Barrier(8)

    def begin(file: Path) -> None:
        together.wait()
        Keeping(file).close()

    with ThreadPoolExecutor(8) as pool:
        for number in range(20):
            file = tmp_path / str(number) / "keeping.sqlite"
            assert list(pool.map(begin, [file] * 8)) == [None] * 8


def test_a_second_server_waits_for_the_first(keeping: Keeping, tmp_path: Path) -> None:
    other = Keeping(tmp_path / "keeping.sqlite")
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert go_on.wait(10)
        return "one"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(keeping.make, "decision", "ann", slow, Once("k", "x"))
        assert begun.wait(10)
        second = pool.submit(other.make, "decision", "ann", lambda: "two", Once("k", "x"))
        go_on.set()
        assert (first.result(), second.result()) == (("one", True), ("one", False))
    other.close()


def test_an_old_key_is_forgotten(keeping: Keeping, monkeypatch: pytest.MonkeyPatch) -> None:
    keeping.make("decision", "ann", lambda: "one", Once("k", "x"))
    later = datetime.now(UTC) + KEPT + timedelta(seconds=1)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return later

    monkeypatch.setattr("offerdesk.web.keeping.datetime", Clock)
    assert keeping.make("decision", "ann", lambda: "two", Once("l", "x")) == ("two", True)
    assert keeping.make("decision", "ann", lambda: "three", Once("k", "z")) == ("three", True)


def test_nothing_of_an_offer_is_kept_beside_the_log(
    client: TestClient, offers: Path, home: Path
) -> None:
    decided(client, offers / "pinterest.yaml", **KEY)
    kept = b"".join(file.read_bytes() for file in (home / "web").glob("keeping.sqlite*"))
    assert b"Pinterest" not in kept
    assert b"base" not in kept
    assert (home / "web" / "keeping.sqlite").stat().st_mode & 0o077 == 0
