"""Style and scripts are fetched once, and anew as soon as they are others."""

from __future__ import annotations

import re

import pytest

from offerdesk.web.assets import ASK_AGAIN, FOR_GOOD
from tests.web.client import TestClient
from tests.web.forms import page


def test_all_that_a_page_needs_is_kept_for_good(client: TestClient) -> None:
    needed = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page(client, "/")))
    assert len(needed) == 4
    for address in needed:
        told = client.get(address)
        assert (told.status_code, told.headers["cache-control"]) == (200, FOR_GOOD), address


@pytest.mark.parametrize("version", ["", "?v=", "?v=0123456789abcdef", "?v=%ff", "?other=1"])
def test_under_another_address_it_is_asked_about_each_time(
    client: TestClient, version: str
) -> None:
    told = client.get(f"/static/desk.js{version}")
    assert (told.status_code, told.headers["cache-control"]) == (200, ASK_AGAIN)
    again = client.get(f"/static/desk.js{version}", headers={"if-none-match": told.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["nothing.css", "../templates/base.html", "%2e%2e/app.py", ""])
def test_nothing_else_is_handed_out(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}?v=1").status_code == 404
