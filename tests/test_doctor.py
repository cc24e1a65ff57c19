from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from offerdesk import doctor
from offerdesk.doctor import Finding, Health, diagnose


def finding(check: str) -> Finding:
    return next(one for one in diagnose() if one.check == check)


def test_a_fresh_installation_has_no_fault() -> None:
    assert [one for one in diagnose() if one.health is Health.FAULT] == []
    assert finding("market").next_step == "run `offerdesk refresh`"


def test_every_unsound_finding_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFERDESK_HOME", "/dev/null/offerdesk")
    for one in diagnose():
        assert (one.health is Health.SOUND) == (one.next_step == "")


def test_looking_creates_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFERDESK_HOME", str(tmp_path / "never"))
    diagnose()
    assert list(tmp_path.iterdir()) == []


def test_home_below_a_file_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("OFFERDESK_HOME", str(tmp_path / "file" / "offerdesk"))
    assert finding("home").health is Health.FAULT


def test_a_damaged_log_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFERDESK_HOME", str(tmp_path))
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "decisions.sqlite").write_bytes(b"not a database at all" * 100)
    assert finding("log").health is Health.FAULT
    assert "log-corrupt" in finding("log").found


def test_an_old_python_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "OLDEST", (3, 99))
    assert finding("python").health is Health.WARNING


def test_a_stranger_under_our_name_is_reported_with_its_path(root: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "rules" / "__init__.py"
    stranger.parent.mkdir()
    stranger.touch()
    program = (
        "from offerdesk.doctor import diagnose\n"
        "for one in diagnose(): print(one.check, one.health, one.found)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": f"{tmp_path}:{root}", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert f"rules fault a stranger's package: {stranger}" in ran.stdout
    assert "warehouse sound" in ran.stdout
