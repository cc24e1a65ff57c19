"""The commands about the market: brought up to date, listed, compared, repaired."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from tests.cli.command import FAULT, Run


def test_the_market_is_made_listed_shown_and_taken_back(run: Run, root: Path) -> None:
    guides = root / "examples" / "guides"
    assert "No market snapshot" in run("market", "list")[1]
    code, told, _ = run("refresh", "--dry-run", str(guides / "pinterest" / "ml-ai-engineer.md"))
    assert (code, "was not published" in told) == (0, True)
    run("refresh", str(guides / "pinterest" / "ml-ai-engineer.md"))
    code, told, _ = run("refresh", "--data", str(guides))
    assert "1 files taken in, 1 unchanged." in told
    read, accepted, held, twice = map(
        int,
        re.search(r"(\d+) rows read = (\d+) \w+ \+ (\d+) \w+ \+ (\d+)", told).groups(),  # type: ignore[union-attr]
    )
    assert read == accepted + held + twice > 0
    assert len(json.loads(run("market", "list", "--format", "json")[1])) == 2
    assert json.loads(run("market", "show", "--format", "json")[1])["rows"]["guide"] == 2
    code, told, _ = run("market", "rollback")
    assert code == 0
    assert json.loads(run("market", "show", "--format", "json")[1])["rows"]["guide"] == 1
    assert run("quarantine", "list")[1].strip() == "Nothing is held back."


def test_what_is_no_guide_is_quarantined_with_its_reason(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("# Shopping\n\nbread, milk\n", "utf-8")
    assert run("refresh", str(tmp_path))[0] == 0
    (held,) = json.loads(run("quarantine", "list", "--format", "json")[1])
    code, told, _ = run("quarantine", "show", held["row_ref"])
    assert code == 0
    assert held["code"] in told
    assert run("quarantine", "show", "nothing")[0] == 3
    assert "1 of 1 reasons listed" in run("quarantine", "list")[1]
    assert run("quarantine", "list", "--code", "another")[1].strip() == "Nothing is held back."


def test_a_refresh_ends_without_a_word_too_many(tmp_path: Path, root: Path) -> None:
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "offerdesk.cli", "refresh", str(root / "examples" / "guides")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == "refresh: run directly (no Prefect API is configured)\n"


def test_a_held_row_goes_out_as_a_sheet_and_comes_back(run: Run, tmp_path: Path) -> None:
    table = (
        "work_year,experience_level,employment_type,job_title,salary,salary_currency,"
        "salary_in_usd,employee_residence,remote_ratio,company_location,company_size\n"
        "2024,SE,FT,Data Engineer,lots,USD,lots,US,0,US,M\n"
    )
    (tmp_path / "salaries.csv").write_text(table, "utf-8")
    code, told, _ = run("refresh", str(tmp_path / "salaries.csv"), "--format", "json")
    assert (code, json.loads(told)["quarantined"]) == (0, 1)
    sheet = tmp_path / "held.csv"
    assert run("quarantine", "export", "-o", str(sheet))[0] == 0
    lines = sheet.read_text("utf-8").splitlines()
    assert lines[0] == "row_ref,code,found,suggestion,parsed,change,reason"
    assert run("quarantine", "readmit", "--file", str(sheet))[0] == 1
    mended = [lines[0], *(line.removesuffix(",") + "base=120000,asked" for line in lines[1:])]
    sheet.write_text("\n".join(mended) + "\n", "utf-8")
    code, told, _ = run("quarantine", "readmit", "--file", str(sheet), "--format", "json")
    assert (code, json.loads(told)["published"]) == (0, True)
    assert run("quarantine", "list")[1].strip() == "Nothing is held back."
    assert run("quarantine", "readmit", "some-row")[0] == 2
    first, second = (one["id"] for one in json.loads(run("market", "list", "--format", "json")[1]))
    told = run("market", "diff", second, first)[1]
    assert "load" in told
    assert "repair" in told
    assert "aijobs" in run("market", "sources")[1]


def test_a_bare_refresh_takes_the_sample_only_where_nothing_is(run: Run) -> None:
    assert run("refresh")[0] == 0
    code, _, complaint = run("refresh")
    assert code == 2
    assert FAULT.fullmatch(complaint.strip())
