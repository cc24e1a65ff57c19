from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from offerdesk.cli import main
from rules.judgement import Judge
from rules.loader import load_book
from tests.cli.command import Run


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
