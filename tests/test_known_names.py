"""Names for whoever is typing: the market's own first, and never one that begins otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.steps import refresh_steps
from tests.guide_files import guide_text, write_guide
from warehouse.known_names import KnownNames, known_names
from warehouse.snapshot import find_snapshot


@pytest.fixture
def names(tmp_path: Path) -> KnownNames:
    write_guide(tmp_path, guide_text())
    refresh_steps([tmp_path])
    return known_names(find_snapshot().path)


def test_the_market_comes_before_the_tables(names: KnownNames) -> None:
    assert names.companies("la")[0] == "Larkspur"
    assert names.roles("", "Larkspur")[0] == "Data Engineer"
    assert names.places("s", "Larkspur", "Data Engineer")[0] == "Seattle"
    assert names.currency("Larkspur", "Data Engineer") == "USD"


def test_without_a_market_the_tables_alone_are_known() -> None:
    names = known_names(None)
    assert "Google" in names.companies("goo")
    assert names.currency("Google", "") is None
    assert names.levels("L5", "Google", "") == ["L5"]


def test_case_and_accents_do_not_count(names: KnownNames) -> None:
    assert names.companies("LARK") == names.companies("lárk") == ["Larkspur"]


@pytest.mark.parametrize("begun", ["zzzz", "'; DROP TABLE guide", "\x00"])
def test_what_is_no_name_finds_none(names: KnownNames, begun: str) -> None:
    assert "Larkspur" not in names.companies(begun) or not begun.strip("\x00")
