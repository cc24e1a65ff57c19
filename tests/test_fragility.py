"""What could turn a verdict: samples, exchange rates, judgements of the book; and from where on."""

from __future__ import annotations

import math
from functools import cache
from random import Random
from statistics import quantiles
from typing import Any

import pytest

from offerdesk.firmness import Firmness, fragility_of
from offerdesk.subject import Subject
from rules.what_if.doubts import Setting, parameters
from rules.what_if.fragility import FIRM, FRAGILE, UNDECIDABLE, Alone, Examiner, Fragility
from rules.what_if.sampling import intervals
from tests.offers import PERCENTILE, PLAIN, case, clerk, judge, rival, varied

NO_GUIDE = {"market.guide": None}


@cache
def examiner() -> Examiner:
    return Examiner(judge())


def fragility(changes: dict[str, Any] | None = None, **more: Any) -> Fragility:
    return examiner().fragility(case(varied(changes)), **more)


def of(found: Fragility, name: str) -> Alone:
    (one,) = (one for one in found.parameters if one.doubt.name == name)
    return one


def on_a_sample(base: int, **changes: Any) -> dict[str, Any]:
    return {
        **NO_GUIDE,
        "offer.base_salary": base,
        "market.percentiles": [{**PERCENTILE, **changes}],
    }


# --- Judgements of the book -----------------------------------------------------------------------


def test_a_plain_offer_is_firm() -> None:
    found = fragility()
    assert found.state == FIRM
    assert all(one.edges.is_proved for one in found.parameters)
    assert found.together.is_proved


def test_a_lead_just_under_the_line_is_fragile() -> None:
    found = fragility({"candidate.competing_offers": [rival(base_salary=214_000)]})
    assert found.state == FRAGILE
    gap = of(found, "material_gap")
    assert gap.state == FRAGILE
    (edge,) = gap.edges.found
    assert edge.row.decides == "counter"
    assert edge.last == math.nextafter(edge.value, math.inf)
    own = judge().judge(case(varied({"candidate.competing_offers": [rival(base_salary=214_000)]})))
    assert edge.value == own.values["competing_tc_gap"]  # the lead itself, to the last bit


def test_the_edge_is_where_another_book_would_turn() -> None:
    one = case(varied({"candidate.competing_offers": [rival(base_salary=214_000)]}))
    (edge,) = of(examiner().fragility(one), "material_gap").edges.found
    for value, decides in ((edge.value, "counter"), (edge.last, "accept")):
        assert judge().with_numbers({"material_gap": value}).row(one).decides == decides
    assert judge().row(one).decides == "accept"  # this judge is as he was


def test_a_fraction_under_one_stays_under_one() -> None:
    setting = Setting(judge(), case(varied()))
    for doubt in parameters(setting):
        assert doubt.low < doubt.point <= doubt.high
        if doubt.unit == "fraction" and doubt.point <= 1:
            assert doubt.high <= 1 + 1e-12


def test_ends_that_the_book_states_go_before_a_fifth() -> None:
    renewal = of(fragility(), "renewal_otherwise").doubt
    assert (renewal.low, renewal.high, renewal.basis) == (0.5, 1.0, "as the book states")


def test_money_is_in_the_currency_of_the_offer() -> None:
    changes = {
        "offer.currency": "GBP",
        "market.guide.currency": "GBP",
        "candidate.forfeiture_equity_12m": 12_000,
    }
    tolerance = of(fragility(changes), "forfeiture_tolerance").doubt
    assert tolerance.point == pytest.approx(7463, abs=1)


def test_what_turns_only_together() -> None:
    found = fragility(
        {"candidate.competing_offers": [rival(base_salary=216_900)], "candidate.min_tc": None}
    )
    alone = [one.doubt.name for one in found.parameters if one.edges.found]
    if not alone:
        assert found.together.state == FIRM or len(found.together.changes) > 1
    if found.together.state == FRAGILE:
        changed = {one.name: value for one, value in found.together.changes}
        one = case(
            varied(
                {
                    "candidate.competing_offers": [rival(base_salary=216_900)],
                    "candidate.min_tc": None,
                }
            )
        )
        row = judge().with_numbers(changed).row(one)
        assert row.name == found.together.row.name  # type: ignore[union-attr]


# --- Samples --------------------------------------------------------------------------------------


def test_a_base_beside_a_median_of_a_small_sample_is_fragile() -> None:
    found = fragility(on_a_sample(201_000, n=40))
    (sample,) = found.samples
    assert found.state == FRAGILE
    assert isinstance(sample, Alone)
    (edge,) = sample.edges.found
    assert edge.value == pytest.approx(201_000, abs=1)
    assert "order statistics of 40 people" in sample.doubt.basis


def test_a_base_far_from_it_is_firm() -> None:
    assert fragility(on_a_sample(214_000, n=4000)).samples[0].state == FIRM


