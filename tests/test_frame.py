"""The book on frames concludes what the judge concludes, bit by bit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from rules.case import Case
from rules.frame import Frame
from tests.batch import frame_answers
from tests.expressions import same_but_for_zero
from tests.generating import generated
from tests.offers import book, clerk, judge
from tests.test_sql_book import differences


def test_two_thousand_cases() -> None:
    cases = generated(2_000, 11)
    frame = Frame(book())
    found, judged = differences(cases, frame_answers(frame, cases), frame, judge(), clerk())
    assert found == []
    assert {len(j.trials) for j in judged} == {1, 2, 3}
    assert min(Counter(j.verdict for j in judged).values()) > 50


def test_one_offer_alone() -> None:
    """With a single row polars works in another way."""
    cases, frame = generated(60, 12), Frame(book())
    rows = [frame_answers(frame, [case])[0] for case in cases]
    assert differences(cases, rows, frame, judge(), clerk())[0] == []


@pytest.mark.parametrize("seed", range(4))
def test_a_sheet_that_leaves_facts_out(seed: int) -> None:
    """What nobody states, or everybody alike, is worked out beforehand; a part of it later on."""
    drawn = Random(seed)
    cases = generated(400, 20 + seed)
    alike = drawn.choice(cases).facts
    absent = {name for name in book().facts if drawn.random() < 0.6} - NEEDED
    same = {name for name in book().facts if drawn.random() < 0.1} | {"currency"}
    lists = {name for name in book().lists if drawn.random() < 0.5}
    some = [_narrowed(case, absent, {name: alike[name] for name in same}, lists) for case in cases]
    frame = Frame(book())
    for part in (some, some[::50]):
        rows = frame_answers(frame, part)
        assert differences(part, rows, frame, judge(), clerk(), same_but_for_zero)[0] == []


def test_a_sheet_without_anything_uncertain() -> None:
    """No equity and no rivals: every end is known to be like the point before a row is read."""
    cases = generated(150, 30)
    equity = {name for name in book().facts if "equity" in name or "vest" in name} - NEEDED
    some = [_narrowed(case, equity, {"equity_type": "none"}, set(book().lists)) for case in cases]
    frame = Frame(book())
    rows = frame_answers(frame, some)
    assert differences(some, rows, frame, judge(), clerk(), same_but_for_zero)[0] == []


NEEDED = {"evaluation_date", "currency", "base_salary", "company", "role_title", "role_family"}


def _narrowed(
    case: Case, absent: Collection[str], same: Mapping[str, Any], lists: Collection[str]
) -> Case:
    """A case that states less."""
    facts = {name: None if name in absent else value for name, value in case.facts.items()}
    entries = {name: [] if name in lists else some for name, some in case.entries.items()}
    return replace(case, facts={**facts, **same}, entries=entries)


def test_no_offer_at_all() -> None:
    assert frame_answers(Frame(book(), ["verdict"]), generated(1, 1)[:0]) == []
