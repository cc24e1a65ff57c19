"""What goes wrong on the command line is one sentence for each fault, and an exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import FAULT, Run, process
from warehouse.home import home

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
     ["market", "rollback"], ["quarantine", "list"], ["changed", "abc", "abd"],
     ["log", "receipt", "abc", "receipt.jsonl"], ["log", "redact", "abc", "--reason", "asked to"]],
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
