"""Decisions over the API: the same as in Python, logged before they are answered."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from offerdesk.asks import ask_about
from offerdesk.desk import decide
from offerdesk.replay import replay_row
from offerdesk.subject import logged_subject
from offerdesk.web.settings import Settings
from offerdesk.why import reasons
from offerdesk.why_forms import as_plain
from rules.what_if.movable import Wishes
from tests.web.client import ANN, BOB, TOKENS, YAML, TestClient, as_user, code, decided, served
from warehouse import log
from warehouse.redaction import redact

JSON = {"content-type": "application/json"}
KEY = {"idempotency-key": "k"}


def in_json(offer: Path) -> bytes:
    return json.dumps(yaml.safe_load(offer.read_text("utf-8")), default=str).encode()


@pytest.mark.parametrize("name", ["pinterest", "harbour-lane", "tin-sparrow"])
def test_a_decision_is_that_of_the_command_line_and_is_logged(
    client: TestClient, offers: Path, name: str
) -> None:
    offer = offers / f"{name}.yaml"
    told = client.post("/api/decisions", content=offer.read_bytes(), headers=YAML)
    made = told.json()
    assert told.status_code == 201
    assert told.headers["location"] == f"/api/decisions/{made['id']}"
    row = log.read(made.pop("id"))
    assert made == json.loads(row.entry.decision) == json.loads(decide(offer, log=False).to_json())


def test_json_and_yaml_are_the_same_offer(client: TestClient, offers: Path) -> None:
    offer = offers / "pinterest.yaml"
    one = decided(client, offer)
    other = client.post("/api/decisions", content=in_json(offer), headers=JSON).json()
    assert one.pop("id") != other.pop("id")
    assert one == other


def test_a_preview_is_not_logged(client: TestClient, offers: Path) -> None:
    offer = offers / "harbour-lane.yaml"
    told = client.post("/api/decisions?log=false", content=offer.read_bytes(), headers=YAML)
    assert told.status_code == 200
    assert told.json()["verdict"] == "accept"
    assert "id" not in told.json()
    assert list(log.rows()) == []


def test_day_and_snapshot_can_be_asked_for(client: TestClient, offers: Path) -> None:
    snapshots = client.get("/api/market/snapshots").json()["published"]
    query = f"/api/decisions?as_of=2026-03-05&market={snapshots[0]['id']}"
    offer = (offers / "pinterest.yaml").read_bytes()
    made = client.post(query, content=offer, headers=YAML).json()
    assert made["evaluation_date"] == "2026-03-05"
    assert made["snapshot"] == snapshots[0]["id"]
    unknown = client.post("/api/decisions?market=ffff", content=offer, headers=YAML)
    assert code(unknown) == (422, "market-unknown-snapshot")


@pytest.mark.parametrize(
    ("sent", "kind", "expected"),
    [
        (b"", "application/json", (400, "document-empty")),
        (b"{", "application/json", (400, "document-syntax")),
        (b"offer: 1", "application/json", (400, "document-syntax")),
        (b"a: &x 1\nb: *x", "application/yaml", (400, "document-alias")),
        (b"\xff\xfe\xff", "application/json", (400, "document-encoding")),
        (b"[]", "application/json", (422, "case-section")),
        (b'{"offer": {"bas": 1}}', "application/json", (422, "case-unknown-field")),
        (b'{"offer": {"base_salary": NaN}}', "application/json", (400, "document-not-finite")),
        (b'{"offer": {}}', "text/plain", (415, "media-type-unknown")),
        (b'{"offer": {}}', "multipart/form-data", (415, "media-type-unknown")),
    ],
)
def test_what_is_no_offer_is_refused_by_the_codes_of_the_command_line(
    client: TestClient, sent: bytes, kind: str, expected: tuple[int, str]
) -> None:
    told = client.post("/api/decisions", content=sent, headers={"content-type": kind})
    assert code(told) == expected
    assert list(log.rows()) == []


def test_every_fault_is_told_with_its_place_and_next_step(client: TestClient) -> None:
    offer = b"offer:\n  base_salary: lots\n  stat: TX\n"
    told = client.post("/api/decisions", content=offer, headers=YAML).json()
    places = {fault["place"]: fault for fault in told["faults"]}
    assert set(places) == {"body line 2, offer.base_salary", "body line 3, offer.stat"}
    assert places["body line 3, offer.stat"]["next"] == "did you mean `state`?"
    assert told["type"] == f"urn:offerdesk:problem:{told['code']}"
    assert told["status"] == 422


def test_a_missing_kind_of_body_is_told(client: TestClient) -> None:
    assert code(client.post("/api/decisions", content=b"{}")) == (415, "media-type-unknown")


def test_a_decision_can_be_read_again_as_it_was_logged(client: TestClient, offers: Path) -> None:
    made = decided(client, offers / "pinterest.yaml")
    told = client.get(f"/api/decisions/{made['id']}")
    assert told.json() == made
    page = client.get(f"/api/decisions/{made['id']}?format=md")
    assert page.headers["content-type"].startswith("text/markdown")
    assert page.text.startswith("# COUNTER") or "COUNTER" in page.text


def test_why_is_that_of_the_command_line(client: TestClient, offers: Path) -> None:
    made = decided(client, offers / "pinterest.yaml")
    replayed = replay_row(log.read(made["id"]))
    for asked, other in (("", None), ("?not=accept", "accept")):
        told = client.get(f"/api/decisions/{made['id']}/why{asked}").json()
        assert told == json.loads(json.dumps(as_plain(reasons(replayed, other)), default=str))
    assert client.get(f"/api/decisions/{made['id']}/why?not=maybe").status_code == 422


def test_the_smallest_asks_are_those_of_the_command_line(client: TestClient, offers: Path) -> None:
    made = decided(client, offers / "pinterest.yaml")
    subject = logged_subject(log.read(made["id"]))
    for query, locked in (("", frozenset()), ("?lock=base&lock=sign_on", {"base", "sign_on"})):
        told = client.get(f"/api/decisions/{made['id']}/ask{query}")
        expected = ask_about(subject, Wishes(locked=frozenset(locked)))
        assert told.json() == json.loads(expected.to_json())
    assert told.json()["wishes"]["locked"] == ["base", "sign_on"]
    assert client.get(f"/api/decisions/{made['id']}/ask?lock=Base!").status_code == 422
    unknown = client.get(f"/api/decisions/{made['id']}/ask?lock=nothing")
    assert code(unknown) == (422, "ask-unknown-component")


def test_replay_says_whether_it_is_the_same(
    client: TestClient, offers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = decided(client, offers / "pinterest.yaml")
    told = client.get(f"/api/decisions/{made['id']}/replay").json()
    assert told == {"id": made["id"], "is_same": True, "differs": None}
    monkeypatch.setattr("offerdesk.replay.canonical_bytes", lambda _: b'{"verdict":"accept"}')
    told = client.get(f"/api/decisions/{made['id']}/replay").json()
    assert told["is_same"] is False
    assert told["differs"]["code"] == "replay-differs"


@pytest.mark.parametrize("part", ["", "/why", "/replay", "/ask"])
def test_what_is_not_logged_is_not_found(client: TestClient, part: str) -> None:
    assert code(client.get(f"/api/decisions/0123456789ab{part}")) == (404, "log-unknown-id")
    assert code(client.get(f"/api/decisions/0123{part}")) == (422, "request-parameter")


def pages(client: TestClient, limit: int, **headers: str) -> list[list[str]]:
    """The ids of all pages, by following them to the last."""
    found, after = [], ""
    while True:
        told = client.get(f"/api/decisions?limit={limit}{after}", headers=headers).json()
        found.append([line["id"] for line in told["decisions"]])
        if told["next"] is None:
            return found
        after = f"&after={told['next']}"


def test_pages_hold_every_decision_once_newest_first(client: TestClient, offers: Path) -> None:
    made = [decided(client, offers / "harbour-lane.yaml")["id"] for _ in range(5)]
    assert pages(client, 2) == [made[:2:-1], made[2:0:-1], made[:1]]
    assert pages(client, 5) == [made[::-1]]
    first = client.get("/api/decisions?limit=2").json()
    decided(client, offers / "harbour-lane.yaml")  # one that comes meanwhile shifts nothing
    second = client.get(f"/api/decisions?limit=2&after={first['next']}").json()
    assert [line["id"] for line in second["decisions"]] == made[2:0:-1]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "after=x", "after=0123"])
def test_a_page_that_cannot_be_is_refused(client: TestClient, query: str) -> None:
    assert code(client.get(f"/api/decisions?{query}")) == (422, "request-parameter")


def test_a_page_after_nothing_is_refused(client: TestClient) -> None:
    told = client.get("/api/decisions?after=0123456789ab")
    assert code(told) == (404, "log-unknown-id")


def test_what_somebody_has_already_is_not_sent_again(client: TestClient, offers: Path) -> None:
    made = decided(client, offers / "pinterest.yaml")
    for part in ("", "?format=md", "/why", "/why?not=accept", "/replay"):
        address = f"/api/decisions/{made['id']}{part}"
        tag = client.get(address).headers["etag"]
        again = client.get(address, headers={"if-none-match": f'"other", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200


def test_the_owner_sees_what_the_command_line_logged(client: TestClient, offers: Path) -> None:
    made = decide(offers / "harbour-lane.yaml")
    assert client.get(f"/api/decisions/{made.id}").json()["rule"] == made.rule
    assert pages(client, 20) == [[made.id]]


def test_nobody_sees_the_decisions_of_another(offers: Path) -> None:
    of_command_line = decide(offers / "harbour-lane.yaml").id
    with served(Settings(tokens=TOKENS)) as client:
        own = [decided(client, offers / "pinterest.yaml", **as_user(ANN))["id"] for _ in range(3)]
        other = decided(client, offers / "harbour-lane.yaml", **as_user(BOB))["id"]
        assert pages(client, 2, **as_user(ANN)) == [own[:0:-1], own[:1]]
        assert pages(client, 2, **as_user(BOB)) == [[other]]
        for strange in (other, of_command_line, "0123456789ab"):
            for part in ("", "/why", "/replay", "/ask"):
                told = client.get(f"/api/decisions/{strange}{part}", headers=as_user(ANN))
                assert code(told) == (404, "log-unknown-id")
            told = client.get(f"/api/decisions?after={strange}", headers=as_user(ANN))
            assert code(told) == (404, "log-unknown-id")


def test_the_same_is_said_of_a_stranger_s_decision_as_of_none(offers: Path) -> None:
    with served(Settings(tokens=TOKENS)) as client:
        other = decided(client, offers / "harbour-lane.yaml", **as_user(BOB))["id"]
        tag = {"if-none-match": f'"{other}"'}
        answers = [
            client.get(f"/api/decisions/{one}", headers={**as_user(ANN), **tag})
            for one in (other, "0123456789ab")
        ]
    assert answers[0].text.replace(other, "ID") == answers[1].text.replace("0123456789ab", "ID")


def test_a_redacted_decision_is_gone_and_still_listed(client: TestClient, offers: Path) -> None:
    made = [decided(client, offers / "pinterest.yaml", **KEY)["id"]]
    made += [decided(client, offers / "harbour-lane.yaml")["id"]]
    redact([made[0]], reason="asked to", by="a clerk")
    for part in ("", "/why", "/replay", "/ask"):
        told = client.get(f"/api/decisions/{made[0]}{part}")
        assert code(told) == (410, "log-redacted")
    listed = client.get("/api/decisions").json()["decisions"]
    assert [(one["id"], one["is_redacted"]) for one in listed] == [
        (made[1], False),
        (made[0], True),
    ]
    assert pages(client, 1) == [[made[1]], [made[0]]]
    again = client.post(
        "/api/decisions",
        content=(offers / "pinterest.yaml").read_bytes(),
        headers={**YAML, **KEY},
    )
    assert code(again) == (410, "log-redacted")


def test_a_log_that_fails_fails_the_decision(client: TestClient, offers: Path, home: Path) -> None:
    (home / "log" / "decisions.sqlite").mkdir(parents=True)
    told = client.post(
        "/api/decisions", content=(offers / "pinterest.yaml").read_bytes(), headers=YAML
    )
    assert code(told) == (503, "log-unopenable")
    assert str(home) not in told.text
    assert code(client.get("/readyz"))[0] == 503


def test_a_new_market_is_decided_by_without_a_new_start(
    client: TestClient, offers: Path, root: Path, tmp_path: Path
) -> None:
    from pipelines.refresh import refresh

    before = decided(client, offers / "pinterest.yaml")
    guide = next((root / "examples" / "guides").rglob("*.md"))
    other = tmp_path / "guides" / "acme" / guide.name
    other.parent.mkdir(parents=True)
    other.write_text(guide.read_text("utf-8").replace("Pinterest", "Acme"), "utf-8")
    refresh([tmp_path / "guides"], None, prefect=False, say=lambda _: None, budget=1.0)
    after: dict[str, Any] = decided(client, offers / "pinterest.yaml")
    assert before["snapshot"] != after["snapshot"]
    assert client.get("/readyz").json()["snapshot"] == after["snapshot"]
