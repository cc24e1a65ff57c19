"""Loading a book: every fault at once, the cache, and what its hash depends on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

import rules.loader
import rules.parse
import rules.source
from rules.book import BOOK
from rules.errors import Fault, MalformedBook
from rules.loader import book_from_texts, load_book, read_texts
from tests.offers import PLAIN, book, case, judge, varied

TEXTS = read_texts(BOOK)
PARSE = cache(rules.parse.parse)
DOCUMENT = cache(rules.source.parse_document)

# A file, what stands there, what is put in its place, and the code under which it is found.
SEEDED = [
    ("facts.yaml", "base_salary:\n    type: number", "base_salary:\n    type: figure", "type"),
    ("facts.yaml", "unit: currency/hour", "unit: currency/fortnight", "unit-unknown"),
    ("facts.yaml", "read: length", "read: measure", "reading"),
    ("facts.yaml", "least: 0.05", "least: tiny", "kind"),
    ("facts.yaml", "    meaning: Pay per hour", "    sense: Pay per hour", "unknown-key"),
    ("facts.yaml", "    meaning: Pay per hour", "    sense: Pay per hour", "missing-key"),
    ("facts.yaml", "  role_title:", "  company_type:", "document-duplicate-key"),
    ("facts.yaml", "  years_experience:", "  base_salary:", "duplicate-name"),
    ("valuation.yaml", "formula: base + bonus_y1 + COALESCE(sign_on_y1, 0)",
     "formula: base + bonus_y7 + COALESCE(sign_on_y1, 0)", "unknown-name"),
    ("valuation.yaml", "formula: base + bonus_y1 + COALESCE(sign_on_y1, 0)",
     "formula: base + grant_years", "unit-mismatch"),
    ("valuation.yaml", "formula: base + bonus_y1 + COALESCE(sign_on_y1, 0)",
     "formula: base > bonus_y1", "type-declared"),
    ("valuation.yaml", "formula: base + bonus_y1 + COALESCE(sign_on_y1, 0)",
     "formula: base +", "expression-syntax"),
    ("valuation.yaml", "formula: base + bonus_y1 + COALESCE(sign_on_y1, 0)",
     "formula: base + company", "type-arithmetic"),
    ("valuation.yaml", "formula: base + bonus_y1 + COALESCE(sign_on_y1, 0)",
     "formula: SQRT(base)", "expression-function"),
    ("valuation.yaml", "formula: liquidity(liquidity_class)",
     "formula: fluidity(liquidity_class)", "unknown-table"),
    ("valuation.yaml", "formula: COALESCE(bonus_target_amount, base * bonus_target_pct)",
     "formula: COALESCE(bonus_expected_value, base * bonus_target_pct)", "circular"),
    ("valuation.yaml", "    where: is_usable\n    highest: tc_risk_adj\n    gives:\n",
     "    where: is_usable\n    highest: tc_risk_adj\n    lowest: base\n    gives:\n", "pick"),
    ("valuation.yaml", "from: processes_in_progress", "from: processes", "unknown-list"),
    ("valuation.yaml", "lower_bound: {of: tc_risk_adj", "lower_bound: {of: tc", "unknown-name"),
    ("signals.yaml", "when: offer_form = 'verbal'", "when: offer_form = 'sung'", "type-choice"),
    ("signals.yaml", "when: offer_form = 'verbal'", "when: offer_form", "type-declared"),
    ("signals.yaml", "when: offer_form = 'verbal'", "when: offer_form = NULL", "type-null"),
    ("signals.yaml", "when: offer_form = 'verbal'", "when: offer_form > 'verbal'", "type-order"),
    ("signals.yaml", "when: offer_form = 'verbal'", "when: offer_form = 5", "type-mismatch"),
    ("signals.yaml", "asks: offer_form", "asks: offer_shape", "unknown-question"),
    ("signals.yaml", "when: party_without_rate\n  missing: false",
     "when: party_without_rate\n  missing: true", "missing"),
    ("verdict.yaml", "decides: walk_away", "decides: run_away", "decision"),
    ("verdict.yaml", 'when: "TRUE"', "when: accept_floors_met", "no-last-row"),
    ("verdict.yaml", "this shows {fraud_marker_count}", "this shows {fraud_count}", "unknown-name"),
    ("asks.yaml", "    label: base salary\n", "", "missing-key"),
    ("asks.yaml", "    cap: cap_base\n", "    cap: grant_years\n", "type-declared"),
    ("levers.yaml", "quality: verified", "quality: sworn", "evidence"),
    ("levers.yaml", "moves: time", "moves: mountains", "component"),
    ("levers.yaml", "shows: [process_decides_on]", "shows: [min_tc]", "private-in-words"),
    ("levers.yaml", "another process that decides on {process_decides_on}",
     "another process, and my minimum is {min_base}", "private-in-words"),
    ("levers.yaml", "gain: 0.33", "gain: base", "type-declared"),
    ("law.yaml", "US-CO: {from: 2021-01-01", "US-CO: {from: soon", "kind"),
    ("law.yaml", "  checked: 2026-07-01\n", "", "missing-key"),
    ("parameters/thresholds.yaml", "value: 0.15, grade: E", "value: 0.15, grade: F", "grade"),
    ("parameters/thresholds.yaml", "value: 0.15, grade: E", "value: a lot, grade: E", "kind"),
    ("parameters/thresholds.yaml", "market_stale_after:", "opening_overshoot:", "duplicate-name"),
    ("parameters/valuation.yaml", "low: 0.65", "low: 0.85", "ends"),
    ("parameters/asks.yaml", "unit: fraction", "unit: percent", "unit-unknown"),
    ("valuation.yaml", 'cap_base: {unit: currency/year, formula: "COALESCE(',
     'cap_base: {unit: currency/year, formula: "COALESCE(cap_base, ', "circular"),
    ("facts.yaml", "  role_title: {", "  gender: {", "prohibited-fact"),
    ("facts.yaml", "from: skills.scarce_skill,", "from: skills.religion,", "prohibited-fact"),
    ("facts.yaml", "      tc_stated: {", "      age: {", "prohibited-fact"),
    ("verdict.yaml", "asks_for: [offer.base_salary]", "asks_for: [offer.base_salry]",
     "unknown-place"),
    ("levers.yaml", "  competing_process:\n", "  competing_process:\n    not_with: [nobody]\n",
     "unknown-lever"),
    ("valuation.yaml", "liquidity(liquidity_class)", "liquidity('moon')", "type-choice"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is the same in a hundred broken books is parsed once."""
    monkeypatch.setattr("rules.parse.parse", PARSE)
    monkeypatch.setattr("rules.loader.parse_document", DOCUMENT)


