"""The OpenAPI document: what FastAPI knows of the routes, the shapes, and the examples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from offerdesk.web.api.offer_shape import offer_shape
from offerdesk.web.api.shapes import SCHEMAS
from rules.book import Book

EXAMPLES = Path(__file__).with_name("examples.json")
TOLD = (
    "Accept, counter or walk away: decide a job offer, and see every reason. Errors are "
    "`application/problem+json` with the codes of the command line."
)


def add_openapi(app: FastAPI, book: Book) -> None:
    """Let an app describe itself at ``/api/openapi.json``."""

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app, book)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def document(app: FastAPI, book: Book) -> dict[str, Any]:
    """The whole document."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=TOLD,
        routes=app.routes,
    )
    parts = made.setdefault("components", {})
    parts["schemas"] = {**SCHEMAS, "Offer": offer_shape(book), "Component": _component(book)}
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    made["security"] = [{"token": []}, {}]
    for path in made["paths"].values():
        for operation in path.values():
            _add_examples(operation)
    return made


def _component(book: Book) -> dict[str, Any]:
    told = "What can be asked for by the present book; a decision of another book has its own."
    return {"type": "string", "enum": [one.name for one in book.asks], "description": told}


def _add_examples(operation: dict[str, Any]) -> None:
    """Beside each schema what was really sent or said."""
    name = operation["summary"]
    bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
    for status, body in bodies.items():
        for media, content in body.get("content", {}).items():
            known = examples().get(f"{name} {status} {media}") or examples().get(
                f"{status} {media}"
            )
            if known is not None:
                content["example"] = known


@cache
def examples() -> dict[str, Any]:
    """What was recorded, by operation, status and media type."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text("utf-8"))
    return found
