"""The command line as a user meets it: output, exit codes, one sentence for each fault."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import offerdesk
from offerdesk.cli import main
from offerdesk.reference import reference
from rules.judgement import Judge
from rules.loader import load_book
from warehouse import log
from warehouse.home import home

FAULT = re.compile(r"error\[[a-z0-9-]+\]: .+; next: .+")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _one_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard book is read once for all tests; a home of its own has no cache."""
    monkeypatch.setattr("offerdesk.desk._load", lambda folder: (_judge(folder), {}))


@cache
def _judge(folder: Path) -> Judge:
    return Judge(load_book(folder))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


@pytest.fixture(scope="module")
def offers(root: Path) -> Path:
    return root / "examples" / "offers"


def process(root: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "offerdesk.cli", *arguments]
    return subprocess.run(
        command, cwd=root, env=os.environ | settings, capture_output=True, text=True, check=False
    )


# --- What is there ------------------------------------------------------------------------------


def test_version_and_help(run: Run) -> None:
    assert run("--version")[1].split()[-1] == offerdesk.__version__
    code, told, _ = run()
    assert code == 0
    for absent in ("score", "serve", "ask", "changed", "backtest"):
        assert not re.search(rf"^  {absent}\b", told, re.MULTILINE)


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
    assert "The book is sound" in run("book", "check", str(own))[1]
    assert run("book", "hash", str(own))[1] != shipped
    thresholds.write_text(sound.replace("grade: E", "grade: Z", 1), "utf-8")
    code, _, complaint = run("book", "check", str(own))
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


# --- What goes wrong ----------------------------------------------------------------------------

