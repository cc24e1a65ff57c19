"""Faults planted in the book are found, each with its code and its place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest

from rules.errors import MalformedBook
from tests.seeding import Edit, proved, seeded

Value = dict[str, Any]


class Seed(NamedTuple):
    """A fault that is planted.

    Attributes:
        chapter: Of the proofs that find it; None where the checks before them do.
        about: The names that are looked at, to be quick.
        place: Part of the place that is told.
    """

    name: str
    file: str
    edit: Edit
    chapter: str | None
    about: tuple[str, ...]
    code: str
    place: str


def setting(*path: Any) -> Edit:
    """Put the last of a path where the rest of it leads."""

    def edit(value: Value) -> None:
        *steps, last, what = path
        node: Any = value
        for step in steps:
            node = node[step]
        node[last] = what

    return edit


def adding(path: tuple[str, ...], condition: str, how: str = "AND") -> Edit:
    """Join a condition to the one that stands at a path."""

    def edit(value: Value) -> None:
        *steps, last = path
        node: Any = value
        for step in steps:
            node = node[step]
        node[last] = f"({node[last]}) {how} ({condition})"

    return edit


def row(name: str, when: str, decides: str, before: str) -> Edit:
    """Put a new row before another one."""

    def edit(value: Value) -> None:
        new = {"when": when, "decides": decides, "because": [{"say": "A planted row."}]}
        rows = {}
        for key, one in value["rows"].items():
            if key == before:
                rows[name] = new
            rows[key] = one
        value["rows"] = rows

    return edit


def swapped(first: str, second: str) -> Edit:
    """Let two rows change places."""

    def edit(value: Value) -> None:
        names = list(value["rows"])
        one, two = names.index(first), names.index(second)
        names[one], names[two] = second, first
        value["rows"] = {name: value["rows"][name] for name in names}

    return edit


def all_of(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(value: Value) -> None:
        for one in edits:
            one(value)

    return edit


def later(name: str, day: date) -> Edit:
    """Let the first value of a number begin on a day."""
    return setting(name, "values", 0, "from", day)


def _row(name: str) -> tuple[str, str, str]:
    return ("rows", name, "when")


def rows() -> Iterator[Seed]:
    verdict = "verdict.yaml"

    def one(name: str, edit: Edit, about: tuple[str, ...], code: str, place: str) -> Seed:
        return Seed(name, verdict, edit, "rows", about, code, place)

    # Gaps: complete offers that no row is made for.
    yield one(
        "gap: nothing is missed",
        setting(*_row("D10"), "accept_floors_met AND offer_at_top_of_band"),
        ("D11",),
        "proof-gap",
        "rows.D11",
    )
    yield one(
        "gap: permits",
        setting(*_row("D9"), "below_reservation OR competing_tc_gap_counts OR geo_tier_mismatch"),
        ("D11",),
        "proof-gap",
        "rows.D11",
    )
    yield one(
        "gap: yes for small bases only",
        adding(_row("D10"), "base < 200 * base_grid"),
        ("D11",),
        "proof-gap",
        "rows.D11",
    )
    yield Seed(
        "gap: no last row",
        verdict,
        setting(*_row("D11"), "prefers_another_offer"),
        None,
        (),
        "book-no-last-row",
        "rows",
    )
    # Rows of different verdicts that hold together, and nobody says which wins.
    yield one(
        "overlap: a hasty yes",
        row("E1", "offer_at_top_of_band", "accept", "D9"),
        ("E1",),
        "proof-overlap",
        "rows.",
    )
    yield one(
        "overlap: a hasty no",
        row("E1", "competing_tc_gap_material", "walk_away", "D9"),
        ("E1",),
        "proof-overlap",
        "rows.",
    )
    yield one(
        "overlap: order turned round", swapped("D8", "D9"), ("D8",), "proof-overlap", "rows.D8"
    )
    yield one(
        "overlap: of a pair that was apart",
        adding(_row("D8"), "hard_constraint_open", "OR"),
        ("D8",),
        "proof-overlap",
        "rows.D8",
    )
    # Masks: an earlier row always wins.
    yield one(
        "mask: by the same condition",
        row("E1", "no_further_movement", "counter", "D4"),
        ("D4",),
        "proof-masked-row",
        "rows.D4",
    )
    yield one(
        "mask: by a wider one",
        row("E1", "below_reservation IS NOT NULL", "counter", "D8"),
        ("D8",),
        "proof-masked-row",
        "rows.D8",
    )
    yield one(
        "mask: everything settled before",
        row("E1", "base IS NOT NULL", "counter", "D9"),
        ("D9",),
        "proof-masked-row",
        "rows.D9",
    )
    yield one(
        "mask: by two rows together",
        all_of(
            row("E1", "offer_expired AND is_employed", "walk_away", "D3"),
            row("E2", "offer_expired AND NOT is_employed", "walk_away", "D3"),
        ),
        ("D3",),
        "proof-masked-row",
        "rows.D3",
    )
    # Rows that add nothing to another one of the same verdict.
    yield one(
        "subsumption: by a later row",
        row(
            "E1", "no_further_movement AND competing_dominates AND fraud_markers", "walk_away", "D1"
        ),
        ("E1",),
        "proof-subsumed-row",
        "rows.E1",
    )
    yield one(
        "subsumption: stricter twice",
        row("E1", "below_reservation AND no_further_movement AND is_employed", "walk_away", "D4"),
        ("E1",),
        "proof-subsumed-row",
        "rows.E1",
    )
    yield one(
        "subsumption: a number inside another",
        row(
            "E1",
            "accept_floors_met AND offer_at_top_of_band "
            "AND NOT COALESCE(prefers_another_offer, FALSE)",
            "accept",
            "D10",
        ),
        ("E1",),
        "proof-subsumed-row",
        "rows.E1",
    )
    # Rows that never hold.
    yield one(
        "dead row: against itself",
        adding(_row("D6"), "NOT no_further_movement"),
        ("D6",),
        "proof-dead-row",
        "rows.D6",
    )
    yield one(
        "dead row: numbers out of reach",
        adding(_row("D9"), "FALSE"),
        ("D9",),
        "proof-dead-row",
        "rows.D9",
    )
    yield one(
        "dead row: a count too high",
        setting(*_row("D1"), "fraud_marker_count > 5"),
        ("D1",),
        "proof-dead-row",
        "rows.D1",
    )


def reach() -> Iterator[Seed]:
    def signal(name: str, when: str) -> Seed:
        return Seed(
            f"dead signal: {name}",
            "signals.yaml",
            setting(name, "when", when),
            "reach",
            (name,),
            "proof-dead-signal",
            name,
        )

    yield signal(
        "market_sample_small", "base_p50_n < sample_to_decide AND base_p50_n > 2 * sample_to_decide"
    )
    yield signal("documented_market_gap", "base_below_p50 AND base >= base_p50")
    yield signal("year1_dip", "cash_flow_y1 < 0")
    yield signal(
        "vest_front_loaded",
        "NOT equity_is_none AND vest_y1 > 1 / grant_years + front_load_margin AND equity_is_none",
    )

    def lever(name: str, when: str) -> Seed:
        return Seed(
            f"unreachable lever: {name}",
            "levers.yaml",
            setting("levers", name, "when", when),
            "reach",
            (name,),
            "proof-dead-lever",
            f"levers.{name}",
        )

    yield lever("talent_scarcity", "scarcity_evidenced AND offer_expired")
    yield lever("market_band_gap", "base_below_band_min AND base > band_base_max")
    yield lever("option_terms", "equity_is_option AND equity_is_none AND equity_type = 'rsu'")
    yield Seed(
        "dead sentence",
        "verdict.yaml",
        setting("rows", "D4", "because", 1, "when", "base < min_base"),
        "reach",
        ("D4",),
        "proof-dead-sentence",
        "rows.D4.because",
    )
    yield Seed(
        "dead question",
        "verdict.yaml",
        setting(
            "questions",
            "ptep_days",
            "when",
            "equity_is_option AND ptep_days IS NULL AND ptep_short",
        ),
        "reach",
        ("ptep_days",),
        "proof-dead-question",
        "questions.ptep_days",
    )
    yield Seed(
        "dead ask",
        "asks.yaml",
        setting("asks", "sign_on_y2", "open", "sign_on_locked AND NOT sign_on_locked"),
        "reach",
        ("sign_on_y2",),
        "proof-dead-ask",
        "asks.sign_on_y2",
    )


def monotone() -> Iterator[Seed]:
    def row_of(name: str, when: str, fact: str, place: str) -> Seed:
        return Seed(
            f"not monotone: {name}",
            "verdict.yaml",
            adding(_row(place), when, "OR"),
            "monotone",
            (fact,),
            "proof-not-monotone",
            f"rows.{place}",
        )

    yield row_of("a base that is too good", "base > 2 * base_p90", "base_salary", "D4")
    yield row_of("too much of a bonus", "bonus_target > base", "bonus_target_amount", "D9")
    yield row_of(
        "a sign-on over the cap", "sign_on_total > 3 * guide_sign_on_max", "sign_on_y1", "D9"
    )
    yield Seed(
        "not monotone: a minimum that helps",
        "signals.yaml",
        setting("reservation_gap_closable", "when", "min_base >= cap_base"),
        "monotone",
        ("min_base",),
        "proof-not-monotone",
        "rows.D7",
    )
    yield Seed(
        "not monotone: a figure turned round",
        "valuation.yaml",
        setting(
            "package",
            "tc_risk_adj",
            "formula",
            "base - bonus_4y_avg + equity_risk_adj + sign_on_total / 4",
        ),
        "monotone",
        ("bonus_target_amount",),
        "proof-not-monotone",
        "rows.",
    )


def inputs() -> Iterator[Seed]:
    def through(name: str, formula: str, fact: str) -> Seed:
        return Seed(
            f"hidden dependency: {name}",
            "signals.yaml",
            adding((name, "when"), formula, "OR"),
            "inputs",
            (),
            "proof-prohibited-input",
            "",
        )

    yield through("accept_floor_gap_base", "raise_vs_current_base < 0", "current_base")
    yield through("is_employed", "paycut", "current_tc")
    yield through("level_too_low", "protected_attributes_present", "protected_attributes_sent")
    yield Seed(
        "hidden dependency: three figures deep",
        "valuation.yaml",
        all_of(
            setting(
                "case",
                "usual_rise",
                {"unit": "fraction", "formula": "raise_vs_current_base", "meaning": "Planted."},
            ),
            setting(
                "case",
                "cap_base",
                "formula",
                "CASE WHEN usual_rise > 0 THEN base ELSE band_base_max END",
            ),
        ),
        "inputs",
        (),
        "proof-prohibited-input",
        "case.raise_vs_current_base",
    )
    yield Seed(
        "hidden dependency: a lever on present pay",
        "levers.yaml",
        adding(("levers", "talent_scarcity", "when"), "current_base > base"),
        "inputs",
        (),
        "proof-prohibited-input",
        "levers.talent_scarcity",
    )
    yield Seed(
        "a protected attribute as a fact",
        "facts.yaml",
        setting(
            "candidate",
            "years_old",
            {
                "type": "number",
                "unit": "year",
                "from": "age",
                "meaning": "Planted.",
                "missing": "Not used.",
            },
        ),
        "inputs",
        (),
        "proof-prohibited-input",
        "candidate.years_old",
    )
    yield Seed(
        "present pay goes before the minimum",
        "valuation.yaml",
        setting(
            "case",
            "reservation_tc",
            "formula",
            "COALESCE(current_tc, min_tc, reservation_of_alternative * best_competing_tc_risk_adj)",
        ),
        "inputs",
        (),
        "proof-prohibited-input",
        "case.reservation_tc",
    )
    yield Seed(
        "private in words: a minimum",
        "levers.yaml",
        setting("levers", "early_review", "says", 0, "say", "I need {min_base}."),
        None,
        (),
        "book-private-in-words",
        "levers.early_review",
    )
    yield Seed(
        "private in words: through a figure",
        "levers.yaml",
        setting("levers", "early_review", "says", 0, "say", "I sign at {accept_floor_base}."),
        None,
        (),
        "book-private-in-words",
        "levers.early_review",
    )
    yield Seed(
        "private in words: as an amount",
        "levers.yaml",
        setting(
            "levers",
            "early_review",
            "says",
            0,
            {"moves": "base", "amount": "accept_floor_base", "say": "Could we talk about base?"},
        ),
        "inputs",
        (),
        "proof-private-words",
        "levers.early_review",
    )


def asks() -> Iterator[Seed]:
    def figure(name: str, file: str, edit: Edit, about: str) -> Seed:
        return Seed(
            f"ask order: {name}", file, edit, "asks", (about,), "proof-ask-order", f"asks.{about}"
        )

    yield figure(
        "a step under nothing",
        "asks.yaml",
        setting("asks", "base", "grid", "0 - base_grid"),
        "base",
    )
    yield figure(
        "a step that may be under nothing",
        "asks.yaml",
        setting("asks", "sign_on", "grid", "sign_on_goal - base"),
        "sign_on",
    )


def dates() -> Iterator[Seed]:
    def hole(name: str, file: str, edit: Edit, code: str, about: str) -> Seed:
        return Seed(name, file, edit, "dates", (), code, about)

    thresholds, valuation = "parameters/thresholds.yaml", "parameters/valuation.yaml"
    yield hole(
        "date hole: a late threshold",
        thresholds,
        later("material_gap", date(2024, 1, 1)),
        "proof-date-hole",
        "material_gap",
    )
    yield hole(
        "date hole: a late table",
        valuation,
        later("liquidity", date(2022, 7, 1)),
        "proof-date-hole",
        "liquidity",
    )
    yield hole(
        "date hole: a word without a row",
        valuation,
        _without_row("bonus_payout", "unknown"),
        "proof-date-hole",
        "bonus_payout",
    )
    yield hole(
        "date hole: a row lost on the way",
        valuation,
        _newer_table("liquidity", "late_private"),
        "proof-date-hole",
        "liquidity",
    )
    yield Seed(
        "two values from one day",
        thresholds,
        _twice("dominating_gap"),
        None,
        (),
        "book-dates",
        "dominating_gap",
    )


def _without_row(table: str, word: str) -> Edit:
    def edit(value: Value) -> None:
        del value[table]["values"][0]["table"][word]

    return edit


def _newer_table(table: str, word: str) -> Edit:
    def edit(value: Value) -> None:
        first = value[table]["values"][0]
        rest = {key: one for key, one in first["table"].items() if key != word}
        value[table]["values"].append({**first, "from": date(2026, 1, 1), "table": rest})

    return edit


def _twice(name: str) -> Edit:
    def edit(value: Value) -> None:
        first = value[name]["values"][0]
        value[name]["values"].append({**first, "value": 0.2})

    return edit


def units() -> Iterator[Seed]:
    def one(name: str, file: str, edit: Edit, code: str, place: str) -> Seed:
        return Seed(f"units: {name}", file, edit, None, (), code, place)

    yield one(
        "a grant beside a yearly amount",
        "signals.yaml",
        setting("sign_on_missing", "when", "sign_on_total > equity_paper_value"),
        "book-unit-mismatch",
        "sign_on_missing",
    )
    yield one(
        "years and months",
        "valuation.yaml",
        setting("package", "grant_years", "formula", "vest_cliff_months"),
        "book-type-declared",
        "package.grant_years",
    )
    yield one(
        "a text that cannot be",
        "signals.yaml",
        setting("offer_not_in_writing", "when", "offer_form = 'spoken'"),
        "book-type-choice",
        "offer_not_in_writing",
    )
    yield one(
        "a name that is not there",
        "verdict.yaml",
        adding(_row("D9"), "no_such_signal", "OR"),
        "book-unknown-name",
        "rows.D9",
    )
    yield one(
        "an amount in an ask",
        "asks.yaml",
        setting("asks", "base", "cap", "band_equity_max"),
        "book-type-declared",
        "asks.base",
    )


SEEDS = [*rows(), *reach(), *monotone(), *inputs(), *asks(), *dates(), *units()]
Found = list[tuple[str, str]]


def found(seed: Seed) -> Found:
    """The codes and places that are told of a seeded book."""
    try:
        book = seeded(seed.file, seed.edit)
    except MalformedBook as problem:
        return [(fault.code, fault.place) for fault in problem.faults]
    if seed.chapter is None:
        return []
    claims = proved(book, seed.chapter, *seed.about).failed
    return [(claim.fault.code, claim.fault.place) for claim in claims if claim.fault]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_planted_fault_is_found(seed: Seed) -> None:
    told = found(seed)
    assert any(code == seed.code and seed.place in place for code, place in told), told
