"""What a refresh is asked for: places, addresses and names, and what an address turns into."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipelines.asking import Asked, asked_for, fetched
from pipelines.sources.discovery import Place
from pipelines.sources.registry import source_named
from pipelines.steps import refresh_steps
from rules.errors import UnusableCase
from warehouse.snapshot import open_snapshot

HEADER = "Date,USD,JPY,GBP,CHF,SEK\n"
RATES = HEADER + "2026-03-02,1.08,163,0.86,0.95,11.1\n2026-02-27,1.07,162,0.86,0.95,11.2\n"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server on this machine with a folder of files: its address, and the folder."""
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", folder
    server.shutdown()
    server.server_close()


def test_words_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "guides").mkdir()
    ecb = source_named("ecb")
    assert ecb is not None
    assert asked_for(["ecb"]) == Asked((), (str(ecb.address),))
    assert asked_for(["https://example.org/a.csv"]) == Asked((), ("https://example.org/a.csv",))
    assert asked_for(["guides"], tmp_path) == Asked((Place(tmp_path / "guides"),))
    assert asked_for(["ecb"], tmp_path) == Asked((Place(tmp_path),), (), frozenset({"ecb"}))
    assert asked_for([], tmp_path) == Asked((Place(tmp_path),))


def test_a_source_that_nobody_publishes_has_to_be_named_by_its_file() -> None:
    with pytest.raises(UnusableCase, match="source-without-address: guides"):
        asked_for(["guides"])


def test_one_source_of_a_folder_is_taken_alone(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "rates.csv").write_text(RATES, "utf-8")
    (tmp_path / "in" / "notes.txt").write_text("milk", "utf-8")
    report = refresh_steps(asked_for(["ecb"], tmp_path / "in"))
    assert [load.file.source for load in report.loads] == ["ecb"]


def test_a_fetched_file_is_known_by_its_address_and_replaced_by_a_newer_one(
    site: tuple[str, Path],
) -> None:
    address, folder = site
    (folder / "rates.csv").write_text(RATES, "utf-8")
    asked = asked_for([f"{address}/rates.csv"])
    first = refresh_steps(asked)
    assert [load.file.name for load in first.loads] == ["127.0.0.1/rates.csv"]
    assert refresh_steps(asked).unchanged == 1
    (folder / "rates.csv").write_text(RATES + "2026-02-26,1.06,161,0.85,0.95,11.1\n", "utf-8")
    assert refresh_steps(asked).published
    with open_snapshot() as connection:
        assert connection.execute("SELECT count(*) FROM load").fetchall() == [(1,)]
        assert connection.execute("SELECT count(DISTINCT day) FROM fx_rate").fetchall() == [(3,)]


def test_of_an_archive_every_data_file_is_taken(site: tuple[str, Path], tmp_path: Path) -> None:
    address, folder = site
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a/rates.csv", RATES)
        archive.writestr("b/older.csv", HEADER + "2026-01-05,1.05,160,0.85,0.94,11\n")
        archive.writestr("readme.txt", "not data")
    (folder / "all.zip").write_bytes(made.getvalue())
    asked = asked_for([f"{address}/all.zip"])
    places = fetched(asked, tmp_path / "cache")
    assert [place.name for place in places] == [
        "127.0.0.1/all.zip/a/rates.csv",
        "127.0.0.1/all.zip/b/older.csv",
    ]
    assert [place.path.read_text("utf-8").count("\n") for place in places] == [3, 2]
    report = refresh_steps(asked)
    assert [load.file.source for load in report.loads] == ["ecb", "ecb"]