BAD = {
    "unknown-field": ("base_salary:", "base_salry:", "case-unknown-field"),
    "text-for-number": ("base_salary: 158000", "base_salary: 210K", "case-wrong-type"),
    "symbol": ("base_salary: 158000", "base_salary: £158,000", "case-wrong-type"),
    "negative": ("base_salary: 158000", "base_salary: -158000", "case-out-of-range"),
    "absurd": ("sign_on_y1: 15000", "sign_on_y1: 1.0e+15", "case-out-of-range"),
    "nan": ("base_salary: 158000", "base_salary: .nan", "document-not-finite"),
    "two-currencies": ("currency: USD", "currency: USD and EUR", "case-unknown-word"),
    "reversed": ("deadline: 2026-04-24", "deadline: 2026-04-01", "case-dates-reversed"),
    "long-past": ("date: 2026-04-14", "date: 1926-04-14", "case-date-out-of-range"),
    "shares-as-dollars": ("grant_value: 120000", "grant_value: 850", "case-shares-as-money"),
    "tag": ("company_type:", "city: !!python/name:os.system\n  company_type:", "document-tag"),
    "bomb": ("company_type:", "city: &a [x]\n  company_type:", "document-alias"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_offer_is_one_sentence_with_place_and_next_step(
    case: str, run: Run, offers: Path, tmp_path: Path
) -> None:
    before, after, code = BAD[case]
    text = (offers / "harbour-lane.yaml").read_text("utf-8")
    assert before in text
    path = tmp_path / "offer.yaml"
    path.write_text(text.replace(before, after, 1), "utf-8")
    exit_code, told, complaint = run("decide", str(path))
    lines = complaint.splitlines()
    assert (exit_code, told) == (1, "")
    assert lines[0].startswith(f"error[{code}]: {path} line ")
    assert all(FAULT.fullmatch(line) for line in lines)
    assert not home().root.exists()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.yaml", b"", "document-empty"),
        ("huge.yaml", b"a" * 50_000_000, "document-too-large"),
        ("list.yaml", b"- 1", "case-section"),
        ("binary.yaml", b"\x00\x01\x02", "document-binary"),
        ("bad.json", b'{"offer": ', "document-syntax"),
        ("bytes.yaml", b"offer: \xff", "document-encoding"),
        ("folder", None, "document-directory"),
        ("missing.yaml", ..., "document-missing"),
    ],
)
def test_a_bad_file_is_one_sentence(
    name: str, content: object, code: str, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is None:
        path.mkdir()
    exit_code, told, complaint = run("decide", str(path))
    assert (exit_code, told) == (1, "")
    assert complaint.startswith(f"error[{code}]: {path}")
    assert FAULT.fullmatch(complaint.strip())
    assert not home().root.exists()


def test_several_faults_are_several_lines(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "offer.yaml"
    path.write_text("offer: {base_salary: 210K, currency: dollars, companyy: Acme}\n", "utf-8")
    assert len(run("decide", str(path))[2].splitlines()) == 3


def test_what_was_found_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "offer.json"
    path.write_text(json.dumps({"offer": {"base_salary": "\x1b[2J" + "x" * 5000}}), "utf-8")
    complaint = run("decide", str(path))[2]
    assert "\x1b" not in complaint
    assert len(complaint) < 1500


def test_a_name_cannot_steer_the_terminal_either(run: Run, offers: Path, tmp_path: Path) -> None:
    path = tmp_path / "offer.yaml"
    text = (offers / "harbour-lane.yaml").read_text("utf-8")
    path.write_text(text.replace("Harbour Lane Software", r'"\e[2J[bold]x|y"'), "utf-8")
    for form in ("text", "md"):
        code, told, _ = run("decide", str(path), "--format", form)
        assert code == 0
        assert "\x1b" not in told
    assert r"x\|y" in told


def test_mixed_currencies_without_a_rate_are_not_compared(
    run: Run, offers: Path, tmp_path: Path
) -> None:
    text = (offers / "fenwick-rowe.yaml").read_text("utf-8")
    path = tmp_path / "offer.yaml"
    path.write_text(text.partition("  fx:")[0], "utf-8")
    found = json.loads(run("decide", str(path), "--format", "json")[1])
    assert (found["status"], found["rule"]) == ("needs_review", "D0")
    assert found["questions"][0]["id"] == "fx_rate"


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        ["decide"],
        ["decide", "x.yaml", "--as-of", "2026-13-01"],
        ["decide", "x.yaml", "--format", "xml"],
        ["replay"],
        ["replay", "abc", "--all"],
        ["why", "abc", "--not", "maybe"],
        ["log", "list", "--limit", "0"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], run: Run) -> None:
    code, told, complaint = run(*arguments)
    assert (code, told) == (2, "")
    assert FAULT.fullmatch(complaint.strip())


@pytest.mark.parametrize(
    "arguments",
    [["why", "abc"], ["replay", "abc"], ["log", "show", "abc"], ["market", "show"],
     ["market", "rollback"], ["quarantine", "list"]],
)  # fmt: skip
def test_an_absent_world_is_exit_code_3(arguments: list[str], run: Run) -> None:
    code, told, complaint = run(*arguments)
    assert (code, told) == (3, "")
    assert FAULT.fullmatch(complaint.strip())
    assert not home().root.exists()


def test_a_log_that_cannot_be_written_shows_no_verdict(
    run: Run, offers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("OFFERDESK_HOME", str(tmp_path / "file"))
    code, told, complaint = run("decide", str(offers / "blue-kiln.yaml"))
    assert (code, told) == (3, "")
    assert "--no-log" in complaint
    assert run("decide", str(offers / "blue-kiln.yaml"), "--no-log")[0] == 0


def test_a_defect_is_one_sentence_too(
    run: Run, offers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("offerdesk.desk.read_case", fail)
    code, told, complaint = run("decide", str(offers / "blue-kiln.yaml"))
    assert (code, told) == (3, "")
    assert complaint.startswith("error[unexpected]: ")
    assert "OFFERDESK_DEBUG=1" in complaint
    assert "Traceback" not in complaint
    monkeypatch.setenv("OFFERDESK_DEBUG", "1")
    assert "Traceback" in run("decide", str(offers / "blue-kiln.yaml"))[2]


def test_an_interruption_is_quiet(run: Run, offers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("offerdesk.desk.read_case", interrupt)
    code, told, complaint = run("decide", str(offers / "blue-kiln.yaml"))
    assert (code, told, complaint.strip()) == (130, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
def test_a_reader_that_leaves_is_no_error(root: Path, offers: Path) -> None:
    command = f"'{sys.executable}' -m offerdesk.cli decide '{offers / 'blue-kiln.yaml'}' | true"
    ran = subprocess.run(command, shell=True, cwd=root, capture_output=True, text=True, check=False)
    assert ran.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_sentence(root: Path, offers: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "offerdesk.cli", "decide", str(offers / "blue-kiln.yaml")],
            cwd=root, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    assert ran.returncode == 3
    assert ran.stderr.startswith("error[output-unwritable]: ")
    assert len(ran.stderr.splitlines()) == 1


def test_letters_that_the_output_lacks_are_spelt(root: Path, offers: Path) -> None:
    path = str(offers / "fenwick-rowe.yaml")
    ran = process(root, "decide", path, PYTHONIOENCODING="ascii")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.isascii()
    assert "GBP 92,000" in ran.stdout
    told = process(root, "decide", path, "--format", "json", PYTHONIOENCODING="ascii").stdout
    assert json.loads(told)["because"].startswith("Base £92,000")


def test_the_scenarios_come_out_as_expected(shared_data: Path, root: Path) -> None:
    grader = shared_data.parent / "tools" / "score_scenarios.py"
    desk = f"{sys.executable} -m offerdesk.cli"
    ran = subprocess.run(
        [sys.executable, str(grader), str(shared_data / "scenarios.json"), "--cmd", desk, "-v"],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


# --- The book as SQL ----------------------------------------------------------------------------


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
