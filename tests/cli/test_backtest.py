"""A changed book beside the decisions that are in the log."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from rules.book import BOOK
from tests.cli.command import Run


@pytest.fixture
def logged(run: Run, offers: Path) -> None:
    for name in ("harbour-lane", "blue-kiln", "tin-sparrow"):
        assert run("decide", str(offers / f"{name}.yaml"))[0] == 0


def changed(folder: Path, file: str, pattern: str, new: str) -> Path:
    shutil.copytree(BOOK, folder)
    text, count = re.subn(pattern, new, (folder / file).read_text("utf-8"))
    assert count == 1
    (folder / file).write_text(text, "utf-8")
    return folder


@pytest.mark.usefixtures("logged")
def test_the_same_book_changes_nothing(run: Run, tmp_path: Path) -> None:
    same = changed(tmp_path / "book", "verdict.yaml", r"# Accept, counter", "# Take, counter")
    code, told, _ = run("backtest", "--book", str(same), "--fail-on", "any")
    assert code == 0
    assert "3 decisions, judged again by" in told
    assert ": 0 would have another verdict" in told
    assert "3 are the same" in told


@pytest.mark.usefixtures("logged")
def test_a_verdict_that_flips_is_named(run: Run, tmp_path: Path) -> None:
    strict = changed(
        tmp_path / "book",
        "verdict.yaml",
        r"when: accept_floors_met AND NOT COALESCE\(prefers_another_offer, FALSE\)",
        "when: accept_floors_met AND base > 100 * min_base",
    )
    code, told, _ = run("backtest", "--book", str(strict), "--format", "json")
    found = json.loads(told)
    assert code == 0
    assert found["counts"]["verdict"] == 1
    (flip,) = (one for one in found["decisions"] if one["kind"] == "verdict")
    assert (flip["before"][0], flip["after"][:2]) == ("accept", ["counter", "needs_review"])
    assert run("backtest", "--book", str(strict), "--fail-on", "verdict")[0] == 1
    assert flip["id"] in run("backtest", "--book", str(strict))[1]


@pytest.mark.usefixtures("logged")
def test_other_words_are_no_other_verdict(run: Run, tmp_path: Path) -> None:
    old, new = "Sign nothing and resign nowhere", "Sign nothing yet, and resign nowhere"
    other = changed(tmp_path / "book", "verdict.yaml", old, new)
    code, told, _ = run("backtest", "--book", str(other), "--fail-on", "asks")
    assert code == 0
    assert "0 would have another verdict, 0 other asks" in told


def test_a_book_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    code, told, complaint = run("backtest", "--book", str(tmp_path / "nowhere"))
    assert (code, told) == (1, "")
    assert complaint.startswith("error[book-")


def test_an_empty_log(run: Run) -> None:
    assert "Nothing is logged yet" in run("backtest", "--book", str(BOOK))[1]
