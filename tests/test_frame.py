"""The book on frames concludes what the judge concludes, bit by bit."""

from __future__ import annotations

from collections import Counter

from rules.frame import Frame
from tests.batch import frame_answers
from tests.generating import generated
from tests.offers import book, clerk, judge
from tests.test_sql_book import differences


def test_two_thousand_cases() -> None:
    cases = generated(2_400, book(), 11)
    assert len(cases) >= 2_000
    frame = Frame(book())
    found, judged = differences(cases, frame_answers(frame, cases), frame, judge(), clerk())
    assert found == []
    assert {len(j.trials) for j in judged} == {1, 2, 3}
    assert min(Counter(j.verdict for j in judged).values()) > 50


def test_one_offer_alone() -> None:
    """With a single row polars works in another way."""
    cases, frame = generated(60, book(), 12), Frame(book())
    rows = [frame_answers(frame, [case])[0] for case in cases]
    assert differences(cases, rows, frame, judge(), clerk())[0] == []


def test_no_offer_at_all() -> None:
    assert frame_answers(Frame(book(), ["verdict"]), generated(1, book(), 1)[:0]) == []
