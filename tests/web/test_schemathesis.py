"""Requests made up from the OpenAPI document: whatever is sent, the answer is one that it names.

The document is taken at its word: what fits it must not be refused as malformed, what does not
fit must be, and every answer has a status, a kind, a shape and headers that the document tells.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import uvicorn
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from offerdesk.web.api.batches import LINES, PARQUET, XLSX
from offerdesk.web.app import create_app
from offerdesk.web.settings import Settings
from tests.web.recorded import furnish

# A well-formed offer or sheet may still be one that nobody can judge.
JUDGED = {"positive_data_acceptance": {"expected-statuses": ["2xx", "4xx"]}}
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@schemathesis.serializer(LINES, PARQUET, XLSX)
def as_bytes(_: Any, value: Any) -> bytes:
    """A sheet is whatever is sent."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """An application behind a real socket, served from a thread."""
    with socket.create_server(("127.0.0.1", 0)) as place:
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", ws="none"))
        thread = threading.Thread(target=server.run, args=([place],))
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{place.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A desk with something of everything; its sheets wait for ever."""
    furnish(tmp_path / "guides")
    monkeypatch.setattr("offerdesk.web.batch_run.Scoring.run", lambda *_: None)
    monkeypatch.setattr("offerdesk.web.batches.MOST_WAITING", 10**6)
    return create_app(Settings(rate=1e6))


def findings(app: Any, examples: int, *phases: str, only: str = "") -> tuple[list[str], int]:
    """What is found against the document, and by how many requests."""
    told = {
        "seed": 1,
        "workers": 1,
        "request-timeout": 120.0,
        "generation": {"max-examples": examples, "database": "none"},
        "phases": {name: {"enabled": name in phases} for name in PHASES},
        "operations": [
            {"include-path": path, "include-method": "POST", "checks": JUDGED}
            for path in ("/api/decisions", "/api/batches")
        ],
    }
    found, sent = [], 0
    with listening(app) as address:
        config = SchemathesisConfig.from_dict(told)
        schema = schemathesis.openapi.from_dict(app.openapi(), config=config)
        schema = schema.include(path=only) if only else schema
        schema.config.update(base_url=address)
        for event in from_schema(schema).execute():
            if isinstance(event, events.ScenarioFinished):
                sent += len(event.recorder.interactions)
                found += [
                    f"{event.label}: {check.failure_info.failure}\n{check.failure_info.code_sample}"
                    for checks in event.recorder.checks.values()
                    for check in checks
                    if check.failure_info is not None
                ]
            if isinstance(event, events.NonFatalError | events.FatalError):
                found.append(f"{event}")
    return found, sent


def test_a_few_made_up_requests_find_nothing(desk: Any) -> None:
    found, sent = findings(desk, 2, "examples", "fuzzing")
    assert found == []
    assert sent > 50


def test_a_document_that_does_not_keep_its_word_is_found_out(desk: Any) -> None:
    health = desk.openapi()["components"]["schemas"]["Health"]["properties"]
    health["status"] = {"type": "integer"}
    found, _ = findings(desk, 1, "fuzzing", only="/healthz")
    assert "not of type" in found[0]


@pytest.mark.slow
def test_many_made_up_requests_find_nothing(desk: Any) -> None:
    found, sent = findings(desk, 40, *PHASES)
    assert found == []
    assert sent > 3000
