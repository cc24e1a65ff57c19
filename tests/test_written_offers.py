"""Facts written down as an offer are read back as they were."""

from __future__ import annotations

from rules.case import Case, read_case
from rules.proving.writing import offer_of
from rules.source import Document
from tests.generating import example_cases, generated
from tests.offers import DAY, book

WORKED_OUT = ("jurisdiction", "currencies without a rate", "currencies converted", "rate date")


def again(case: Case) -> Case:
    offer = offer_of(book(), case.facts, case.entries)
    return read_case(Document(offer, {}, "offer"), book(), today=DAY)


def apart(one: Case, other: Case) -> dict[str, tuple[object, object]]:
    """Facts in which two cases differ, but for those that are worked out of others."""
    names = [name for name, fact in book().facts.items() if fact.read not in WORKED_OUT]
    pairs = {name: (one.facts[name], other.facts[name]) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def test_the_examples_are_read_back() -> None:
    for case in example_cases():
        assert apart(case, again(case)) == {}


def test_generated_cases_are_read_back() -> None:
    plain = [one for one in generated(40, 11) if not one.facts["rate_was_used"]]
    assert len(plain) > 20
    for case in plain:
        assert apart(case, again(case)) == {}
