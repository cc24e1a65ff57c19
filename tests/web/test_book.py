"""The rule book over the API."""

from __future__ import annotations

import pytest

from offerdesk.glossary import Glossary
from tests.offers import book
from tests.web.client import TestClient, code


def test_the_book_is_told_in_its_order(client: TestClient) -> None:
    told = client.get("/api/book").json()
    assert told["hash"] == book().hash
    assert [one["name"] for one in told["rules"]] == [row.name for row in book().rows]
    assert told["counts"]["levers"] == len(book().levers)


def test_everything_in_it_has_an_address(client: TestClient) -> None:
    for one in client.get("/api/book").json()["rules"]:
        assert client.get(f"/api/book/rules/{one['name']}").json() == one
    for one in client.get("/api/book/levers").json()["levers"]:
        assert client.get(f"/api/book/levers/{one['name']}").json() == one
    terms = client.get("/api/book/terms").json()["terms"]
    assert {one["name"] for one in terms} == set(Glossary(book()))
    for one in terms[::40]:
        assert client.get(f"/api/book/terms/{one['name']}").json() == one


@pytest.mark.parametrize("kind", ["rules", "levers", "terms"])
def test_an_unknown_name_is_told_with_the_nearest(client: TestClient, kind: str) -> None:
    near = {"rules": "D99", "levers": "competing_offr", "terms": "tc_recuring"}[kind]
    told = client.get(f"/api/book/{kind}/{near}")
    assert code(told) == (404, "book-unknown-name")
    assert told.json()["faults"][0]["next"].startswith("did you mean")
    assert client.get(f"/api/book/{kind}/..%2F..%2Fx").status_code in {404, 422}


def test_a_book_that_is_known_is_not_sent_again(client: TestClient) -> None:
    for path in ("/api/book", "/api/book/terms", "/api/book/rules/D9"):
        tag = client.get(path).headers["etag"]
        assert client.get(path, headers={"if-none-match": tag}).status_code == 304
