"""The auditor's page: every command on it does what it says, in its order."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from offerdesk.cli import main
from rules.book import BOOK
from tests.test_readme import blocks

RAISED = ("base_salary: 210000", "base_salary: 220000")


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "audit.md").read_text("utf-8")


@pytest.fixture
def desk(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in: a home with a market, and an offer of one's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OFFERDESK_HOME", str(tmp_path / "home"))
    assert main(["refresh", str(root / "examples" / "guides")]) == 0
    offer = (root / "examples" / "offers" / "pinterest.yaml").read_text("utf-8")
    assert RAISED[0] in offer
    (tmp_path / "before.yaml").write_text(offer.replace(*RAISED), "utf-8")
    (tmp_path / "my-offer.yaml").write_text(offer, "utf-8")
    return tmp_path


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    capsys.readouterr()
    code = main(list(words))
    told = capsys.readouterr()
    assert code == 0, f"{shlex.join(words)}: {told.err}"
    return told.out


def test_every_command_works(page: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("before.yaml", "my-offer.yaml"):
        printed(capsys, "decide", name)
    after, before = (line.split()[0] for line in printed(capsys, "log", "list").splitlines()[:2])
    head = printed(capsys, "log", "head").split()[0]
    stand_for = {"ID_BEFORE": before, "ID_AFTER": after, "ID": after, "HEAD": head}
    tried = 0
    for line in (line for block in blocks(page, "sh") for line in block.splitlines()):
        words = [stand_for.get(word, word) for word in shlex.split(line, comments=True)]
        if words[0] == "cp":
            shutil.copytree(BOOK, "my-book")
            continue
        assert printed(capsys, *words[1:])
        tried += 1
    assert tried > 20


def test_every_code_it_names_is_one(page: str, root: Path) -> None:
    code = "".join(path.read_text("utf-8") for path in root.glob("[opwr]*/**/*.py"))
    named = set(re.findall(r"`((?:log|book|replay)-[a-z-]+)`", page))
    assert len(named) > 10
    for one in named:
        assert f'"{one}"' in code
