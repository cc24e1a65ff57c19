"""Employers' levels on the common ladder, and what must not be read as one."""

from __future__ import annotations

import pytest

from warehouse.aliases import rows_of
from warehouse.companies import company_id
from warehouse.levels import experience_std, level_std

MAPPED = [
    ("google", "L3", 3),
    ("google", "L5", 5),
    ("google", "T4", 4),
    ("google", "SWE III", 4),
    ("google", "Manager (L6)", 6),
    ("google", "Senior SWE", 5),
    ("google", "L9", None),
    ("google", "L4-L5", None),
    ("meta", "E5", 5),
    ("meta", "IC6", 6),
    ("meta", "L5 Product Manager", 5),
    ("amazon", "L5", 4),
    ("amazon", "l6", 5),
    ("amazon", "SDE II", 4),
    ("amazon", "SDE 3", 5),
    ("amazon", "Principal SDE", 6),
    ("microsoft", "59", 3),
    ("microsoft", "62", 4),
    ("microsoft", "L63", 5),
    ("microsoft", "67", 6),
    ("microsoft", "IC3 (L61)", 4),
    ("microsoft", "Principal SDE", 6),
    ("apple", "ICT4", 5),
    ("apple", "ICT 3", 4),
    ("netflix", "Senior Software Engineer", 5),
    ("netflix", "Only one level across Netflix", None),
    ("uber", "5b", 6),
    ("uber", "L5", None),
    ("linkedin", "Senior Software Engineer", 4),
    ("oracle", "IC-3", 4),
    ("square", "Level 5", 5),
]
WORDS = [
    ("Junior", "", 3),
    ("New Grad", "", 3),
    ("Mid-level", "", 4),
    ("Senior", "", 5),
    ("Sr. Data Scientist", "", 5),
    ("Staff Engineer", "", 6),
    ("Senior Staff Engineer", "", 7),
    ("Principal", "", 7),
    ("SDE 2", "", 4),
    ("", "Senior Data Engineer", 5),
    (None, "Staff Software Engineer", 6),
    ("Senior Product Manager", "", 5),
    ("Senior Manager", "", None),
    ("Engineering Manager", "", None),
    ("Vice President", "", None),
    ("Senior Associate", "", None),
    ("Director", "Software Engineer", None),
    ("L5", "Software Engineer", None),
    ("5", "", None),
    ("Level I", "Software Engineer", None),
    ("Level IV", "", None),
    ("III", "", None),
    ("Lead", "", None),
    ("", "", None),
    (None, None, None),
]


@pytest.mark.parametrize(("company", "level", "expected"), MAPPED)
def test_levels_by_the_employer_s_own_map(company: str, level: str, expected: int | None) -> None:
    assert level_std(company, level, "Software Engineer") == expected


@pytest.mark.parametrize(("level", "title", "expected"), WORDS)
def test_words_say_a_level_anywhere_and_numbers_nowhere(
    level: str | None, title: str | None, expected: int | None
) -> None:
    assert level_std("tern", level, title) == expected


@pytest.mark.parametrize(
    ("code", "expected"), [("EN", 3), ("MI", 4), ("SE", 5), ("EX", None), ("", None)]
)
def test_experience_levels_of_ai_jobs(code: str, expected: int | None) -> None:
    assert experience_std(code) == expected


def test_experience_levels_count_only_where_the_source_names_no_employer() -> None:
    assert level_std(None, "SE", "Staff Data Engineer") == 5
    assert level_std(None, "EX", "Senior Data Engineer") is None
    assert level_std("ebay", "SE", "Software Engineer") is None


def test_every_map_is_of_a_known_employer_dated_and_without_contradiction() -> None:
    seen: dict[tuple[str, str], str] = {}
    for row in rows_of("levels"):
        assert company_id(row["company_id"].replace("-", " ")) == row["company_id"]
        assert row["source"]
        assert row["as_of"].startswith("20")
        assert row["level_std"] in "34567"
        for name in row["names"].split("|"):
            assert seen.setdefault((row["company_id"], name), row["level_std"]) == row["level_std"]
