"""Books with a planted fault: each is found, with code and place; the shipped book passes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rules.book import BOOK, Book
from rules.case import read_case
from rules.judgement import Judge
from rules.loader import load_book
from rules.proving.claims import Claim
from rules.proving.monotone import WORSE_TO_BETTER
from rules.proving.statement import FILE
from rules.source import Document
from tests.offers import DAY
from tests.proving.seeding import Seed, broken, found, seeded, seeds

SEEDS = seeds()


def _parameters() -> Iterator[Any]:
    for seed in SEEDS:
        marks = [pytest.mark.slow] if seed.is_slow else []
        yield pytest.param(seed, id=f"{seed.kind}: {seed.name}", marks=marks)


@pytest.mark.parametrize("seed", list(_parameters()))
def test_a_planted_fault_is_found(seed: Seed) -> None:
    told, claims = found(seed)
    assert seed.is_told(told), told
    for claim in claims:
        assert_shown(claim, seeded(seed)[0])


def assert_shown(claim: Claim, book: Book) -> None:
    """The offers of a claim that failed show that it does, as the judge has it."""
    assert claim.fault is not None
    judge = Judge(book)
    judged = [
        judge.judge(read_case(Document(dict(one), {}, "offer"), book, today=DAY))
        for one in claim.offers
    ]
    match claim.fault.code:
        case "proof-gap":
            assert [one.row.name for one in judged] == ["D11"]
        case "proof-overlap":
            first, second = claim.text.split()[0], claim.text.split()[2]
            assert judged[0].rows[first] is judged[0].rows[second] is True
        case "proof-prohibited-input" if claim.offers:
            reservations = [one.values["reservation_tc"] for one in judged]
            assert reservations[0] != reservations[1]
        case "proof-not-monotone":
            ranks = [WORSE_TO_BETTER.index(one.verdict) for one in judged]
            assert ranks[0] != ranks[1]
            assert (ranks[0] > ranks[1]) == ("walking away" in claim.text)


def test_there_are_enough_of_them_and_of_every_kind_a_quick_one() -> None:
    assert len({(seed.kind, seed.name) for seed in SEEDS}) == len(SEEDS) >= 55
    kinds = {seed.kind for seed in SEEDS}
    assert {seed.kind for seed in SEEDS if not seed.is_slow} == kinds


@pytest.mark.parametrize(
    "chapters",
    [
        ("dates", "inputs", "asks"),
        pytest.param(("rows",), marks=pytest.mark.slow),
        pytest.param(("monotone",), marks=pytest.mark.slow),
        pytest.param(("reach",), marks=pytest.mark.slow),
    ],
)
def test_the_shipped_book_passes(chapters: tuple[str, ...]) -> None:
    assert broken(load_book(BOOK), (BOOK / FILE).read_text("utf-8"), *chapters) == []
