"""`offerdesk book test`, as somebody meets it who has changed a copy of the book."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.command import FAULT, Run, altered


def test_the_shipped_cases_pass_and_try_all_of_the_book(run: Run) -> None:
    code, told, _ = run("book", "test", "--min-coverage", "100")
    assert code == 0
    assert ", 0 fail." in told
    assert "100.0 % of what can be tried" in told
    assert "Tried by no case" not in told
    assert "Was the change meant?" not in told
    assert "generated" in told


def test_a_changed_number_fails_cases_by_name_and_line(run: Run, mine: Path) -> None:
    old = "value: 0.05, grade: E, source: Judgement; among"
    altered(mine, "parameters/thresholds.yaml", old, old.replace("0.05", "0.06"))
    code, told, _ = run("book", "test", str(mine))
    assert code == 1
    name = "floors met and a verified offer a twentieth better is a counter"
    lines = (mine / "cases" / "edges.yaml").read_text("utf-8").splitlines()
    number = next(n for n, line in enumerate(lines, 1) if name in line)
    assert f"FAILED {mine}/cases/edges.yaml:{number}: {name}" in told
    assert "row: expected D9; found D10: It clears every floor" in told
    found = json.loads(run("book", "test", str(mine), "--format", "json")[1])
    assert found["failed"] == len(found["failures"]) > 0
    miss = next(one for one in found["failures"] if one["case"] == name)["misses"][0]
    assert (miss["of"], miss["expected"]) == ("row", "D9")
    assert miss["place"].startswith(f"{mine}/cases/edges.yaml:")


def test_a_new_signal_without_a_case_is_told_of(run: Run, mine: Path) -> None:
    path = mine / "signals.yaml"
    new = "\nvery_long_offer:\n  when: noncompete_months > 3 * long_noncompete\n  meaning: Very.\n"
    path.write_text(path.read_text("utf-8") + new, "utf-8")
    code, told, _ = run("book", "test", str(mine))
    assert code == 0
    assert "signal very_long_offer: no case in which it fires" in told
    assert "signal very_long_offer: `noncompete_months > long_noncompete * 3` decides" in told or (
        "signal very_long_offer: `noncompete_months > 3 * long_noncompete` decides" in told
    )
    assert run("book", "test", str(mine), "--min-coverage", "100")[0] == 1


@pytest.mark.slow
def test_its_missing_cases_are_written_and_cover_it(run: Run, mine: Path) -> None:
    path = mine / "signals.yaml"
    new = "\nvery_long_offer:\n  when: noncompete_months > 3 * long_noncompete\n  meaning: Very.\n"
    path.write_text(path.read_text("utf-8") + new, "utf-8")
    before = (mine / "cases" / "generated.yaml").read_text("utf-8")
    code, told, _ = run("book", "test", str(mine), "--generate", "--min-coverage", "100")
    after = (mine / "cases" / "generated.yaml").read_text("utf-8")
    assert code == 0
    assert after.startswith(before)
    assert "very_long_offer" in after.removeprefix(before)
    assert "cases were written to" in told
    code, told, _ = run("book", "test", str(mine), "--generate")
    assert "There was nothing to write." in told
    assert (mine / "cases" / "generated.yaml").read_text("utf-8") == after


def test_a_book_without_cases(run: Run, mine: Path) -> None:
    shutil.rmtree(mine / "cases")
    code, told, complaint = run("book", "test", str(mine))
    assert (code, told) == (1, "")
    assert complaint.startswith("error[book-cases-missing]: ")
    assert FAULT.match(complaint)


def test_a_case_with_a_typing_error(run: Run, mine: Path) -> None:
    altered(
        mine,
        "cases/rows.yaml",
        "expect: {row: D0, says: employer is not named",
        "expct: {row: D0, says: employer is not named",
    )
    code, told, complaint = run("book", "test", str(mine))
    assert (code, told) == (1, "")
    assert complaint.startswith("error[book-unknown-key]: ")
    assert "expct" in complaint


def test_the_cases_do_not_change_the_hash(run: Run, mine: Path) -> None:
    before = run("book", "hash", str(mine))[1]
    (mine / "cases" / "more.yaml").write_text("cases: [{case: x, expect: {}}]\n", "utf-8")
    assert run("book", "hash", str(mine))[1] == before == run("book", "hash")[1]


def test_the_example_of_the_documentation_passes(run: Run, mine: Path, root: Path) -> None:
    text = (root / "docs" / "cases.md").read_text("utf-8")
    example = text.partition("```yaml\n")[2].partition("```")[0]
    kept = (mine / "cases" / "starts.yaml").read_text("utf-8")
    shutil.rmtree(mine / "cases")
    (mine / "cases").mkdir()
    (mine / "cases" / "starts.yaml").write_text(kept, "utf-8")
    (mine / "cases" / "mine.yaml").write_text(example, "utf-8")
    found = json.loads(run("book", "test", str(mine), "--format", "json")[1])
    assert found["failures"] == []
    assert found["cases"] == 3
