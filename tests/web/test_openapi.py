"""The document says what the API does: every shape and every example is what is really said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from offerdesk.web.api.openapi import EXAMPLES
from tests.offers import PLAIN
from tests.web.client import HERE, TestClient
from tests.web.recorded import as_text, furnish, recorded


@pytest.fixture
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/openapi.json").json()
    return found


def contents(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Everything that is asked or answered: where, of which kind, with its schema and example."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts = {"request": operation.get("requestBody", {}), **operation["responses"]}
            for status, part in parts.items():
                for media, content in part.get("content", {}).items():
                    yield f"{method} {path} {status}", media, content


def is_valid(document: dict[str, Any], schema: dict[str, Any], value: Any) -> bool:
    whole = {**schema, "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole).is_valid(value)


def test_the_examples_are_what_is_really_said(home: Path, tmp_path: Path) -> None:
    shutil.rmtree(home / "market")
    furnish(tmp_path / "guides")
    assert as_text(recorded()) == EXAMPLES.read_text("utf-8"), "python -m tests.web.recorded"


def test_everything_has_an_example_that_fits_its_shape(document: dict[str, Any]) -> None:
    found = list(contents(document))
    assert len(found) > 60
    binary = ("spreadsheetml.sheet", "parquet", "x-ndjson")
    for where, media, content in found:
        if "batches" in where and media.endswith(binary):
            continue  # a file; that of CSV is shown
        assert "example" in content, (where, media)
        assert is_valid(document, content["schema"], content["example"]), (where, media)


def test_it_is_the_version_that_it_says(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    summaries = [one["summary"] for path in document["paths"].values() for one in path.values()]
    assert len(summaries) == len(set(summaries)) > 20
    assert not [path for path in document["paths"] if path.startswith("/static")]


def test_an_offer_has_the_shape_that_is_told(document: dict[str, Any], root: Path) -> None:
    offer = {"$ref": "#/components/schemas/Offer"}
    plain = json.loads(json.dumps(PLAIN, default=str))
    assert is_valid(document, offer, plain)
    for path, value in (
        (("offer", "base_salary"), "200k"),
        (("offer", "base_salry"), 1),
        (("offer", "relocation_required"), "yes"),
        (("candidate", "competing_offers"), {}),
        (("evaluation_date",), 5),
    ):
        changed = json.loads(json.dumps(plain))
        node = changed
        for step in path[:-1]:
            node = node[step]
        node[path[-1]] = value
        assert not is_valid(document, offer, changed), path


def test_what_the_shape_refuses_the_desk_refuses(client: TestClient) -> None:
    plain = json.loads(json.dumps(PLAIN, default=str))
    for changed in (
        {**plain, "offer": {**plain["offer"], "base_salary": True}},
        {**plain, "candidate": [1]},
        {**plain, "more": 1},
        {"candidate": {}},
    ):
        told = client.post(f"{HERE}/api/decisions", json=changed)
        assert told.status_code == 422, told.text
