"""A logged decision as an offer again: read once more, it states the very facts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, reject
from hypothesis import settings as limits

from offerdesk.desk import Desk
from offerdesk.restated import restated
from rules.case import Case, read_case
from rules.decision import canonical_bytes, facts_of
from rules.errors import UnusableCase
from rules.source import Document, read_document
from tests.offers import RIVAL, book, case, raw_cases, varied
from warehouse.log import LogEntry, LogRow, read

GROUPS = ("package", "offer", "candidate", "case")


def row_of(told: Case, market: Any) -> LogRow:
    entry = LogEntry(
        decision=b"{}",
        facts=canonical_bytes(facts_of(told)),
        market=canonical_bytes(market),
        book=book().hash,
        snapshot=None,
        facts_hash="",
        verdict="",
        status="",
        rule="",
    )
    return LogRow(1, "", "", "", "", entry)


def own(told: Case) -> dict[str, Any]:
    """Every fact that is not the market's."""
    return {name: value for name, value in told.facts.items() if book().facts[name].group in GROUPS}


def about(value: Any) -> Any:
    """Converted money is a rounding off."""
    return pytest.approx(value, rel=1e-6) if isinstance(value, float) else value


@limits(max_examples=60)
@given(raw_cases())
def test_read_again_it_states_the_same(raw: dict[str, Any]) -> None:
    try:
        told = case(raw)
    except UnusableCase:  # such as a minimum of 10 beside a base of 205,000
        reject()
    again = case(restated(row_of(told, raw.get("market")), book()))
    assert own(again) == own(told)
    for name, entries in told.entries.items():
        assert len(again.entries[name]) == len(entries)
        for one, other in zip(entries, again.entries[name], strict=True):
            assert other == {name: about(value) for name, value in one.items()}


@pytest.mark.parametrize(
    "changes",
    [
        {"offer.components_locked": ["base", "vesting"]},
        {"offer.risk_flags": ["gmail", "no_interview"]},
        {"offer.clawback": {"months": 12, "triggers": ["layoff"]}},
        {"offer.clawback": {"months": 12, "triggers": ["resignation"]}},
        {"offer.vest_schedule": [0.2, 0.2, 0.2, 0.2, 0.2]},
        {"offer.vest_schedule": [0.5, 0.33, 0.17], "offer.equity_grant_years": None},
        {"candidate.priorities": ["time"], "candidate.visa_status": "on_h1b until 2028"},
        {"candidate.protected_attributes_supplied": True},
    ],
)
def test_facts_that_are_read_out_of_lists_and_words_come_back(changes: dict[str, Any]) -> None:
    told = case(varied(changes))
    assert own(case(restated(row_of(told, {}), book()))) == own(told)


def test_amounts_of_another_currency_come_back_in_it() -> None:
    pounds = {**RIVAL, "currency": "GBP", "base_salary": 140_000}
    raw = varied({"candidate.competing_offers": [pounds], "market.fx": {"GBP_USD": 1.27}})
    told = case(raw)
    assert told.entries["competing_offers"][0]["base_salary"] == pytest.approx(177_800)
    found = restated(row_of(told, raw["market"]), book())
    assert found["candidate"]["competing_offers"][0]["base_salary"] == 140_000
    assert found["market"]["fx"] == {"GBP_USD": 1.27}


@pytest.mark.parametrize("name", ["pinterest", "fenwick-rowe", "tin-sparrow", "blue-kiln"])
def test_an_example_decided_again_is_decided_alike(root: Path, name: str) -> None:
    desk = Desk()
    first = desk.decide(root / "examples" / "offers" / f"{name}.yaml")
    again = desk.decide(restated(read(str(first.id)), desk.book))
    told, said = dict(first.record), dict(again.record)
    for one in (told, said):
        one.pop("facts_hash"), one.pop("notices")
    assert json.loads(json.dumps(said)) == json.loads(json.dumps(told))


def test_a_market_from_a_snapshot_is_looked_up_again(root: Path) -> None:
    document = read_document(root / "examples" / "offers" / "pinterest.yaml")
    told = read_case(Document(document.value, {}, ""), book(), today=date.today())
    row = row_of(told, {"rows": []})
    entry = LogEntry(**{**{n: getattr(row.entry, n) for n in LogEntry.__slots__}, "snapshot": "x"})
    assert "market" not in restated(LogRow(1, "", "", "", "", entry), book())
