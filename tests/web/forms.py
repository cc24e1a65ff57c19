"""Pages asked for and forms sent, as a browser does it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from tests.web.client import TestClient

HTML = {"accept": "text/html"}
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def page(client: TestClient, path: str, status: int = 200) -> str:
    """The text of a page."""
    told = client.get(path, headers=HTML)
    assert told.status_code == status, told.text[:400]
    return str(told.text)


def send(client: TestClient, path: str, data: Mapping[str, Any], **options: Any) -> Any:
    """Send a form, with the token of a page of ours; redirects are not followed."""
    token = _TOKEN.search(page(client, "/"))
    assert token is not None
    filled: dict[str, str | Sequence[str]] = {**data, "csrf_token": token[1]}
    headers = {**HTML, **options.pop("headers", {})}
    return client.post(path, data=filled, headers=headers, follow_redirects=False, **options)


def words(html: str) -> str:
    """What is read of a page, without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def decided(client: TestClient, data: Mapping[str, Any]) -> str:
    """Decide a form; the id of the decision."""
    told = send(client, "/", data)
    assert told.status_code == 303, words(told.text)[:800]
    return str(told.headers["location"]).rpartition("/")[2]
