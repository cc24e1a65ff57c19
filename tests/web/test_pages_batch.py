"""The pages of sheets: handed in by a form, followed, and fetched."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from offerdesk.web.settings import Settings
from tests.web.client import ANN, BOB, TOKENS, TestClient, as_user, served
from tests.web.forms import HTML, page, send, words
from tests.web.test_batches import ALONE, RIVALS

PATIENCE = 90  # [s]


@pytest.fixture(scope="module")
def sheet(root: Path) -> bytes:
    return (root / "examples" / "sheets" / "offers.csv").read_bytes()


def handed_in(client: TestClient, sheet: bytes, name: str = "offers.csv") -> Any:
    return send(client, "/batches", {"form": "csv"}, files={"sheet": (name, sheet)})


def finished(client: TestClient, path: str) -> str:
    """The page of a sheet once it is done."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        shown = page(client, path)
        if "hx-trigger" not in shown:
            return shown
        assert "It " in words(shown)
        time.sleep(0.2)
    pytest.fail("the sheet was not scored in time")


def test_a_sheet_is_scored_shown_and_fetched(client: TestClient, sheet: bytes) -> None:
    place = handed_in(client, sheet).headers["location"]
    shown = words(finished(client, place))
    assert "of 8 offers" in shown
    assert "9 rows read = 8 judged + 1 refused" in shown
    assert "What alone keeps offers from being accepted" in shown
    answers = client.get(f"{place}/results")
    assert answers.headers["content-disposition"].endswith('"offers-answers.csv"')
    assert len(answers.text.splitlines()) == 9
    assert client.get(f"{place}/rejects").text.count("\n") >= 2
    assert client.get(f"{place}/anything", headers=HTML).status_code == 404
    assert "offers.csv" in page(client, "/batches")
    assert send(client, f"{place}/forget", {}).status_code == 303
    assert client.get(place, headers=HTML).status_code == 404


def test_a_second_sheet_of_competing_offers_is_taken(client: TestClient) -> None:
    files = {"sheet": ("alone.csv", ALONE), "competing": ("rivals.csv", RIVALS)}
    place = send(client, "/batches", {"form": "csv"}, files=files).headers["location"]
    assert "with the competing offers of rivals.csv" in words(finished(client, place))
    files = {"sheet": ("alone.csv", ALONE), "competing": ("rivals.pdf", RIVALS)}
    told = send(client, "/batches", {"form": "csv"}, files=files)
    assert told.status_code == 422
    assert "the sheet of competing offers" in told.text


def test_nothing_of_this_machine_is_told(client: TestClient, sheet: bytes, home: Path) -> None:
    shown = finished(client, handed_in(client, sheet).headers["location"])
    assert str(home) not in shown


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [("offers.docx", b"x", "sheet-kind-unknown"), ("", b"", "batch-without-sheet")],
)
def test_what_is_no_sheet_is_told(client: TestClient, name: str, data: bytes, code: str) -> None:
    told = handed_in(client, data, name)
    assert told.status_code == 422
    assert code in told.text


def test_a_sheet_that_cannot_be_read_says_why(client: TestClient) -> None:
    place = handed_in(client, b"nothing,known\n1,2\n").headers["location"]
    assert "It could not be scored" in words(finished(client, place))


def test_the_sheets_of_others_are_not_there(home: Path, sheet: bytes) -> None:
    with served(Settings(tokens=TOKENS)) as client:
        client.headers.update(as_user(ANN))
        place = handed_in(client, sheet).headers["location"]
        client.headers.update(as_user(BOB))
        assert client.get(place, headers=HTML).status_code == 404
        assert "offers.csv" not in page(client, "/batches").replace("/batches/example.csv", "")