def seeded(*seeds: tuple[str, str, str, str]) -> dict[str, str]:
    texts = dict(TEXTS)
    for name, found, instead, _ in seeds:
        assert found in texts[name], f"{name} has no `{found}`"
        texts[name] = texts[name].replace(found, instead, 1)
    return texts


def faults(texts: Mapping[str, str]) -> list[Fault]:
    with pytest.raises(MalformedBook) as caught:
        book_from_texts(texts)
    assert caught.value.exit_code == 1
    return list(caught.value.faults)


@pytest.mark.parametrize("seed", SEEDED, ids=lambda seed: f"{seed[0]}: {seed[3]}: {seed[2]}")
def test_a_seeded_fault_is_found_with_file_and_line(seed: tuple[str, str, str, str]) -> None:
    name, code = seed[0], f"book-{seed[3]}"
    found = [fault for fault in faults(seeded(seed)) if fault.code == code]
    assert found
    assert any(re.match(rf"{re.escape(name)}(?: line \d+)?\b", fault.place) for fault in found)


def test_there_are_many_kinds_of_fault() -> None:
    assert len({code for *_, code in SEEDED}) >= 25


def test_all_faults_are_told_at_once() -> None:
    chosen = [SEEDED[i] for i in (0, 8, 19, 26, 30, 31, 36, 38)]
    told = {fault.code for fault in faults(seeded(*chosen))}
    assert {f"book-{code}" for *_, code in chosen} <= told


def test_lines_are_those_of_the_file() -> None:
    seed = SEEDED[26]
    texts = seeded(seed)
    line = texts["verdict.yaml"].split("decides: run_away")[0].count("\n") + 1
    (fault,) = faults(texts)
    assert fault.place.startswith(f"verdict.yaml line {line},")
    assert "accept, counter, walk_away, review" in fault.allowed


