"""Cases that a book's own ones lack are found, are plain, and cover what was missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.worked import generating
from rules.worked.generating import generated
from rules.worked.reading import Cases, read_cases
from rules.worked.reducing import departures, reduced
from rules.worked.tally import Tally, Wanted, tally
from rules.worked.trying import Trial, Tried
from rules.worked.writing import append_generated
from tests.offers import CASES, PLAIN, book, case, judge, varied

TRIAL = Trial(book(), judge())
# What some cases of the book are about; without them it is tried by nobody.
ABOUT = ("visa_terms_open", "green_card_timeline")


@pytest.fixture(scope="module")
def fewer() -> Cases:
    kept = tuple(one for one in CASES.worked if "visa" not in str(one.raw) + str(one.expect)
                 and not any(name in str(one.expect) for name in ABOUT)
                 and "sponsor" not in str(one.facts))  # fmt: skip
    return replace(CASES, worked=kept)


@pytest.fixture(scope="module")
def tried(fewer: Cases) -> list[Tried]:
    return list(TRIAL.run(fewer.worked))


@pytest.fixture(scope="module")
def known(fewer: Cases, tried: list[Tried]) -> Tally:
    return tally(book(), fewer, tried)


def test_what_is_missing_is_named(known: Tally) -> None:
    assert Wanted("signal", "visa_terms_open", "fires", False) in known.missing()
    assert any("visa_terms_open" in one.term for one in known.missing_conditions())
    assert known.share < 1.0


@pytest.mark.slow
def test_the_missing_cases_are_written_and_pass(
    fewer: Cases, tried: list[Tried], known: Tally, tmp_path: object
) -> None:
    new = generated(TRIAL, fewer, tried, known)
    from pathlib import Path

    folder = Path(str(tmp_path)) / "cases"
    folder.mkdir()
    (folder / "starts.yaml").write_text((CASES.folder / "starts.yaml").read_text("utf-8"), "utf-8")
    path = append_generated(folder, new, "plain")
    before = path.read_text("utf-8")
    again = read_cases(folder.parent).worked
    assert len(again) == len(new)
    results = list(TRIAL.run(again))
    assert [one.worked.name for one in results if not one.passed] == []
    whole = tally(book(), fewer, [*tried, *results])
    assert whole.missing() == []
    assert whole.missing_conditions() == []
    append_generated(folder, new[:1], "plain")
    assert path.read_text("utf-8").startswith(before)


def test_a_case_is_made_as_plain_as_it_can_be() -> None:
    plain = case(PLAIN)
    wild = case(varied({"offer.base_salary": 187_654, "offer.noncompete_months": 7,
                        "offer.sign_on_y1": 33_333, "candidate.min_base": 181_111}))  # fmt: skip

    def shows(one: object) -> bool:
        return TRIAL.judge.judge(one).values["accept_floor_gap_base"] is True  # type: ignore[arg-type]

    found = reduced(wild, plain, shows)
    assert departures(found, plain) == ["base_salary"]
    assert found.facts["base_salary"] == 190_000.0
    assert shows(found)


def test_where_nothing_is_missing_nothing_is_sought(monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is asked for what decides alone; what it brings that nobody needs is dropped."""
    monkeypatch.setattr(generating, "ROUNDS", 0)
    results = list(TRIAL.run(CASES.worked))
    assert generated(TRIAL, CASES, results, tally(book(), CASES, results)) == []
