from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.refresh import refresh
from tests.offers import judge
from tests.web.client import TestClient, served


@pytest.fixture(scope="session")
def furnished(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a sample market, to be copied."""
    place = tmp_path_factory.mktemp("furnished") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OFFERDESK_HOME", str(place))
        guides = [root / "examples" / "guides"]
        refresh(guides, None, prefect=False, say=lambda _: None, progress=lambda *_: None)
    return place


@pytest.fixture(autouse=True)
def home(furnished: Path, _own_home: None) -> Path:
    """Each test begins with such a home."""
    place = Path(os.environ["OFFERDESK_HOME"])
    shutil.copytree(furnished, place)
    return place


@pytest.fixture(autouse=True)
def _one_book(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard book is made ready once for all tests."""
    monkeypatch.setattr("offerdesk.desk._load", lambda _: (judge(), {}))


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    """The desk of one person on their own machine."""
    with served() as made:
        yield made


@pytest.fixture(scope="session")
def offers(root: Path) -> Path:
    return root / "examples" / "offers"
