"""Alive, ready, counted and logged: and never a figure of anybody's pay."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from offerdesk.web.settings import Settings
from tests.web.client import ANN, TOKENS, YAML, TestClient, as_user, decided, served


def counted(client: TestClient, **headers: str) -> dict[tuple[str, ...], float]:
    """Every sample of /metrics by its name and labels."""
    text = client.get("/metrics", headers=headers).text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_it_is_alive_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    told = client.get("/readyz").json()
    assert told["status"] == "ready"
    assert told["snapshot"]


def test_what_it_does_is_counted(client: TestClient, offers: Path) -> None:
    decided(client, offers / "pinterest.yaml")
    decided(client, offers / "harbour-lane.yaml")
    client.post("/api/decisions", content=b"offer: {x: 1}", headers=YAML)
    client.get("/api/decisions/0123456789ab")
    client.request("BREW", "/api/decisions/ba5e00158000")
    client.get("/ba5e00158000")
    found = counted(client)
    assert found["offerdesk_requests_total", "POST", "/api/decisions", "201"] == 2
    assert found["offerdesk_requests_total", "POST", "/api/decisions", "422"] == 1
    assert found["offerdesk_requests_total", "GET", "/api/decisions/{id}", "404"] == 1
    assert found["offerdesk_requests_total", "GET", "none", "404"] == 1
    assert found["offerdesk_requests_total", "OTHER", "/api/decisions/{id}", "405"] == 1
    assert found["offerdesk_request_seconds_count", "POST", "/api/decisions"] == 3
    assert found["offerdesk_decisions_total", "decided", "counter"] == 1
    assert found["offerdesk_decisions_total", "decided", "accept"] == 1
    assert found["offerdesk_refusals_total", "case-unknown-field"] == 1
    assert found["offerdesk_refusals_total", "log-unknown-id"] == 1
    assert found[("offerdesk_requests_in_flight",)] == 1  # this one


def test_what_is_previewed_is_no_decision(client: TestClient, offers: Path) -> None:
    offer = (offers / "pinterest.yaml").read_bytes()
    client.post("/api/decisions?log=false", content=offer, headers=YAML)
    assert not [key for key in counted(client) if key[0] == "offerdesk_decisions_total"]


def test_neither_pay_nor_an_address_is_logged_or_counted(
    offers: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    offer = (offers / "pinterest.yaml").read_text("utf-8")
    pay = set(re.findall(r"\d[\d_]{4,}", offer))
    assert len(pay) > 5
    with served(Settings(tokens=TOKENS)) as client:
        made = decided(client, offers / "pinterest.yaml", **as_user(ANN))
        for path in (f"/api/decisions/{made['id']}/why", "/?min_base=180000", "/x/180000"):
            client.get(path, headers=as_user(ANN))
        client.post(
            "/api/decisions",
            content=offer.replace("base_salary", "base_salry"),
            headers={**YAML, **as_user(ANN)},
        )
        metrics = client.get("/metrics", headers=as_user(ANN)).text
    ours = [one for one in caplog.records if one.name != "httpx"]  # that is the client's own
    lines = [one.getMessage() for one in ours if one.name == "offerdesk.access"]
    assert re.fullmatch(r"ann POST /api/decisions 201 \d+\.\d ms", lines[0])
    assert re.fullmatch(r"ann GET /api/decisions/\{id\}/why 200 \d+\.\d ms", lines[1])
    written = "\n".join(one.getMessage() for one in ours) + metrics
    for secret in (*pay, "180000", made["id"], ANN, "min_base"):
        assert not re.search(rf"(?<![\w.]){re.escape(secret)}(?!\w)", written), secret
    assert "ann" not in metrics
