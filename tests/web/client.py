"""Desks to ask in tests, each in a home with a sample market, without a socket in between."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from offerdesk.web.app import create_app
from offerdesk.web.guard.tokens import Tokens
from offerdesk.web.settings import Settings

with warnings.catch_warnings():  # it would rather have the successor of httpx
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["ANN", "BOB", "HERE", "TOKENS", "TestClient", "as_user", "code", "decided", "served"]

ANN, BOB = "ann-" + "a" * 28, "bob-" + "b" * 28
TOKENS = Tokens({"ann": ANN, "bob": BOB})
HERE = "http://127.0.0.1:8000"
YAML = {"content-type": "application/yaml"}


@contextmanager
def served(settings: Settings | None = None) -> Iterator[TestClient]:
    """A desk that is being served."""
    app = create_app(settings)
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as client:
        yield client


def as_user(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def decided(client: TestClient, offer: Path, **headers: str) -> dict[str, Any]:
    """A decision on an offer file, made through the API."""
    told = client.post("/api/decisions", content=offer.read_bytes(), headers={**YAML, **headers})
    assert told.status_code == 201, told.text
    found: dict[str, Any] = told.json()
    return found


def code(told: Any) -> tuple[int, str]:
    """Status and code of a problem."""
    assert told.headers["content-type"] == "application/problem+json", told.text
    return told.status_code, told.json()["code"]
