"""The guides that ship with the project are read completely."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.guides import read_guide
from rules.errors import UnusableCase

EXAMPLES = Path(__file__).parents[1] / "examples" / "guides" / "pinterest"


def test_the_guide_of_the_ml_engineer() -> None:
    guide = read_guide(EXAMPLES / "ml-ai-engineer.md")
    facts = {
        "company": "Pinterest",
        "role": "ML/AI Engineer",
        "level_text": "L4–L6",  # noqa: RUF001
        "premium_low_pct": 15,
        "premium_high_pct": 25,
        "signon_low": 35_000,
        "signon_high": 60_000,
        "target_base": 240_000,
        "target_equity": 350_000,
        "target_signon": 50_000,
        "accept_base": 220_000,
        "accept_equity": 310_000,
        "vest_years": 4,
        "vest_cliff_months": 12,
        "effective_period": "2025-2026",
        "quarantine": [],
    }
    assert {name: guide[name] for name in facts} == facts
    assert guide["competing"] == [
        {"company": "OpenAI", "total": 380_000, "currency": "USD"},
        {"company": "Google", "total": 345_000, "currency": "USD"},
    ]
    assert [band["total_high"] for band in guide["bands"]] == [345_000, 332_000, 302_000]  # type: ignore[attr-defined]
    assert len(guide["levers"]) == 4  # type: ignore[arg-type]
    assert len(guide["sources"]) == 4  # type: ignore[arg-type]


def test_the_guide_of_the_software_engineer() -> None:
    guide = read_guide(EXAMPLES / "software-engineer.md")
    facts: dict[str, object] = {
        "premium_low_pct": None,
        "signon_low": 15_000,
        "target_base": 175_000,
        "accept_equity": 150_000,
        "quarantine": [],
    }
    assert {name: guide[name] for name in facts} == facts


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableCase, match="guide-unreadable"):
        read_guide(tmp_path / "absent.md")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "guide.md"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(UnusableCase, match="guide-unreadable"):
        read_guide(path)
