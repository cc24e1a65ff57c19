"""Sheets over the API: scored as by the command, in a process of their own, each their owner's."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offerdesk.web.batch_run import Batch, keep_state, score_batch
from offerdesk.web.settings import Settings
from tests.web.client import ANN, BOB, TOKENS, TestClient, as_user, code, served

CSV = {"content-type": "text/csv"}


def wait_for(client: TestClient, batch: Any, **headers: str) -> dict[str, Any]:
    """The batch once it is done or failed."""
    deadline = time.monotonic() + 60
    while batch["state"] in {"waiting", "running"} and time.monotonic() < deadline:
        time.sleep(0.05)
        batch = client.get(f"/api/batches/{batch['id']}", headers=headers).json()
    found: dict[str, Any] = batch
    return found


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sheets are scored in this process, which takes less time than another one."""
    monkeypatch.setattr("offerdesk.web.batch_run.Scoring.run", lambda _, folder: scored(folder))


def scored(folder: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("offerdesk.web.batch_run._bound", lambda: None)
        patch.setattr("rules.orphans.end_with_parent", lambda: None)
        score_batch(folder)


@pytest.fixture
def sheet(root: Path) -> bytes:
    return (root / "examples" / "sheets" / "offers.csv").read_bytes()


@pytest.fixture
def closed(home: Path, at_once: None) -> Iterator[TestClient]:
    with served(Settings(tokens=TOKENS)) as made:
        yield made


def test_a_sheet_is_scored_by_a_process_of_its_own(client: TestClient, sheet: bytes) -> None:
    told = client.post("/api/batches", files={"sheet": ("my offers.csv", sheet)})
    assert told.status_code == 202
    batch = told.json()
    assert told.headers["location"] == f"/api/batches/{batch['id']}"
    assert (batch["sheet"], batch["form"]) == ("my offers.csv", "csv")
    done = wait_for(client, batch)
    assert (done["state"], done["faults"]) == ("done", [])
    assert done["rows_done"] == done["rows"] == 9
    deadline = time.monotonic() + 60
    while 'rows_total{outcome="judged"} 8.0' not in client.get("/metrics").text:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.usefixtures("at_once")
def test_what_comes_of_it_is_that_of_the_command(
    client: TestClient, root: Path, sheet: bytes, tmp_path: Path
) -> None:
    from offerdesk.cli import main

    offers = root / "examples" / "sheets" / "offers.csv"
    assert main(["score", str(offers), "-o", str(tmp_path / "answers.csv")]) == 0
    batch = wait_for(client, client.post("/api/batches", content=sheet, headers=CSV).json())
    address = f"/api/batches/{batch['id']}"
    results = client.get(f"{address}/results")
    assert results.content == (tmp_path / "answers.csv").read_bytes()
    assert results.headers["content-type"].startswith("text/csv")
    assert results.headers["content-disposition"] == 'attachment; filename="answers.csv"'
    rejects = client.get(f"{address}/rejects").text
    rows = list(csv.DictReader(io.StringIO(rejects)))
    assert rows
    assert all(row["code"].startswith("case-") for row in rows)
    summary = client.get(f"{address}/summary").json()
    assert (summary["read"], summary["judged"] + summary["refused"]) == (9, 9)
    assert str(tmp_path.anchor + "tmp") not in json.dumps(summary)


ALONE = b"""offer_id,company,currency,base_salary,bonus_type,equity_type,min_base,offer_form
A-1,Thornfield,USD,200000,none,none,180000,written
A-2,Ashgrove,USD,200000,none,none,180000,written
"""
RIVALS = b"""offer_id,company,status,verified,currency,base_salary,bonus_type,equity_type
A-1,Rookery,written,yes,USD,290000,none,none
"""


def with_rivals(rivals: bytes = RIVALS, name: str = "rivals.csv") -> dict[str, Any]:
    return {"sheet": ("offers.csv", ALONE), "competing": (name, rivals)}


@pytest.mark.usefixtures("at_once")
def test_a_second_sheet_brings_competing_offers(client: TestClient, tmp_path: Path) -> None:
    from offerdesk.cli import main

    (tmp_path / "offers.csv").write_bytes(ALONE)
    (tmp_path / "rivals.csv").write_bytes(RIVALS)
    places = [str(tmp_path / name) for name in ("offers.csv", "rivals.csv", "answers.csv")]
    assert main(["score", places[0], "--competing", places[1], "-o", places[2]]) == 0
    batch = wait_for(client, client.post("/api/batches", files=with_rivals()).json())
    assert (batch["sheet"], batch["competing"]) == ("offers.csv", "rivals.csv")
    results = client.get(f"/api/batches/{batch['id']}/results")
    assert results.content == (tmp_path / "answers.csv").read_bytes()
    first, second = csv.DictReader(io.StringIO(results.text))
    assert "Rookery" in first["because"] or first["rule"] != second["rule"]


@pytest.mark.usefixtures("at_once")
def test_competing_offers_of_no_offer_are_told(client: TestClient) -> None:
    files = with_rivals(RIVALS.replace(b"A-1", b"A-9"))
    batch = wait_for(client, client.post("/api/batches", files=files).json())
    rejects = client.get(f"/api/batches/{batch['id']}/rejects").text
    assert "sheet-rival-without-offer" in rejects


def test_the_second_sheet_has_to_be_one(client: TestClient, home: Path) -> None:
    told = client.post("/api/batches", files=with_rivals(name="rivals.docx"))
    assert code(told) == (415, "sheet-kind-unknown")
    assert told.json()["faults"][0]["place"] == "the sheet of competing offers"
    told = client.post("/api/batches", files={"sheet": ALONE}, data={"competing": "Rookery"})
    assert code(told) == (422, "batch-without-sheet")
    assert not list((home / "web" / "batches").glob("*/*"))


def test_other_competing_offers_are_another_request(closed: TestClient) -> None:
    headers = {**as_user(ANN), "idempotency-key": "k"}
    first = closed.post("/api/batches", files=with_rivals(), headers=headers)
    again = closed.post("/api/batches", files=with_rivals(), headers=headers)
    assert again.json()["id"] == first.json()["id"]
    for files in (with_rivals(RIVALS + b"\n"), {"sheet": ("offers.csv", ALONE)}):
        other = closed.post("/api/batches", files=files, headers=headers)
        assert code(other) == (422, "idempotency-key-reused")


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("form", ["xlsx", "jsonl", "parquet"])
def test_answers_come_in_the_form_that_is_asked_for(
    client: TestClient, sheet: bytes, form: str
) -> None:
    told = client.post(f"/api/batches?form={form}", content=sheet, headers=CSV)
    batch = wait_for(client, told.json())
    results = client.get(f"/api/batches/{batch['id']}/results")
    assert results.status_code == 200
    assert results.headers["content-disposition"].endswith(f'.{form}"')


@pytest.mark.usefixtures("at_once")
def test_nothing_in_the_answers_is_a_formula(client: TestClient) -> None:
    sheet = b"offer_id,company,base_salary,currency,note\n=cmd|'/c calc',@SUM(1),+5,USD,-2+3\n"
    batch = wait_for(client, client.post("/api/batches", content=sheet, headers=CSV).json())
    for part in ("results", "rejects"):
        text = client.get(f"/api/batches/{batch['id']}/{part}").text
        for row in csv.reader(io.StringIO(text)):
            assert not [cell for cell in row if cell[:1] in {"=", "+", "@", "\t", "\r"}]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("offers.csv", b"", "sheet-"),
        ("offers.csv", b"a,b\n1,2\n", "sheet-"),
        ("offers.xlsx", b"no workbook", "sheet-"),
        ("offers.parquet", b"PAR1 no more", "sheet-"),
        ("offers.jsonl", b"{", "sheet-"),
    ],
)
def test_a_sheet_that_cannot_be_read_fails_with_its_reason(
    client: TestClient, name: str, content: bytes, expected: str
) -> None:
    told = client.post("/api/batches", files={"sheet": (name, content)})
    batch = wait_for(client, told.json())
    assert batch["state"] == "failed"
    assert batch["faults"][0]["code"].startswith(expected)
    assert batch["faults"][0]["next"]
    told = client.get(f"/api/batches/{batch['id']}/results")
    assert code(told) == (409, "batch-not-ready")


