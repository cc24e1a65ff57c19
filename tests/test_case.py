"""At the door: what becomes a fact, what is refused, and that nothing else comes out."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.case import read_case
from rules.errors import UnusableCase
from rules.other_market import with_market
from rules.source import Document, parse_document
from tests.offers import DAY, PERCENTILE, PLAIN, Changes, book, case, rival, varied


def faults(changes: Changes) -> list[tuple[str, str]]:
    """Codes and places of everything that is refused."""
    with pytest.raises(UnusableCase) as caught:
        case(varied(changes))
    assert all(fault.code and fault.place and fault.found for fault in caught.value.faults)
    return [(fault.code, fault.place.removeprefix("offer.yaml, ")) for fault in caught.value.faults]


def fact(name: str, changes: Changes) -> Any:
    return case(varied(changes)).facts[name]


# --- What becomes a fact --------------------------------------------------------------------


def test_every_fact_of_the_book_has_a_value_or_none() -> None:
    read = case(PLAIN)
    assert read.facts.keys() == book().facts.keys()
    assert read.entries.keys() == book().lists.keys()


def test_numbers_are_doubles_and_absence_is_none() -> None:
    read = case(PLAIN).facts
    assert read["base_salary"] == 205_000.0
    assert isinstance(read["base_salary"], float)
    assert read["strike_price"] is None
    assert read["sign_on_y1"] == 0.0


@pytest.mark.parametrize(
    ("name", "changes", "value"),
    [
        ("currency", {"offer.currency": "usd"}, "USD"),
        ("company_type", {"offer.company_type": "Big Tech"}, "public_big_tech"),
        ("company_type", {"offer.company_type": "defence"}, "defense"),
        ("company_type", {"offer.company_type": "circus"}, None),
        ("equity_type", {"offer.equity_type": "RSUs"}, "rsu"),
        ("liquidity_program", {"offer.liquidity_program": "annual-tender"}, "regular_tender"),
        ("work_jurisdiction", {}, "US-TX"),
        ("work_jurisdiction", {"offer.state": None}, "US"),
        ("work_jurisdiction", {"offer.country": None}, None),
        ("vest_schedule_y4", {"offer.vest_schedule": [0.5, 0.3, 0.2]}, 0.0),
        ("vest_schedule_y4", {"offer.vest_schedule": None}, None),
        ("vest_schedule_years", {"offer.vest_schedule": [1.0]}, 1.0),
        ("guide_as_of", {"market.guide.as_of": "2026-02"}, date(2026, 2, 1)),
        ("guide_as_of", {"market.guide.as_of": 2025}, date(2025, 1, 1)),
        ("guide_as_of", {"market.guide.as_of": "2026-02-14"}, date(2026, 2, 14)),
        ("start_date", {"offer.start_date": "2026-05-01"}, date(2026, 5, 1)),
        ("said_base_locked", {"offer.components_locked": ["Base Salary"]}, True),
        ("said_base_locked", {"offer.components_locked": None}, None),
        ("protected_attributes_sent", {}, None),
        ("protected_attributes_sent", {"candidate.protected_attributes_supplied": {}}, False),
        ("protected_attributes_sent", {"candidate.gender": "x"}, True),
        ("clawback_on_layoff", {"offer.clawback": {"triggers": ["layoff"]}}, True),
        ("clawback_on_layoff", {"offer.clawback": {"triggers": ["company change"]}}, False),
        ("clawback_months", {"offer.clawback": {"period_months": 12}}, 12.0),
        ("first_priority", {"candidate.priorities": ["base", "team"]}, "base"),
        ("first_priority", {"candidate.priorities": []}, None),
    ],
)
def test_reading(name: str, changes: Changes, value: Any) -> None:
    assert fact(name, changes) == value


def test_a_case_without_a_date_is_asked_for_today() -> None:
    assert fact("evaluation_date", {"evaluation_date": None}) == DAY


def test_lists_are_read_entry_by_entry() -> None:
    entries = case(
        varied({"candidate.competing_offers": [rival(), rival(status="Verbal")]})
    ).entries
    assert [entry["status"] for entry in entries["competing_offers"]] == ["written", "verbal"]
    assert entries["competing_offers"][0]["base_salary"] == 200_000.0
    assert entries["percentiles"] == []


def test_vesting_that_a_letter_does_not_tell_is_taken_from_the_registry() -> None:
    known = {"schedule": [0.5, 0.33, 0.17], "as_of": "2024-03", "source": "a register"}
    silent = {"offer.vest_schedule": None, "offer.equity_grant_years": None}
    read = case(varied({**silent, "market.vest_registry": known}))
    assert read.facts["vest_schedule_y1"] == 0.5
    assert any("a register" in notice for notice in read.notices)
    told = case(varied({"market.vest_registry": known}))
    assert told.facts["vest_schedule_y1"] == 0.25


# --- What is dropped, and told --------------------------------------------------------------


def test_protected_attributes_are_dropped_and_only_that_is_told() -> None:
    read = case(varied({"candidate.gender": "female", "offer.age": 52, "religion": "any"}))
    assert "gender" not in read.facts
    (notice,) = (one for one in read.notices if "Protected" in one)
    assert "female" not in notice


def test_an_unknown_word_of_an_open_list_is_told() -> None:
    (notice,) = case(varied({"offer.company_type": "circus"})).notices
    assert "circus" in notice


def test_a_field_of_a_competing_offer_that_no_rule_reads_is_told() -> None:
    listed = [rival(role_title="Engineer")]
    notices = case(varied({"candidate.competing_offers": listed})).notices
    assert any("role_title" in notice for notice in notices)


# --- What is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code", "place"),
    [
        ({"offer.bose_salary": 1}, "unknown-field", "offer.bose_salary"),
        ({"candidate.shoe_size": 44}, "unknown-field", "candidate.shoe_size"),
        ({"market.tea_leaves": "good"}, "unknown-field", "market.tea_leaves"),
        ({"ofer": {}}, "unknown-field", "ofer"),
        ({"offer.base_salary": "210K"}, "wrong-type", "offer.base_salary"),
        ({"market.oews_wage_levels": "high"}, "wrong-type", "market.oews_wage_levels"),
        ({"offer.base_salary": True}, "wrong-type", "offer.base_salary"),
        ({"offer.base_salary": [1]}, "wrong-type", "offer.base_salary"),
        ({"offer.base_salary": 10**310}, "wrong-type", "offer.base_salary"),
        ({"offer.base_salary": 10**5000}, "wrong-type", "offer.base_salary"),
        ({"offer.base_salary": float("nan")}, "wrong-type", "offer.base_salary"),
        ({"offer.employer_final": "yes"}, "wrong-type", "offer.employer_final"),
        ({"offer.employer_final": 1}, "wrong-type", "offer.employer_final"),
        ({"offer.company": ["a"]}, "wrong-type", "offer.company"),
        ({"offer.currency": "dollars"}, "unknown-word", "offer.currency"),
        ({"offer.bonus_type": "sometimes"}, "unknown-word", "offer.bonus_type"),
        ({"offer.equity_type": "shares?"}, "unknown-word", "offer.equity_type"),
        ({"offer.start_date": "soon"}, "not-a-date", "offer.start_date"),
        ({"offer.start_date": "2026-02-30"}, "not-a-date", "offer.start_date"),
        ({"offer.start_date": 20260420}, "not-a-date", "offer.start_date"),
        ({"offer.bonus_target_pct": 15}, "out-of-range", "offer.bonus_target_pct"),
        ({"offer.base_salary": 210}, "out-of-range", "offer.base_salary"),
        ({"offer.base_salary": -1}, "out-of-range", "offer.base_salary"),
        ({"candidate.competing_offers": {}}, "wrong-type", "candidate.competing_offers"),
        ({"candidate.competing_offers": ["x"]}, "wrong-type", "candidate.competing_offers[0]"),
        (
            {"candidate.competing_offers": [rival(base_salery=1)]},
            "unknown-field",
            "candidate.competing_offers[0].base_salery",
        ),
        (
            {"candidate.competing_offers": [rival(), rival(base_salary="x")]},
            "wrong-type",
            "candidate.competing_offers[1].base_salary",
        ),
        ({"market.percentiles": [{**PERCENTILE, "n": "many"}]}, "wrong-type",
         "market.percentiles[0].n"),
        ({"market.guide.as_of": "lately"}, "not-a-date", "market.guide.as_of"),
    ],
)  # fmt: skip
def test_refused(changes: Changes, code: str, place: str) -> None:
    assert (f"case-{code}", place) in faults(changes)


@pytest.mark.parametrize(
    "raw",
    [None, [], "text", 5, {}, {"offer": None}, {"offer": []}, {"offer": {}, "candidate": 1}],
)
def test_what_is_no_case_is_refused(raw: Any) -> None:
    with pytest.raises(UnusableCase) as caught:
        read_case(Document(raw, {}, "x.yaml"), book(), today=DAY)
    assert caught.value.faults[0].code == "case-section"


def test_every_fault_is_told_at_once() -> None:
    changes = {"offer.base_salary": "a lot", "offer.bonus_type": "x", "candidate.min_base": []}
    assert len(faults(changes)) == 3


def test_a_typing_error_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(UnusableCase) as caught:
        case(varied({"offer.base_salery": 1}))
    assert "base_salary" in caught.value.faults[0].next_step


def test_an_amount_with_letters_is_answered_with_the_number_to_write() -> None:
    with pytest.raises(UnusableCase) as caught:
        case(varied({"offer.base_salary": "$192.5K"}))
    assert "192500" in caught.value.faults[0].next_step


def test_places_are_lines_where_the_file_has_lines() -> None:
    text = "offer:\n  company: A\n  currency: USD\n  base_salary: a lot\n"
    with pytest.raises(UnusableCase) as caught:
        read_case(parse_document(text, "mine.yaml"), book(), today=DAY)
    assert caught.value.faults[0].place == "mine.yaml line 4, offer.base_salary"


# --- Whatever is sent -----------------------------------------------------------------------

_KEYS = st.sampled_from(
    sorted({path[0] for one in book().facts.values() for path in one.paths} | book().prohibited)
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**320), 10**320)
    | st.floats()
    | st.text(max_size=12)
    | st.dates()
    | st.sampled_from(["USD", "rsu", "2026-01", "none", "€", "210K"])
)
_NODES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=5,
)
_SECTION = st.dictionaries(_KEYS, _LEAVES | _NODES, max_size=4)


@settings(max_examples=200)
@given(
    st.one_of(
        _NODES,
        st.fixed_dictionaries(
            {"offer": _SECTION, "candidate": _SECTION, "market": _SECTION | _NODES}
        ),
        st.fixed_dictionaries({"offer": _SECTION}),
    )
)
def test_nothing_but_a_case_or_an_unusable_case_comes_out(raw: Any) -> None:
    with suppress(UnusableCase):
        read = read_case(Document(raw, {}, "x.json"), book(), today=DAY)
        numbers = (value for value in read.facts.values() if isinstance(value, float))
        assert all(math.isfinite(number) for number in numbers)


@settings(max_examples=250)
@given(st.data())
def test_one_odd_value_in_a_good_case_is_no_trap(data: st.DataObject) -> None:
    groups = {"package": "offer.", "offer": "offer.", "candidate": "candidate."}
    groups |= {"market": "market.", "case": ""}
    known = sorted(book().facts)
    one = book().facts[data.draw(st.sampled_from(known))]
    path = groups[one.group] + ".".join(step for step in one.paths[0] if not step.isdigit())
    with suppress(UnusableCase):
        case(varied({path: data.draw(_NODES)}))


# --- Another market -------------------------------------------------------------------------


def test_a_case_keeps_its_amounts_in_another_market() -> None:
    guide = {"base": [150_000, 190_000], "currency": "USD", "as_of": "2026-01"}
    found = with_market(case(varied({})), {"guide": guide}, book())
    assert (found.facts["guide_base_min"], found.facts["base_salary"]) == (150_000.0, 205_000.0)


def test_the_percentiles_of_another_market_take_the_place_of_its_own() -> None:
    before = case(varied({"market.percentiles": [PERCENTILE, PERCENTILE]}))
    market = {"percentiles": [{**PERCENTILE, "currency": "GBP", "p50": 160_000}]}
    found = with_market(before, market, book())
    assert [one["p50"] for one in found.entries["percentiles"]] == [None]
    assert found.facts["party_without_rate"] is True
    rated = with_market(before, {**market, "fx": {"GBP_USD": 1.25, "as_of": "2026-02-27"}}, book())
    assert [one["p50"] for one in rated.entries["percentiles"]] == [200_000.0]
    assert (rated.facts["party_without_rate"], rated.facts["rate_was_used"]) == (False, True)
    assert with_market(before, {}, book()).entries["percentiles"] == []


def test_other_offers_stay_as_they_were_converted() -> None:
    market = {"fx": {"GBP_USD": 1.25, "as_of": "2026-02-27"}}
    abroad = varied(
        {"market.fx": market["fx"], "candidate.competing_offers": [rival(currency="GBP")]}
    )
    before = case(abroad)
    found = with_market(before, {"fx": {"GBP_USD": 2.0, "as_of": "2026-03-01"}}, book())
    assert found.entries["competing_offers"] == before.entries["competing_offers"]
    assert found.facts["rate_was_used"] is True


def test_another_market_in_another_currency_is_converted() -> None:
    guide = {"base": [120_000, 152_000], "currency": "GBP", "as_of": "2026-01"}
    market = {"guide": guide, "fx": {"GBP_USD": 1.25, "as_of": "2026-02-27"}}
    assert with_market(case(varied({})), market, book()).facts["guide_base_min"] == 150_000.0


@pytest.mark.parametrize("gap", [[None, 110_000], {"II": 110_000}, {"level_2": 110_000}])
def test_any_shape_of_a_fact_may_have_gaps(gap: Any) -> None:
    facts = case(varied({"market.oews_wage_levels": gap})).facts
    assert (facts["oews_wage_level_1"], facts["oews_wage_level_2"]) == (None, 110_000)
