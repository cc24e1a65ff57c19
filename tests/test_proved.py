"""What was last proved of a book is known by the book, and by what it states of itself."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest

from offerdesk.book_check import proofs_of, record_of
from offerdesk.proved import keep, proved
from rules.book import BOOK
from rules.loader import load_book
from rules.proving.claims import CHAPTERS, Claim, Proofs
from rules.proving.statement import FILE
from tests.offers import book
from warehouse.home import home

QUICK = ("inputs", "dates")
AGAIN = "prove it again: python -m offerdesk.proved"
SOME = Proofs([Claim("rows", "D9 can decide", "shown")], ["something"])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The shipped book, with another number."""
    place = copytree(BOOK, tmp_path / "book")
    file = place / "parameters" / "thresholds.yaml"
    text = file.read_text("utf-8")
    assert "0.05" in text
    file.write_text(text.replace("0.05", "0.06", 1), "utf-8")
    return place


def test_the_shipped_book_is_proved_as_it_stands() -> None:
    found = proved(book())
    assert found is not None, AGAIN
    assert found["sound"] is True
    assert {claim["chapter"] for claim in found["claims"]} == set(CHAPTERS)
    assert {claim["standing"] for claim in found["claims"]} == {"proved", "shown", "stated"}


def test_what_is_recorded_is_what_is_proved() -> None:
    found = proved(book())
    assert found is not None, AGAIN
    recorded = [claim for claim in found["claims"] if claim["chapter"] in QUICK]
    again = record_of(book(), proofs_of(book(), BOOK, QUICK))
    assert recorded == again["claims"]
    assert found["outside"] == again["outside"]


def test_another_book_is_proved_once_somebody_has_done_it(own: Path) -> None:
    changed = load_book(own)
    assert proved(changed, own) is None
    keep(changed, own, SOME)
    found = proved(changed, own)
    assert found is not None
    assert [claim["claim"] for claim in found["claims"]] == ["D9 can decide"]


def test_what_is_stated_is_part_of_what_is_proved(own: Path) -> None:
    changed = load_book(own)
    keep(changed, own, SOME)
    with (own / FILE).open("a", encoding="utf-8") as file:
        file.write("# another exception\n")
    assert load_book(own).hash == changed.hash
    assert proved(changed, own) is None


def test_a_record_that_was_damaged_is_none(own: Path) -> None:
    changed = load_book(own)
    keep(changed, own, SOME)
    (place,) = home().cache.glob("proved-*.json")
    for damaged in (b"", b"[]", b"{", place.read_bytes().replace(changed.hash[:9].encode(), b"x")):
        place.write_bytes(damaged)
        assert proved(changed, own) is None


def test_that_it_cannot_be_kept_stops_nobody(own: Path) -> None:
    home().root.mkdir(parents=True)
    home().cache.write_text("no folder")
    keep(load_book(own), own, SOME)
    assert proved(load_book(own), own) is None
