"""The examples of the OpenAPI document, recorded: ``python -m tests.web.recorded`` writes them.

Every one was really sent or said.  Only what differs each time is made the same: ids and times.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

from offerdesk.web.api.openapi import EXAMPLES
from offerdesk.web.app import create_app
from offerdesk.web.guard.tokens import OWNER
from offerdesk.web.settings import Settings
from pipelines.refresh import refresh
from tests.guide_files import guide_text, write_guide
from tests.web.client import ANN, TOKENS, TestClient, as_user, served
from warehouse.redaction import redact

ROOT = Path(__file__).resolve().parent.parent.parent
OFFER = ROOT / "examples" / "offers" / "pinterest.yaml"
SHEET = ROOT / "examples" / "sheets" / "offers.csv"
JSON, YAML, PROBLEM = "application/json", "application/yaml", "application/problem+json"
REMOTE = "| Remote US | $165K\u2013$130K | $60K\u2013$120K | 10\u201315% | $160K\u2013$220K |"
HEADER = (
    "work_year,experience_level,employment_type,job_title,salary,salary_currency,salary_in_usd,"
    "employee_residence,remote_ratio,company_location,company_size"
)
PAY = [
    f"2025,SE,FT,Data Engineer,{150_000 + step},USD,{150_000 + step},US,0,US,M"
    for step in range(0, 40_000, 1_000)
]
LONGEST_TEXT, LONGEST_LIST = 1200, 3  # of an example; nobody reads more of one
ID = "0123456789ab"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00")
GOOD = (200, 201, 202)


def recorded() -> dict[str, Any]:
    """Every example by summary of its operation, status and media type; problems by status."""
    found: dict[str, Any] = {}
    with served() as client:
        names = {
            (path, method): operation["summary"]
            for path, methods in client.app.openapi()["paths"].items()  # type: ignore[attr-defined]
            for method, operation in methods.items()
        }
        for path, method, told in _asked(client, found, names):
            _note(found, names[path, method], told)
    for status, told in _refusals().items():
        found[f"{status} {PROBLEM}"] = _short(told.json())
    found[f"default {PROBLEM}"] = found[f"429 {PROBLEM}"]
    return found


def _asked(client: TestClient, found: dict[str, Any], names: dict[Any, str]) -> Any:
    offer = yaml.safe_load(OFFER.read_text("utf-8"))
    sent = json.loads(json.dumps(offer, default=str))
    decide, send = names["/api/decisions", "post"], names["/api/batches", "post"]
    found[f"{decide} request {JSON}"] = sent
    found[f"{decide} request {YAML}"] = sent
    found[f"{send} request text/csv"] = SHEET.read_text("utf-8")
    row = {"offer_id": "1", "company": "Meadowlark Systems", "base_salary": 150000}
    found[f"{send} request application/json"] = [row]
    found[f"{send} request application/x-ndjson"] = f"{json.dumps(row)}\n"
    found[f"{send} request multipart/form-data"] = {"sheet": SHEET.read_text("utf-8")}
    made = client.post("/api/decisions", json=sent)
    yield "/api/decisions", "post", made
    yield "/api/decisions", "post", client.post("/api/decisions?log=false", json=sent)
    decision = f"/api/decisions/{made.json()['id']}"
    batch = client.post("/api/batches", files={"sheet": (SHEET.name, SHEET.read_bytes())})
    yield "/api/batches", "post", batch
    scored = f"/api/batches/{batch.json()['id']}"
    batches = client.app.state.batches  # type: ignore[attr-defined]
    while batches.read(OWNER, batch.json()["id"]).state in {"waiting", "running"}:
        time.sleep(0.1)
    for template, method in names:
        if method == "get":
            yield template, method, client.get(_address(client, template, decision, scored))
    yield "/api/decisions/{id}", "get", client.get(f"{decision}?format=md")


def _address(client: TestClient, template: str, decision: str, batch: str) -> str:
    """An address that has an answer."""
    snapshot = client.get("/api/market/snapshots").json()["published"][0]["id"]
    held = client.get("/api/market/quarantine").json()["rows"][0]["row_ref"]
    for part, value in (
        ("/api/decisions/{id}", decision),
        ("/api/batches/{id}", batch),
        ("/snapshots/{id}", f"/snapshots/{snapshot}"),
        ("{row}", held.replace("#", "%23")),
        ("/rules/{name}", "/rules/D9"),
        ("/levers/{name}", "/levers/competing_offer"),
        ("/terms/{name}", "/terms/tc_recurring"),
    ):
        template = template.replace(part, value)
    return template


def _note(found: dict[str, Any], name: str, told: Any) -> None:
    assert told.status_code in GOOD, (name, told.text)
    media = told.headers["content-type"].partition(";")[0]
    body = told.json() if media == JSON else _counts_only(told.text)[:LONGEST_TEXT]
    found[f"{name} {told.status_code} {media}"] = _short(body)


def _counts_only(text: str) -> str:
    """Without the lines that tell when and how fast it was."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if "_seconds" not in line and "_created" not in line)


