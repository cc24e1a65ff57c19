"""Files of worked cases: what they may say, and what is said of those that say it wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.errors import MalformedBook
from rules.worked.reading import WorkedCase, read_cases
from rules.worked.trying import Trial
from tests.offers import PLAIN, book, judge

STARTS = """
offers:
  plain: {offer: {company: Fernhill, currency: USD, base_salary: 150000}}
entries:
  rivals: {at: candidate.competing_offers, like: {company: Ashgrove, base_salary: 1}}
"""


def folder(at: Path, **files: str) -> Path:
    (at / "cases").mkdir()
    for name, text in {"starts": STARTS, **files}.items():
        (at / "cases" / f"{name}.yaml").write_text(text, "utf-8")
    return at


def codes(at: Path) -> list[str]:
    with pytest.raises(MalformedBook) as caught:
        read_cases(at)
    return [fault.code for fault in caught.value.faults]


def test_a_case_departs_from_its_start_and_its_file(tmp_path: Path) -> None:
    text = """
start: plain
change: {offer.bonus_type: none}
signals:
  lowball_offer: {holds: {offer.base_salary: 1}, fails: {}, unknown: never}
cases:
  - case: two rivals
    why: One is better.
    candidate: {min_base: 10}
    change: {rivals: [{}, {base_salary: 2}], offer.base_salary: 160000}
    expect: {row: D9}
"""
    found = read_cases(folder(tmp_path, some=text))
    assert [one.name for one in found.worked] == [
        "lowball_offer holds",
        "lowball_offer fails",
        "two rivals",
    ]
    holds, _, rivals = found.worked
    assert holds.expect == {"signals": {"lowball_offer": True}}
    assert holds.raw["offer"]["bonus_type"] == "none"
    assert [one["base_salary"] for one in rivals.raw["candidate"]["competing_offers"]] == [1, 2]
    assert rivals.raw["candidate"]["min_base"] == 10
    assert (rivals.raw["offer"]["base_salary"], found.starts.offers["plain"]["offer"]) == (
        160_000,
        {"company": "Fernhill", "currency": "USD", "base_salary": 150_000},
    )
    assert rivals.place.endswith("some.yaml:7")
    assert rivals.lines["row",].endswith("some.yaml:11")
    assert found.never == {"lowball_offer"}


def test_a_start_may_stand_in_the_file(tmp_path: Path) -> None:
    text = "start: {offer: {company: Saltmarsh}}\ncases:\n  - {case: a, expect: {row: D0}}\n"
    (one,) = read_cases(folder(tmp_path, some=text)).worked
    assert one.raw == {"offer": {"company": "Saltmarsh"}}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("start: nobody\ncases: [{case: a, expect: {}}]", "book-case-start"),
        ("cases: [{case: a, change: {offer.x.y: 1}, offer: {x: 2}}]", "book-case-path"),
        ("cases: [{case: a}, {case: a}]", "book-case-duplicate"),
        ("cases: [{case: a, expects: {}}]", "book-unknown-key"),
        ("cases: [{case: a, expect: {ask: {}}}]", "book-unknown-key"),
        ("cases: [{expect: {}}]", "book-missing-key"),
        ("cases: [{case: a, expect: [1]}]", "book-kind"),
        ("signals: {x: {true: {}}}", "book-document-key"),
        ("cases: [", "book-document-syntax"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, code: str) -> None:
    assert codes(folder(tmp_path, some=text)) == [code]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    where = folder(tmp_path, a="start: nobody\n", b="cases: [{expect: {}}]\n", c="cases: 5\n")
    assert sorted(codes(where)) == ["book-case-start", "book-kind", "book-missing-key"]


def test_a_book_without_cases_has_none(tmp_path: Path) -> None:
    assert read_cases(tmp_path).worked == ()


def test_the_cases_are_no_part_of_the_book(tmp_path: Path) -> None:
    from rules.loader import read_texts

    assert not [name for name in read_texts(Path(book_folder())) if "cases" in name]


def book_folder() -> Path:
    from rules.book import BOOK

    return BOOK


# --- Facts by name --------------------------------------------------------------------------


def tried(**stated: object) -> str:
    case = WorkedCase("x", "x.yaml:3", dict(PLAIN), {"row": "D10"}, **stated)  # type: ignore[arg-type]
    return Trial(book(), judge()).tried(case).refusal


def test_facts_take_the_place_of_those_of_the_offer() -> None:
    case = WorkedCase("x", "x.yaml:3", dict(PLAIN), {}, facts={"base_salary": 199_999})
    record = Trial(book(), judge()).tried(case).record
    assert record is not None
    assert record["derived"]["base"] == 199_999.0


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"facts": {"base_salery": 1}}, "did you mean `base_salary`?"),
        ({"facts": {"base_salary": "much"}}, "a number"),
        ({"facts": {"base_salary": True}}, "a number"),
        ({"entries": {"rivals": []}}, "found `rivals`"),
        ({"entries": {"competing_offers": [{"base_salery": 1}]}}, "base_salary"),
    ],
)
def test_a_fact_that_the_book_does_not_know_is_refused(
    stated: dict[str, object], said: str
) -> None:
    assert said in tried(**stated)
