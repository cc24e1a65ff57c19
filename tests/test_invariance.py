"""What must not change an answer, in which direction the rest may, and what is never said."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules.book import Fact
from rules.decision import Record
from rules.errors import UnusableCase
from tests.offers import (
    PERCENTILE,
    Raw,
    book,
    case,
    clerk,
    judge,
    raw_cases,
    recorded,
    rival,
    varied,
)

ANSWER = ("verdict", "status", "rule", "ask", "polish_asks", "levers", "levers_considered",
          "questions", "conditions")  # fmt: skip
COUNTERED: Mapping[str, Any] = {
    "offer.base_salary": 188_000,
    "candidate.competing_offers": [rival(base_salary=230_000)],
    "candidate.skills": {"scale_evidence": "systems for 5M users"},
    "candidate.forfeiture_bonus": 30_000,
}


def record(raw: Raw) -> Record:
    """The record of a raw case; a case that cannot be judged is no example."""
    try:
        read = case(raw)
    except UnusableCase:
        assume(False)
    return clerk().record(judge().judge(read))


def without(record: Record, *paths: str) -> bytes:
    """A record as bytes, without some of its keys."""
    kept = copy.deepcopy(record)
    for path in paths:
        *parents, last = path.split(".")
        node = kept
        for step in parents:
            node = node[step]
        del node[last]
    return json.dumps(kept, sort_keys=True).encode()


# --- Who somebody is ------------------------------------------------------------------------

DROPPED = ("signals.protected_attributes_present", "facts_hash", "notices")


@pytest.mark.parametrize("key", sorted(book().prohibited))
@pytest.mark.parametrize("place", ["candidate.", "offer.", ""])
def test_a_protected_attribute_changes_nothing(key: str, place: str) -> None:
    told = recorded({**COUNTERED, f"{place}{key}": "something"})
    assert told["signals"]["protected_attributes_present"] is True
    assert without(told, *DROPPED) == without(recorded(COUNTERED), *DROPPED)


@pytest.mark.parametrize("key", ["gender", "age", "name"])
def test_nor_does_one_within_a_competing_offer(key: str) -> None:
    told = recorded({**COUNTERED, "candidate.competing_offers.0." + key: "something"})
    kept = ("facts_hash", "notices", "signals.protected_attributes_present")
    assert without(told, *kept) == without(recorded(COUNTERED), *kept)


def test_what_was_sent_is_never_repeated() -> None:
    told = recorded({**COUNTERED, "candidate.religion": "Pastafarian", "offer.age": 52731})
    assert "Pastafarian" not in json.dumps(told)
    assert "52731" not in json.dumps(told)


@settings(max_examples=150)
@given(raw_cases(), st.integers(0, 900_000), st.integers(0, 900_000))
def test_present_pay_changes_nothing_once_a_minimum_is_named(raw: Raw, base: int, tc: int) -> None:
    raw["candidate"]["min_base"] = raw["candidate"]["min_base"] or 190_000
    other = varied({"candidate.current_base": base, "candidate.current_tc": tc}, raw)
    shown = ("signals.paycut", "derived.raise_vs_current_base", "facts_hash")
    assert without(record(raw), *shown) == without(record(other), *shown)


def test_present_base_is_never_a_fallback() -> None:
    nothing = {"candidate.min_base": None, "candidate.min_tc": None, "candidate.current_tc": None}
    poor, rich = (
        recorded({**COUNTERED, **nothing, "candidate.current_base": pay}) for pay in (1, 900_000)
    )
    shown = ("derived.raise_vs_current_base", "facts_hash")
    assert without(poor, *shown) == without(rich, *shown)


# --- How it is told -------------------------------------------------------------------------


@settings(max_examples=150)
@given(raw_cases())
def test_the_order_of_lists_changes_nothing(raw: Raw) -> None:
    sizes = [row["n"] for row in raw["market"]["percentiles"]]
    assume(len(set(sizes)) == len(sizes))
    other = copy.deepcopy(raw)
    for listed in (
        other["candidate"]["competing_offers"],
        other["candidate"]["processes_in_progress"],
        other["market"]["percentiles"],
        other["offer"]["components_locked"],
        other["offer"]["risk_flags"],
    ):
        listed.reverse()
    before, after = record(raw), record(other)
    for key in ("verdict", "status", "rule", "signals", "ask", "questions", "conditions"):
        assert before[key] == after[key]


@settings(max_examples=150)
@given(raw_cases())
def test_the_order_of_keys_changes_nothing(raw: Raw) -> None:
    assert without(record(raw)) == without(record(_turned(raw)))


def _turned(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _turned(node[key]) for key in reversed(node)}
    return [_turned(one) for one in node] if isinstance(node, list) else node


TWD = 32  # to the dollar; a power of two, so that not one bit is lost in converting


@settings(max_examples=200)
@given(raw_cases())
def test_the_currency_changes_nothing(raw: Raw) -> None:
    before, after = record(raw), record(_in_taiwan_dollars(raw))
    for key in ("verdict", "status", "rule", "signals"):
        assert before[key] == after[key]


def _in_taiwan_dollars(raw: Raw) -> Raw:
    """The same case with every amount of dollars in another currency."""
    other = copy.deepcopy(raw)
    facts = book().facts.values()
    _convert(other["offer"], [f for f in facts if f.group in ("offer", "package")], "currency")
    _convert(other["candidate"], [f for f in facts if f.group == "candidate"])
    guide = other["market"]["guide"] or {}
    if guide.get("currency") in ("USD", None):
        _convert(other["market"], [f for f in facts if f.group == "market"])
        guide |= {"currency": "TWD"} if guide.get("currency") else {}
    package = [f for f in facts if f.group == "package"]
    for name, listed in (
        ("competing_offers", other["candidate"]["competing_offers"]),
        ("percentiles", other["market"]["percentiles"]),
    ):
        for entry in listed:
            if entry["currency"] in ("USD", None):
                _convert(entry, [*book().lists[name].facts, *package], "currency")
    fx = other["market"].get("fx")
    other["market"]["fx"] = {
        key.replace("USD", "TWD"): value * TWD if isinstance(value, float) else value
        for key, value in (fx or {}).items()
    }
    return other


def _convert(node: Raw, facts: list[Fact], currency: str | None = None) -> None:
    for fact in facts:
        for path in fact.paths:
            _times(node, path, fact)
    if currency and node.get(currency) == "USD":
        node[currency] = "TWD"


def _times(node: Any, path: tuple[str, ...], fact: Fact) -> None:
    if fact.type.unit is None or ("currency", 1) not in fact.type.unit.powers:
        return
    for step in path[:-1]:
        node = node.get(step) if isinstance(node, dict) else None
    if isinstance(node, list) and not path[-1].isdigit():
        return
    last: Any = int(path[-1]) if isinstance(node, list) else path[-1]
    if isinstance(node, list) and last >= len(node):
        return
    value = node[last] if isinstance(node, list) else (node or {}).get(last)
    if isinstance(value, int | float):
        node[last] = value * TWD


def test_an_offer_in_pounds_is_judged_as_the_same_in_dollars() -> None:
    pounds = {"market.fx": {"GBP_USD": 1.25, "as_of": "2026-02-27"}}
    theirs = rival(base_salary=230_000, equity_grant_value=200_000)
    same = rival(currency="GBP", base_salary=184_000, equity_grant_value=160_000)
    ours, other = (
        recorded({**pounds, "offer.base_salary": 190_000, "candidate.competing_offers": [one]})
        for one in (theirs, same)
    )
    for key in ("verdict", "rule", "ask"):
        assert ours[key] == other[key]


# --- In which direction -------------------------------------------------------------------

RANK = {"walk_away": 0, "counter": 1, "accept": 2}
PAY = ("base_salary", "equity_grant_value", "sign_on_y1", "sign_on_y2", "bonus_target_pct",
       "bonus_target_amount", "bonus_guaranteed_y1_amount")  # fmt: skip


def decided(raw: Raw) -> int:
    """The rank of a verdict; a review is none, for it takes no side."""
    found = record(raw)
    assume(found["status"] == "decided")
    return RANK[found["verdict"]]


@pytest.mark.parametrize("name", PAY)
def test_more_pay_is_never_worse(name: str) -> None:
    """From nothing to something the terms change as well, so that only more of it is tried."""

    @settings(max_examples=100)
    @given(raw_cases(8), st.integers(1, 500), st.sampled_from([1.0001, 1.05, 1.3, 3]))
    def check(raw: Raw, amount: int, factor: float) -> None:
        less = amount / 1_000 if name.endswith("pct") else amount * 1_000
        raw["offer"]["equity_type"] = raw["offer"]["equity_type"] or "rsu"
        poor, rich = (varied({f"offer.{name}": pay}, raw) for pay in (less, less * factor))
        assert decided(poor) <= decided(rich)

    check()


def test_a_bonus_makes_no_gap_in_base_larger() -> None:
    """What one component lacks another may make up for; a bonus must not undo that."""
    gap = {"offer.base_salary": 190_000, "offer.equity_grant_value": 202_000}
    verdicts = [
        RANK[recorded({**gap, "offer.bonus_target_pct": share})["verdict"]]
        for share in (0.0, 0.05, 0.10, 0.20)
    ]
    assert verdicts == sorted(verdicts)


@pytest.mark.parametrize("name", ["min_base", "min_tc", "min_cash_y1"])
def test_a_higher_minimum_never_brings_a_yes_nearer(name: str) -> None:
    @settings(max_examples=100)
    @given(raw_cases(8), st.integers(100_000, 400_000), st.sampled_from([1.0001, 1.05, 1.3, 3]))
    def check(raw: Raw, amount: int, factor: float) -> None:
        low, high = (varied({f"candidate.{name}": m}, raw) for m in (amount, amount * factor))
        assert decided(low) >= decided(high)

    check()


@pytest.mark.parametrize(("is_final", "expected"), [(True, [0, 2]), (False, [1, 2])])
def test_a_verdict_flips_once_along_base(is_final: bool, expected: list[int]) -> None:
    changes = {"candidate.min_base": None, "offer.employer_final": is_final}
    found = [
        RANK[recorded({**changes, "offer.base_salary": base})["verdict"]]
        for base in range(100_000, 300_000, 2_000)
    ]
    assert found == sorted(found)
    assert sorted(set(found)) == expected


# --- What is asked ------------------------------------------------------------------------


@settings(max_examples=300)
@given(raw_cases())
def test_asks_keep_their_order(raw: Raw) -> None:
    asked = record(raw)["ask"]
    for name, ask in asked.items():
        assert ask["opening"] >= ask["target"] > ask["offered"]
        assert ask["floor"] is None or ask["target"] >= ask["floor"]
        assert ask["cap"] is None or ask["opening"] <= ask["cap"]
        if name == "base" and raw["candidate"]["min_base"] is not None:
            assert ask["floor"] is None or ask["floor"] >= raw["candidate"]["min_base"]


@settings(max_examples=300)
@given(raw_cases())
def test_what_is_locked_or_final_is_not_asked_for(raw: Raw) -> None:
    found = record(raw)
    locked = set(raw["offer"]["components_locked"])
    assert not ("base" in locked and "base" in found["ask"])
    assert not ("equity" in locked and "equity_total" in found["ask"])
    assert not (raw["offer"]["employer_final"] and (found["ask"] or found["levers"]))
    assert len(found["levers"]) <= 4


# --- What is never said -------------------------------------------------------------------

# Unmistakable: no other figure of the case ends like one of these.
SECRETS: Mapping[str, Any] = {
    "candidate.current_base": 171_911,
    "candidate.current_tc": 241_733,
    "candidate.min_base": 187_313,
    "candidate.min_tc": 231_417,
    "candidate.min_cash_y1": 151_119,
    "market.guide.accept_floor": {"base": 203_871, "equity_total": 171_873},
    "market.guide.benchmark_competitors": [{"company": "Zephyrine", "tc": 499_937}],
}
ENDINGS = (",911", ",733", ",313", ",417", ",119", ",871", ",873", ",937", ",939", ",947")
UNSEEN = rival(company="Quillfeather", status="verbal", verified=False,
               base_salary=333_939, equity_grant_value=290_947)  # fmt: skip


def said(found: Record) -> str:
    """Everything that is meant for the employer."""
    return " ".join(lever["script"] for lever in found["levers"])


@settings(max_examples=300)
@given(raw_cases())
def test_no_secret_is_said(raw: Raw) -> None:
    told = varied({path: value for path, value in SECRETS.items() if path[0] == "c"}, raw)
    if told["market"]["guide"]:
        told = varied({path: value for path, value in SECRETS.items() if path[0] == "m"}, told)
    told["candidate"]["competing_offers"].append(UNSEEN)
    words = said(record(told))
    assert [one for one in (*ENDINGS, "Quillfeather", "Zephyrine") if one in words] == []


@pytest.mark.parametrize("minimum", [205_313, 216_313, 218_313, 219_313])
def test_an_odd_minimum_does_not_shine_through_the_ask(minimum: int) -> None:
    found = recorded({**COUNTERED, "candidate.min_base": minimum})
    assert found["ask"]["base"]["opening"] % 1_000 == 0
    assert ",313" not in said(found)


def test_only_an_offer_that_was_seen_and_may_be_named_is_named() -> None:
    hidden = [UNSEEN, rival(company="Ashgrove", disclosable=None, base_salary=250_000)]
    found = recorded({**COUNTERED, "candidate.competing_offers": hidden})
    assert "Quillfeather" not in said(found)
    assert "Ashgrove" not in said(found)


def test_what_is_said_of_the_market_is_said_with_numbers_people_use() -> None:
    survey = [{**PERCENTILE, "n": 1200}]
    found = recorded({**COUNTERED, "market.percentiles": survey, "offer.teams_matched": 2})
    assert list(_unreadable(found)) == []
    assert "over 1,200 records" in said(found)


def _unreadable(found: Record) -> Iterator[str]:
    for lever in found["levers"]:
        if "{" in lever["script"] or "None" in lever["script"] or "unknown" in lever["script"]:
            yield lever["script"]