def _short(value: Any) -> Any:
    """The same each time, and no longer than it is read."""
    if isinstance(value, dict):
        return {
            key: ID if key in {"id", "next"} and _is_id(one) else _short(one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_short(one) for one in value[:LONGEST_LIST]]
    if isinstance(value, str):
        told = re.sub(r"(?i)(?<=decision )[0-9a-f]{12}|(?<=logged as )[0-9a-f]{12}", ID, value)
        told = re.sub(r"(?<=redacted on )\d{4}-\d\d-\d\d", "2026-03-02", told)
        return TIME.sub("2026-03-02T09:30:00.000000+00:00", told)
    return value


def _is_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-f]{12}", value) is not None


def _refusals() -> dict[int, Any]:
    """A problem of each status."""
    with served() as client:
        sent = {"content-type": YAML}
        found = [
            client.post("/api/decisions", content=b"offer: {", headers=sent),
            client.get(f"/api/decisions/{ID}"),
            client.post("/api/decisions", content=b"x" * 3_000_000, headers=sent),
            client.post("/api/decisions", content=b"x", headers={"content-type": "text/plain"}),
            client.post("/api/decisions", content=b"offer: {base_salry: 1}", headers=sent),
            _while_running(client),
        ]
        found.append(_redacted(client))
    with served(Settings(tokens=TOKENS, rate=1.0)) as client:
        found += [client.get("/api/book")]
        found += [client.get("/api/book", headers=as_user(ANN)) for _ in range(3)][-1:]
    with served(Settings(most_at_once=0)) as client:
        found.append(client.get("/healthz"))
    return {one.status_code: one for one in found}


def _redacted(client: TestClient) -> Any:
    """The answer to whoever asks for a decision that was removed from the log."""
    made = client.post("/api/decisions", content=OFFER.read_bytes(), headers={"content-type": YAML})
    redact([made.json()["id"]], reason="the candidate asked for it", by="a clerk")
    return client.get(made.headers["location"])


def _while_running(client: TestClient) -> Any:
    """The answer to whoever would forget a batch that is being scored."""
    from offerdesk.web.batch_run import Batch, keep_state
    from warehouse.home import home

    folder = home().root / "web" / "batches" / ID
    folder.mkdir(parents=True, exist_ok=True)
    keep_state(folder, Batch(ID, "running", "offers.csv", "csv"))
    return client.delete(f"/api/batches/{ID}")


def furnish(folder: Path) -> None:
    """A market with something held back."""
    write_guide(folder, guide_text(rows=REMOTE))
    (folder / "aijobs.csv").write_text("\n".join([HEADER, *PAY]), "utf-8")
    places = [ROOT / "examples" / "guides", folder]
    refresh(places, None, prefect=False, say=lambda _: None, progress=lambda *_: None)


def main() -> None:
    """Record them."""
    with tempfile.TemporaryDirectory() as place:
        os.environ["OFFERDESK_HOME"] = f"{place}/home"
        furnish(Path(place) / "guides")
        create_app()
        EXAMPLES.write_text(as_text(recorded()), "utf-8")


def as_text(found: dict[str, Any]) -> str:
    return json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    main()
