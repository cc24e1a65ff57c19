"""What is typed states an offer, and an offer can be typed again: nothing is lost on the way."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from offerdesk.restated import restated
from offerdesk.web.form.fields import entry_fields, field_at, fields_of
from offerdesk.web.form.topics import FIRST, FOLDED, UNASKED
from offerdesk.web.form.typed import document_of, field_name, typed_of
from rules.case import Case, read_case
from rules.source import Document
from tests.offers import PLAIN, book, case, raw_cases, varied
from tests.test_restated import own, row_of


def read(document: dict[str, Any]) -> Case:
    return read_case(Document(document, {}, "the form"), book(), today=date(2026, 3, 2))


@settings(max_examples=60)
@given(raw_cases())
def test_an_offer_that_is_typed_again_states_the_same(raw: dict[str, Any]) -> None:
    told = case(raw)
    found = restated(row_of(told, raw["market"]), book())
    again = read(document_of(typed_of(found, book()), book()))
    assert own(again) == own(told)
    assert {name: len(one) for name, one in again.entries.items() if name != "percentiles"} == {
        name: len(one) for name, one in told.entries.items() if name != "percentiles"
    }


def test_every_fact_of_the_offer_and_of_the_person_can_be_typed() -> None:
    keys = {field.name for field in fields_of(book())}
    for fact in book().facts.values():
        if fact.group in ("package", "offer", "candidate"):
            root = "candidate" if fact.group == "candidate" else "offer"
            path = f"{root}.{'.'.join(fact.paths[0])}"
            assert path in keys or any(key.startswith(f"{path}.") for key in keys), fact.name


def test_what_is_shown_first_and_folded_is_in_the_book() -> None:
    known = [field.name for field in fields_of(book())]
    for topic in (*FIRST, *FOLDED):
        for key in topic.keys:
            assert any(name == key or name.startswith(f"{key}.") for name in known), key
    assert UNASKED.issubset(known)


def test_no_field_is_asked_for_twice_under_headings() -> None:
    keys = [key for topic in (*FIRST, *FOLDED) for key in topic.keys]
    assert len(keys) == len(set(keys))


def test_what_cannot_be_read_is_passed_on_as_it_was_typed() -> None:
    typed = {
        "offer.company": ["Meadowlark"],
        "offer.base_salary": ["210K"],
        "offer.bonus_target_pct": ["a lot"],
        "offer.employer_final": ["perhaps"],
    }
    found = document_of(typed, book())["offer"]
    assert found["base_salary"] == "210K"
    assert found["bonus_target_pct"] == "a lot"
    assert found["employer_final"] == "perhaps"


def test_hundredths_and_thousands() -> None:
    typed = {
        "offer.base_salary": ["210,000"],
        "offer.bonus_target_pct": ["15"],
        "offer.vest_schedule.0": ["50"],
        "offer.vest_schedule.1": ["50%"],
        "offer.components_locked": ["base", "vest_schedule"],
    }
    found = document_of(typed, book())["offer"]
    assert found["base_salary"] == 210_000
    assert found["bonus_target_pct"] == 0.15
    assert found["vest_schedule"] == [0.5, 0.5]
    assert found["components_locked"] == ["base", "vest_schedule"]


def test_empty_blocks_are_no_offers() -> None:
    typed = {
        "candidate.competing_offers.0.company": [""],
        "candidate.competing_offers.1.company": ["Thornfield"],
        "candidate.competing_offers.1.base_salary": ["200000"],
    }
    found = document_of(typed, book())["candidate"]["competing_offers"]
    assert found == [{"company": "Thornfield", "base_salary": 200_000}]


def test_the_plain_offer_typed_by_hand() -> None:
    found = document_of(typed_of({**PLAIN, "market": None}, book()), book())
    told, said = case(varied({"market": None})), read(found)
    assert own(said) == own(told)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("offer.clawback", ["months", "prorated", "triggers", "contract_date"]),
        ("offer.base_salary", ["base_salary"]),
        ("market.guide.base", ["0", "1"]),
        ("candidate.competing_offers", []),
    ],
)
def test_what_a_question_asks_for_has_fields(path: str, names: list[str]) -> None:
    assert [one.name.rpartition(".")[2] for one in field_at(book(), path)] == names


def test_an_entry_has_the_fields_of_a_package() -> None:
    keys = {one.key for one in entry_fields(book(), "competing_offers")}
    assert {"company", "base_salary", "vest_schedule.3", "expires"} <= keys


def test_a_place_in_a_list_is_named_as_its_field() -> None:
    assert field_name("the form, offer.vest_schedule") == "offer.vest_schedule"
