"""Sentences with slots: numbers as people write them, and nothing said that is not known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rules.checker import Type
from rules.units import parse_unit
from rules.wording import filled, money, shown, slots
from tests.offers import PERCENTILE, book, clerk, judge, recorded


def number(unit: str) -> Type:
    return Type("number", parse_unit(unit), label=unit)


@pytest.mark.parametrize(
    ("value", "kind", "currency", "text"),
    [
        (205_000.0, number("currency/year"), "USD", "$205,000"),
        (205_000.4, number("currency/year"), "USD", "$205,000"),
        (0.0, number("currency"), "USD", "$0"),
        (-0.4, number("currency"), "USD", "$0"),
        (-1_250.0, number("currency"), "GBP", "-£1,250"),
        (68_000.0, number("currency"), "SEK", "SEK 68,000"),
        (68_000.0, number("currency"), None, "68,000"),
        (1.5, number("currency/share"), "USD", "$1.50"),
        (87.5, number("currency/hour"), "EUR", "€87.50"),
        (0.15, number("fraction"), "USD", "15 %"),
        (0.1236, number("fraction"), "USD", "12.4 %"),
        (0.25, number("1/year"), "USD", "25 %"),
        (3.0, number("count"), "USD", "3"),
        (1_200.0, number("count"), "USD", "1,200"),
        (12.0, number("month"), "USD", "12"),
        (2.5, number("year"), "USD", "2.5"),
        (date(2026, 3, 9), Type("date"), "USD", "9 March 2026"),
        ("final_round", Type("text", None, frozenset({"final_round"})), "USD", "final round"),
        ("visa_sponsorship", Type("text"), "USD", "visa sponsorship"),
        ("Oak_Ridge", Type("text"), "USD", "Oak_Ridge"),
        (True, Type("flag"), "USD", "yes"),
        (None, Type("flag"), "USD", "unknown"),
    ],
)
def test_shown(value: Any, kind: Type, currency: str | None, text: str) -> None:
    assert shown(value, kind, currency) == text


def test_a_sentence_with_an_unknown_slot_is_not_said() -> None:
    types = {"base": number("currency/year"), "day": Type("date")}
    values = {"base": 1.0, "day": None}
    assert filled("from {base} on", values, types, "USD") == "From $1 on"
    assert filled("{base} on {day}", values, types, "USD") is None
    assert filled("nothing to fill", {}, {}, None) == "Nothing to fill"
    assert filled("{absent}", {}, {}, None) is None


def test_slots_and_money() -> None:
    assert slots("{a} and {b_1}, not {B} nor {}") == ["a", "b_1"]
    assert money(1_234.5, "USD", decimals=2) == "$1,234.50"


def test_percentages_are_fractions_and_counts_are_not() -> None:
    """What is said about counts must not read like a share."""
    fraud = recorded({"offer.risk_flags": ["cheque_to_deposit", "free_mail_domain"]})
    assert "2 signs" in fraud["because"]
    teams = recorded({"offer.base_salary": 188_000, "offer.teams_matched": 2})
    assert any(lever["script"].startswith("2 teams") for lever in teams["levers"])
    survey = recorded({"offer.base_salary": 188_000, "market.percentiles": [PERCENTILE]})
    assert any("over 120 records" in lever["script"] for lever in survey["levers"])


def test_every_sentence_of_the_book_names_only_what_the_book_knows() -> None:
    says = [say for row in book().rows for say in row.because]
    says += [say for lever in book().levers for say in lever.says]
    texts = [say.text for say in says] + [one.text for one in book().conditions]
    assert {slot for text in texts for slot in slots(text)} <= book().types.keys()
    assert all(text == " ".join(text.split()) for text in texts)


def test_no_private_name_stands_in_a_sentence_for_the_employer() -> None:
    said = {slot for lever in book().levers for say in lever.says for slot in slots(say.text)}
    assert said & book().private == set()
    secrets = {"min_base", "min_tc", "current_base", "reservation_tc", "ask_base_floor"}
    assert secrets <= book().private


def test_every_reason_ends_like_a_sentence() -> None:
    for row in book().rows:
        assert row.because[-1].when is None, "the last reason must always fit"
        assert all(say.text.endswith(".") for say in row.because)
    assert clerk().book is judge().book