def test_without_a_number_of_people_nothing_can_be_said() -> None:
    found = fragility(on_a_sample(201_000, n=None))
    assert found.samples[0].state == FIRM  # the book decides nothing on it
    assert found.state == UNDECIDABLE  # and a person has to look


def test_a_single_percentile_is_undecidable_where_the_verdict_hangs_on_it() -> None:
    changes = on_a_sample(201_000, p25=None, p75=None, p90=None)
    found = fragility(changes)
    assert found.samples[0].state == UNDECIDABLE
    assert found.state == UNDECIDABLE


def test_an_interval_that_was_published_is_taken() -> None:
    published = [{"p50": 200_000.0, "p50_low": 198_000.0, "p50_high": 200_500.0}]
    found = fragility(on_a_sample(201_000), published=published)
    (sample,) = found.samples
    assert isinstance(sample, Alone)
    assert (sample.doubt.low, sample.doubt.high) == (198_000, 200_500)
    assert sample.state == FIRM


def test_intervals_hold_the_truth_nine_times_in_ten() -> None:
    draw, held, count = Random(1), 0, 400
    for _ in range(count):
        pay = [math.exp(draw.gauss(12, 0.25)) for _ in range(60)]
        cuts = quantiles(pay, n=20)
        entry = {"p25": cuts[4], "p50": cuts[9], "p75": cuts[14], "p90": cuts[17], "n": 60.0}
        found = intervals(entry)
        assert found is not None
        low, high = found["p50"]
        held += low <= math.exp(12) <= high
    assert 0.87 < held / count < 0.97


def test_few_people_do_not_bound_a_high_percentile() -> None:
    assert intervals({"p25": 1e5, "p50": 2e5, "p75": 3e5, "p90": 4e5, "n": 5.0}) is None


# --- The exchange rate ----------------------------------------------------------------------------


def abroad(base: int) -> dict[str, Any]:
    """A rival in pounds beside an offer in dollars."""
    return {
        "candidate.competing_offers": [rival(currency="GBP", base_salary=base)],
        "market.fx": {"GBP_USD": 1.25, "as_of": "2026-03-01"},
        "candidate.min_tc": 200_000,
    }


def test_a_rate_that_turns_it_is_told_with_the_factor() -> None:
    found = fragility(abroad(158_000))
    assert found.rate is not None
    assert (found.rate.doubt.low, found.rate.doubt.high) == (0.95, 1.05)
    assert found.rate.state == FRAGILE
    (edge,) = found.rate.edges.found
    record = clerk().record(judge().judge(case(varied(abroad(158_000)))))
    assert "exchange_rate" in [one["id"] for one in record["conditions"]]
    assert 0.95 <= edge.value <= 1.05


def test_without_foreign_money_there_is_no_rate() -> None:
    assert fragility().rate is None


# --- Told -----------------------------------------------------------------------------------------


def told(changes: dict[str, Any]) -> Firmness:
    one = case(varied(changes))
    return fragility_of(Subject(judge(), one, clerk().record(judge().judge(one)), PLAIN["market"]))


def test_a_review_is_undecidable() -> None:
    found = told({"offer.response_deadline": "2026-03-01"})
    assert found.state == UNDECIDABLE
    assert "offerdesk questions" in found.to_text()


def test_the_page_names_what_turns_it_and_where() -> None:
    text = told({"candidate.competing_offers": [rival(base_salary=214_000)]}).to_text()
    assert text.startswith("FRAGILE: ACCEPT")
    assert "FOR YOUR EYES ONLY" in text
    assert "under 0.04627" in text
    assert "liquidity" in text


def test_the_record_says_how_each_is_known() -> None:
    record = told({"candidate.competing_offers": [rival(base_salary=214_000)]}).record
    proofs = {one["name"]: one["proof"] for one in record["parameters"]}
    assert proofs["material_gap"] == "z3"
    assert proofs["renewal_otherwise"] == "tried in even steps"  # packages of rivals read it
    assert "stock_swing" in record["without_bearing"]


def test_where_nothing_is_in_doubt_the_page_says_so() -> None:
    found = told({"offer.employer_final": True, "offer.base_salary": 150_000})
    assert (found.state, found.record["parameters"]) == (FIRM, [])
    text = " ".join(found.to_text().split())
    assert "None of the 76 has any bearing on this verdict." in text
    assert "There is nothing in doubt that could be put together." in text
    assert "Where the ends come from" not in text


def test_what_was_left_out_is_not_called_tried_together() -> None:
    record = dict(told({}).record)
    record["together"] = {**record["together"], "left_out": ["material_gap"], "proof": "corners"}
    text = " ".join(Firmness(record).to_text().split())
    assert "nor do those together that were tried so" in text
    assert "alone or together" not in text
