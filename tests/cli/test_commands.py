"""The command line as a user meets it: what each command prints, and its exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import offerdesk
from offerdesk.reference import reference
from tests.cli.command import FAULT, Run
from warehouse import log


def test_version_and_help(run: Run) -> None:
    assert run("--version")[1].split()[-1] == offerdesk.__version__
    code, told, _ = run()
    assert code == 0
    assert re.search(r"^  serve\b", told, re.MULTILINE)


def test_the_reference_is_what_the_program_says(root: Path) -> None:
    # python -m offerdesk.reference > docs/cli.md
    assert (root / "docs" / "cli.md").read_text("utf-8") == reference()


def test_demo_needs_nothing_and_leaves_a_log(run: Run) -> None:
    code, told, complaint = run("demo")
    assert (code, complaint) == (0, "")
    assert told.startswith("COUNTER\nPinterest")
    (line,) = log.listing()
    assert f"offerdesk why {line.id}" in told
    assert run("why", line.id)[0] == 0
    assert run("demo")[0] == 0


def test_decide_json_has_the_promised_keys(run: Run, offers: Path) -> None:
    code, told, _ = run("decide", str(offers / "harbour-lane.yaml"), "--format", "json", "--no-log")
    found = json.loads(told)
    promised = (
        "verdict status rule derived signals ask levers levers_considered questions conditions "
        "market book snapshot facts_hash"
    )
    assert code == 0
    assert set(promised.split()) <= set(found)
    assert log.listing() == []


def test_decide_loads_only_what_it_needs(root: Path, offers: Path) -> None:
    path = str(offers / "blue-kiln.yaml")
    program = (
        "import sys; from offerdesk.cli import main; from offerdesk.desk import Desk; "
        f"Desk().decide({path!r}, log=False); main(['decide', {path!r}, '--format', 'json']); "
        "print(sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    slow = ("prefect", "pandas", "pandera", "numpy", "rich", "duckdb")
    assert not [name for name in slow if f"'{name}'" in ran.stderr]


def test_decide_reads_standard_input(root: Path, offers: Path) -> None:
    text = (offers / "blue-kiln.yaml").read_text("utf-8")
    as_json = json.dumps({"offer": {"company": "Acme", "currency": "USD", "base_salary": 1e5}})
    for sent, verdict in ((text, "walk_away"), (as_json, "counter")):
        ran = subprocess.run(
            [sys.executable, "-m", "offerdesk.cli", "decide", "-", "--format", "json"],
            cwd=root, input=sent, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        assert json.loads(ran.stdout)["verdict"] == verdict


def test_the_log_is_listed_shown_verified_and_replayed(run: Run, offers: Path) -> None:
    assert "Nothing is logged" in run("log", "list")[1]
    run("decide", str(offers / "blue-kiln.yaml"))
    run("decide", str(offers / "harbour-lane.yaml"))
    newest, oldest = log.listing()
    listed = json.loads(run("log", "list", "--format", "json")[1])
    assert [one["verdict"] for one in listed] == ["accept", "walk_away"]
    assert run("log", "show", oldest.id)[1].startswith("WALK AWAY")
    assert json.loads(run("log", "show", newest.id, "--format", "json")[1])["rule"] == "D10"
    assert "2 decisions" in run("log", "verify")[1]
    assert run("replay", newest.id)[0] == 0
    assert "2 replayed, every one the same" in run("replay", "--all")[1]


def test_guides_are_read_one_a_line_and_a_bad_one_stops_no_other(
    run: Run, root: Path, tmp_path: Path
) -> None:
    good = sorted(map(str, (root / "examples" / "guides").rglob("*.md")))
    bad = tmp_path / "no.md"
    bad.write_text("nothing", "utf-8")
    code, told, complaint = run("guide", good[0], str(bad), good[1], "--format", "json")
    lines = [json.loads(line) for line in told.splitlines()]
    assert code == 1
    assert [line["company"] for line in lines] == ["Pinterest", "Pinterest"]
    assert FAULT.fullmatch(complaint.strip())
    assert "195,000 to 248,000" in run("guide", good[0])[1]


def test_the_book_is_checked_hashed_and_shown(run: Run, root: Path, tmp_path: Path) -> None:
    from shutil import copytree

    own = copytree(root / "rules" / "book", tmp_path / "book")
    shipped = run("book", "hash")[1]
    assert run("book", "hash", str(own))[1] == shipped
    thresholds = own / "parameters" / "thresholds.yaml"
    sound = thresholds.read_text("utf-8")
    thresholds.write_text(sound.replace("value: 0.05", "value: 0.07", 1), "utf-8")
    assert "Names, types and units agree" in run("book", "check", str(own), "--quick")[1]
    assert run("book", "hash", str(own))[1] != shipped
    thresholds.write_text(sound.replace("grade: E", "grade: Z", 1), "utf-8")
    code, _, complaint = run("book", "check", str(own), "--quick")
    assert (code, "thresholds.yaml line " in complaint) == (1, True)
    for name in ("D9", "material_gap", "base", "competing_offer", "exploding_offer", "min_base"):
        assert name in run("book", "show", name)[1]
    code, _, complaint = run("book", "show", "materal_gap")
    assert (code, "did you mean `material_gap`" in complaint) == (1, True)


def test_another_book_is_used_and_kept(run: Run, root: Path, offers: Path, tmp_path: Path) -> None:
    from shutil import copytree

    own = copytree(root / "rules" / "book", tmp_path / "book")
    verdict = own / "verdict.yaml"
    accepting = re.compile(r"(  D10:\n    when: ).*")
    verdict.write_text(accepting.sub(r'\1"FALSE"', verdict.read_text("utf-8")), "utf-8")
    run("decide", str(offers / "harbour-lane.yaml"), "--book", str(own))
    (line,) = log.listing()
    assert (line.rule, line.status) == ("D11", "needs_review")
    assert run("replay", line.id)[0] == 0


def test_the_doctor_tells(run: Run) -> None:
    code, told, _ = run("doctor", "--format", "json")
    assert code == 0
    assert {one["health"] for one in json.loads(told)} <= {"sound", "warning"}


def test_the_book_is_printed_as_sql(run: Run) -> None:
    code, printed, _ = run("book", "sql", "verdict", "ask_base_opening")
    assert code == 0
    assert printed.startswith("-- Store what this gives")
    assert "\nWITH " in printed
    assert "ask_equity_total_opening" not in printed
    code, printed, _ = run("book", "sql", "rule", "--dialect", "spark")
    assert code == 0
    assert "`tc_risk_adj`" in printed


def test_a_column_that_the_book_does_not_give_is_wrong_usage(run: Run) -> None:
    code, printed, complaint = run("book", "sql", "verdct")
    assert (code, printed) == (2, "")
    assert "`verdct`" in complaint
    assert "verdict" in complaint