@pytest.mark.parametrize("name", ["offers.duckdb", "offers.exe", "offers", "..", "a/../../b.pdf"])
def test_only_sheets_are_taken_in(client: TestClient, name: str, home: Path) -> None:
    told = client.post("/api/batches", files={"sheet": (name, b"x")})
    assert code(told) == (415, "sheet-kind-unknown")
    assert not list((home / "web" / "batches").glob("*/*"))


@pytest.mark.usefixtures("at_once")
def test_the_name_of_a_sheet_is_no_path(client: TestClient, sheet: bytes, home: Path) -> None:
    told = client.post("/api/batches", files={"sheet": ("../../../evil.csv", sheet)})
    batch = wait_for(client, told.json())
    assert batch["state"] == "done"
    found = {path.name for path in home.parent.rglob("*evil*")}
    assert found == set()


@pytest.mark.parametrize(
    ("path", "sent", "expected"),
    [
        (
            "",
            {"content": b"x", "headers": {"content-type": "text/html"}},
            (415, "media-type-unknown"),
        ),
        ("", {"content": b"x"}, (415, "media-type-unknown")),
        ("", {"data": {"sheet": "text"}}, (415, "media-type-unknown")),
        ("", {"files": {"other": b"x"}}, (422, "batch-without-sheet")),
        ("?form=pdf", {"files": {"sheet": b"x"}}, (422, "request-parameter")),
        ("?market=../x", {"files": {"sheet": b"x"}}, (422, "request-parameter")),
        (
            "",
            {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
            (400, "request-malformed"),
        ),
    ],
)
def test_what_is_no_sheet_is_refused(
    client: TestClient, path: str, sent: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert code(client.post(f"/api/batches{path}", **sent)) == expected


def test_a_sheet_that_is_too_large_is_refused(home: Path, sheet: bytes) -> None:
    with served(Settings(upload_bytes=1000)) as client:
        for sent in ({"files": {"sheet": sheet}}, {"content": iter([sheet]), "headers": CSV}):
            told = client.post("/api/batches", **sent)
            assert code(told) == (413, "request-too-large")
    left = [path for path in (home / "web" / "batches").rglob("*") if path.is_file()]
    assert [path.name for path in left] == [".turn"]


def test_the_same_sheet_under_the_same_key_is_taken_once(closed: TestClient, sheet: bytes) -> None:
    headers = {**as_user(ANN), "idempotency-key": "k"}
    told = [
        closed.post("/api/batches", files={"sheet": ("a.csv", sheet)}, headers=headers)
        for _ in range(2)
    ]
    assert told[0].json()["id"] == told[1].json()["id"]
    assert told[1].headers["idempotency-replayed"] == "true"
    other = closed.post("/api/batches", files={"sheet": ("a.csv", sheet + b"\n")}, headers=headers)
    assert code(other) == (422, "idempotency-key-reused")


def test_nobody_sees_the_batches_of_another(closed: TestClient, sheet: bytes) -> None:
    made = []
    for token in (ANN, ANN, BOB):
        told = closed.post("/api/batches", content=sheet, headers={**CSV, **as_user(token)})
        made.append(wait_for(closed, told.json(), **as_user(token))["id"])
    own = closed.get("/api/batches?limit=1", headers=as_user(ANN)).json()
    assert ([one["id"] for one in own["batches"]], own["next"]) == ([made[1]], made[1])
    rest = closed.get(f"/api/batches?after={made[1]}", headers=as_user(ANN)).json()
    assert ([one["id"] for one in rest["batches"]], rest["next"]) == ([made[0]], None)
    for part in ("", "/results", "/rejects", "/summary"):
        for strange in (made[2], "0123456789ab"):
            told = closed.get(f"/api/batches/{strange}{part}", headers=as_user(ANN))
            assert code(told) == (404, "batch-unknown-id")
        assert closed.get(f"/api/batches/{made[0]}{part}", headers=as_user(ANN)).status_code == 200
    assert closed.delete(f"/api/batches/{made[2]}", headers=as_user(ANN)).status_code == 404


def test_a_batch_can_be_forgotten(closed: TestClient, sheet: bytes, home: Path) -> None:
    told = closed.post("/api/batches", content=sheet, headers={**CSV, **as_user(ANN)})
    batch = wait_for(closed, told.json(), **as_user(ANN))
    assert closed.delete(f"/api/batches/{batch['id']}", headers=as_user(ANN)).status_code == 204
    assert code(closed.get(f"/api/batches/{batch['id']}", headers=as_user(ANN)))[0] == 404
    assert not (home / "web" / "batches" / batch["id"]).exists()
    assert closed.get("/api/batches", headers=as_user(ANN)).json()["batches"] == []


def test_what_was_left_undone_is_done_at_the_next_start(
    sheet: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offerdesk.web.batch_run.Scoring.run", lambda *_: None)
    with served() as client:
        batch = client.post("/api/batches", content=sheet, headers=CSV).json()
        assert client.get(f"/api/batches/{batch['id']}").json()["state"] == "waiting"
    monkeypatch.setattr("offerdesk.web.batch_run.Scoring.run", lambda _, folder: scored(folder))
    with served() as client:
        assert wait_for(client, batch)["state"] == "done"


def test_another_server_of_this_home_leaves_them_alone(
    sheet: bytes, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    ran = []
    monkeypatch.setattr("offerdesk.web.batch_run.Scoring.run", lambda _, folder: ran.append(folder))
    folder = home / "web" / "batches" / "0123456789ab"
    with served() as client:
        assert client.get("/api/batches").json()["batches"] == []
        folder.mkdir(parents=True)
        keep_state(folder, Batch("0123456789ab", "running", "a.csv", "csv"))
        with served() as other:
            assert other.get("/healthz").status_code == 200
    assert ran == []


def test_a_process_that_is_lost_is_told(
    client: TestClient, sheet: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offerdesk.web.batch_run.score_batch", print)
    batch = wait_for(client, client.post("/api/batches", content=sheet, headers=CSV).json())
    assert batch["state"] == "failed"
    assert batch["faults"][0]["code"] == "batch-process-lost"


def test_a_full_queue_takes_no_more(
    client: TestClient, sheet: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("offerdesk.web.batches.MOST_WAITING", 0)
    told = client.post("/api/batches", content=sheet, headers=CSV)
    assert code(told) == (429, "batch-queue-full")
    assert told.headers["retry-after"] == "60"
