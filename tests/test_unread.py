"""Nothing that somebody stated is lost without a word."""

from __future__ import annotations

from typing import Any

import pytest

from rules.errors import UnusableCase
from rules.unread import misshapen, unknown_words, unread_keys
from tests.offers import PLAIN, book, case, varied


def stated(place: str, value: Any) -> Any:
    return case(varied({place: value})).notices


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("offer.clawback", {"duration": 36}, "offer.clawback.duration is not used; did you mean"),
        ("offer.posted_range", {"low": 150_000}, "offer.posted_range.low is not used."),
        ("candidate.skills", {"scale_evidense": "40M"}, "did you mean `scale_evidence`?"),
        ("market.guide.accept_floor", {"equity": 150_000}, "did you mean `equity_total`?"),
        ("market.guide.premium", {"percent": 0.1}, "market.guide.premium.percent is not used"),
        ("offer.components_locked", ["base", "grid"], "components_locked: `grid` is not known"),
        ("offer.risk_flags", ["smells_odd"], "risk_flags: `smells_odd` is not known here"),
        ("market.fx", {"GBP": "1.25"}, "market.fx: no exchange rate can be read"),
    ],
)
def test_what_no_fact_reads_is_told(place: str, value: Any, told: str) -> None:
    assert told in " ".join(stated(place, value))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("offer.clawback", {"months": 12, "prorated": True, "triggers": ["voluntary"]}),
        ("offer.clawback", None),
        ("offer.clawback", "none"),
        ("offer.components_locked", ["base", "vest_schedule"]),
        ("offer.risk_flags", ["recruiter_requested_salary_history"]),
        ("market.guide.premium", {"label": "AI premium", "pct": [0.1, 0.2]}),
        ("market.guide.benchmark_competitors", [{"company": "Ashgrove", "tc": 1}]),
        ("market.vest_registry", {"company": "A", "schedule": [1.0], "as_of": "2024-03"}),
        ("market.oews_wage_levels", {"I": 90_000, "II": 110_000, "soc": "15-1252"}),
        ("candidate.skills", {"gender": "x"}),
    ],
)
def test_what_is_read_or_for_readers_or_prohibited_is_not_told(place: str, value: Any) -> None:
    assert not [notice for notice in stated(place, value) if "not " in notice]


@pytest.mark.parametrize(
    ("place", "value", "allowed"),
    [
        ("offer.clawback", "24 months", "a mapping such as {months: ...}"),
        ("offer.posted_range", "165-205K", "a mapping such as {min: ...}"),
        ("offer.critical_project", "Atlas", "a mapping such as {name: ...}"),
        ("offer.vest_schedule", "25/25/25/25", "a list such as [..., ...]"),
        ("offer.components_locked", {"base": True}, "a list of words"),
        ("candidate.skills", "Rust", "a mapping such as {ai_ml_production: ...}"),
        ("candidate.priorities", "total_comp", "a list such as [..., ...]"),
        ("market.guide", "guide.md", "a mapping such as {source: ...}"),
        ("market.guide.base", "150-200K", "a list such as [..., ...]"),
        ("market.guide.accept_floor", 220_000, "a mapping such as {base: ...}"),
    ],
)
def test_what_has_another_shape_is_refused_once(place: str, value: Any, allowed: str) -> None:
    with pytest.raises(UnusableCase) as caught:
        case(varied({place: value}))
    [fault] = caught.value.faults
    assert (fault.code, fault.allowed) == ("case-wrong-type", allowed)
    assert fault.place.endswith(place)


def test_a_path_that_leads_nowhere_is_not_misshapen() -> None:
    assert misshapen({"base": [1]}, ("base", "1")) is None
    assert misshapen({}, ("clawback", "months")) is None
    assert misshapen({"base": [1]}, ("base", "min")) == (
        ("base",),
        [1],
        "a mapping such as {min: ...}",
    )


def test_the_plain_offer_has_nothing_unread() -> None:
    assert not [*unread_keys(PLAIN, book()), *unknown_words(PLAIN, book())]