def test_a_file_that_is_missing_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(MalformedBook) as caught:
        load_book(tmp_path)
    assert {fault.code for fault in caught.value.faults} == {"book-file-missing"}
    assert len(caught.value.faults) == len(rules.loader.FILES)
    for name in rules.loader.FILES:
        (tmp_path / f"{name}.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(MalformedBook) as caught:
        load_book(tmp_path)
    assert caught.value.faults[0].code == "book-file-unreadable"


@pytest.mark.parametrize("name", sorted(TEXTS))
@pytest.mark.parametrize("text", ["5", "x: {y: 1}"])
def test_no_file_may_hold_anything_else(name: str, text: str) -> None:
    assert any(name in fault.place for fault in faults({**TEXTS, name: text}))


@pytest.mark.parametrize("text", ["", "a: {", "a: &b 1", "- a", "a: 1\na: 2", "? [a]\n: 1"])
def test_what_is_no_document_is_no_chapter(text: str) -> None:
    assert any("law.yaml" in fault.place for fault in faults({**TEXTS, "law.yaml": text}))


# --- Identity -------------------------------------------------------------------------------


def test_comments_and_spacing_do_not_change_the_hash() -> None:
    spaced = {
        name: "# seen\n" + text.replace(": {", ":   {").replace("\n\n", "\n\n\n")
        for name, text in TEXTS.items()
    }
    assert spaced != TEXTS
    assert book_from_texts(spaced).hash == book().hash
    assert re.fullmatch("[0-9a-f]{64}", book().hash)


def test_the_spacing_of_a_formula_does_not_change_the_hash() -> None:
    texts = dict(TEXTS)
    before = "base + bonus_y1 + COALESCE(sign_on_y1, 0)"
    texts["valuation.yaml"] = texts["valuation.yaml"].replace(
        before, "base  +  bonus_y1\n      + COALESCE(sign_on_y1,  0)", 1
    )
    assert texts != TEXTS
    assert book_from_texts(texts).hash == book().hash


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("parameters/thresholds.yaml", "value: 0.15", "value: 0.16"),
        ("parameters/valuation.yaml", "point: 0.80", "point: 0.81"),
        ("signals.yaml", "when: base < band_base_min", "when: base <= band_base_min"),
        ("levers.yaml", "strength: 5", "strength: 4"),
        ("law.yaml", "from: 2021-01-01", "from: 2021-01-02"),
        ("facts.yaml", "least: 1000", "least: 1001"),
    ],
)
def test_what_the_book_means_changes_the_hash(name: str, before: str, after: str) -> None:
    changed = {**TEXTS, name: TEXTS[name].replace(before, after, 1)}
    assert changed != TEXTS
    assert book_from_texts(changed).hash != book().hash


def test_a_book_can_be_made_again_from_what_it_keeps() -> None:
    again = book_from_texts(book().documents)
    assert again.hash == book().hash
    assert again.rows == book().rows
    assert again.layers == book().layers


def test_a_changed_threshold_changes_the_verdict() -> None:
    from rules.judgement import Judge

    name, gap = "parameters/thresholds.yaml", "value: 0.05, grade: E, source: Judgement; among"
    assert gap in TEXTS[name]
    strict = book_from_texts(
        {**TEXTS, name: TEXTS[name].replace(gap, gap.replace("0.05", "0.005"), 1)}
    )
    better = {"candidate.competing_offers": [_rival()]}
    assert judge().judge(case(varied(better))).row.name == "D10"
    assert Judge(strict).judge(case(varied(better))).row.name == "D9"


def _rival() -> dict[str, object]:
    return {**PLAIN["offer"], "company": "Ashgrove", "base_salary": 208_000,
            "status": "written", "verified": True}  # fmt: skip


# --- The cache ------------------------------------------------------------------------------


def test_a_book_out_of_the_cache_is_the_same_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = load_book(cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr("rules.loader.parse_document", None)  # neither YAML nor SQL is read again
    monkeypatch.setattr("rules.parse.parse", None)
    second = load_book(cache=tmp_path)
    assert second is not first
    for name in (field.name for field in fields(first)):
        assert getattr(second, name) == getattr(first, name)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"documents": {}}', b"\xff", None])
def test_a_damaged_cache_costs_time_and_nothing_else(tmp_path: Path, damage: bytes | None) -> None:
    load_book(cache=tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2] if damage is None else damage)
    assert load_book(cache=tmp_path).hash == book().hash


def test_a_cache_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert load_book(cache=tmp_path / "file" / "cache").hash == book().hash


def test_a_changed_book_is_never_found_in_the_cache(tmp_path: Path) -> None:
    load_book(cache=tmp_path)
    changed = {
        **TEXTS,
        "levers.yaml": TEXTS["levers.yaml"].replace("strength: 5", "strength: 4", 1),
    }
    assert book_from_texts(changed, cache=tmp_path).hash != book().hash
