"""A row of a sheet states what the same offer file states, or is refused for the same reasons."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from bench.offers import varied
from offerdesk.samples import examples
from pipelines.scoring.columns import Vocabulary
from pipelines.scoring.market import keys_of, looked_up
from pipelines.scoring.part import Read, Reader
from rules.case import Case, read_case
from rules.errors import UnusableCase
from rules.source import Document, read_document
from rules.sql_lists import OFFER, POSITION
from rules.worked.starting import SECTIONS
from tests.offers import DAY, PLAIN, book, rival
from tests.offers import varied as changed
from tests.scoring.sheet import Raw, sheet_of

FIRST = date(2000, 1, 1)


def read(raws: Sequence[Raw], *, as_text: bool) -> Read:
    sheet = sheet_of(raws, as_text=as_text)
    columns = Vocabulary(book()).sort([c for c in sheet.columns if c != OFFER], "offers.csv")
    reader = Reader(book(), columns, "offers.csv", DAY, FIRST)
    cells = looked_up(keys_of(reader.asked(sheet)), book(), None)
    return reader.read(sheet, None, cells)


def through_the_door(raw: Raw) -> Case | UnusableCase:
    try:
        return read_case(Document(dict(raw), {}, "offer"), book(), today=DAY, market=lambda _: {})
    except UnusableCase as problem:
        return problem


def assert_same(raws: Sequence[Raw], *, as_text: bool) -> tuple[int, int]:
    found = read(raws, as_text=as_text)
    offers = {row[OFFER]: row for row in found.tables["offers"].to_dicts()}
    accepted = refused = 0
    for number, raw in enumerate(raws):
        case = through_the_door(raw)
        if isinstance(case, UnusableCase):
            refused += 1
            assert sorted(fault.code for fault in found.refused[number]) == sorted(
                fault.code for fault in case.faults
            )
            continue
        accepted += 1
        assert number in offers, found.refused.get(number)
        told = {name: offers[number][name] for name in case.facts}
        assert told == dict(case.facts), number
        assert entries(found.tables, number) == listed(case), number
    return accepted, refused


def entries(tables: Mapping[str, pl.DataFrame], number: int) -> dict[str, list[dict[str, Any]]]:
    return {
        name: table.filter(pl.col(OFFER) == number).sort(POSITION).drop(OFFER, POSITION).to_dicts()
        for name, table in tables.items()
        if name != "offers"
    }


def listed(case: Case) -> dict[str, list[dict[str, Any]]]:
    return {name: [dict(entry) for entry in some] for name, some in case.entries.items()}


@pytest.fixture(params=[True, False], ids=["text", "typed"])
def as_text(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_examples(as_text: bool) -> None:
    raws = [
        one
        for path in sorted((examples() / "offers").glob("*.yaml"))
        for one in varied(read_document(path).value, 8, throughout=True)
    ]
    accepted, _ = assert_same(raws, as_text=as_text)
    assert accepted > 30


def test_scenarios(as_text: bool, shared_data: Path) -> None:
    scenarios = json.loads((shared_data / "scenarios.json").read_text("utf-8"))["scenarios"]
    raws = [{key: one[key] for key in SECTIONS if key in one} for one in scenarios]
    assert assert_same(raws, as_text=as_text) == (len(raws), 0)


WRONG: Sequence[Mapping[str, Any]] = (
    {"offer.base_salary": -1},
    {"offer.base_salary": "210K"},
    {"offer.base_salary": 210},
    {"offer.bonus_target_pct": 15},
    {"offer.bonus_type": "now and then"},
    {"offer.currency": "dollars"},
    {"offer.response_deadline": date(2026, 2, 1)},
    {"offer.start_date": date(2026, 1, 1)},
    {"offer.start_date": "soon"},
    {"offer.equity_grant_value": 850},
    {"candidate.min_base": 190},
    {"offer.clawback": "24 months"},
    {"offer.vest_schedule": [0.5, 0.1]},
    {"offer.employer_final": "perhaps"},
    {"offer.posted_range": {"min": 300_000, "max": 200_000}},
    {"evaluation_date": "never"},
    {"candidate.competing_offers": [rival(base_salary=-5)]},
    {"candidate.competing_offers": ["Acme"]},
    {"candidate.competing_offers": [rival(salary=1)]},
)


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_the_door_refuses(wrong: Mapping[str, Any], as_text: bool) -> None:
    raws = [dict(changed({}, PLAIN)), dict(changed(wrong, PLAIN)), dict(changed({}, PLAIN))]
    assert assert_same(raws, as_text=as_text) == (2, 1)
