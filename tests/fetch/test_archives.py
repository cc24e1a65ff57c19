"""Archives are unpacked without trust, and a disk that is full is said to be."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.fetch import fetch
from pipelines.web.archive import data_files, unpack
from tests.fetch.site import (
    BODY,
    QUICK,
    TAGGED,
    Answer,
    File,
    Site,
    child,
    failing,
    kept,
    left_over,
    sha256,
)


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def test_the_one_data_file_of_an_archive_is_unpacked(site: Site, cache: Path) -> None:
    archive = zipped(("readme.txt", b"x"), ("__MACOSX/._a.csv", b"x"), ("2024/A.CSV", BODY))
    address = site.says(File(archive, {"ETag": '"z"'}), path="/pay.zip")
    first, second = (fetch(address, cache, patience=QUICK) for _ in range(2))
    assert first.path == cache / f"{sha256(BODY)}.csv"
    assert first.path.read_bytes() == BODY
    assert first.digest == sha256(archive)
    assert first.archive == cache / f"{sha256(archive)}.zip"
    assert second == replace(first, fetched=False)
    first.path.unlink()
    assert fetch(address, cache, patience=QUICK).path.read_bytes() == BODY


def test_of_several_data_files_the_caller_chooses(site: Site, cache: Path, tmp_path: Path) -> None:
    archive = zipped(("b.csv", b"b"), ("a.csv", BODY))
    found = fetch(site.says(Answer(archive), path="/pay.zip"), cache, patience=QUICK)
    assert found.archive is None
    assert found.path.read_bytes() == archive
    assert data_files(found.path) == ["a.csv", "b.csv"]
    unpack(found.path, "a.csv", tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == BODY


def test_a_workbook_is_no_archive(site: Site, cache: Path) -> None:
    book = zipped(("[Content_Types].xml", b"<x/>"), ("xl/embedded.xlsx", b"x"))
    found = fetch(site.says(Answer(book), path="/pay.xlsx"), cache, patience=QUICK)
    assert found.path.read_bytes() == book


def link() -> zipfile.ZipInfo:
    member = zipfile.ZipInfo("b.csv")
    member.external_attr = 0o120777 << 16
    return member


def encrypted(archive: bytes) -> bytes:
    """The archive with the flag set that says a password is needed."""
    directory = archive.index(b"PK\x01\x02") + 8
    return archive[:directory] + b"\x01" + archive[directory + 1 :]


def damaged(archive: bytes) -> bytes:
    start = archive.index(b"a.csv") + 20
    return archive[:start] + bytes(9) + archive[start + 9 :]


@pytest.mark.parametrize(
    ("archive", "code"),
    [
        (zipped(("../../a.csv", BODY)), "fetch-unsafe-archive"),
        (zipped(("..\\a.csv", BODY)), "fetch-unsafe-archive"),
        (zipped(("/etc/a.csv", BODY)), "fetch-unsafe-archive"),
        (zipped(("C:a.csv", BODY)), "fetch-unsafe-archive"),
        (zipped(("a.csv", BODY), (link(), b"/etc/passwd")), "fetch-unsafe-archive"),
        (encrypted(zipped(("a.csv", BODY))), "fetch-unsafe-archive"),
        (zipped(("a.csv", bytes(7_000_000))), "fetch-unsafe-archive"),
        (damaged(zipped(("a.csv", BODY))), "fetch-bad-archive"),
    ],
)
def test_an_archive_that_is_a_trap_or_broken_is_refused(
    site: Site, cache: Path, archive: bytes, code: str
) -> None:
    failing(site.says(Answer(archive), path="/pay.zip"), cache, code)
    assert len(site.asked) == 1
    assert left_over(cache) == []


def test_an_archive_that_understates_its_size_is_refused(site: Site, cache: Path) -> None:
    honest = zipped(("a.csv", bytes(7_000_000)))
    size = struct.pack("<I", 7_000_000)
    assert honest.count(size) == 2
    failing(
        site.says(Answer(honest.replace(size, struct.pack("<I", 99))), path="/pay.zip"),
        cache,
        "fetch-bad-archive",
    )


SMALL_DISK = """
import resource, sys
from pathlib import Path
from pipelines.fetch import fetch
from rules.errors import FailedWorld
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    fetch(sys.argv[1], Path(sys.argv[2]))
except FailedWorld as failed:
    print(failed)
"""


def test_a_disk_that_fills_up_is_said_to_be_full(site: Site, cache: Path) -> None:
    with child(site.says(TAGGED), cache, SMALL_DISK) as running:
        said, _ = running.communicate()
    assert said.startswith("fetch-disk-full: ")
    assert "next: free some space" in said
    assert kept(cache) == []
    assert fetch(site.says(TAGGED), cache, patience=QUICK).path.read_bytes() == BODY
    assert site.asked[-1][1]["range"] == "bytes=100000-"


def test_a_file_that_does_not_fit_is_not_begun(
    site: Site, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("usage", (), {"free": len(BODY) - 1})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    found = failing(site.says(TAGGED), cache, "fetch-disk-full")
    assert str(len(BODY)) in found


def test_a_cache_that_cannot_be_written_is_said_to_be(site: Site, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    failing(site.says(TAGGED), tmp_path / "file" / "cache", "fetch-cache-unwritable")
    assert site.asked == []
