from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from rules.book import BOOK
from rules.judgement import Judge
from rules.loader import load_book


@pytest.fixture(autouse=True)
def _one_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard book is read once for all tests; a home of its own has no cache."""
    monkeypatch.setattr("offerdesk.desk._load", lambda folder: (_judge(folder), {}))


@cache
def _judge(folder: Path) -> Judge:
    return Judge(load_book(folder))


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A copy of the standard book."""
    return shutil.copytree(BOOK, tmp_path / "my-book")


@pytest.fixture(scope="module")
def offers(root: Path) -> Path:
    return root / "examples" / "offers"
